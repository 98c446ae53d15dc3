"""render-limit."""

from kqlpack.diagnostics import Severity
from kqlpack.lint.registry import Group, reported


@reported(code="KQL503", group=Group.TEMPLATE, severity=Severity.ERROR)
def render_limit() -> None:
    """Find a template that does not come to an end in time.

    Templates are bounded in steps, size and depth, so that a pack can't stop whoever renders it. Loop over fewer
    values, or let KQL do the work.
    """
