"""What is found across packs, and in files of other formats."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.lint import select
from kqlpack.pipeline.check import check
from kqlpack.pipeline.discover import discover

if TYPE_CHECKING:
    from pathlib import Path

PACK = """\
kqlpack: 1
name: {name}
version: 1.0.0
title: Sign-ins
queries:
  - id: failed
    title: Failed sign-ins
    query: SigninLogs | where TimeGenerated > ago(1d) and ResultType != "0"
"""
RULE = """\
id: 6f9619ff-8b86-d011-b42d-00c04fc964ff
name: Failed sign-ins
version: {version}
query: |
  SigninLogs | where TimeGenerated > ago(1d) and ResultType != "0"
"""


def found(folder: Path, rule: str) -> list[tuple[str, str]]:
    """Return the rule's findings: the file's name, and the text that they point at."""
    report = check(discover([folder]), select([rule]))
    return [
        (one.file.path.rsplit("/", 1)[-1], one.file.text[one.span.start : one.span.end]) for one in report.diagnostics
    ]


def test_two_packs_of_one_name_are_told_at_the_second(tmp_path: Path) -> None:
    for file, name in (("a.yaml", "sign-ins"), ("b.yaml", "sign-ins"), ("c.yaml", "others")):
        (tmp_path / file).write_text(PACK.format(name=name), "utf-8")
    assert found(tmp_path, "duplicate-name") == [("b.yaml", "sign-ins")]
    assert found(tmp_path, "duplicate-id") == []


def test_rules_of_one_name_are_no_packs(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "rule.yaml").write_text(RULE.format(version="1.0.0"), "utf-8")
    assert found(tmp_path, "duplicate-name") == []


def test_a_rules_version_may_be_a_number_to_yaml(tmp_path: Path) -> None:
    for name, version in (("lost", "1.10"), ("kept", "1.1"), ("text", "1.0.10"), ("quoted", '"1.10"')):
        (tmp_path / f"{name}.yaml").write_text(RULE.format(version=version), "utf-8")
    assert found(tmp_path, "yaml-implicit-type") == [("lost.yaml", "1.10")]
