"""Sets a text and proves it. In: a `SourceFile` of KQL. Out: `Formatted`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kqlpack.diagnostics import Annotation, Diagnostic, Severity
from kqlpack.format.layout import MAX_NESTING, lay_out, nests_too_deeply
from kqlpack.format.safety import difference
from kqlpack.source import SourceFile, Span
from kqlpack.syntax import parse

if TYPE_CHECKING:
    from collections.abc import Collection

# Code and slug of the finding that a text could not be set.
FAILED: Final = "KQL409"
_SLUG: Final = "format-failed"


@dataclass(frozen=True, slots=True, eq=False)
class Formatted:
    """A text in the one style; with `diagnostics`, `text` is what it was."""

    file: SourceFile
    text: str
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the text could be set."""
        return not self.diagnostics

    @property
    def is_changed(self) -> bool:
        """Whether the text looks different now."""
        return self.text != self.file.text


def format(file: SourceFile, *, pinned: Collection[str] = ()) -> Formatted:
    """Set a text; never raises, whatever the text.

    What comes out has the same tokens, comments and tree, and setting it again changes nothing: this is checked before
    it is returned. A text with a syntax error stays as it is. Comments whose text is in `pinned` keep their place among
    the tokens; others may change sides with a comma, semicolon or pipe.
    """
    parsed = parse(file)
    if not parsed.ok:
        return Formatted(file, file.text, parsed.diagnostics)
    if nests_too_deeply(parsed):
        return _failed(file, f"brackets nest more than {MAX_NESTING} deep")
    text = lay_out(parsed, pinned)
    again = parse(SourceFile(file.path, text))
    wrong = difference(parsed, again)
    if wrong is None and lay_out(again, pinned) != text:
        wrong = "a second run would change the result"
    return _failed(file, wrong) if wrong else Formatted(file, text)


def _failed(file: SourceFile, why: str) -> Formatted:
    return Formatted(file, file.text, (failed(file, Span(0, 0), why),))


def failed(file: SourceFile, span: Span, why: str) -> Diagnostic:
    """Return the finding that a text could not be set, and why."""
    message = f"this text was left as it is: {why}"
    help = "set it by hand, or put `// kqlpack: format off` before the part that stands in the way"
    return Diagnostic(FAILED, _SLUG, Severity.ERROR, message, Annotation(file, span), help=help)
