"""The pack format, version 1, as shapes: every key, what it may hold, what it is for. In: nothing. Out: records.

This is the one place where a key of the format is named for checking; `json_schema()` is made from it.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any, Final

from kqlpack.catalog import Dialect
from kqlpack.catalog.types import TYPE_ALIASES, ScalarType
from kqlpack.pack.document import MappingNode, Node, ScalarNode, SequenceNode
from kqlpack.pack.shapes import Anything, Either, Field, ListOf, MapOf, Record, Shape, Text, Typed
from kqlpack.pack.value import Kind, ValueType

FORMAT_VERSION: Final = 1
SEVERITIES: Final = ("high", "medium", "low", "informational")
LOG_SOURCES: Final = ("tenant", "subscription", "resource", "operating-system", "application")

_SLUG: Final = Text(pattern="[a-z0-9]+(?:-[a-z0-9]+)*", hint="lower-case words joined by hyphens, as `password-spray`")
_NUMBER: Final = r"(?:0|[1-9]\d*)"
_VERSION: Final = Text(
    pattern=rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?",
    hint="three numbers, as `1.2.0`",
)
_DURATION: Final = r"P(?=\d|T\d)(?:\d+[YMWD])*(?:T(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?"
_ISO_DURATION: Final = Text(pattern=_DURATION, hint="an ISO 8601 duration, as `PT1H` or `P1D`")
_TIMESPAN: Final = Text(
    pattern=rf"{_DURATION}|[^/\s]+/[^/\s]+", hint="an ISO 8601 duration (`P1D`), or start and end with `/` between"
)
_TEXT: Final = Text()
# An address of the web, or anything without a scheme: a path, a title.
_REFERENCE: Final = Text(
    pattern=r"https?://\S+|(?![A-Za-z][A-Za-z0-9+.\-]*:\S).+",
    hint="an address that begins with `https://`, or a path relative to the pack",
)
_FLAG: Final = Typed("bool")
_COUNT: Final = Typed("int", 0)
_TEXTS: Final = ListOf(_TEXT)
# Fits nothing: what is no day gets the message of a text of the wrong form.
_NO_DAY: Final = Text(pattern=r"(?!)", hint="a day, as `2027-01-31`")
_NAME: Final = r"[A-Za-z_][A-Za-z0-9_]*"
_TYPE_NAMES: Final = tuple(kind.value for kind in Kind) + tuple(f"list[{kind}]" for kind in Kind)
_COLUMN_TYPES: Final = tuple(type.value for type in ScalarType if type.is_known)
_COLUMNS: Final = MapOf(Text(choices=(*_COLUMN_TYPES, *TYPE_ALIASES)))
_OPERATORS: Final = ("GreaterThan", "GreaterThanOrEqual", "LessThan", "LessThanOrEqual", "Equal", "NotEqual")


class _TypeName:
    """The name of a parameter's type."""

    def check(self, node: Node, what: str, findings: Any) -> None:
        """Report a name that is no type's; spaces inside `list[ ]` don't matter."""
        if not isinstance(node, ScalarNode) or ValueType.parse(node.text) is None:
            Text(choices=_TYPE_NAMES).check(node, what, findings)

    def json_schema(self) -> dict[str, Any]:
        """Return the JSON Schema."""
        return {"enum": list(_TYPE_NAMES)}


class Day:
    """A day of the calendar, as `2027-01-31`."""

    def check(self, node: Node, what: str, findings: Any) -> None:
        """Report what is no day; YAML takes a bare one for a date, which is meant."""
        if not isinstance(node, ScalarNode) or day(node.text) is None:
            _NO_DAY.check(_as_text(node), what, findings)

    def json_schema(self) -> dict[str, Any]:
        """Return the JSON Schema."""
        return {"type": "string", "format": "date"}


def day(text: str) -> date | None:
    """Read a day as `2027-01-31`; None for anything else."""
    try:
        return date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else None
    except ValueError:
        return None


PARAMETER: Final = Record(
    {
        "type": Field(_TypeName(), "What values look like."),
        "default": Field(Anything(), "The value when none is given; without it, one must be given."),
        "description": Field(_TEXT, "What the parameter is for."),
        "min": Field(Anything(), "The least value."),
        "max": Field(Anything(), "The greatest value."),
        "allowed": Field(ListOf(Anything()), "The only values."),
        "pattern": Field(_TEXT, "A regular expression that the whole text must match."),
        "min_items": Field(_COUNT, "The least number of items in a list."),
        "max_items": Field(_COUNT, "The greatest number of items in a list."),
        "secret": Field(_FLAG, "Never printed, cached, logged or published."),
        "examples": Field(ListOf(Anything()), "Values that a check of the query should try."),
    },
    "a parameter",
)

PARAMETERS: Final = MapOf(PARAMETER, _NAME, "a name of letters, digits and `_`")

_ROWS: Final = ListOf(MapOf(Anything()), "the row")
_ROW_COUNT: Final = Record({"min": Field(_COUNT), "max": Field(_COUNT)}, "a range of row counts")
_TABLE_FILE: Final = Record(
    {"file": Field(_TEXT, "A csv, json, jsonl or parquet file.", required=True)}, "a table's data"
)

