"""hole-in-literal."""

from kqlpack.diagnostics import Severity
from kqlpack.lint.registry import Group, reported


@reported(code="KQL507", group=Group.TEMPLATE, severity=Severity.ERROR)
def hole_in_literal() -> None:
    """Find a value where it can't be written safely: inside a literal or comment of a kind that can't hold it.

    A list inside a string, a text inside `datetime(...)`, a value in the middle of an escape. Put the value
    outside, where it becomes a literal of its own.
    """
