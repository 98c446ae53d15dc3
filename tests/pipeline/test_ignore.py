"""Comments that suppress what is found change nothing else."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kqlpack.pack.foreign import load_foreign
from kqlpack.pipeline import check, discover
from kqlpack.pipeline.ignore import add_ignores
from tests.wrapping import WRAPPERS

if TYPE_CHECKING:
    from pathlib import Path

REASON = "not judged yet"
QUERIES = [
    "SigninLogs\n| where ResultType == 0",
    'SigninLogs | where ResultType == 0 // why: "it" is so\n| take 5',
    "SigninLogs\n| where ResultType == 0 and\n        ResultType == 50126\n",
    "let a = ```\n  ResultType == 0\n```;\nSigninLogs | where ResultType == 0 and AppId == a",
    "SigninLogs | where TimeGenerated > ago(1d) | where AppDisplayName contains 'net user'",
    "AuditLogs\n// a comment\n| join (SigninLogs) on CorrelationId",
    "SigninLogs\n| join (AuditLogs) on CorrelationId // kqlpack: ignore[join-without-kind] why\n",
    "SigninLogs | where ResultTyp == 0",
    "SigninLogs | whre ResultType == 0",
]


def rules_in(path: Path) -> Counter[str]:
    return Counter(one.rule for one in check(discover([path])).diagnostics)


@pytest.mark.parametrize("name", WRAPPERS)
@given(texts=st.lists(st.sampled_from(QUERIES), min_size=1, max_size=3, unique=True))
@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_in_every_format_what_is_left_is_told_and_nothing_else_changes(
    name: str, texts: list[str], tmp_path: Path
) -> None:
    suffix, wrap = WRAPPERS[name]
    text = wrap(texts)
    if text is None:
        return
    path = tmp_path / f"x{suffix}"
    path.write_text(text, "utf-8", newline="")
    before = check(discover([path])).diagnostics
    queries = [_without_comments(query.text) for query in load_foreign(path).queries.values()]
    mended, left = add_ignores(discover([path]), before, REASON)
    for one in mended:
        one.file.write(one.text)
    assert rules_in(path) == Counter(one.diagnostic.rule for one in left)
    after = [query.text for query in load_foreign(path).queries.values()]
    assert [_without_comments(one) for one in after] == queries
    assert not any("# kqlpack" in one for one in after)
    if suffix == ".json":
        assert mended == ()
        assert all("JSON" in one.reason for one in left)


def _without_comments(text: str) -> list[tuple[str, str]]:
    from kqlpack.source import SourceFile
    from kqlpack.syntax import parse

    return [token[:2] for token in parse(SourceFile("", text)).tokens]


PACK = """\
kqlpack: 1
name: P_1
titel: T
parameters:
  strict: {type: bool, default: false}
  unused: {type: string, default: a}
queries:
  - id: a
    title: A # of A
    query: |
      SigninLogs
      {% if strict %}
      | where ResultType == 0
      {% endif %}
      | where ResultType == 1
  - id: b
    query: >-
      SigninLogs
      | where ResultType == 2
  - id: c
    query: "SigninLogs
      | where ResultType == 3
      | take 1"
  - {id: d, query: "SigninLogs | where ResultType == 4"}
"""


def test_a_pack_has_comments_of_both_kinds(tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    path.write_text(PACK, "utf-8")
    mended, left = add_ignores(discover([path]), check(discover([path])).diagnostics, REASON)
    (file,) = mended
    lines = file.text.splitlines()
    assert f"      | where ResultType == 0 // kqlpack: ignore[string-number-equality] {REASON}" in lines
    (second,) = [line for line in lines if line.startswith("      | where ResultType == 1 // kqlpack: ignore[")]
    assert "string-number-equality" in second
    assert f"      // kqlpack: ignore[no-time-bound] {REASON}" in lines or (
        f"      SigninLogs // kqlpack: ignore[no-time-bound] {REASON}" in lines
    )
    assert any(line.startswith("titel: T # kqlpack: ignore[") for line in lines)
    assert any(
        line.startswith('  - {id: d, query: "SigninLogs | where ResultType == 4"} # kqlpack: ') for line in lines
    )
    # Where a `//` would hide what follows, and a `#` would be text.
    assert {one.diagnostic.file.line_column(one.diagnostic.span.start)[0] for one in left} <= set(range(17, 24))
    path.write_text(file.text, "utf-8")
    assert rules_in(path) == Counter(one.diagnostic.rule for one in left)
    again, _ = add_ignores(discover([path]), check(discover([path])).diagnostics, REASON)
    assert again == ()


def test_line_ends_indentation_and_a_byte_order_mark_stay(tmp_path: Path) -> None:
    path = tmp_path / "a.kql"
    long = " and ".join(["ResultType == 0"] * 10)
    path.write_bytes(b"\xef\xbb\xbf" + f"SigninLogs\r\n  | where {long}\r\n| take 1".encode())
    mended, left = add_ignores(discover([path]), check(discover([path])).diagnostics, REASON)
    assert left == ()
    (file,) = mended
    file.file.write(file.text)
    assert (
        path.read_bytes()
        == b"\xef\xbb\xbf"
        + (
            f"SigninLogs\r\n  // kqlpack: ignore[string-number-equality] {REASON}\r\n  | where {long}\r\n| take 1"
        ).encode()
    )
    assert rules_in(path) == Counter()
