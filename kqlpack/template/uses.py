"""Names in a template. In: a `Query`. Out: where it names parameters, and which stretches no rendering has reached."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from jinja2 import nodes

from kqlpack.source import Span
from kqlpack.template.faults import TemplateFault
from kqlpack.template.functions import GLOBALS
from kqlpack.template.parsing import Template, names_in, parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kqlpack.pack import Query
    from kqlpack.template.rendering import Rendered

_IMPLICIT: Final = frozenset({"loop", "caller", "varargs", "kwargs"}) | GLOBALS.keys()


@dataclass(frozen=True, slots=True)
class Reference:
    """A name that the template uses without having set it. `span` is its place in the YAML file."""

    name: str
    span: Span


def references(query: Query) -> tuple[Reference, ...]:
    """Return the names that a query's template takes from outside, in order; none when it can't be parsed."""
    template = _parsed(query)
    if template is None:
        return ()
    found = sorted(_free(template.tree, frozenset()), key=lambda name: name.lineno)
    return tuple(
        Reference(node.name, query.map.locate(Span(node.lineno, node.lineno + len(node.name))).span) for node in found
    )


@lru_cache(maxsize=2048)
def free_names(text: str) -> frozenset[str]:
    """Return the names that a template takes from outside; none when it can't be parsed."""
    try:
        return frozenset(node.name for node in _free(parse(text).tree, frozenset()))
    except TemplateFault:
        return frozenset()


def unreached(query: Query, rendered: Iterable[Rendered]) -> tuple[Span, ...]:
    """Return the places in the YAML file of text and holes that none of the renderings wrote.

    Bodies of macros count only when the query itself calls them.
    """
    template = _parsed(query)
    if template is None:
        return ()
    visited: set[int] = set()
    for one in rendered:
        visited |= one.visited
    spans = []
    for output in template.tree.find_all(nodes.Output):
        for part in output.nodes:
            if part.lineno in visited:
                continue
            if isinstance(part, nodes.TemplateData):
                if not part.data.strip():
                    continue
                spans.append(Span(part.lineno, part.lineno + len(part.data)))
            else:
                spans.append(template.tag_at(part.lineno))
    return tuple(query.map.locate(span).span for span in sorted(spans))


def _parsed(query: Query) -> Template | None:
    if not query.is_template:
        return None
    try:
        return parse(query.text)
    except TemplateFault:
        return None


def _free(node: nodes.Node, bound: frozenset[str]) -> Iterator[nodes.Name]:
    """Yield the names under a node that nothing around them binds. A name set in a scope is bound in all of it."""
    if isinstance(node, nodes.Name):
        if node.ctx == "load" and node.name not in bound and node.name not in _IMPLICIT:
            yield node
        return
    for parts, inner in _scopes(node, bound):
        for part in parts:
            yield from _free(part, inner)


def _scopes(node: nodes.Node, bound: frozenset[str]) -> Iterator[tuple[Iterable[nodes.Node], frozenset[str]]]:
    """Yield a node's children in groups, each with the names that are bound for it."""
    if isinstance(node, nodes.For):
        inner = bound | names_in(node.target) | _set_in(node.body)
        yield [node.iter], bound
        yield [*node.body, *([node.test] if node.test else [])], inner
        yield node.else_, bound | _set_in(node.else_)
    elif isinstance(node, (nodes.Macro, nodes.CallBlock)):
        yield node.defaults, bound
        yield [node.call] if isinstance(node, nodes.CallBlock) else [], bound
        yield node.body, bound | {argument.name for argument in node.args} | _set_in(node.body)
    elif isinstance(node, nodes.With):
        yield node.values, bound
        yield node.body, bound | _set_in(node.body).union(*map(names_in, node.targets))
    elif isinstance(node, nodes.Template):
        yield node.body, bound | _set_in(node.body)
    else:
        yield node.iter_child_nodes(), bound


def _set_in(body: Iterable[nodes.Node]) -> set[str]:
    """Return the names that statements bind in their own scope; `if` has no scope of its own."""
    names: set[str] = set()
    for statement in body:
        if isinstance(statement, (nodes.Assign, nodes.AssignBlock)):
            names |= names_in(statement.target)
        elif isinstance(statement, nodes.Macro):
            names.add(statement.name)
        elif isinstance(statement, nodes.Import):
            names.add(statement.target)
        elif isinstance(statement, nodes.FromImport):
            names |= {name[1] if isinstance(name, tuple) else name for name in statement.names}
        elif isinstance(statement, nodes.If):
            names |= _set_in(statement.body) | _set_in(statement.else_) | _set_in(statement.elif_)
    return names
