"""The keys of a configuration: what each may hold and what it is for. In: nothing. Out: a record, and its JSON Schema.

This is the one place where a key is named for checking; the JSON Schema is made from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from kqlpack.catalog import Dialect
from kqlpack.diagnostics import Severity
from kqlpack.diagnostics.render import formats
from kqlpack.lint import UnknownRuleError, all_rules, select
from kqlpack.pack.document import TAG_NAMES, MappingNode, Node, ScalarNode, SequenceNode
from kqlpack.pack.findings import SCHEMA_VIOLATION, Findings, similar
from kqlpack.pack.format import QUERY
from kqlpack.pack.shapes import Field, Record, Text

if TYPE_CHECKING:
    from kqlpack.pack.shapes import Shape

_DRAFT: Final = "http://json-schema.org/draft-07/schema#"
# What every query has, and what nobody can require of it.
_NOT_REQUIRED: Final = frozenset({"id", "query"})
REQUIRABLE: Final = tuple(key for key in QUERY.fields if key not in _NOT_REQUIRED)


def _kind(node: Node) -> str:
    if isinstance(node, ScalarNode):
        return TAG_NAMES[node.tag]
    return "a list" if isinstance(node, SequenceNode) else "a table"


def _report(findings: Findings, node: Node, message: str, help: str) -> None:
    findings.add(SCHEMA_VIOLATION, node.file, node.span, message, help)


@dataclass(frozen=True, slots=True)
class Written:
    """A text that is not empty."""

    example: str

    def check(self, node: Node, what: str, findings: Findings) -> None:
        """Report what is no text."""
        if not isinstance(node, ScalarNode) or node.tag != "str":
            _report(findings, node, f"{what} is {_kind(node)}, where a text belongs", f'write `"{self.example}"`')
        elif not node.text.strip():
            _report(findings, node, f"{what} is empty, so that it names nothing", f'write `"{self.example}"`')

    def json_schema(self) -> dict[str, Any]:
        """Return the JSON Schema."""
        return {"type": "string", "pattern": r"\S"}


@dataclass(frozen=True, slots=True)
class Rules:
    """A text that stands for rules: a code, the beginning of codes, a slug, a group, `default` or `all`."""

    def check(self, node: Node, what: str, findings: Findings) -> None:
        """Report what stands for no rule."""
        if not isinstance(node, ScalarNode) or node.tag != "str":
            Written("cost").check(node, what, findings)
            return
        try:
            select([node.text])
        except UnknownRuleError as error:
            message, _, help = str(error).partition("; ")
            _report(findings, node, message, help)

    def json_schema(self) -> dict[str, Any]:
        """Return the JSON Schema."""
        return {"type": "string", "pattern": r"\S"}


@dataclass(frozen=True, slots=True)
class List:
    """A list of one shape. `item` names one of them in messages, `example` shows a list."""

    shape: Shape
    item: str
    example: str

    def check(self, node: Node, what: str, findings: Findings) -> None:
        """Report what is no list, and what is wrong with its items."""
        if not isinstance(node, SequenceNode):
            _report(findings, node, f"{what} is {_kind(node)}, where a list belongs", f"write {self.example}")
            return
        for item in node.items:
            self.shape.check(item, self.item, findings)

    def json_schema(self) -> dict[str, Any]:
        """Return the JSON Schema."""
        return {"type": "array", "items": self.shape.json_schema()}


@dataclass(frozen=True, slots=True)
class Table:
    """A table with keys of its own (`Record`), whose messages speak of TOML."""

    record: Record

    def check(self, node: Node, what: str, findings: Findings) -> None:
        """Report what is no table, and what is wrong in it."""
        if not isinstance(node, MappingNode):
            keys = " and ".join(f"`{key} = ...`" for key in list(self.record.fields)[:2])
            _report(findings, node, f"{what} is {_kind(node)}, where a table belongs", f"write a table with {keys}")
            return
        self.record.check(node, what, findings)

    def json_schema(self) -> dict[str, Any]:
        """Return the JSON Schema."""
        return self.record.json_schema()


@dataclass(frozen=True, slots=True)
class Severities:
    """A table from rules, by slug or code, to the severity that their findings are to have."""

    def check(self, node: Node, what: str, findings: Findings) -> None:
        """Report names of no rule, and what is no severity."""
        if not isinstance(node, MappingNode):
            help = 'write a table, as `{no-time-bound = "error"}`'
            _report(findings, node, f"{what} is {_kind(node)}, where a table belongs", help)
            return
        known = {name for rule in all_rules() for name in (rule.slug, rule.code)}
        for name, entry in node.entries.items():
            if name not in known:
                meant = similar(name, [rule.slug for rule in all_rules()])
                help = f"did you mean `{meant}`?" if meant else "`kqlpack rules` lists them"
                _report(findings, entry.key, f"no rule is named `{name}`, so that its severity changes nothing", help)
            Text(choices=tuple(Severity)).check(entry.value, f"the severity of `{name}`", findings)

    def json_schema(self) -> dict[str, Any]:
        """Return the JSON Schema."""
        names = sorted(name for rule in all_rules() for name in (rule.slug, rule.code))
        choices = {"enum": [severity.value for severity in Severity]}
        return {"type": "object", "properties": dict.fromkeys(names, choices), "additionalProperties": False}


_RULES: Final = List(Rules(), "the rule", '`["correctness", "KQL301"]`')
_PATTERNS: Final = List(Written("generated/**"), "the pattern", '`["generated/**"]`')


_SELECT: Final = Field(
    _RULES,
    "Only these rules, whatever is inherited: codes, beginnings of codes, names, groups, `default` or `all`.",
    examples=(["default"], ["syntax", "binding", "KQL2"]),
)
_EXTEND: Final = Field(_RULES, "These rules as well.", examples=(["contract-changed"],))
_IGNORE: Final = Field(_RULES, "Not these rules.", examples=(["missing-metadata"],))
_SEVERITY: Final = Field(
    Severities(), "How grave findings of a rule are, by the rule's name.", examples=({"no-time-bound": "error"},)
)
_DIALECT: Final = Field(
    Text(choices=tuple(Dialect)),
    "Where queries run that don't say so themselves, nor their pack.",
    default="log-analytics",
)

_OVERRIDE: Final = Record(
    {
        "paths": Field(
            _PATTERNS,
            "Patterns of the files that it is for, from this file's folder.",
            required=True,
            examples=(["packs/legacy/**"], ["*.json"]),
        ),
        "select": _SELECT,
        "extend-select": _EXTEND,
        "ignore": _IGNORE,
        "severity": _SEVERITY,
        "dialect": _DIALECT,
    },
    "an override",
)

_METADATA: Final = Record(
    {
        "required": Field(
            List(Text(choices=REQUIRABLE), "the key", '`["description"]`'),
            "Keys that every query of a pack must have; `missing-metadata` tells of those that lack one.",
            examples=(["title", "description", "severity"],),
        )
    },
    "`metadata`",
)

CONFIG: Final = Record(
    {
        "extend": Field(
            Written("../kqlpack.toml"),
            "A file to inherit from, from this file's folder. What is written here comes after what is written there.",
            examples=("../kqlpack.toml",),
        ),
        "select": _SELECT,
        "extend-select": _EXTEND,
        "ignore": _IGNORE,
        "fail-on": Field(
            Text(choices=("error", "warning", "info", "none")),
            "The least severity that makes the exit code 1.",
            default="error",
        ),
        "dialect": _DIALECT,
        "severity": _SEVERITY,
        "exclude": Field(
            _PATTERNS,
            "Patterns of files and folders that are left alone, unless they are named on the command line.",
            examples=(["generated/**", "*.draft.yaml"],),
        ),
        "pack-path": Field(
            List(Written("vendor/packs"), "the folder", '`["vendor/packs"]`'),
            "Where packs lie that others require, from this file's folder.",
            examples=(["vendor/packs"],),
        ),
        "format": Field(Text(choices=formats()), "How findings are printed.", default="text"),
        "baseline": Field(
            Written("kqlpack-baseline.json"),
            "The file with the findings that are known and not shown, from this file's folder.",
            examples=("kqlpack-baseline.json",),
        ),
        "metadata": Field(Table(_METADATA), "What is required of queries beside the query."),
        "overrides": Field(
            List(Table(_OVERRIDE), "an override", "`[[overrides]]`"),
            "What else holds for some paths; a later override comes after an earlier one.",
            examples=([{"paths": ["packs/legacy/**"], "ignore": ["style"]}],),
        ),
    },
    "the configuration",
)


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of kqlpack.toml, and of `[tool.kqlpack]` in pyproject.toml."""
    title = {"$schema": _DRAFT, "title": "kqlpack configuration", "description": "The settings of `kqlpack lint`."}
    return {**title, **CONFIG.json_schema()}
