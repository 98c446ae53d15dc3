"""What kqlpack says about a text, and how it would mend it. Values only."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kqlpack.source import SourceFile, Span


class Severity(StrEnum):
    """How bad a finding is; `rank` orders them, error highest."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """2 for error, 1 for warning, 0 for info."""
        return {"error": 2, "warning": 1, "info": 0}[self.value]


class Applicability(StrEnum):
    """What may be done with a fix: shown only, applied on request (may change meaning), applied by `--fix`."""

    DISPLAY_ONLY = "display-only"
    UNSAFE = "unsafe"
    SAFE = "safe"


@dataclass(frozen=True, slots=True)
class Annotation:
    """A place and, optionally, a word about it. `span` counts characters of `file.text`."""

    file: SourceFile
    span: Span
    text: str = ""


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the characters under `span` (of the diagnostic's primary file) by `text`."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """Edits that belong together; they don't overlap."""

    title: str
    edits: tuple[Edit, ...]
    applicability: Applicability = Applicability.SAFE


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding.

    `code` (KQLnnn) and `rule` (the slug) name the same rule. `message` is one sentence about the thing in backticks;
    `help` says what to write instead. `query` is the id of the query it was found in and `parameters` the values
    (as KQL text) of the variant that shows it, where it needs a particular one. `rendered` is the place in the query as
    it was rendered, for one that came out of a template.
    """

    code: str
    rule: str
    severity: Severity
    message: str
    primary: Annotation
    related: tuple[Annotation, ...] = ()
    help: str = ""
    fix: Fix | None = None
    query: str | None = None
    parameters: tuple[tuple[str, str], ...] = ()
    rendered: Annotation | None = field(default=None, compare=False, repr=False)

    @property
    def file(self) -> SourceFile:
        """The file of the primary place."""
        return self.primary.file

    @property
    def span(self) -> Span:
        """The primary place, in characters of its file."""
        return self.primary.span

    @property
    def url(self) -> str:
        """The rule's documentation page, relative to the project's root."""
        return f"docs/rules/{self.rule}.md"

    @property
    def sort_key(self) -> tuple[str | int, ...]:
        """Path, offset, code: the order in which findings are printed; then whatever else tells two of them apart."""
        place = (self.file.path, self.span.start, self.code, self.span.end, self.message)
        return (*place, -self.severity.rank, self.query or "", repr(self.parameters), self.help)
