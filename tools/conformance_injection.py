"""Lets Microsoft's parser judge injections. In: the hostile values and places of tests/template. Out: how many hold.

Each place of a template is filled with each value. Whatever kqlpack does not refuse must have, in Microsoft's tree, the
shape of the same place filled with a harmless value, but for where things stand: literals differ in length.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from kqlpack.template import render
from tests.template.hostile import LIST_PLACES, NAME_PLACES, TEXT_PLACES, VALUES
from tests.template.queries import query
from tools.oracle import judge_all
from tools.tree_shape import theirs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tools.oracle import Verdict

# A name reads as one that needs no quotes, or as one that does.
_HARMLESS: Final[dict[str, tuple[dict[str, Any], ...]]] = {
    "text": ({"text": "harmless"},),
    "name": ({"table": "Plain", "column": "Plain"}, {"table": "odd name", "column": "odd name"}),
    "list": ({"users": ["a", "b"]},),
}


@dataclass(frozen=True, slots=True)
class Measured:
    """Renderings that Microsoft's parser judged, and those whose tree is that of the harmless value.

    `refused` were never rendered. `failures` names the others.
    """

    judged: int
    same: int
    refused: int
    failures: tuple[str, ...]


def measure() -> Measured:
    """Judge all values in all places."""
    filled: dict[tuple[str, str], None] = {}  # a set in order
    harmless: dict[str, list[str]] = {}
    refused = 0
    for template, kind, values in _cases():
        if template not in harmless:
            outcomes = [render(query(template), one) for one in _HARMLESS[kind]]
            harmless[template] = [one.text for one in outcomes if one.ok]
        outcome = render(query(template), values)
        if outcome.ok:
            filled[outcome.text, template] = None
        else:
            refused += 1
    texts = [text for text, _ in filled]
    every = list(dict.fromkeys([*texts, *(text for listed in harmless.values() for text in listed)]))
    shapes = {text: _shape(verdict) for text, verdict in zip(every, judge_all(every, tree=True), strict=True)}
    failures = [
        f"{template!r}: {text[:100]!r}"
        for text, template in filled
        if all(shapes[text] != shapes[other] for other in harmless[template])
    ]
    return Measured(len(filled), len(filled) - len(failures), refused, tuple(failures))


def _cases() -> Iterator[tuple[str, str, Mapping[str, object]]]:
    for value in VALUES:
        for template in TEXT_PLACES:
            yield template, "text", {"text": value}
        for template in NAME_PLACES:
            yield template, "name", {"table": value, "column": value}
        for template in LIST_PLACES:
            yield template, "list", {"users": [value, "b"]}


def _shape(verdict: Verdict) -> tuple[tuple[str, ...], bool] | None:
    """Return what nodes a tree has, each inside of which others, and whether the text was accepted."""
    if verdict.tree is None:
        return None
    found: list[tuple[str, ...]] = []
    around: list[tuple[int, str]] = []
    for start, end, label in sorted(theirs(verdict.tree), key=lambda node: (node[0], -node[1], node[2])):
        while around and around[-1][0] <= start:
            around.pop()
        found.append((*(word for _, word in around), label))
        around.append((end, label))
    return tuple("/".join(path) for path in found), verdict.ok
