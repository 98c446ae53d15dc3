"""One walk hands every node to the rules that asked for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from kqlpack.catalog import load
from kqlpack.diagnostics import Severity
from kqlpack.lint import Group, lint, select
from kqlpack.lint.registry import rule
from kqlpack.semantics import bind
from kqlpack.source import SourceFile
from kqlpack.syntax import parse
from kqlpack.syntax.nodes import NameReference, TabularOperator
from tests.lint.checking import check_kql

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext
    from kqlpack.semantics import Bound
    from kqlpack.syntax.nodes import Node


@rule(code="KQL299", group=Group.CORRECTNESS, severity=Severity.WARNING, on=(NameReference, TabularOperator))
def a_rule_that_finds_all(node: Node, context: KqlContext) -> Iterator[Diagnostic]:
    """Find everything."""
    yield context.finding(node.span, context.text(node), help="none")


def bound(text: str) -> Bound:
    return bind(parse(SourceFile("query.kql", text)), load())


def found_in(text: str) -> list[str]:
    return [found.message for found in lint(bound(text), rules=(a_rule_that_finds_all,))]


def test_a_rule_sees_the_types_that_it_asked_for_and_those_below_them() -> None:
    assert found_in("T | where 1 == 2 | count") == ["T", "where 1 == 2", "count"]


def test_findings_come_in_the_order_of_the_text_each_once() -> None:
    assert found_in("A | join kind=inner (B) on x") == ["A", "join kind=inner (B) on x", "kind", "inner", "B", "x"]


def test_of_a_text_that_does_not_parse_only_parser_and_binder_speak() -> None:
    text = "SigninLogs | join (AuditLogs) on CorrelationId | where |"
    assert {found.rule for found in lint(bound(text))} == {"syntax-error"}
    assert found_in(text) == []


def test_without_rules_nothing_is_found() -> None:
    assert lint(bound("SigninLogs | join (AuditLogs) on x"), rules=()) == ()


_PIECES = st.sampled_from(
    ["SigninLogs", "|", "where", "ResultType", "==", "0", '"0"', "in", "(", ")", ",", "join", "on", "x", "contains",
     '"a b"', "mvexpand", "makeset(", "let", "=", ";", "-", "// kqlpack:", "\n", "union", "summarize", "by"]
)  # fmt: skip


@given(st.lists(_PIECES, max_size=25).map(" ".join))
def test_no_rule_stumbles_over_any_text(text: str) -> None:
    for found in lint(bound(text), rules=select()):
        assert 0 <= found.span.start <= found.span.end <= len(text)
        for edit in found.fix.edits if found.fix else ():
            assert 0 <= edit.span.start <= edit.span.end <= len(text)


def test_a_finding_about_types_gives_way_to_one_that_says_what_was_meant() -> None:
    found = [one.rule for one in check_kql("SigninLogs | where TimeGenerated > ago(1) and Identity > ago(1d)")]

    assert found.count("invalid-timespan") == 1
    assert "wrong-arguments" not in found
    assert "operator-type-mismatch" in found


def test_a_general_finding_stays_where_the_particular_rule_is_not_chosen() -> None:
    rules = select(["wrong-arguments"])

    assert [one.rule for one in check_kql("SigninLogs | where TimeGenerated > ago(1)", rules)] == ["wrong-arguments"]
