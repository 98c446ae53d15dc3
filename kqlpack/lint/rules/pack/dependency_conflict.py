"""dependency-conflict."""

from kqlpack.diagnostics import Severity
from kqlpack.lint.registry import Group, reported


@reported(code="KQL661", group=Group.PACK, severity=Severity.ERROR)
def dependency_conflict() -> None:
    """Find a required pack of which no version fits.

    One version of a pack is taken for all who require it, for a workspace knows a function's name once. When `sign-ins`
    requires `common: "^1.0"` and a pack that it also requires wants `common: "^2.0"`, there is none. The message says
    who wants what, and which versions there are.

    Change one of the ranges, or put a version that fits all of them where packs are looked for.
    """
