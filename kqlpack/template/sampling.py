"""Assignments of parameters that reach a template's branches. In: a `Query`. Out: values by name, few of them.

The first assignment is the defaults. Then the parameters that conditions look at are varied, alone and together: all of
their combinations, or, where these are too many, every pair of choices; and what is still not reached is looked for.
Then each of the others is varied alone.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from itertools import islice, product
from math import prod
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from jinja2 import nodes

from kqlpack.pack import Kind, Parameter, Value, ValueFault, read_value
from kqlpack.template.covering import pairwise
from kqlpack.template.faults import MAX_TOGETHER, TemplateFault
from kqlpack.template.parsing import names_in, parse
from kqlpack.template.rendering import Rendered, render
from kqlpack.template.uses import unreached
from kqlpack.values import TICKS_PER_DAY, Datetime, Timespan

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kqlpack.pack import Query

MAX_VARIANTS: Final = 64
_MAX_CHOICES: Final = 12
_MAX_TRIES: Final = 1000
_MAX_SOURCES: Final = 200

# A harmless value of each kind, for a required parameter that nobody has given a value.
_SAMPLES: Final[dict[Kind, tuple[object, ...]]] = {
    Kind.STRING: ("sample", "a", "1", "sample@example.com", "203.0.113.7", "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa"),
    Kind.INT: (1, 0, 10, 100),
    Kind.LONG: (1, 0, 10, 100),
    Kind.REAL: (1.0, 0.0, 0.5),
    Kind.DECIMAL: (Decimal(1), Decimal(0)),
    Kind.BOOL: (True, False),
    Kind.DATETIME: (Datetime.from_datetime(datetime(2024, 1, 1, tzinfo=UTC)),),
    Kind.TIMESPAN: (Timespan(TICKS_PER_DAY),),
    Kind.GUID: (UUID("aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa"),),
    Kind.DYNAMIC: ({},),
    Kind.TABLE: ("SampleTable", "Sample_CL"),
    Kind.COLUMN: ("SampleColumn", "sample"),
    Kind.IDENTIFIER: ("sample",),
}


@lru_cache(maxsize=16)
def renderings(query: Query) -> tuple[Rendered, ...]:
    """Render the variants, once for all rules that look at them.

    There are fewer than there are variants where these take too much together.
    """
    spent = 0
    made = []
    for values in variants(query):
        if spent > MAX_TOGETHER:
            break
        made.append(render(query, values))
        spent += made[-1].steps + len(made[-1].text) // 2
    return tuple(made)


@lru_cache(maxsize=16)
def variants(query: Query) -> tuple[Mapping[str, Value], ...]:
    """Return the assignments: never more than 64, the defaults first, each one once."""
    base = {name: sample(parameter) for name, parameter in query.parameters.items()}
    if not query.is_template:
        return (base,)
    compared = _compared(query)
    choices = {name: _choices(one, base[name], compared.get(name)) for name, one in query.parameters.items()}
    choices = {name: values for name, values in choices.items() if len(values) > 1}
    tested = [name for name in choices if name in compared]
    found: dict[str, Mapping[str, Value]] = {}
    for assignment in _all(query, base, choices, tested):
        found.setdefault(_key(assignment), assignment)
        if len(found) >= MAX_VARIANTS:
            break
    if prod(len(choices[name]) for name in tested) > MAX_VARIANTS:
        return _reaching(query, list(found.values()), base, {name: choices[name] for name in tested})
    return tuple(found.values())


def _key(assignment: Mapping[str, Value]) -> str:
    return repr([(name, str(value.type), repr(value.value)) for name, value in assignment.items()])


def _all(
    query: Query, base: Mapping[str, Value], choices: Mapping[str, list[Value]], tested: list[str]
) -> Iterator[Mapping[str, Value]]:
    yield base
    for example in query.examples:
        yield {**base, **example}
    for name in tested:
        for value in choices[name]:
            yield {**base, name: value}
    sizes = [len(choices[name]) for name in tested]
    rows = product(*map(range, sizes)) if prod(sizes) <= MAX_VARIANTS else pairwise(sizes)
    for row in rows:
        yield {**base, **{name: choices[name][choice] for name, choice in zip(tested, row, strict=True)}}
    for name, values in choices.items():
        if name not in tested:
            for value in values:
                yield {**base, name: value}


def _reaching(
    query: Query, found: list[Mapping[str, Value]], base: Mapping[str, Value], choices: Mapping[str, list[Value]]
) -> tuple[Mapping[str, Value], ...]:
    """Add assignments for what pairs of choices don't reach: three conditions, one inside the other, and more."""
    rendered = []
    spent = 0
    for known in found:
        rendered.append(render(query, known))
        spent += rendered[-1].steps
        if spent > MAX_TOGETHER:
            return tuple(found)
    if not unreached(query, rendered):
        return tuple(found)
    visited = frozenset[int]().union(*(one.visited for one in rendered))
    more: list[Mapping[str, Value]] = []
    for values in islice(product(*choices.values()), _MAX_TRIES):
        assignment = {**base, **dict(zip(choices, values, strict=True))}
        one = render(query, assignment)
        spent += one.steps
        if spent > MAX_TOGETHER:
            break
        if not one.visited <= visited:
            visited |= one.visited
            more.append(assignment)
            rendered.append(one)
            if len(more) == MAX_VARIANTS // 2 or not unreached(query, rendered):
                break
    return (*found[: MAX_VARIANTS - len(more)], *more)


