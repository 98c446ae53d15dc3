"""A finding's name stays while the file changes around it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kqlpack.diagnostics import fingerprint
from kqlpack.source import SourceFile
from tests.diagnostics.sample import finding

QUERY = "SigninLogs | where ResultType == 0 | take 10"
FOUND = finding(SourceFile("packs/spray.kql", QUERY), "0")


def test_moving_indenting_and_breaking_lines_does_not_change_it() -> None:
    moved = QUERY.replace(" |", "\r\n    |\t")
    assert fingerprint(finding(SourceFile("packs/spray.kql", "// new\n\n" + moved), "0")) == fingerprint(FOUND)


def test_another_folder_does_not_change_it() -> None:
    elsewhere = replace(finding(SourceFile("other/spray.kql", QUERY), "0"), query=None)
    assert fingerprint(elsewhere) == fingerprint(replace(FOUND, query=None))


def test_the_message_is_no_part_of_it() -> None:
    assert fingerprint(replace(FOUND, message="said better")) == fingerprint(FOUND)


def test_another_rule_query_word_or_neighbour_changes_it() -> None:
    others = [
        replace(FOUND, rule="in-list-type-mismatch"),
        replace(FOUND, query="other"),
        finding(SourceFile("packs/spray.kql", QUERY.replace("== 0", "== 1")), "1"),
        finding(SourceFile("packs/spray.kql", QUERY.replace("ResultType", "Status")), "0"),
    ]
    assert fingerprint(FOUND) not in {fingerprint(other) for other in others}


PACK = """\
queries:
  - id: spray
    query: |
      SigninLogs
      | where ResultType == 0
{after}"""


@pytest.mark.parametrize(
    "after",
    [
        "    severity: low\n",
        '    "severity": low\n',
        "  - id: other\n    query: T\n",
        "\n      // of another\n      T | take 1\n",
    ],
)
def test_what_stands_beside_the_query_does_not_change_it(after: str) -> None:
    alone = fingerprint(finding(SourceFile("p.yaml", PACK.format(after="")), "0"))
    assert fingerprint(finding(SourceFile("p.yaml", PACK.format(after=after)), "0")) == alone


def test_a_neighbouring_line_of_the_query_changes_it() -> None:
    alone = fingerprint(finding(SourceFile("p.yaml", PACK.format(after="")), "0"))
    assert fingerprint(finding(SourceFile("p.yaml", PACK.format(after="      | take 1\n")), "0")) != alone
