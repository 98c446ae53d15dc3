"""What is known about tables and columns beyond names and types. In: a row of JSON. Out: `TableFacts`, `ColumnFacts`.

A fact is there only where a source supports it; its absence says nothing. The rows name their sources: `source` holds
keys of the row `*sources`, or a citation.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

PAGES = "https://learn.microsoft.com/azure/azure-monitor/reference/tables/"


@dataclass(frozen=True, slots=True)
class Deprecation:
    """Why not to use a table or a column any more.

    `state` is one of: deprecated, retired, retiring, legacy, legacy name, superseded, planned, placeholder.
    `replacements` are names to use instead, where names can say it; a single one is not a promise that nothing else
    changes. `date` is a day (ISO 8601), or empty: when it ends, or has ended.
    """

    state: str
    replacements: tuple[str, ...] = ()
    date: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class TableFacts:
    """A table beyond its columns. `basic_plan`: whether it may be on the Basic plan; None where nobody says."""

    name: str
    category: str = ""
    resource_types: tuple[str, ...] = ()
    basic_plan: bool | None = None
    page: str = ""
    deprecated: Deprecation | None = None


@dataclass(frozen=True, slots=True)
class ColumnFacts:
    """A column beyond its type.

    `case` says how its text varies: `guid` (a guid, or its lower-case text), `lower`, `exact` (one documented
    spelling), `varying` (compare with =~), or empty. `shape` is `object` or `array` for JSON inside. `values` are the
    documented ones. `match_instead` is the column to compare instead of this text. `flags`: identifier, nullable,
    sparse, free_text, json_in_string, number_as_string, attacker_controlled, quoted, localised, pii, ... .
    """

    case: str = ""
    shape: str = ""
    values: tuple[str, ...] = ()
    match_instead: str = ""
    flags: frozenset[str] = field(default_factory=frozenset)
    deprecated: Deprecation | None = None


def table_facts(name: str, row: str) -> TableFacts:
    """Read a table's row."""
    data = _parse(row)
    return TableFacts(
        name=name,
        category=data.get("category", ""),
        resource_types=tuple(data.get("resource_types", ())),
        basic_plan=data.get("basic_plan"),
        page=PAGES + name.lower() if data.get("page") else "",
        deprecated=_deprecation(data),
    )


def column_facts(row: str) -> dict[str, ColumnFacts]:
    """Read what a table's row says about its columns."""
    data = _parse(row)
    return {
        name: ColumnFacts(
            case=entry.get("case", ""),
            shape=entry.get("shape", ""),
            values=tuple(entry.get("values", ())),
            match_instead=entry.get("match_instead", ""),
            flags=frozenset(entry.get("flags", ())),
            deprecated=_deprecation(entry),
        )
        for name, entry in data.get("columns", {}).items()
    }


def _parse(row: str) -> dict[str, Any]:
    import json  # here: most runs ask for no facts

    data: dict[str, Any] = json.loads(row)
    return data


def _deprecation(entry: dict[str, Any]) -> Deprecation | None:
    data = entry.get("deprecated")
    if data is None:
        return None
    return Deprecation(data["state"], tuple(data.get("replacements", ())), data.get("date", ""), data.get("source", ""))
