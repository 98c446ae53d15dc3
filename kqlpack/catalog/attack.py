"""MITRE ATT&CK Enterprise as data: tactics, techniques, what became of old ones. In: nothing. Out: `Attack`.

Loaded when it is first asked for: most runs have none to look up. Source and licence: NOTICE, and the data's header.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

VERSION: Final = "19.2"
_DATA: Final = Path(__file__).parent / "data" / "attack.tsv"


@dataclass(frozen=True, slots=True)
class Technique:
    """A technique, or a sub-technique. `tactics` are in Microsoft Sentinel's words."""

    id: str
    name: str
    tactics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Old:
    """A technique that is no more. `instead` replaces it, if one technique does; `is_recent`: since version 19."""

    id: str
    instead: str = ""
    is_recent: bool = False


@dataclass(frozen=True, slots=True)
class Attack:
    """What is known. `tactics` lead from ids and names, both folded, to names as Microsoft Sentinel writes them."""

    tactics: Mapping[str, str]
    techniques: Mapping[str, Technique]
    old: Mapping[str, Old]

    def tactic(self, text: str) -> str:
        """Return the tactic that a text means, whatever its case and its spaces; empty where it is none."""
        return self.tactics.get(folded(text), "")

    @property
    def newest(self) -> str:
        """The greatest id: what is beyond it may be newer than these data."""
        return max(self.techniques)


def folded(text: str) -> str:
    """Return a name without case, spaces, hyphens and underscores."""
    return text.casefold().translate(_SEPARATORS)


_SEPARATORS: Final = str.maketrans("", "", " -_")


@cache
def load_attack() -> Attack:
    """Return the bundled data."""
    tactics: dict[str, str] = {}
    techniques: dict[str, Technique] = {}
    old: dict[str, Old] = {}
    for line in _DATA.read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        kind, id, name, more, since = line.split("\t")
        if kind == "tactic":
            tactics |= {folded(one): name for one in (id, name) if one}
        elif kind == "technique":
            techniques[id] = Technique(id, name, tuple(more.split()))
        else:
            old[id] = Old(id, more, since == "19")
    return Attack(tactics, techniques, old)
