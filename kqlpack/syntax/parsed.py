"""The outcome of parsing. In: nothing. Out: `Token`, `Parsed`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from kqlpack.source import Span

if TYPE_CHECKING:
    from collections.abc import Callable

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.source import SourceFile
    from kqlpack.syntax.nodes import QueryBlock


class Token(NamedTuple):
    """A token: `kind` is the grammar's terminal, `trivia` the white space and comments before it."""

    kind: str
    text: str
    start: int
    trivia: str

    @property
    def span(self) -> Span:
        """The characters of the token, without its trivia."""
        return Span(self.start, self.start + len(self.text))


@dataclass(frozen=True, slots=True)
class Mended:
    """A place where something else was read than what stands there: `text` instead of the characters of `span`."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Parsed:
    """A parsed text. `root` is always a whole tree; where the text was broken, `mended` tells what was read instead.

    A name that was put in is empty, and nothing is known of it.
    """

    file: SourceFile
    root: QueryBlock
    diagnostics: tuple[Diagnostic, ...] = ()
    mended: tuple[Mended, ...] = ()
    # Not all ask for the tokens: they are listed when one does.
    _lexed: Callable[[], tuple[Token, ...]] = tuple
    _listed: list[tuple[Token, ...]] = field(default_factory=list)

    @property
    def tokens(self) -> tuple[Token, ...]:
        """The tokens of the text, also of what fits nowhere."""
        if not self._listed:
            self._listed.append(self._lexed())
        return self._listed[0]

    @property
    def ok(self) -> bool:
        """Whether the text is valid KQL."""
        return not self.diagnostics

    @property
    def text(self) -> str:
        """The text that was parsed."""
        return self.file.text
