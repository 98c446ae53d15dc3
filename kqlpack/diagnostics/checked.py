"""What a run looked at, beside what it found. In: counts. Out: `Checked`, `Skipped`, `Subject`, `Suppressed`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kqlpack.diagnostics.model import Diagnostic


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that was not checked, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Subject:
    """A query that was checked: its file and its id, which is empty where a file's queries have none."""

    path: str
    query: str = ""


@dataclass(frozen=True, slots=True)
class Suppressed:
    """A finding that is not reported, and why. `in_source`: by a comment beside it, and not by a list elsewhere."""

    diagnostic: Diagnostic
    reason: str = ""
    in_source: bool = True


@dataclass(frozen=True, slots=True)
class Checked:
    """How much was checked. `queries` counts those of packs and of other files; `variants` what they rendered to.

    `subjects` are the queries one by one; `suppressed` is what was found and is not reported. `hidden`: how many
    findings a baseline hides; None where there is none.
    """

    files: int = 0
    packs: int = 0
    queries: int = 0
    variants: int = 0
    skipped: tuple[Skipped, ...] = ()
    subjects: tuple[Subject, ...] = ()
    suppressed: tuple[Suppressed, ...] = ()
    hidden: int | None = None

    @property
    def is_nothing(self) -> bool:
        """Whether not one query was checked."""
        return self.queries == 0
