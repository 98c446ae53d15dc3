"""The format's top: the keys of pack.yaml. In: nothing. Out: the record of a pack."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from kqlpack.catalog import Dialect
from kqlpack.pack.document import Node, ScalarNode
from kqlpack.pack.format.parameter import PARAMETERS
from kqlpack.pack.format.query import QUERY
from kqlpack.pack.format.words import (
    COLUMN_TYPE,
    COLUMNS,
    COUNT,
    NAME,
    PACK_NAME,
    SLUG,
    TEXT,
    TEXTS,
    VERSION,
    Day,
    VersionRange,
)
from kqlpack.pack.shapes import Anything, Field, ListOf, MapOf, Record, Text

if TYPE_CHECKING:
    from kqlpack.pack.findings import Findings

FORMAT_VERSION: Final = 1
LOG_SOURCES: Final = ("tenant", "subscription", "resource", "operating-system", "application")

_FUNCTION_PARAMETER: Final = Record(
    {
        "name": Field(NAME, "The name that the function's text uses.", required=True, examples=("since",)),
        "type": Field(COLUMN_TYPE, "A scalar type of KQL's.", required=True, examples=("timespan",)),
        "default": Field(
            Anything(),
            "The value when a call gives none; `null` is KQL's, which no string can be. Parameters with a default come "
            "after those without.",
            examples=("1d", None),
        ),
    },
    "a function's parameter",
)

_FUNCTION: Final = Record(
    {
        "name": Field(
            NAME,
            "The name that queries call it by. A first `_` is Azure's own.",
            required=True,
            examples=("FailedSignins",),
        ),
        "title": Field(TEXT, "The name that the portal shows; `name`, if absent.", examples=("Failed sign-ins",)),
        "description": Field(TEXT, "What it returns.", examples=("Sign-ins whose credential was refused.",)),
        "category": Field(
            TEXT, "The group that the portal lists it under; the pack's title, if absent.", examples=("Entra ID",)
        ),
        "parameters": Field(
            ListOf(_FUNCTION_PARAMETER, "the parameter"),
            "What a call gives, in order.",
            examples=([{"name": "since", "type": "timespan", "default": "1d"}],),
        ),
        "query": Field(
            TEXT,
            "The function's text: KQL, as a Jinja2 template.",
            required=True,
            examples=('SigninLogs | where TimeGenerated > ago(since) and ResultType != "0"\n',),
        ),
    },
    "a function",
)

_MAINTAINER: Final = Record(
    {
        "name": Field(TEXT, "Who to ask: a person or a team.", required=True, examples=("Incident response",)),
        "contact": Field(TEXT, "An e-mail address, or the address of a page.", examples=("soc@contoso.example",)),
    },
    "a maintainer",
)

_REQUIRES: Final = Record(
    {
        "kqlpack": Field(VersionRange(), "The versions of kqlpack that can read the pack.", examples=(">=1.0",)),
        "packs": Field(
            MapOf(VersionRange(), PACK_NAME, SLUG.hint),
            "Packs whose macros, functions and schemas it uses, by name, each with a range of versions.",
            examples=({"common": "^1.0"},),
        ),
    },
    "`requires`",
)

_TABLE: Final = Record(
    {
        "plan": Field(
            Text(choices=("analytics", "basic", "auxiliary")),
            "The table's plan in the workspace. On `basic` and `auxiliary` a query may do less.",
        ),
        "retention": Field(
            Text(pattern=r"\d+d", hint="days, as `30d`"), "How long rows are kept, in days.", examples=("30d",)
        ),
        "columns": Field(
            COLUMNS,
            "The table's columns and their types.",
            required=True,
            examples=({"TimeGenerated": "datetime", "User_s": "string", "Detail": "dynamic"},),
        ),
    },
    "a table",
)

_WATCHLIST: Final = Record(
    {
        "columns": Field(
            COLUMNS,
            "The watchlist's columns and their types.",
            required=True,
            examples=({"SearchKey": "string", "Department": "string"},),
        )
    },
    "a watchlist",
)


class FormatVersion:
    """The number that says which format the pack has."""

    def check(self, node: Node, what: str, findings: Findings) -> None:
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
        "kqlpack": Field(FormatVersion(), "The format's version: `1`.", required=True, examples=(1,)),
        "name": Field(
            SLUG,
            "The pack's name, unique among packs: lower-case words joined by hyphens.",
            required=True,
            examples=("entra-signins",),
        ),
        "version": Field(VERSION, "The pack's semantic version: three numbers.", examples=("1.2.0",)),
        "title": Field(TEXT, "One line for people.", examples=("Entra ID sign-ins",)),
        "description": Field(
            TEXT,
            "What the pack is for, and which logs have to be collected.",
            examples=("Credential abuse, as the tenant's own sign-in logs show it.",),
        ),
        "log_source": Field(
            Text(choices=LOG_SOURCES), "Which of an Azure responder's five sources the logs come from."
        ),
        "dialect": Field(
            Text(choices=tuple(Dialect)),
            "Where the queries run. What that place lacks is found.",
            default=Dialect.LOG_ANALYTICS.value,
        ),
        "license": Field(TEXT, "The licence's SPDX identifier.", examples=("MIT", "Apache-2.0")),
        "maintainers": Field(
            ListOf(_MAINTAINER), "Who keeps the pack up to date.", examples=([{"name": "Incident response"}],)
        ),
        "tags": Field(
            TEXTS, "Words that people find the pack by. Its queries have them too.", examples=(["identity"],)
        ),
        "review_by": Field(Day(), "The day by which somebody should look at the pack again.", examples=("2027-01-31",)),
        "max_cost": Field(
            COUNT, "The relative cost that each query should stay below, in points of cost-budget.", examples=(100,)
        ),
        "requires": Field(_REQUIRES, "What the pack needs.", examples=({"kqlpack": ">=1.0"},)),
        "tables": Field(
            MapOf(_TABLE),
            "Tables, by name, that kqlpack does not know (your own, ending in `_CL`), or knows otherwise.",
            examples=({"MyApp_CL": {"columns": {"TimeGenerated": "datetime", "User_s": "string"}}},),
        ),
        "watchlists": Field(
            MapOf(_WATCHLIST),
            "Microsoft Sentinel's watchlists that the queries read, by alias.",
            examples=({"VipUsers": {"columns": {"SearchKey": "string"}}},),
        ),
        "parameters": Field(
            PARAMETERS,
            "Parameters that the pack's queries share, by name. A query may add its own, or narrow these.",
            examples=({"lookback": {"type": "timespan", "default": "1d", "max": "90d"}},),
        ),
        "functions": Field(
            ListOf(_FUNCTION, "the function"),
            "Saved functions that the pack publishes and its queries call.",
            examples=([{"name": "FailedSignins", "query": 'SigninLogs | where ResultType != "0"'}],),
        ),
        "queries": Field(
            ListOf(QUERY, "the query"),
            "The pack's queries. They may stand in queries/ instead, a file each.",
            examples=([{"id": "sign-ins", "query": "SigninLogs\n| take 10\n"}],),
        ),
    },
    "a pack",
)
