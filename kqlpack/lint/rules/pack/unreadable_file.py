"""unreadable-file."""

from kqlpack.diagnostics import Severity
from kqlpack.lint.registry import Group, reported


@reported(code="KQL605", group=Group.PACK, severity=Severity.ERROR)
def unreadable_file() -> None:
    """Find a file of a pack that can't be read.

    It does not exist, may not be opened, is not UTF-8, or is larger than any pack's file should be; or it is a link by
    which a macro would lie outside of the pack's folder `macros`. What stands in it is not checked.
    """
