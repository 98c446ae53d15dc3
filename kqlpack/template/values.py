"""What a template's expressions work on. In: `Value`. Out: plain Python values, `Text`, `Name`; and back to `Value`.

A parameter is, inside an expression, the Python value of its type; whatever an expression makes is typed by its Python
type when it comes to be written: `str` is a string, `int` a long, and so on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Final
from uuid import UUID

from kqlpack.pack.value import Kind, Value, ValueType
from kqlpack.values import Datetime, RelativeTime, Timespan

if TYPE_CHECKING:
    from kqlpack.source import SourceFile, Span


class Name(str):
    """A table's, column's or other name: compares as a text, is written as a name."""

    __slots__ = ("kind",)
    kind: Kind

    @classmethod
    def of(cls, text: str, kind: Kind) -> Name:
        """Make a name of a kind."""
        name = cls(text)
        name.kind = kind
        return name


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """A part of the output: the template's own text, or a hole with the value that goes there.

    `span` is its place in the query's template; `exact`: the very characters stand there. `secret`: the text, from
    `| raw`, may hold a secret. `included`: `span` counts in this file of macros, which the query brings in at `site`.
    """

    span: Span
    text: str = ""
    value: Value | None = None
    exact: bool = True
    secret: bool = False
    included: SourceFile | None = None
    site: Span | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Text:
    """Output that was caught: what a macro or `{% set %}` block made. Its holes are filled where it is written."""

    pieces: tuple[Piece, ...] = ()

    def __bool__(self) -> bool:
        """Tell whether there is anything in it."""
        return any(piece.text or piece.value is not None for piece in self.pieces)

    def plain(self) -> str | None:
        """Return the text, when there are no holes in it."""
        if any(piece.value is not None for piece in self.pieces):
            return None
        return "".join(piece.text for piece in self.pieces)

    def trimmed(self) -> Text:
        """Return it without white space at its ends."""
        pieces = [piece for piece in self.pieces if piece.text or piece.value is not None]
        while pieces and pieces[0].value is None and not pieces[0].text.strip():
            del pieces[0]
        while pieces and pieces[-1].value is None and not pieces[-1].text.strip():
            del pieces[-1]
        if pieces:
            pieces[0] = _cut(pieces[0], len(pieces[0].text) - len(pieces[0].text.lstrip()), 0)
            pieces[-1] = _cut(pieces[-1], 0, len(pieces[-1].text) - len(pieces[-1].text.rstrip()))
        return Text(tuple(pieces))


def _cut(piece: Piece, left: int, right: int) -> Piece:
    if piece.value is not None or not (left or right):
        return piece
    text = piece.text[left : len(piece.text) - right]
    span = type(piece.span)(piece.span.start + left, piece.span.end - right) if piece.exact else piece.span
    return replace(piece, span=span, text=text)


def unwrapped(value: Value) -> object:
    """Return what a parameter is inside an expression."""
    kind = value.type.kind
    if not kind.is_name:
        return value.value
    if isinstance(value.value, tuple):
        return tuple(Name.of(str(item), kind) for item in value.value)
    return Name.of(str(value.value), kind)


_KINDS: Final[tuple[tuple[type, Kind], ...]] = (
    (bool, Kind.BOOL),  # before int, which it is too
    (int, Kind.LONG),
    (float, Kind.REAL),
    (Decimal, Kind.DECIMAL),
    (Datetime, Kind.DATETIME),
    (RelativeTime, Kind.DATETIME),
    (Timespan, Kind.TIMESPAN),
    (UUID, Kind.GUID),
    (str, Kind.STRING),
    (dict, Kind.DYNAMIC),
    (list, Kind.DYNAMIC),
)


def wrapped(value: object) -> Value | None:
    """Return a Python value with its type, or None when a query can't hold it."""
    if isinstance(value, Value):
        return value
    if isinstance(value, tuple):
        return _wrapped_list(value)
    kind = _kind(value)
    return Value(ValueType(kind), value) if kind else None


def _wrapped_list(value: tuple[object, ...]) -> Value | None:
    kinds = {_kind(item) for item in value}
    if None in kinds:
        return None
    if len(kinds) == 1:
        (kind,) = kinds
        return Value(ValueType(kind or Kind.DYNAMIC, is_list=True), value)
    if any(kind and kind.is_name for kind in kinds):
        return None
    return Value(ValueType(Kind.DYNAMIC, is_list=True), value)


def _kind(value: object) -> Kind | None:
    if isinstance(value, Name):
        return value.kind
    return next((kind for type, kind in _KINDS if isinstance(value, type)), None)


def described(value: object) -> str:
    """Say what a value is, for messages."""
    if isinstance(value, Text):
        return "text that a macro made"
    if value is None:
        return "none"
    if isinstance(value, (tuple, list)):
        return "a list"
    if isinstance(value, dict):
        return "a mapping"
    kind = _kind(value)
    if kind is None:
        return "something that can't be written"
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"


def is_number(value: object) -> bool:
    """Tell whether a value of a template is a number; Python's booleans, which are integers, are not."""
    return isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)
