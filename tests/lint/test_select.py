"""Rules are chosen by code, prefix, slug and group; the narrower name wins."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kqlpack.errors import Error
from kqlpack.lint import Group, UnknownRuleError, all_rules, select

if TYPE_CHECKING:
    from kqlpack.lint import Rule


def slugs(rules: tuple[Rule, ...]) -> set[str]:
    return {rule.slug for rule in rules}


def test_without_a_choice_all_rules_run_but_those_that_have_to_be_asked_for() -> None:
    assert select() == tuple(rule for rule in all_rules() if not rule.opt_in)


@pytest.mark.parametrize("name", ["KQL201", "kql201", "join-without-kind", "JOIN-without-kind"])
def test_a_code_and_a_slug_name_one_rule(name: str) -> None:
    assert slugs(select([name])) == {"join-without-kind"}


def test_a_prefix_names_all_that_begin_with_it() -> None:
    assert {rule.code[:4] for rule in select(["KQL2"])} == {"KQL2"}
    assert slugs(select(["KQL2"])) == slugs(select(["correctness"]))


def test_a_group_can_be_ignored() -> None:
    assert slugs(select(ignore=["cost"])) == slugs(select()) - slugs(select(["cost"]))


def test_the_narrower_name_wins_on_either_side() -> None:
    assert slugs(select(["KQL201"], ignore=["KQL2"])) == {"join-without-kind"}
    assert slugs(select(["KQL20"], ignore=["KQL2"])) == slugs(select(["KQL20"]))
    assert select(["KQL2"], ignore=["KQL20"]) == ()
    assert "join-without-kind" not in slugs(select(["correctness"], ignore=["join-without-kind"]))
    assert slugs(select(["cost"], extend=["KQL201"], ignore=["all"])) == slugs(select(["cost"])) | {"join-without-kind"}


def test_between_equals_ignore_wins() -> None:
    assert select(["KQL201"], ignore=["join-without-kind"]) == ()


@pytest.mark.parametrize(
    ("name", "meant"),
    [("join-witout-kind", "join-without-kind"), ("correctnes", "correctness"), ("KQL2001", "KQL201")],
)
def test_an_unknown_name_is_answered_with_the_closest(name: str, meant: str) -> None:
    with pytest.raises(UnknownRuleError, match=f"did you mean `{meant}`"):
        select([name])


def test_a_name_close_to_nothing_is_answered_with_the_list() -> None:
    with pytest.raises(Error, match="`kqlpack rules` lists them"):
        select(ignore=["???"])


_NAMES = st.sampled_from(
    [
        *(rule.slug for rule in all_rules()),
        *(rule.code for rule in all_rules()),
        *(g.value for g in Group),
        "KQL2",
        "all",
    ]
)


@given(wanted=st.lists(_NAMES, max_size=4), unwanted=st.lists(_NAMES, max_size=4))
def test_what_is_chosen_is_named_and_what_is_ignored_alone_is_not_chosen(
    wanted: list[str], unwanted: list[str]
) -> None:
    try:
        named, ignored = slugs(select(wanted)), slugs(select(unwanted))
        chosen = slugs(select(wanted, unwanted))
    except UnknownRuleError:
        return  # a group without rules
    assert named - ignored <= chosen <= named


def test_a_rule_that_has_to_be_asked_for_runs_when_it_is_named() -> None:
    asked = replace(all_rules()[-1], opt_in=True)
    rules = (*all_rules()[:-1], asked)
    assert asked not in select(rules=rules)
    assert asked in select(["all"], rules=rules)
    assert asked in select(extend=[asked.slug], rules=rules)
    assert asked in select([asked.group.value], rules=rules)
    assert asked not in select(extend=[asked.slug], ignore=[asked.code], rules=rules)