def sample(parameter: Parameter) -> Value:
    """Return the default, or an example, or else a harmless value that the declaration allows (if one is found)."""
    own = parameter.default if parameter.default is not None else next(iter(parameter.examples), None)
    # A secret's own value does not go where findings could show it, unless no harmless one fits.
    if own is not None and not parameter.secret:
        return own
    fallback: Value | None = None
    for candidate in _candidates(parameter):
        try:
            return read_value(parameter, candidate)
        except ValueFault:
            fallback = fallback or Value(parameter.type, candidate, parameter.secret)
    return own or fallback or Value(parameter.type, (), parameter.secret)


def _candidates(parameter: Parameter) -> Iterator[object]:
    items = [value.value for value in parameter.allowed]
    items += [bound.value for bound in (parameter.min, parameter.max) if bound is not None]
    items += _SAMPLES[parameter.type.kind]
    for item in items:
        yield (item,) * max(parameter.min_items or 1, 1) if parameter.type.is_list else item


def _choices(parameter: Parameter, base: Value, compared: set[Any] | None) -> list[Value]:
    """Return the values to try for a parameter, the base first."""
    candidates: list[object] = [base.value]
    candidates += [] if parameter.secret else [value.value for value in parameter.examples]
    allowed = [value.value for value in parameter.allowed[:_MAX_CHOICES]]
    if parameter.type.is_list:
        if compared is not None:
            item = sample(replace(parameter, default=None)).value
            candidates += [(), item, _twice(item, allowed)]
            candidates += [(constant,) for constant in _sorted(compared)]
        candidates += [(item,) for item in allowed]
    else:
        candidates += allowed
        if compared is not None:
            candidates += _tried(parameter, compared)
    found: dict[str, Value] = {}
    for candidate in candidates:
        try:
            value = read_value(parameter, candidate)
        except ValueFault:
            continue
        found.setdefault(repr(value.value), value)
    return list(found.values())[: _MAX_CHOICES + 1]


def _twice(value: object, allowed: list[object]) -> object:
    """Return a list of two items, for what stands between them and behind the last one."""
    items = value if isinstance(value, tuple) else ()
    return tuple(allowed[:2]) if len(allowed) > 1 else (*items, *items)[:2]


