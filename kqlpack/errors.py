"""What kqlpack raises. A fault in a user's text is a `Diagnostic`; these carry it over the Python API's border."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.source import Span


class Error(Exception):
    """The base of everything that kqlpack raises on purpose."""


class DiagnosedError(Error):
    """An error that is explained by diagnostics; its text is the first one's message."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        """Take at least one diagnostic."""
        self.diagnostics = tuple(diagnostics)
        super().__init__(self.diagnostics[0].message)


class KqlSyntaxError(DiagnosedError):
    """The KQL text does not parse."""


class PackError(DiagnosedError):
    """The pack can't be loaded."""


class RenderError(DiagnosedError):
    """The query's template can't be rendered with these values."""


class EmitError(DiagnosedError):
    """The pack can't become this target's artefacts."""


class UnsupportedError(Error):
    """The embedded engine does not do this exactly, so it does not do it. `construct` names it, `span` is its place."""

    def __init__(self, construct: str, span: Span, reason: str = "") -> None:
        """Name the construct in KQL's words; `reason` follows it in the message."""
        self.construct = construct
        self.span = span
        self.reason = reason
        super().__init__(f"the embedded engine does not support {construct}" + (f": {reason}" if reason else ""))


class ExecutionError(Error):
    """The query ran and failed, or its data could not be read. `span` is the place in the query, where one is known."""

    def __init__(self, message: str, span: Span | None = None) -> None:
        """Take a message for people."""
        self.span = span
        super().__init__(message)


class LiveError(Error):
    """The service refused or failed, or could not be asked.

    `code` is the service's own, or one of kqlpack's words where no service answered. `line` and `column` are the place
    in the query, counted from 1, where the service named one.
    """

    def __init__(self, message: str, code: str = "", *, line: int | None = None, column: int | None = None) -> None:
        """Take the message for people, the service's code, and the place."""
        self.code = code
        self.line = line
        self.column = column
        super().__init__(message)
