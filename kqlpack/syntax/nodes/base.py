"""What all nodes share, and how to go through a tree. In: nodes. Out: their spans, children and descendants."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, ClassVar, Final

import msgspec

from kqlpack.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator


_CAPITAL: Final = re.compile(r"(?<!^)(?=[A-Z])")
# Types as they stand in declarations.
_PLAIN: Final = frozenset({"str", "str | None", "int", "int | None", "float", "bool"})


class Node(msgspec.Struct, frozen=True, eq=False):
    """A piece of the query. Nodes are immutable, know no parent, and compare (and hash) by identity.

    `start` and `end` are half-open character offsets into the parsed text. A field holds a node, a tuple of nodes, None
    where an optional part is absent, or a plain str or int. `gc=True`: a tree has no cycles.
    """

    # The name under which messages speak of the construct; filled by subclasses that have one.
    construct: ClassVar[str] = ""
    # Whether it is the whole of a text.
    is_whole: ClassVar[bool] = False

    start: int
    end: int

    @property
    def span(self) -> Span:
        """The characters of the node, without surrounding trivia."""
        return Span(self.start, self.end)

    @property
    def in_words(self) -> str:
        """The name of the node's class as words: `let statement`."""
        return _CAPITAL.sub(" ", type(self).__name__).lower()


def children(node: Node) -> list[Node]:
    """Return the node's direct children in the order of their fields, which is the order of the text."""
    result: list[Node] = []
    for name in _inner_fields(type(node)):
        value = getattr(node, name)
        if isinstance(value, Node):
            result.append(value)
        elif isinstance(value, tuple):
            result.extend(value)
    return result


@cache
def _inner_fields(kind: type[Node]) -> tuple[str, ...]:
    """Return the fields of a class that may hold a node or nodes: not those that are declared as plain values."""
    declared: dict[str, str] = {}
    for base in reversed(kind.__mro__):
        declared.update(getattr(base, "__annotations__", {}))
    return tuple(name for name in kind.__struct_fields__[2:] if declared.get(name) not in _PLAIN)


def walk(root: Node) -> Iterator[Node]:
    """Yield `root` and all its descendants, parents before children, in the order of the text; never recurses."""
    # Whole trees are walked again and again, one after the other: the last ones are remembered.
    return iter(_whole(root)) if root.is_whole else _walk(root)


@lru_cache(maxsize=4)
def _whole(root: Node) -> tuple[Node, ...]:
    return tuple(_walk(root))


def _walk(root: Node) -> Iterator[Node]:
    stack = [root]
    while stack:
        node = stack.pop()
        yield node
        # `children` in reverse, without a list of them: whole trees are walked, often.
        for name in _inner_fields(type(node))[::-1]:
            value = getattr(node, name)
            if isinstance(value, Node):
                stack.append(value)
            elif isinstance(value, tuple):
                stack.extend(value[::-1])


def walk_up(root: Node) -> Iterator[Node]:
    """Yield `root` and all its descendants, children before parents; never recurses."""
    stack: list[tuple[Node, bool]] = [(root, False)]
    while stack:
        node, expanded = stack.pop()
        if expanded:
            yield node
            continue
        stack.append((node, True))
        stack.extend((child, False) for child in reversed(children(node)))
