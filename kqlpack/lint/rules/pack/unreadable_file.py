"""unreadable-file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.diagnostics import Severity
from kqlpack.lint.registry import Group, rule
from kqlpack.pack import Pack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import Context


@rule(
    code="KQL605",
    group=Group.PACK,
    severity=Severity.ERROR,
    on=(Pack,),
    reports=True,
)
def unreadable_file(pack: Pack, context: Context) -> Iterator[Diagnostic]:
    """Find a file of a pack that can't be read.

    It does not exist, may not be opened, is not UTF-8, or is larger than any pack's file should be. What stands in it
    is not checked.
    """
    yield from (found for found in pack.diagnostics if found.rule == context.rule.slug)
