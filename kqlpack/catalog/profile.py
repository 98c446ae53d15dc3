"""What is known of one workspace. In: nothing. Out: `Profile`, for checks that need more than the tables' columns.

Plans and what they refuse: Azure Monitor's pages "Select a table plan" and "Query data in a Basic and Auxiliary table".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kqlpack.catalog.model import Column

ANALYTICS: Final = "analytics"
# Plans on which queries pay for what they scan, and may do less.
SCANNED: Final = frozenset({"basic", "auxiliary"})


@dataclass(frozen=True, slots=True)
class TableProfile:
    """A table as a workspace has it. Days and gigabytes are None where nobody says.

    `retention_days`: how long queries see a row. `total_retention_days`: how long it is kept at all. `gb_per_day`: what
    comes in on a usual day. `columns` None: those of the catalogue. `last_record`: ISO 8601, empty where unknown.
    """

    name: str
    plan: str = ANALYTICS
    retention_days: int | None = None
    total_retention_days: int | None = None
    gb_per_day: float | None = None
    columns: tuple[Column, ...] | None = None
    last_record: str = ""

    @property
    def is_scanned(self) -> bool:
        """Whether queries of it pay for what they scan."""
        return self.plan in SCANNED


@dataclass(frozen=True, slots=True)
class Profile:
    """A workspace: its tables by name, the names of its functions, and its watchlists' columns by alias.

    `is_whole`: it names every table that the workspace has, so that others are not there.
    """

    tables: Mapping[str, TableProfile] = field(default_factory=dict)
    functions: frozenset[str] = frozenset()
    watchlists: Mapping[str, tuple[Column, ...]] = field(default_factory=dict)
    is_whole: bool = False
