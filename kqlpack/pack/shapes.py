"""What a YAML node may look like. In: a node. Out: findings where it looks different; and the same as JSON Schema.

A format is written down once, as a `Record` of shapes (kqlpack.pack.format): the loader checks with it, editors get it
as JSON Schema, and the keys that a message suggests come from it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from kqlpack.pack.document import TAG_NAMES, MappingNode, Node, ScalarNode, SequenceNode
from kqlpack.pack.findings import SCHEMA_VIOLATION, Findings, one_of, replacing, similar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kqlpack.source import Span


class Shape(Protocol):
    """Something that a node can be checked against."""

    def check(self, node: Node, what: str, findings: Findings) -> None:
        """Report how the node differs; `what` names it in messages."""

    def json_schema(self) -> dict[str, Any]:
        """Return the JSON Schema of the same."""


def _report(findings: Findings, node: Node, message: str, help: str, span: Span | None = None, **more: Any) -> None:
    findings.add(SCHEMA_VIOLATION, node.file, span or node.span, message, help, **more)


def _kind(node: Node) -> str:
    if isinstance(node, ScalarNode):
        return TAG_NAMES[node.tag]
    return "a list" if isinstance(node, SequenceNode) else "a mapping"


@dataclass(frozen=True, slots=True)
class Text:
    """A text; with `choices` one of them, with `pattern` one that it matches (`hint` says what that looks like)."""

    choices: tuple[str, ...] = ()
    pattern: str = ""
    hint: str = ""
    may_be_empty: bool = False

    def check(self, node: Node, what: str, findings: Findings) -> None:
        """Report a node that is no text, or not such a text."""
        if not isinstance(node, ScalarNode):
            _report(findings, node, f"{what} is {_kind(node)}, where a text belongs", self._help())
        elif node.tag == "null":
            _report(findings, node, f"{what} is empty", self._help())
        elif node.tag != "str" and not self.choices:
            quoted = f'"{node.text}"'
            _report(
                findings,
                node,
                f"{what} `{node.text}` is {TAG_NAMES[node.tag]} to YAML, not a text",
                f"put it in quotes: `{quoted}`",
                fix=replacing(f"Write `{quoted}`", node.span, quoted),
            )
        elif self.choices and node.text not in self.choices:
            meant = similar(node.text, self.choices)
            help = f"write {one_of(self.choices)}"
            if meant:
                help = f"did you mean `{meant}`?" + (
                    f" It can be {one_of(self.choices)}" if len(self.choices) < 9 else ""
                )
            _report(findings, node, f"{what} can't be `{_shortened(node.text)}`", help)
        elif self.pattern and not re.fullmatch(self.pattern, node.text):
            _report(findings, node, f"{what} `{_shortened(node.text)}` does not have the right form", self._help())
        elif not node.text.strip() and not self.may_be_empty:
            _report(findings, node, f"{what} is empty", self._help())

    def _help(self) -> str:
        return "write " + (one_of(self.choices) or self.hint or "a text")

    def json_schema(self) -> dict[str, Any]:
        """Return the JSON Schema."""
        schema: dict[str, Any] = {"type": "string"}
        if self.choices:
            schema["enum"] = list(self.choices)
        if self.pattern:
            schema["pattern"] = f"^(?:{self.pattern})$"
        if not (self.choices or self.pattern or self.may_be_empty):
            schema["minLength"] = 1
        return schema


def _shortened(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 40 else text[:39] + "…"


@dataclass(frozen=True, slots=True)
class Typed:
    """A single value of YAML's own types: `bool`, `int` or `float` (which an `int` is too)."""

    tag: str
    minimum: int | None = None

    def check(self, node: Node, what: str, findings: Findings) -> None:
        """Report a node of another type."""
        wanted = "`true` or `false`" if self.tag == "bool" else TAG_NAMES[self.tag]
        tags = {"int", "float"} if self.tag == "float" else {self.tag}
        if not isinstance(node, ScalarNode) or node.tag not in tags:
            _report(findings, node, f"{what} is {_kind(node)}, where {wanted} belongs", f"write {wanted}")
        elif self.minimum is not None and re.fullmatch(r"-?\d+", node.text) and int(node.text) < self.minimum:
            _report(findings, node, f"{what} is less than {self.minimum}", f"write {self.minimum} or more")

    def json_schema(self) -> dict[str, Any]:
        """Return the JSON Schema."""
        names = {"bool": "boolean", "int": "integer", "float": "number"}
        schema: dict[str, Any] = {"type": names[self.tag]}
        if self.minimum is not None:
            schema["minimum"] = self.minimum
        return schema