TEST: Final = Record(
    {
        "name": Field(_TEXT, "What the test shows, in words.", required=True),
        "now": Field(Anything(), "What `now()` is, as `2024-12-03T12:00:00Z`."),
        "parameters": Field(MapOf(Anything()), "Values of the query's parameters."),
        "tables": Field(
            MapOf(
                Either(lambda node: _ROWS if isinstance(node, SequenceNode) else _TABLE_FILE, (_ROWS, _TABLE_FILE)),
            ),
            "The data that the query runs on.",
        ),
        "expect": Field(
            Record(
                {
                    "rows": Field(
                        Either(
                            lambda node: _ROW_COUNT if isinstance(node, MappingNode) else _COUNT, (_COUNT, _ROW_COUNT)
                        ),
                        "How many rows come out.",
                    ),
                    "contains": Field(_ROWS, "Rows that must come out; columns left out don't matter."),
                    "absent": Field(_ROWS, "Rows that must not come out."),
                    "equals": Field(_ROWS, "The whole result."),
                },
                "an expectation",
            ),
            "What must come out.",
            required=True,
        ),
    },
    "a test",
)
TESTS: Final = ListOf(TEST, "the test")

_PUBLISH: Final = Record(
    {
        "saved_search": Field(
            Record(
                {
                    "category": Field(_TEXT, "The group that the portal lists it under."),
                    "display_name": Field(_TEXT, "The name that the portal shows; the title, if absent."),
                    "tags": Field(MapOf(_TEXT)),
                },
                "`saved_search`",
            )
        ),
        "function": Field(
            Record(
                {
                    "alias": Field(Text(pattern=_NAME, hint="a name of letters, digits and `_`"), required=True),
                    "category": Field(_TEXT),
                    "display_name": Field(_TEXT),
                },
                "`function`",
            )
        ),
        "query_pack": Field(
            Record(
                {
                    "id": Field(_TEXT, "The query's GUID in the query pack."),
                    "categories": Field(_TEXTS),
                    "resource_types": Field(_TEXTS),
                    "solutions": Field(_TEXTS),
                    "labels": Field(_TEXTS),
                },
                "`query_pack`",
            )
        ),
        "hunting": Field(_FLAG, "Whether it is a hunting query of Microsoft Sentinel."),
        "alert": Field(
            Record(
                {
                    "name": Field(_TEXT),
                    "frequency": Field(_ISO_DURATION, "How often it runs.", required=True),
                    "window": Field(_ISO_DURATION, "How far back it looks.", required=True),
                    "operator": Field(Text(choices=_OPERATORS), required=True),
                    "threshold": Field(Typed("float"), required=True),
                    "severity": Field(_COUNT, "0 (critical) to 4 (verbose)."),
                    "aggregation": Field(Text(choices=("Count", "Average", "Minimum", "Maximum", "Total"))),
                    "measure_column": Field(_TEXT),
                    "resource_id_column": Field(_TEXT),
                    "dimensions": Field(
                        ListOf(
                            Record(
                                {
                                    "name": Field(_TEXT, required=True),
                                    "operator": Field(Text(choices=("Include", "Exclude"))),
                                    "values": Field(_TEXTS),
                                },
                                "a dimension",
                            )
                        )
                    ),
                    "failing_periods": Field(
                        Record({"min": Field(_COUNT), "evaluated": Field(_COUNT)}, "`failing_periods`")
                    ),
                    "mute": Field(_ISO_DURATION),
                    "auto_mitigate": Field(_FLAG),
                    "enabled": Field(_FLAG),
                    "action_groups": Field(_TEXTS),
                },
                "`alert`",
            )
        ),
        "sentinel_rule": Field(
            Record(
                {
                    "id": Field(_TEXT, "The rule's GUID."),
                    "kind": Field(Text(choices=("scheduled", "nrt")), required=True),
                    "frequency": Field(_ISO_DURATION),
                    "period": Field(_ISO_DURATION),
                    "trigger": Field(
                        Record(
                            {
                                "operator": Field(Text(choices=_OPERATORS), required=True),
                                "threshold": Field(_COUNT, required=True),
                            },
                            "`trigger`",
                        )
                    ),
                    "enabled": Field(_FLAG),
                    "suppression": Field(_ISO_DURATION),
                    "event_grouping": Field(Text(choices=("SingleAlert", "AlertPerResult"))),
                    "create_incident": Field(_FLAG),
                    "custom_details": Field(MapOf(_TEXT)),
                    "alert_details": Field(MapOf(Anything())),
                    "incident": Field(MapOf(Anything())),
                },
                "`sentinel_rule`",
            )
        ),
    },
    "`publish`",
)

