"""dependency-drift."""

from kqlpack.diagnostics import Severity
from kqlpack.lint.registry import Group, reported


@reported(code="KQL663", group=Group.PACK, severity=Severity.ERROR)
def dependency_drift() -> None:
    """Find a required pack that is not the one that `kqlpack.lock` pins.

    Its version is another, or its files have changed since: the queries are no longer those that were checked. A lock
    that can't be read is told as well.

    If the change is meant, write the lock anew with `kqlpack lock PACK`, and look at what changed; otherwise bring back
    what was pinned.
    """
