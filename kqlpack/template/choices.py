"""What a template does with lists and fixed values. In: a `Query`. Out: loops that chain comparisons; values compared.

Rules ask for it that know a plainer way to write the same.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from jinja2 import nodes

from kqlpack.template.faults import TemplateFault
from kqlpack.template.parsing import names_in, parse

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kqlpack.pack import Query
    from kqlpack.source import Span

_HOLE: Final = "\0"
_LEFT: Final = r"[A-Za-z_]\w*(?:\.\w+|\[['\"]\w+['\"]\]|\[\d+\])*"
_CHAIN: Final = re.compile(
    rf"(?P<before>or|and)?\s*\(?\s*(?P<left>{_LEFT})\s*(?P<operator>==|=~|!=|!~|has)\s*{_HOLE}\s*\)?\s*(?P<after>or|and)?"
)
# What a chain of comparisons is in one, by the comparison and the word between.
_INSTEAD: Final = {
    ("==", "or"): "in",
    ("=~", "or"): "in~",
    ("has", "or"): "has_any",
    ("!=", "and"): "!in",
    ("!~", "and"): "!in~",
}


@dataclass(frozen=True, slots=True)
class Chain:
    """A loop that writes a comparison for each item of a list. `span` is its tag's place in the YAML file."""

    items: str
    word: str
    left: str
    instead: str
    span: Span


def chains(query: Query) -> tuple[Chain, ...]:
    """Return the loops over a name that chain comparisons with each of its items, where one operator does the same."""
    try:
        template = parse(query.text)
    except TemplateFault:
        return ()
    found = []
    for loop in template.tree.find_all(nodes.For):
        if not isinstance(loop.iter, nodes.Name) or not isinstance(loop.target, nodes.Name):
            continue
        if loop.test is not None or loop.else_:
            continue
        text = _text(loop.body, loop.target.name)
        chain = _CHAIN.fullmatch(text.strip()) if text is not None else None
        if chain is None or bool(chain["before"]) == bool(chain["after"]):
            continue
        word = chain["before"] or chain["after"]
        instead = _INSTEAD.get((chain["operator"], word))
        if instead:
            span = query.map.locate(template.tag_at(loop.lineno)).span
            found.append(Chain(loop.iter.name, word, chain["left"], instead, span))
    return tuple(found)


def _text(body: Iterable[nodes.Node], item: str) -> str | None:
    """Return what a loop's body writes, with a mark for the item; None where it does anything else."""
    text = ""
    for node in body:
        if isinstance(node, nodes.If):
            # `{% if not loop.last %} or {% endif %}`: the word between two.
            inner = _text(node.body, item)
            if names_in(node.test) != {"loop"} or node.elif_ or node.else_ or inner is None or _HOLE in inner:
                return None
            text += inner
        elif isinstance(node, nodes.Output):
            for part in node.nodes:
                if isinstance(part, nodes.TemplateData):
                    text += part.data
                elif isinstance(part, nodes.Name) and part.name == item:
                    text += _HOLE
                elif isinstance(part, nodes.CondExpr) and names_in(part.test) == {"loop"}:
                    word = part.expr1 if isinstance(part.expr1, nodes.Const) and part.expr1.value else part.expr2
                    if not isinstance(word, nodes.Const):
                        return None
                    text += str(word.value)
                else:
                    return None
        else:
            return None
    return text


def compared_only(query: Query, name: str) -> frozenset[str] | None:
    """Return the texts that a template compares a name with; None where it does anything else, or can't be read.

    A template that takes in other files, which may see the name, does something else.
    """
    try:
        tree = parse(query.text).tree
    except TemplateFault:
        return None
    if any(True for _ in tree.find_all((nodes.Import, nodes.FromImport, nodes.Include))):
        return None
    uses = sum(one.name == name for one in tree.find_all(nodes.Name))
    compared: set[str] = set()
    for node in tree.find_all(nodes.Compare):
        sides = [node.expr, *(operand.expr for operand in node.ops)]
        names = [side for side in sides if isinstance(side, nodes.Name) and side.name == name]
        if len(sides) != 2 or len(names) != 1:
            continue
        other = sides[1] if sides[0] is names[0] else sides[0]
        items = other.items if isinstance(other, (nodes.List, nodes.Tuple)) else [other]
        if all(isinstance(item, nodes.Const) and isinstance(item.value, str) for item in items):
            compared.update(item.value for item in items if isinstance(item, nodes.Const))
            uses -= 1
    return frozenset(compared) if uses == 0 else None
