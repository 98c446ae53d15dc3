"""Rules are found by their files, and described by their decorators alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kqlpack.diagnostics import Severity
from kqlpack.lint import Group, all_rules
from kqlpack.lint.registry import check_unique, rule
from kqlpack.syntax.nodes import JoinOperator


@rule(code="KQL201", group=Group.CORRECTNESS, severity=Severity.WARNING, on=(JoinOperator,))
def a_made_up_rule(node, context):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201, ARG001
    """Find something.

    And say more.
        indented
    """
    yield from ()


def test_the_decorator_takes_slug_and_documentation_from_the_function() -> None:
    assert a_made_up_rule.slug == "a-made-up-rule"
    assert a_made_up_rule.title == "Something."
    assert a_made_up_rule.documentation == "Find something.\n\nAnd say more.\n    indented"


def test_rules_come_in_the_order_of_their_codes_each_once() -> None:
    codes = [one.code for one in all_rules()]
    assert codes == sorted(set(codes))


@pytest.mark.parametrize("one", all_rules(), ids=lambda one: one.slug)
def test_every_rule_is_documented_in_the_same_form(one) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    assert one.documentation.startswith("Find ")
    assert one.title.endswith(".")


def test_a_code_or_a_slug_cannot_be_used_twice() -> None:
    other = replace(a_made_up_rule, slug="another-rule")
    with pytest.raises(TypeError, match="another rule has"):
        check_unique([a_made_up_rule, other])
    with pytest.raises(TypeError, match="another rule has"):
        check_unique([a_made_up_rule, replace(a_made_up_rule, code="KQL299")])


def test_a_code_belongs_to_its_group() -> None:
    with pytest.raises(TypeError, match="KQL201 to KQL299"):
        check_unique([replace(a_made_up_rule, code="KQL301")])
