"""Why a query failed, in KQL's words. In: DuckDB's message and the query's tree. Out: `ExecutionError`.

DuckDB does not know where in the query it is. A place is named only where no other can be meant.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from kqlpack.errors import ExecutionError
from kqlpack.syntax.nodes import BinaryExpression, FunctionCall, StringLiteral, UnaryExpression, walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kqlpack.source import Span
    from kqlpack.syntax.nodes import Node

_KIND: Final = re.compile(r"^[A-Z][A-Za-z ]* Error: ")
_OVERFLOW: Final = re.compile(r"Overflow in (addition|subtraction|multiplication|negation)")
_ABS: Final = re.compile(r"Overflow on abs\(")
_SUM: Final = re.compile(r"Type INT128 with value -?\d+ can't be cast")
_REGEX: Final = re.compile(r"^(?:Pattern failed to parse: )?([a-z][a-z ]*(?:[()\]\\])?): (.*)$", re.DOTALL)
_OPERATORS: Final = {"addition": "+", "subtraction": "-", "multiplication": "*", "negation": "-"}
_ARTICLES: Final = {"addition": "an addition"}
# What RE2 says (its source, re2/re2.h and re2/parse.cc), and what it means.
_REGEX_FAULTS: Final = {
    "missing )": "a `(` is not closed",
    "missing ]": "a `[` is not closed",
    "unexpected )": "a `)` closes nothing",
    "no argument for repetition operator": "there is nothing before it to repeat",
    "bad repetition operator": "what is repeated can't be repeated again",
    "invalid repetition size": "it repeats too often",
    "invalid perl operator": "KQL's regular expressions have no look-around, and no group of this kind",
    "invalid escape sequence": "the escape has no meaning in it",
    "invalid character class range": "a range runs backwards, or has no end",
    "invalid character class": "there is no such class of characters",
    "invalid named capture group": "the name of a group is none",
    "trailing \\": "it ends in the midst of an escape",
    "regexp too large": "it is too large",
    "pattern too large": "it is too large",
}
_SUMS: Final = frozenset({"sum", "sumif"})
# Calls that count in 64 bits by themselves: an operator need not be the one that overflowed.
_COUNTING: Final = re.compile(r"(?:bin|datetime|endof|make|range|row|startof|unixtime)(?:_?\w+)?|ceiling")


class EngineError(Exception):
    """What DuckDB says when it stops; it does not leave this room."""


def explained(error: EngineError, root: Node) -> ExecutionError:
    """Return the error for people."""
    first = str(error).strip().split("\n", 1)[0]
    words = _KIND.sub("", first)
    if "Referenced table" in first:
        return ExecutionError("a sub-query reads a column of the row that it stands in, which KQL does not allow")
    if "expression depth" in first:
        return ExecutionError(
            "an expression of the query nests deeper than the embedded engine goes; part it by `extend` or `let`"
        )
    for explain in (_overflow, _regex):
        if found := explain(words, root):
            return found
    return ExecutionError(words if words.startswith("a datetime ") else f"the embedded engine stopped: {words}")


def _overflow(words: str, root: Node) -> ExecutionError | None:
    nodes = list(walk(root))
    found: Sequence[Node]
    if match := _OVERFLOW.match(words):
        what = _ARTICLES.get(match[1], f"a {match[1]}")
        kind = UnaryExpression if match[1] == "negation" else BinaryExpression
        found = [one for one in nodes if isinstance(one, kind) and one.operator == _OPERATORS[match[1]]]
        if any(isinstance(one, FunctionCall) and _COUNTING.fullmatch(one.name.name) for one in nodes):
            found = []
    elif _ABS.match(words):
        what, found = "`abs`", _calls(nodes, {"abs"})
    elif _SUM.match(words):
        what, found = "a sum", _calls(nodes, _SUMS)
    else:
        return None
    message = f"the result of {what} is beyond what 64 bits hold: convert with `toreal()` first, or leave rows out"
    return ExecutionError(message, _only(found))


def _calls(nodes: Iterable[Node], names: Iterable[str]) -> list[Node]:
    return [one for one in nodes if isinstance(one, FunctionCall) and one.name.name in names]


def _regex(words: str, root: Node) -> ExecutionError | None:
    match = _REGEX.match(words)
    if match is None or match[1] not in _REGEX_FAULTS:
        return None
    pattern = match[2]
    message = f"`{pattern}` is no regular expression that KQL knows: {_REGEX_FAULTS[match[1]]}"
    # RE2 names the pattern, or the part of it that it can't read.
    texts = [one for one in walk(root) if isinstance(one, StringLiteral)]
    same = [one for one in texts if one.value == pattern]
    near = [one for one in texts if pattern and one.value and (pattern in one.value or one.value in pattern)]
    return ExecutionError(message, _only(same or near))


def _only(nodes: Sequence[Node]) -> Span | None:
    return nodes[0].span if len(nodes) == 1 else None
