"""target-limits."""

from kqlpack.diagnostics import Severity
from kqlpack.lint.registry import Group, reported


@reported(code="KQL620", group=Group.PACK, severity=Severity.ERROR)
def target_limits() -> None:
    """Find what a query says that its target can't hold; `kqlpack build` reports it, and writes nothing.

    A saved search has at most 15 tags, with values of at most 256 characters, and needs a category and a name; the
    alias of a saved function has no spaces and doesn't begin with `_`.
    """