@dataclass(frozen=True, slots=True)
class Anything:
    """Any value; somebody else looks at it (a parameter's default is read by the parameter's type)."""

    def check(self, node: Node, what: str, findings: Findings) -> None:
        """Report nothing."""

    def json_schema(self) -> dict[str, Any]:
        """Return the JSON Schema."""
        return {}


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list whose items all have one shape; `item` names one of them."""

    shape: Shape
    item: str = "the entry"

    def check(self, node: Node, what: str, findings: Findings) -> None:
        """Report a node that is no list, and what is wrong with its items."""
        if not isinstance(node, SequenceNode):
            _report(
                findings,
                node,
                f"{what} is {_kind(node)}, where a list belongs",
                "write a list: `[...]`, or lines that begin with `- `",
            )
            return
        for item in node.items:
            self.shape.check(item, self.item, findings)

    def json_schema(self) -> dict[str, Any]:
        """Return the JSON Schema."""
        return {"type": "array", "items": self.shape.json_schema()}


@dataclass(frozen=True, slots=True)
class MapOf:
    """A mapping whose keys are free and whose values all have one shape."""

    shape: Shape
    key_pattern: str = ""
    key_hint: str = ""

    def check(self, node: Node, what: str, findings: Findings) -> None:
        """Report a node that is no mapping, and what is wrong with its entries."""
        if not isinstance(node, MappingNode):
            _report(findings, node, f"{what} is {_kind(node)}, where a mapping belongs", "write `name: value` lines")
            return
        for key, entry in node.entries.items():
            if self.key_pattern and not re.fullmatch(self.key_pattern, key):
                _report(findings, entry.key, f"`{_shortened(key)}` can't be a key of {what}", f"write {self.key_hint}")
            self.shape.check(entry.value, f"`{key}`", findings)

    def json_schema(self) -> dict[str, Any]:
        """Return the JSON Schema."""
        schema: dict[str, Any] = {"type": "object", "additionalProperties": self.shape.json_schema()}
        if self.key_pattern:
            schema["propertyNames"] = {"pattern": f"^(?:{self.key_pattern})$"}
        return schema


@dataclass(frozen=True, slots=True)
class Field:
    """A key of a record. `description`, `examples` and `default` (what holds without the key) are for editors."""

    shape: Shape
    description: str
    required: bool = False
    examples: tuple[Any, ...] = ()
    default: Any = None

    def json_schema(self) -> dict[str, Any]:
        """Return the JSON Schema of the key's value."""
        schema = {**self.shape.json_schema(), "description": self.description}
        if "`" in self.description:
            # Editors of YAML show this one with its code set off, and the other as plain text.
            schema["markdownDescription"] = self.description
        if self.examples:
            schema["examples"] = list(self.examples)
        return schema if self.default is None else {**schema, "default": self.default}


@dataclass(frozen=True, slots=True)
class Record:
    """A mapping with fixed keys."""

    fields: Mapping[str, Field]
    name: str = "the mapping"

    def check(self, node: Node, what: str, findings: Findings) -> None:
        """Report a node that is no mapping, unknown and missing keys, and what is wrong with the values."""
        if not isinstance(node, MappingNode):
            keys = one_of(list(self.fields)[:6])
            _report(
                findings,
                node,
                f"{what} is {_kind(node)}, where a mapping belongs",
                f"write a mapping with keys like {keys}",
            )
            return
        for key, entry in node.entries.items():
            known = self.fields.get(key)
            if known:
                known.shape.check(entry.value, f"`{key}`", findings)
            else:
                self._unknown(entry.key, node, findings)
        missing = [key for key, known in self.fields.items() if known.required and key not in node.entries]
        if missing:
            names = ", ".join(f"`{key}`" for key in missing)
            at = next(iter(node.entries.values())).key.span if node.entries else node.span
            _report(findings, node, f"{self.name} lacks {names}", f"add {names}", at)

    def _unknown(self, key: ScalarNode, node: MappingNode, findings: Findings) -> None:
        free = [name for name in self.fields if name not in node.entries]
        meant = similar(key.text, free)
        if meant:
            fix = replacing(f"Write `{meant}`", key.span, meant) if key.text.casefold() == meant.casefold() else None
            _report(findings, key, f"`{key.text}` is not a key of {self.name}", f"did you mean `{meant}`?", fix=fix)
        else:
            help = f"remove it, or write {one_of(sorted(self.fields))}" if self.fields else "remove it"
            _report(findings, key, f"`{_shortened(key.text)}` is not a key of {self.name}", help)

    def json_schema(self) -> dict[str, Any]:
        """Return the JSON Schema."""
        properties = {key: known.json_schema() for key, known in self.fields.items()}
        schema: dict[str, Any] = {"type": "object", "properties": properties, "additionalProperties": False}
        required = [key for key, known in self.fields.items() if known.required]
        return {**schema, "required": required} if required else schema


@dataclass(frozen=True, slots=True)
class Either:
    """One shape or another, told apart by the node."""

    choose: Callable[[Node], Shape]
    shapes: tuple[Shape, ...] = field(default=())

    def check(self, node: Node, what: str, findings: Findings) -> None:
        """Check against the chosen shape."""
        self.choose(node).check(node, what, findings)

    def json_schema(self) -> dict[str, Any]:
        """Return the JSON Schema."""
        return {"anyOf": [shape.json_schema() for shape in self.shapes]}
