"""A workspace's profile from its file. In: a path. Out: `Profile`, and what is wrong with the file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeGuard

from kqlpack.catalog.model import Column
from kqlpack.catalog.profile import ANALYTICS, Profile, TableProfile
from kqlpack.catalog.types import scalar_type
from kqlpack.pack.document import MappingNode, Node, ScalarNode, SequenceNode, compose, plain_value
from kqlpack.pack.files import read_file
from kqlpack.pack.findings import SCHEMA_VIOLATION, Findings
from kqlpack.pack.foreign import JSON_SUFFIXES
from kqlpack.pack.format.profile import PROFILE
from kqlpack.pack.json_document import compose_json
from kqlpack.source import Span

if TYPE_CHECKING:
    from os import PathLike

    from kqlpack.diagnostics import Diagnostic


def load_profile(path: str | PathLike[str]) -> tuple[Profile, tuple[Diagnostic, ...]]:
    """Read a profile from JSON or YAML. Never raises; with an error among the diagnostics it can't be relied on."""
    path = Path(path)
    findings = Findings()
    file = read_file(path, {}, findings, "name a file that holds a profile")
    if file is None:
        return Profile(), findings.sorted()
    is_json = path.suffix.lower() in JSON_SUFFIXES
    root = compose_json(file, findings) if is_json else compose(file, findings).root
    if not isinstance(root, MappingNode):
        if not findings.items:
            findings.add(SCHEMA_VIOLATION, file, Span(0, 0), "the file does not begin with a key", "see its schema")
        return Profile(), findings.sorted()
    PROFILE.check(root, "the profile", findings)
    functions = root.get("functions")
    names = [item.text for item in functions.items if isinstance(item, ScalarNode)] if _is_list(functions) else []
    profile = Profile(
        tables={name: _table(name, node) for name, node in _mappings(root.get("tables"))},
        functions=frozenset(names),
        watchlists={name: _columns(node.get("columns")) for name, node in _mappings(root.get("watchlists"))},
        is_whole=_plain(root, "complete") is True,
    )
    return profile, findings.sorted()


def _table(name: str, node: MappingNode) -> TableProfile:
    plan = _plain(node, "plan")
    return TableProfile(
        name,
        plan if isinstance(plan, str) else ANALYTICS,
        _days(node, "retention_days"),
        _days(node, "total_retention_days"),
        _number(node, "gb_per_day"),
        _columns(node.get("columns")) if "columns" in node.entries else None,
        str(_plain(node, "last_record") or ""),
    )


def _is_list(node: Node | None) -> TypeGuard[SequenceNode]:
    return isinstance(node, SequenceNode)


def _mappings(node: Node | None) -> list[tuple[str, MappingNode]]:
    entries = node.entries.items() if isinstance(node, MappingNode) else ()
    return [(name, entry.value) for name, entry in entries if isinstance(entry.value, MappingNode)]


def _columns(node: Node | None) -> tuple[Column, ...]:
    entries = node.entries.items() if isinstance(node, MappingNode) else ()
    return tuple(
        Column(name, scalar_type(entry.value.text)) for name, entry in entries if isinstance(entry.value, ScalarNode)
    )


def _plain(node: MappingNode, key: str) -> object:
    value = node.get(key)
    return plain_value(value) if isinstance(value, ScalarNode) else None


def _days(node: MappingNode, key: str) -> int | None:
    value = _plain(node, key)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _number(node: MappingNode, key: str) -> float | None:
    value = _plain(node, key)
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) and value >= 0 else None
