"""Finds how every state gets to an end soonest. In: Lark's rules and parse table. Out: a step per state.

After a break the driver follows these steps to finish what was begun: `where (a ==` becomes `where (a == name)`. From
whatever stack of states, following them ends in a whole query (J. Röhrich, "Methods for the automatic construction of
error correcting parsers", 1980). Runs when the tables are made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lark.grammar import Rule

# What is put in where something is missing: a name if it may be one, a literal only where nothing else can stand.
_COST: Final = {"IDENT": 1, "RPAR": 1, "COMMA": 1, "BRACED": 50, "STRING": 3, "RESERVED_WORD": 20}
_WORD: Final = 2

_Item = tuple["Rule | None", int]


def continuations(rules: list[Rule], states: dict[int, dict[Any, tuple[Any, Any]]], start: int) -> dict[int, Any]:
    """Return, for every state, the name of the terminal to put in, or the rule to reduce by."""
    by_origin: dict[str, list[Rule]] = {}
    for rule in rules:
        by_origin.setdefault(rule.origin.name, []).append(rule)
    costs, shortest = _costs(rules)
    exits = _exits(rules, costs)

    def rest(item: _Item) -> tuple[int, int]:
        # Of two items that cost the same the one is taken that leads out of the query sooner.
        return sum(_cost(symbol, costs) for symbol in _after(item)), exits[item[0].origin.name] if item[0] else 0

    steps: dict[int, Any] = {}
    for state, kernel in _kernels(by_origin, states, start).items():
        # `a: a . b` leads back to where it began: it ends nothing while there is another item.
        ending = [item for item in kernel if not _is_loop(item)] or kernel
        # The first of the cheapest in the order of the grammar: the same on every run.
        item = min(sorted(ending, key=_order), key=rest)
        following = _after(item)
        if not following:
            steps[state] = item[0]
            continue
        symbol = following[0]
        while not symbol.is_term:
            symbol = shortest[symbol.name].expansion[0]
        steps[state] = symbol.name
    return steps


def _order(item: _Item) -> tuple[int, str, int]:
    rule, dot = item
    return (0, "", dot) if rule is None else (1, f"{rule.origin.name}{rule.order:04}", dot)


def _is_loop(item: _Item) -> bool:
    rule, dot = item
    return rule is not None and dot == 1 and rule.expansion[0].name == rule.origin.name


def _after(item: _Item) -> list[Any]:
    rule, dot = item
    return [] if rule is None else list(rule.expansion[dot:])


def _cost(symbol: Any, costs: dict[str, int]) -> int:
    return _COST.get(symbol.name, _WORD) if symbol.is_term else costs[symbol.name]


def least_costs(rules: list[Rule]) -> dict[str, int]:
    """Return the least cost of every nonterminal, in what must be put in for it."""
    return _costs(rules)[0]


def _costs(rules: list[Rule]) -> tuple[dict[str, int], dict[str, Rule]]:
    """Return the least cost of every nonterminal, and the rule that has it."""
    costs = dict.fromkeys({rule.origin.name for rule in rules}, 1_000_000)
    shortest: dict[str, Rule] = {}
    changed = True
    while changed:
        changed = False
        for rule in rules:
            cost = sum(_cost(symbol, costs) for symbol in rule.expansion)
            if cost < costs[rule.origin.name]:
                costs[rule.origin.name] = cost
                shortest[rule.origin.name] = rule
                changed = True
    return costs, shortest


def _exits(rules: list[Rule], costs: dict[str, int]) -> dict[str, int]:
    """Return for every nonterminal the least that must follow it up to the end of a query."""
    exits = dict.fromkeys(costs, 1_000_000)
    exits["start"] = 0
    changed = True
    while changed:
        changed = False
        for rule in rules:
            after = exits[rule.origin.name]
            for symbol in reversed(rule.expansion):
                if not symbol.is_term and after < exits[symbol.name]:
                    exits[symbol.name] = after
                    changed = True
                after += _cost(symbol, costs)
    return exits


def _kernels(
    by_origin: dict[str, list[Rule]], states: dict[int, dict[Any, tuple[Any, Any]]], start: int
) -> dict[int, set[_Item]]:
    """Return the items that every state was entered with: Lark keeps the table and not them."""
    kernels: dict[int, set[_Item]] = {start: {(rule, 0) for rule in by_origin["start"]}}
    waiting = [start]
    while waiting:
        state = waiting.pop()
        moved: dict[str, set[_Item]] = {}
        for rule, dot in _closure(kernels[state], by_origin):
            if rule is not None and dot < len(rule.expansion):
                moved.setdefault(rule.expansion[dot].name, set()).add((rule, dot + 1))
        for symbol, (kind, target) in states[state].items():
            if str(kind) == "Shift" and symbol in moved and target not in kernels:
                kernels[target] = moved[symbol]
                waiting.append(target)
            elif str(kind) == "Shift" and symbol not in moved:
                # The end: the whole query was read.
                kernels.setdefault(target, {(None, 0)})
    return kernels


def _closure(kernel: Iterable[_Item], by_origin: dict[str, list[Rule]]) -> list[_Item]:
    items = list(kernel)
    opened: set[str] = set()
    for rule, dot in items:
        if rule is None or dot >= len(rule.expansion):
            continue
        symbol = rule.expansion[dot]
        if not symbol.is_term and symbol.name not in opened:
            opened.add(symbol.name)
            items.extend((other, 0) for other in by_origin[symbol.name])
    return items
