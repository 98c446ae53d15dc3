"""Proves that a text was only set anew. In: the text before and after, parsed. Out: what is wrong, or None."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kqlpack.format.trivia import comments
from kqlpack.syntax.nodes import Node

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.syntax import Parsed


def difference(before: Parsed, after: Parsed) -> str | None:
    """Return in words what differs beside white space; None when nothing does."""
    if not after.ok:
        return "the result does not parse"
    if [token[:2] for token in before.tokens] != [token[:2] for token in after.tokens]:
        return "the result has other tokens"
    if comments(before) != comments(after):
        return "the result has other comments"
    if not _is_same_tree(before.root, after.root):
        return "the result has another tree"
    return None


def _is_same_tree(first: Node, second: Node) -> bool:
    stack: list[tuple[Any, Any]] = [(first, second)]
    while stack:
        one, other = stack.pop()
        if type(one) is not type(other):
            return False
        if isinstance(one, Node):
            stack.extend(zip(_values(one), _values(other), strict=True))
        elif isinstance(one, tuple):
            if len(one) != len(other):
                return False
            stack.extend(zip(one, other, strict=True))
        elif one != other:
            return False
    return True


def _values(node: Node) -> Iterator[Any]:
    """Yield what a node holds beside places."""
    for name in node.__struct_fields__[2:]:
        if not name.endswith("_start"):
            yield getattr(node, name)
