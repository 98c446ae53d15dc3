"""What an importer found out about a query or a function. In: nothing. Out: `Adoptable`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kqlpack.pack.identity import Owner


@dataclass(slots=True)
class Adoptable:
    """A query in a pack's own words; with `function`, a saved function of that name.

    `publish` is as the pack writes it. `owner`: the query or function of a pack that it was built of. `lost`: sentences
    on what is not kept. `reason`: why it can't be taken at all.
    """

    title: str = ""
    description: str = ""
    severity: str = ""
    tactics: list[str] = field(default_factory=list)
    techniques: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    timespan: str = ""
    entities: list[dict[str, Any]] = field(default_factory=list)
    publish: dict[str, Any] = field(default_factory=dict)
    owner: Owner | None = None
    version: str = ""
    text: str | None = None
    function: str = ""
    category: str = ""
    parameters: list[dict[str, Any]] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    reason: str = ""
