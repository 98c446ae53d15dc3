"""What a template makes of a secret is as secret as the secret."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kqlpack.pipeline import check_pack, load

if TYPE_CHECKING:
    from pathlib import Path

PACK = """\
kqlpack: 1
name: p
version: 1.0.0
title: P
log_source: tenant
parameters:
  key: {{type: string, secret: true, default: Hunter2Secret}}
  keys: {{type: "list[string]", secret: true, default: [Hunter2Secret, other]}}
  pin: {{type: int, secret: true, default: 42424242}}
  open: {{type: string, default: visible}}
queries:
  - id: q
    title: Q
    timespan: P1D
    query: |
      {query}
"""
EXPRESSIONS = [
    "{{ key }}",
    "{{ key | upper }}",
    "{{ key[0:7] }}",
    "{{ key ~ 'x' }}",
    "{{ key | replace('2', '3') }}",
    "{{ keys | join('-') }}",
    "{{ keys[0] }}",
    "{{ pin + 1 }}",
    "{% set x = key | upper %}{{ x }}",
    "{% for k in keys %}{{ k }}, {% endfor %}'z'",
    "{% macro m(x) %}{{ x | upper }}{% endmacro %}{{ m(key) }}",
    "'a {{ key | upper }} b'",
]


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_nothing_of_a_secret_is_left_when_it_is_redacted(tmp_path: Path, expression: str) -> None:
    path = tmp_path / "p.yaml"
    path.write_text(PACK.format(query=f"SigninLogs | where AppId in ({expression})"), encoding="utf-8")
    rendered = load(path).queries["q"].render()
    shown = rendered.redacted().lower()
    assert rendered.secrets
    for part in ("hunter", "secret", "other", "424242"):
        assert part not in shown


def test_what_is_no_secret_stays_visible(tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    path.write_text(PACK.format(query="SigninLogs | where AppId == {{ open | upper }}"), encoding="utf-8")
    rendered = load(path).queries["q"].render()
    assert rendered.redacted() == rendered.text
    assert "VISIBLE" in rendered.text


def test_no_finding_shows_a_secret(tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    path.write_text(PACK.format(query="SigninLogs | where ResultType == {{ pin }} and Nope == {{ key }}"), "utf-8")
    found = check_pack(load(path)).diagnostics
    assert "string-number-equality" in {one.rule for one in found}
    shown = [(one.message, one.help, [note.text for note in one.related], one.parameters) for one in found]
    assert "42424242" not in repr(shown)
    assert "Hunter2" not in repr(shown)
