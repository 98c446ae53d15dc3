"""A baseline knows findings wherever they move, and only shrinks by itself."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kqlpack.lint import select
from kqlpack.lint.baseline import Baseline, BaselineError, Known, baseline_of, read, updated, without_known
from kqlpack.pipeline import Target, check_target
from tests.lint.checking import check_pack

if TYPE_CHECKING:
    from kqlpack.diagnostics import Diagnostic

RULES = select(["string-number-equality", "contains-could-be-has", "join-without-kind"])
QUERIES = [
    "SigninLogs\n| where ResultType == 0",
    "SigninLogs | where ResultType == 50126 | take 5",
    "AuditLogs\n| join (SigninLogs) on CorrelationId",
    "SigninLogs | where ResultType == 0 or ResultType == 0",
    "SigninLogs | take 1",
]
ORDERS = st.lists(st.sampled_from(QUERIES), max_size=6)


def found_in(queries: list[str], between: str = "\n\n") -> tuple[Diagnostic, ...]:
    target = Target(Path("query.kql"), is_pack=False)
    return check_target(target, RULES, {"query.kql": between.join(queries)}).diagnostics


def known(queries: list[str]) -> Baseline:
    return baseline_of(found_in(queries), str)


@given(ORDERS.flatmap(lambda queries: st.tuples(st.just(queries), st.permutations(queries))), st.integers(2, 5))
def test_queries_and_lines_may_change_places(both: tuple[list[str], list[str]], gap: int) -> None:
    queries, shuffled = both
    assert without_known(found_in(shuffled, "\n" * gap), known(queries)) == ()
    assert baseline_of(found_in(shuffled, "\n" * gap), str) == known(queries)


@given(ORDERS, ORDERS)
def test_what_is_added_is_shown_and_what_was_there_is_not(queries: list[str], more: list[str]) -> None:
    shown = without_known(found_in([*more, *queries]), known(queries))
    assert baseline_of(shown, str).counts() == known(more).counts()


@given(ORDERS, ORDERS)
def test_an_update_only_shrinks_and_what_is_accepted_is_all(before: list[str], now: list[str]) -> None:
    shrunk = updated(known(before), known(now))
    assert shrunk.counts() == known(before).counts() & known(now).counts()
    assert updated(shrunk, known(now)) == shrunk
    assert updated(known(before), known(now), accept_new=True) == known(now)


@given(ORDERS)
def test_what_is_written_is_read(queries: list[str]) -> None:
    baseline = known(queries)
    assert read(baseline.text()) == baseline
    assert json.loads(baseline.text())["version"] == 1


def test_an_entry_is_a_line_and_lines_are_sorted() -> None:
    text = known(QUERIES).text()
    lines = text.splitlines()
    entries = [json.loads(line.rstrip(",")) for line in lines[1:-1]]
    assert entries == sorted(entries, key=lambda one: (one["path"], one["rule"], one["query"], one["fingerprint"]))
    assert sum(one["count"] for one in entries) == len(found_in(QUERIES))
    assert Baseline().text() == '{"version": 1, "findings": [\n]}\n'


def test_of_equal_findings_as_many_as_are_known_are_hidden() -> None:
    twice = found_in([QUERIES[0], QUERIES[0]])
    (new,) = without_known(twice, known([QUERIES[0]]))
    assert new is twice[1]


def test_lines_moved_in_a_pack_are_known(tmp_path: Path) -> None:
    pack = "kqlpack: 1\nname: p\nversion: 1.0.0\nqueries:\n"
    one = "  - id: a\n    query: |\n      SigninLogs\n      | where ResultType == 0\n"
    other = "  - id: b\n    title: B\n    query: SigninLogs | where ResultType == 0\n"
    before = baseline_of(check_pack(pack + one + other, tmp_path, RULES), str)
    assert before.total == 2
    moved = check_pack("# new\n" + pack + other + one.replace("  query", "  title: A\n    query"), tmp_path, RULES)
    assert without_known(moved, before) == ()


def test_what_a_run_can_not_judge_stays() -> None:
    other = Known("other.kql", "join-without-kind", "", "0" * 16, 2)
    before = Baseline((*known(QUERIES).entries, other))
    after = updated(before, Baseline(), is_judged=lambda one: one.path != "other.kql")
    assert after == Baseline((other,))
    assert updated(before, Baseline()) == Baseline()


def test_a_file_that_moved_takes_its_entries_with_it() -> None:
    now = baseline_of(found_in(QUERIES), lambda path: f"moved/{path}")
    assert updated(known(QUERIES), now) == now


def test_entries_that_two_branches_wrote_are_joined() -> None:
    (entry,) = known([QUERIES[0]]).entries
    lines = known([QUERIES[0]]).text().splitlines()
    joined = read("\n".join([lines[0], lines[1] + ",", *lines[1:]]))
    assert joined.counts() == Counter({entry.fingerprint: 2})


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "line 1 is no JSON"),
        ('{"version": 1,\n"findings": [}', "line 2 is no JSON"),
        ("[]", "no list `findings`"),
        ('{"version": 2, "findings": []}', "version is 2"),
        ('{"findings": []}', "version is null"),
        ('{"version": 1, "findings": [1]}', "finding 1 lacks"),
        (
            '{"version": 1, "findings": [{"path": "", "rule": "", "query": "", "fingerprint": "", "count": 0}]}',
            "`count`",
        ),
        ("[" * 100_000, "nests too deeply"),
    ],
)
def test_what_is_no_baseline_is_told(text: str, told: str) -> None:
    with pytest.raises(BaselineError, match=told):
        read(text)
