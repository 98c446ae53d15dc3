"""Which rules to run. In: what was asked for (codes, prefixes, slugs, groups, `default`, `all`). Out: rules."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from kqlpack.errors import Error
from kqlpack.lint.registry import Group, Rule, all_rules

if TYPE_CHECKING:
    from collections.abc import Iterable

EVERYTHING = "all"
DEFAULT = "default"


class UnknownRuleError(Error):
    """Something was selected that is no code, prefix, slug or group."""


def select(
    select: Iterable[str] = (DEFAULT,),
    ignore: Iterable[str] = (),
    extend: Iterable[str] = (),
    *,
    rules: tuple[Rule, ...] | None = None,
) -> tuple[Rule, ...]:
    """Return the rules that `select` and `extend` name and `ignore` does not.

    Where both name a rule, the narrower name counts: a slug or code before a prefix of codes, that before a group, that
    before `all`; between equals, `ignore`. Raises UnknownRuleError for a name that stands for no rule.
    """
    known = all_rules() if rules is None else rules
    wanted = _weights([*select, *extend], known)
    unwanted = _weights(list(ignore), known)
    return tuple(rule for rule in known if wanted.get(rule, -1) > unwanted.get(rule, -1))


def _weights(names: list[str], rules: tuple[Rule, ...]) -> dict[Rule, int]:
    """Return for each rule that is named how narrowly it is."""
    weights: dict[Rule, int] = {}
    for name in names:
        matching = {rule: _weight(name.strip(), rule) for rule in rules}
        if not any(matching.values()):
            raise UnknownRuleError(_unknown(name, rules))
        for rule, weight in matching.items():
            if weight:
                weights[rule] = max(weights.get(rule, 0), weight)
    return weights


def _weight(name: str, rule: Rule) -> int:
    """Return 0 where the name does not stand for the rule; more for a narrower name."""
    if name.lower() in {EVERYTHING, DEFAULT}:
        return 0 if rule.opt_in and name.lower() == DEFAULT else 1
    if name.lower() == rule.group.value:
        return 2
    if name.lower() == rule.slug or name.upper() == rule.code:
        return 10
    if name and rule.code.startswith(name.upper()):
        return 2 + len(name)
    return 0


def _unknown(name: str, rules: tuple[Rule, ...]) -> str:
    legal = [*(rule.slug for rule in rules), *(group.value for group in Group), *(rule.code for rule in rules)]
    close = get_close_matches(name.strip().lower(), legal, n=1) or get_close_matches(name.strip().upper(), legal, n=1)
    hint = f"; did you mean `{close[0]}`?" if close else "; `kqlpack rules` lists them"
    return f"no rule, group or code is named `{name}`{hint}"