def _tried(parameter: Parameter, compared: set[Any]) -> list[object]:
    kind = parameter.type.kind
    result: list[object] = _sorted(compared)
    if kind in {Kind.INT, Kind.LONG}:
        numbers = [value for value in result if isinstance(value, int)]
        result += [value + step for value in numbers for step in (-1, 1)]
        result += [0, 1]
    elif kind is Kind.BOOL:
        result += [True, False]
    elif kind is Kind.STRING:
        result += ["", "sample"]
    return result


def _sorted(values: set[Any]) -> list[object]:
    return sorted(values, key=repr)


def _compared(query: Query) -> dict[str, set[Any]]:
    """Return the names that conditions and loops look at, each with the constants that it is compared with.

    Macros that the query defines, and files that it imports, look at what they are called with.
    """
    try:
        trees = [parse(query.text).tree]
    except TemplateFault:
        return {}
    trees += _borrowed(query)
    aliases = _aliases(trees)
    result: dict[str, set[Any]] = {}
    for tree in trees:
        for node in tree.find_all((nodes.If, nodes.For, nodes.CondExpr, nodes.And, nodes.Or, nodes.Filter)):
            for part in _looked_at(node):
                for name in names_in(part):
                    for known in aliases.get(name, {name}):
                        result.setdefault(known, set())
        for compare in tree.find_all((nodes.Compare, nodes.Test)):
            constants = [constant.value for constant in compare.find_all(nodes.Const)]
            for name in names_in(compare):
                for known in aliases.get(name, {name}):
                    result.setdefault(known, set()).update(value for value in constants if _is_simple(value))
    return result


def _borrowed(query: Query) -> list[nodes.Template]:
    """Return the trees of the query's files of macros, if it brings in any."""
    if "import" not in query.text and "include" not in query.text:
        return []
    trees = []
    for file in query.macros.values():
        try:
            trees.append(parse(file.text.replace("\r\n", "\n").replace("\r", "\n")).tree)
        except TemplateFault:
            continue
    return trees


def _is_simple(value: object) -> bool:
    return isinstance(value, (str, int, float)) and not isinstance(value, bool)


def _looked_at(node: nodes.Node) -> list[nodes.Node]:
    if isinstance(node, nodes.For):
        return [node.iter, *([node.test] if node.test else [])]
    if isinstance(node, (nodes.If, nodes.CondExpr)):
        return [node.test]
    if isinstance(node, (nodes.And, nodes.Or)):
        return [node.left, node.right]
    if isinstance(node, nodes.Filter) and node.name in {"default", "d"} and node.node is not None:
        return [node.node]
    return []


def _aliases(trees: list[nodes.Template]) -> dict[str, set[str]]:
    """Return, for names set from others (`{% set x = a %}`, `{% for x in a %}`, `m(a)`), what they are made of."""
    made: dict[str, set[str]] = {}
    pairs: list[tuple[nodes.Node, nodes.Node]] = []
    macros = {macro.name: macro for tree in trees for macro in tree.find_all(nodes.Macro)}
    for tree in trees:
        pairs += [(node.target, node.node) for node in tree.find_all(nodes.Assign)]
        pairs += [(node.target, node.iter) for node in tree.find_all(nodes.For)]
        for call in tree.find_all(nodes.Call):
            macro = macros.get(getattr(call.node, "name", getattr(call.node, "attr", "")))
            if macro is not None:
                pairs += zip(macro.args, call.args, strict=False)
                named = {argument.name: argument for argument in macro.args}
                pairs += [(named[given.key], given.value) for given in call.kwargs if given.key in named]
    for target, source in pairs:
        for name in names_in(target):
            made.setdefault(name, {name}).update(names_in(source))
    return {name: _sources(name, made) for name in made}


def _sources(name: str, made: Mapping[str, set[str]]) -> set[str]:
    """Return what a name is made of, through names that were set from names; of very many, only some."""
    found = {name}
    waiting = [name]
    while waiting and len(found) < _MAX_SOURCES:
        new = made.get(waiting.pop(), set()) - found
        found |= new
        waiting.extend(new)
    return found
