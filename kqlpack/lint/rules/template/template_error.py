"""template-error."""

from kqlpack.diagnostics import Severity
from kqlpack.lint.registry import Group, reported


@reported(code="KQL504", group=Group.TEMPLATE, severity=Severity.ERROR)
def template_error() -> None:
    """Find an operation that a template can't do with the values it has.

    An index beyond a list's end, a division by zero, a filter on a value of another type. The message names the
    tag.
    """
