"""Lets a pack's queries call its functions and its dependencies'. In: a pack, a rendered text. Out: that behind `let`s.

A saved function is known to the workspace it was published to, and to nobody else: for checking and for the embedded
engine, each one that a query names stands before it as a `let`. In a function's own body its parameters are `let`s.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from kqlpack.diagnostics import Annotation, Diagnostic, relocate
from kqlpack.source import Segment, SourceFile, SourceMap, Span
from kqlpack.syntax import parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kqlpack.pack import Function, Pack, Query

# A value of each type for a parameter without a default: what is known of it is its type.
_TYPED_NULLS: Final = {
    "string": '""',
    "bool": "bool(null)",
    "int": "int(null)",
    "long": "long(null)",
    "real": "real(null)",
    "decimal": "decimal(null)",
    "datetime": "datetime(null)",
    "timespan": "timespan(null)",
    "guid": "guid(null)",
    "dynamic": "dynamic(null)",
}


@dataclass(frozen=True, slots=True)
class Prepared:
    """A text with what it needs before it. `length` is that of the `let`s, of which nobody wants to hear."""

    file: SourceFile
    map: SourceMap
    length: int = 0

    def relocate(self, found: Iterable[Diagnostic]) -> list[Diagnostic]:
        """Carry findings back to the author's file; those in the `let`s are left out."""
        return [relocate(self._without_notes(one), self.file, self.map) for one in found if self._shows(one.primary)]

    def _without_notes(self, found: Diagnostic) -> Diagnostic:
        return replace(found, related=tuple(note for note in found.related if self._shows(note)))

    def _shows(self, place: Annotation) -> bool:
        return place.file is not self.file or place.span.start >= self.length


def prepare(pack: Pack, query: Query, file: SourceFile, source_map: SourceMap) -> Prepared:
    """Put the `let`s before a rendered text. `query` may be the body of one of the pack's functions."""
    own = next((function for function in pack.functions.values() if function.body is query), None)
    lets = [] if own is None else [f"let {name} = {_value(type_, default)};" for name, type_, default in own.parameters]
    functions = pack.visible_functions
    if functions:
        seen = {own.name} if own else set()
        lets = [*(_let(one, body) for one, body in _needed(functions, _names(file), seen)), *lets]
    if not lets:
        return Prepared(file, source_map)
    prelude = " ".join(lets) + "\n"
    length = len(prelude)
    start = source_map.segments[0].origin.start if source_map.segments else 0
    segments = [Segment(Span(0, length), Span(start, start), exact=False)]
    segments += [replace(one, derived=one.derived.shift(length)) for one in source_map.segments]
    return Prepared(
        SourceFile(file.path, prelude + file.text),
        replace(source_map, segments=tuple(segments)),
        length,
    )


def _needed(functions: Mapping[str, Function], names: Iterable[str], seen: set[str]) -> list[tuple[Function, str]]:
    """Return the functions that the names call, those that they call in turn before them, with their bodies."""
    from kqlpack.template import render

    found: list[tuple[Function, str]] = []
    stack: list[tuple[str, str | None]] = [(name, None) for name in names if name in functions]
    while stack:
        name, body = stack.pop()
        if body is not None:
            found.append((functions[name], body))
            continue
        if name in seen:
            continue
        seen.add(name)
        rendered = render(functions[name].body, {})
        # A body that can't be read has its own finding; its callers are told that there is no such function.
        if rendered.ok and parse(rendered.file).ok:
            stack.append((name, rendered.text))
            stack.extend((one, None) for one in _names(rendered.file) if one in functions)
    return found


def _names(file: SourceFile) -> list[str]:
    return [token.text for token in parse(file).tokens if token.kind == "IDENT"]


def _let(function: Function, body: str) -> str:
    parameters = ", ".join(
        f"{name}: {_type(type_)}" + (f" = {default}" if default is not None else "")
        for name, type_, default in function.parameters
    )
    # The body's last line may be a comment.
    return f"let {function.name} = ({parameters}) {{\n{body.rstrip().rstrip(';')}\n}};"


def _type(type_: str) -> str:
    return type_ if type_ in _TYPED_NULLS else "dynamic"


def _value(type_: str, default: str | None) -> str:
    return default if default is not None else _TYPED_NULLS.get(type_, "dynamic(null)")
