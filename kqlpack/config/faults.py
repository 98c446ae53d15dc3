"""What is wrong with a configuration. In: a place, a sentence, a remedy. Out: diagnostics, and the error with them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from kqlpack.diagnostics import Annotation, Diagnostic, Severity
from kqlpack.errors import DiagnosedError

if TYPE_CHECKING:
    from kqlpack.source import SourceFile, Span

RULE: Final = "configuration"


class ConfigError(DiagnosedError):
    """The configuration can't be read, or asks for what there is not: nothing is checked by half of it."""


def shown(path: str | os.PathLike[str]) -> str:
    """Return a path as people write it: from the current folder, where it can be reached from there."""
    try:
        return os.path.relpath(path)
    except ValueError:  # another drive of Windows
        return os.fspath(path)


def fault(file: SourceFile, span: Span, message: str, help: str) -> Diagnostic:
    """Return a finding in a file of configuration. It belongs to no rule, so that nothing can leave it out."""
    return Diagnostic("", RULE, Severity.ERROR, message, Annotation(file, span), help=help)
