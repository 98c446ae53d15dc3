"""The plan of a layout: where no space stands, and where lines may break. In: tokens. Out: `Shape`.

A group is a range of tokens that is set on one line, or else broken at all of its breaks. The construct modules beside
this one (`statements`, `expressions`, `operators`) say which groups each construct has.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kqlpack.syntax import Token
    from kqlpack.syntax.nodes import Node

INDENT: Final = 4
_NONE_BEFORE: Final = frozenset({")", "]", ",", ";", ".", ":"})
_NONE_AFTER: Final = frozenset({"(", "[", "."})


@dataclass(frozen=True, slots=True)
class Group:
    """Tokens `start` up to `end`. Broken, there is a line end before each token of `breaks`, `indent` further in.

    `closer` is a bracket that then stands on a line of its own, not further in. `is_hard`: it is broken in any case.
    """

    start: int
    end: int
    breaks: tuple[int, ...]
    indent: int = INDENT
    closer: int | None = None
    is_hard: bool = False


class Shape:
    """Collects what the constructs say about the tokens, which are counted from 0."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        """Take all tokens of a text that parses."""
        self.texts = [token.text for token in tokens]
        self.groups: list[Group] = []
        # Tokens that begin a statement: before them, a blank line is kept.
        self.statements: set[int] = set()
        # Nodes that were set as a part of what is around them.
        self.done: set[int] = set()
        self._starts = {token.start: index for index, token in enumerate(tokens)}
        self._ends = {token.start + len(token.text): index for index, token in enumerate(tokens)}
        self.spaces = [
            index > 0 and text not in _NONE_BEFORE and self.texts[index - 1] not in _NONE_AFTER
            for index, text in enumerate(self.texts)
        ]

    def first(self, node: Node) -> int:
        """Return the node's first token."""
        return self._starts[node.start]

    def last(self, node: Node) -> int:
        """Return the node's last token."""
        return self._ends[node.end]

    def at(self, offset: int) -> int:
        """Return the token that starts at a place of the text."""
        return self._starts[offset]

    def tight(self, *indices: int) -> None:
        """Set no space before these tokens."""
        for index in indices:
            self.spaces[index] = False

    def loose(self, index: int) -> None:
        """Set a space before this token."""
        self.spaces[index] = True

    def tight_inside(self, node: Node) -> None:
        """Set no space at all inside of a node."""
        self.tight(*range(self.first(node) + 1, self.last(node) + 1))

    def tight_around(self, index: int) -> None:
        """Set no space before and after a token."""
        self.tight(index, index + 1)

    def group(
        self, start: int, end: int, breaks: Iterable[int], *, indent: int = INDENT, is_hard: bool = False
    ) -> None:
        """Add a group; one without breaks is none."""
        listed = tuple(breaks)
        if listed:
            self.groups.append(Group(start, end, listed, indent, is_hard=is_hard))

    def brackets(self, opener: int, closer: int, breaks: Iterable[int] = (), *, is_hard: bool = False) -> None:
        """Add the group of a pair of brackets: a break after the first, before each of `breaks`, before the last."""
        if closer > opener + 1:
            listed = tuple(dict.fromkeys((opener + 1, *breaks)))
            self.groups.append(Group(opener, closer + 1, listed, closer=closer, is_hard=is_hard))

    def items(self, nodes: Sequence[Node]) -> list[int]:
        """Return the first token of each node."""
        return [self.first(node) for node in nodes]

    def listed(self, nodes: Sequence[Node]) -> None:
        """Add the group of a list after a keyword. A single item stays on the keyword's line and breaks inside."""
        if len(nodes) > 1:
            self.group(self.first(nodes[0]) - 1, self.last(nodes[-1]) + 1, self.items(nodes))
