"""dependency-unpinned."""

from kqlpack.diagnostics import Severity
from kqlpack.lint.registry import Group, reported


@reported(code="KQL664", group=Group.PACK, severity=Severity.WARNING)
def dependency_unpinned() -> None:
    """Find a required pack that `kqlpack.lock` does not pin.

    Where the lock is missing, or does not have the pack, another machine may take another version of it, and render
    other queries from the same files. Run `kqlpack lock PACK`, and commit what it writes beside the pack.
    """
