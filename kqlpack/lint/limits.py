"""What rules on the limits of Azure share. In: settings of a target. Out: seconds, findings at a key."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kqlpack.diagnostics import Annotation
from kqlpack.values import TICKS_PER_SECOND

if TYPE_CHECKING:
    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import Context
    from kqlpack.pack.document import MappingNode


def seconds(value: object) -> float | None:
    """Return how long an ISO 8601 duration is; None for what is none, which the schema tells."""
    from kqlpack.pack.reading import parse_timespan  # here: most runs see no pack

    span = parse_timespan(value) if isinstance(value, str) else None
    return None if span is None else span.ticks / TICKS_PER_SECOND


def told(context: Context, settings: MappingNode, key: str, message: str, help: str) -> Diagnostic:
    """Return a finding at a key of a target's settings."""
    found = context.finding(settings.key_span(key), message, help=help)
    return replace(found, primary=Annotation(settings.file, settings.key_span(key)))