QUERY: Final = Record(
    {
        "id": Field(_SLUG, "The query's name in the pack.", required=True),
        "title": Field(_TEXT, "One line for people."),
        "description": Field(_TEXT, "What it finds, and what to do then."),
        "severity": Field(Text(choices=SEVERITIES)),
        "tactics": Field(_TEXTS, "MITRE ATT&CK tactics, as `CredentialAccess`."),
        "techniques": Field(_TEXTS, "MITRE ATT&CK techniques, as `T1110.003`."),
        "references": Field(ListOf(_REFERENCE), "Where to read more: addresses, or files beside the pack."),
        "tags": Field(_TEXTS),
        "timespan": Field(_TIMESPAN, "The time range that is sent with the query."),
        "parameters": Field(PARAMETERS, "The query's own parameters, or the pack's narrowed."),
        "query": Field(_TEXT, "KQL, as a Jinja2 template.", required=True),
        "columns": Field(_COLUMNS, "The result's columns and their types: checked against the query."),
        "entities": Field(
            ListOf(
                Record(
                    {"type": Field(_TEXT, required=True), "fields": Field(MapOf(_TEXT), required=True)},
                    "an entity",
                )
            ),
            "Which columns fill which entity's fields.",
        ),
        "publish": Field(_PUBLISH, "Which artefacts the query becomes."),
        "tests": Field(TESTS, "Tests on the embedded engine."),
        "examples": Field(ListOf(MapOf(Anything())), "Assignments of parameters that a check should try."),
        "allow_raw": Field(_TEXT, "Why the template may use `| raw`."),
        "review_by": Field(Day(), "The day by which somebody should look at the query again."),
    },
    "a query",
)

_FUNCTION: Final = Record(
    {
        "name": Field(Text(pattern=_NAME, hint="a name of letters, digits and `_`"), required=True),
        "title": Field(_TEXT),
        "description": Field(_TEXT),
        "category": Field(_TEXT),
        "parameters": Field(
            ListOf(
                Record(
                    {
                        "name": Field(Text(pattern=_NAME, hint="a name of letters, digits and `_`"), required=True),
                        "type": Field(Text(choices=(*_COLUMN_TYPES, *TYPE_ALIASES)), required=True),
                        "default": Field(Anything()),
                    },
                    "a function's parameter",
                ),
                "the parameter",
            )
        ),
        "query": Field(_TEXT, required=True),
    },
    "a function",
)


class _FormatVersion:
    """The number that says which format the pack has."""

    def check(self, node: Node, what: str, findings: Any) -> None:
        """Report any number but 1."""
        if not isinstance(node, ScalarNode) or node.text != str(FORMAT_VERSION):
            Text(choices=(str(FORMAT_VERSION),)).check(_as_text(node), what, findings)

    def json_schema(self) -> dict[str, Any]:
        """Return the JSON Schema."""
        return {"const": FORMAT_VERSION}


def _as_text(node: Node) -> Node:
    return ScalarNode(node.file, node.span, node.text) if isinstance(node, ScalarNode) else node


PACK: Final = Record(
    {
        "kqlpack": Field(_FormatVersion(), "The format's version: 1.", required=True),
        "name": Field(_SLUG, "The pack's name, unique among packs.", required=True),
        "version": Field(_VERSION, "The pack's semantic version."),
        "title": Field(_TEXT, "One line for people."),
        "description": Field(_TEXT),
        "log_source": Field(Text(choices=LOG_SOURCES), "Where the logs come from."),
        "dialect": Field(Text(choices=tuple(Dialect)), "Where the queries run; Log Analytics by default."),
        "license": Field(_TEXT),
        "maintainers": Field(
            ListOf(Record({"name": Field(_TEXT, required=True), "contact": Field(_TEXT)}, "a maintainer"))
        ),
        "tags": Field(_TEXTS),
        "review_by": Field(Day(), "The day by which somebody should look at the pack again."),
        "requires": Field(
            Record({"kqlpack": Field(_TEXT), "packs": Field(MapOf(_TEXT))}, "`requires`"),
            "What the pack needs.",
        ),
        "tables": Field(
            MapOf(
                Record(
                    {
                        "plan": Field(Text(choices=("analytics", "basic", "auxiliary"))),
                        "retention": Field(Text(pattern=r"\d+d", hint="days, as `30d`")),
                        "columns": Field(_COLUMNS, required=True),
                    },
                    "a table",
                )
            ),
            "Schemas that the catalogue lacks, or that narrow it.",
        ),
        "watchlists": Field(MapOf(Record({"columns": Field(_COLUMNS, required=True)}, "a watchlist"))),
        "parameters": Field(PARAMETERS, "Parameters that the pack's queries share."),
        "functions": Field(ListOf(_FUNCTION, "the function"), "Saved functions that the pack publishes."),
        "queries": Field(ListOf(QUERY, "the query"), "Queries; or one a file in queries/."),
    },
    "a pack",
)


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of a pack's file."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "kqlpack pack, version 1",
        **PACK.json_schema(),
    }


def query_json_schema() -> dict[str, Any]:
    """Return the JSON Schema of a file in queries/."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "kqlpack query, version 1",
        **QUERY.json_schema(),
    }


__all__: Final = ["PACK", "PARAMETER", "QUERY", "TESTS", "Shape", "json_schema", "query_json_schema"]
