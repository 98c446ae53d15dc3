"""The format's section on queries, in pack.yaml or a file each in queries/. In: nothing. Out: a query's record."""

from __future__ import annotations

from typing import Final

from kqlpack.catalog import Dialect
from kqlpack.pack.format.parameter import PARAMETERS
from kqlpack.pack.format.publish import PUBLISH
from kqlpack.pack.format.test import TESTS
from kqlpack.pack.format.words import COLUMNS, COUNT, REFERENCE, SLUG, TEXT, TEXTS, TIMESPAN, Day
from kqlpack.pack.shapes import Anything, Field, ListOf, MapOf, Record, Text

SEVERITIES: Final = ("high", "medium", "low", "informational")

_ENTITY: Final = Record(
    {
        "type": Field(
            TEXT,
            "A type of Microsoft Sentinel's entities: `Account`, `Host`, `IP`, `File`, `URL`, ...",
            required=True,
            examples=("IP",),
        ),
        "fields": Field(
            MapOf(TEXT),
            "The entity's identifiers, each with the result's column that fills it.",
            required=True,
            examples=({"Address": "IPAddress"},),
        ),
    },
    "an entity",
)

QUERY: Final = Record(
    {
        "id": Field(
            SLUG,
            "The query's name in the pack: lower-case words joined by hyphens. `kqlpack run PACK:ID` runs it, and "
            "tests/ID.yaml tests it.",
            required=True,
            examples=("password-spray",),
        ),
        "title": Field(TEXT, "One line for people.", examples=("Password spray from one address",)),
        "description": Field(
            TEXT,
            "What the query finds, and what to do then.",
            examples=("Many accounts, one address, few tries each. Reset the accounts that let it in.",),
        ),
        "severity": Field(Text(choices=SEVERITIES), "How grave it is when the query finds something."),
        "tactics": Field(TEXTS, "MITRE ATT&CK tactics, by name and without spaces.", examples=(["CredentialAccess"],)),
        "techniques": Field(TEXTS, "MITRE ATT&CK techniques, by number.", examples=(["T1110.003"],)),
        "references": Field(
            ListOf(REFERENCE),
            "Where to read more: addresses that begin with `https://`, or files beside the pack.",
            examples=(["https://attack.mitre.org/techniques/T1110/003/"],),
        ),
        "tags": Field(TEXTS, "Words that people find the query by.", examples=(["spray"],)),
        "timespan": Field(
            TIMESPAN,
            "The time range that is sent with the query when it runs in a workspace: an ISO 8601 duration up to now, "
            "or start and end with `/` between.",
            examples=("P1D", "2026-03-01T00:00:00Z/2026-03-02T00:00:00Z"),
        ),
        "dialect": Field(
            Text(choices=tuple(Dialect)),
            "Where the query runs, if not where the pack's others do.",
            examples=("resource-graph",),
        ),
        "parameters": Field(
            PARAMETERS,
            "The query's own parameters, by name; or the pack's, narrowed.",
            examples=({"threshold": {"type": "int", "default": 10, "min": 1}},),
        ),
        "query": Field(
            TEXT,
            "KQL, as a Jinja2 template. `{{ name }}` becomes a parameter's value, written as its type and place "
            "require.",
            required=True,
            examples=("SigninLogs\n| where TimeGenerated > ago({{ lookback }})\n| take 10\n",),
        ),
        "columns": Field(
            COLUMNS,
            "The result's columns and their types, in order. They are checked against the query, so that what reads "
            "the result can rely on them.",
            examples=({"IPAddress": "string", "Users": "long"},),
        ),
        "entities": Field(
            ListOf(_ENTITY),
            "Which columns of the result fill which identifiers of Microsoft Sentinel's entities.",
            examples=([{"type": "IP", "fields": {"Address": "IPAddress"}}],),
        ),
        "publish": Field(
            PUBLISH,
            "Which artefacts `kqlpack build` makes of the query; a saved search, if absent.",
            examples=({"saved_search": {"category": "Entra ID"}},),
        ),
        "tests": Field(
            TESTS,
            "Tests, which `kqlpack test` runs without a workspace. They may stand in tests/ID.yaml instead.",
            examples=([{"name": "nothing", "tables": {"SigninLogs": []}, "expect": {"rows": 0}}],),
        ),
        "examples": Field(
            ListOf(MapOf(Anything())),
            "Values of parameters that a check of the query should try together.",
            examples=([{"users": ["amira@contoso.example"]}],),
        ),
        "review_by": Field(
            Day(), "The day by which somebody should look at the query again.", examples=("2027-01-31",)
        ),
        "max_cost": Field(
            COUNT, "The relative cost that the query should stay below, in points of cost-budget.", examples=(100,)
        ),
        "allow_raw": Field(
            TEXT,
            "Why the template may use `| raw`, which writes a value into the query unchecked.",
            examples=("the filter is written by the caller, who may run any query anyway",),
        ),
    },
    "a query",
)
