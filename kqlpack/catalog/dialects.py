"""The places that run KQL, and what each lacks. In: a place and a name. Out: `Lack`, or None. See dialects.tsv."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

_PAGES = "https://learn.microsoft.com/"
_FILE = Path(__file__).parent / "data" / "dialects.tsv"


class Dialect(StrEnum):
    """A place that runs KQL; the values are the names that users write."""

    LOG_ANALYTICS = "log-analytics"
    SENTINEL = "sentinel"
    DEFENDER_XDR = "defender-xdr"
    AZURE_DATA_EXPLORER = "azure-data-explorer"
    RESOURCE_GRAPH = "resource-graph"

    @property
    def full_name(self) -> str:
        """The name that people know it by."""
        return _TITLES[self]

    @property
    def has_catalogue(self) -> bool:
        """Whether its tables are those of the catalogue. Those of others are not known: they are open."""
        return self not in {Dialect.AZURE_DATA_EXPLORER, Dialect.RESOURCE_GRAPH}


_TITLES = {
    Dialect.LOG_ANALYTICS: "Log Analytics",
    Dialect.SENTINEL: "Microsoft Sentinel",
    Dialect.DEFENDER_XDR: "Defender XDR's advanced hunting",
    Dialect.AZURE_DATA_EXPLORER: "Azure Data Explorer",
    Dialect.RESOURCE_GRAPH: "Azure Resource Graph",
}
_SHORT = {
    "la": Dialect.LOG_ANALYTICS,
    "ms": Dialect.SENTINEL,
    "dx": Dialect.DEFENDER_XDR,
    "ad": Dialect.AZURE_DATA_EXPLORER,
    "rg": Dialect.RESOURCE_GRAPH,
}


@dataclass(frozen=True, slots=True)
class Lack:
    """Something that some dialects lack. `kind`: function, plugin, operator or statement; `instead` may be empty."""

    kind: str
    name: str
    dialects: frozenset[Dialect]
    instead: str
    page: str


def lack(dialect: Dialect, kind: str, name: str) -> Lack | None:
    """Return what is known about a dialect's lack of something; None where it has it, or nobody says."""
    found = lacks().get((kind, name))
    return found if found is not None and dialect in found.dialects else None


@cache
def lacks() -> dict[tuple[str, str], Lack]:
    """Return all rows, by kind and name."""
    rows = {}
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            kind, name, dialects, instead, page = line.split("\t")
            places = frozenset(_SHORT[short] for short in dialects.split())
            rows[kind, name] = Lack(kind, name, places, instead, _PAGES + page)
    return rows
