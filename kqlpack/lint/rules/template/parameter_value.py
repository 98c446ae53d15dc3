"""parameter-value."""

from kqlpack.diagnostics import Severity
from kqlpack.lint.registry import Group, reported


@reported(code="KQL502", group=Group.TEMPLATE, severity=Severity.ERROR)
def parameter_value() -> None:
    """Find a value that a parameter does not take.

    It is of another type, beyond `min` and `max`, not among `allowed`, or missing though the parameter has no
    default. Values come from callers, tests and `examples`; what the pack itself says is checked when it is loaded.
    """
