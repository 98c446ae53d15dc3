"""duplicate-name."""

from kqlpack.diagnostics import Severity
from kqlpack.lint.registry import Group, reported


@reported(code="KQL632", group=Group.PACK, severity=Severity.ERROR)
def duplicate_name() -> None:
    """Find two packs with one name, among those that are checked together.

    Other packs ask for a pack by its name (`requires: packs:`), and the names of what a pack publishes are made from
    it: of two such packs, one would replace the other's saved searches. A copy that was to become a pack of its own
    needs a name of its own.
    """
