"""What a run looked at, beside what it found. In: counts. Out: `Checked`, `Skipped`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that was not checked, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Checked:
    """How much was checked. `queries` counts those of packs and of other files; `variants` what they rendered to.

    `hidden`: how many findings a baseline hides; None where there is none.
    """

    files: int = 0
    packs: int = 0
    queries: int = 0
    variants: int = 0
    skipped: tuple[Skipped, ...] = ()
    hidden: int | None = None

    @property
    def is_nothing(self) -> bool:
        """Whether not one query was checked."""
        return self.queries == 0
