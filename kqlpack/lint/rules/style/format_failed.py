"""format-failed."""

from kqlpack.diagnostics import Severity
from kqlpack.lint.registry import Group, reported


@reported(code="KQL409", group=Group.STYLE, severity=Severity.ERROR)
def format_failed() -> None:
    """Find a query that `kqlpack format` could not prove to be the same after formatting, and left as it was.

    Before a file is written, its tokens, comments and tree are compared with those it had, and a second run must change
    nothing. Where one of these fails, kqlpack is at fault and not the query. The file stays untouched.
    """
