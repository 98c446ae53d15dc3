"""The format of a workspace's profile: a JSON (or YAML) file for checks offline. In: nothing. Out: its record."""

from __future__ import annotations

from typing import Final

from kqlpack.pack.format.pack import FormatVersion
from kqlpack.pack.format.words import COLUMNS, COUNT, FLAG, TEXT, TEXTS
from kqlpack.pack.shapes import Field, ListOf, MapOf, Record, Text, Typed

_NUMBER: Final = Typed("float", 0)

_TABLE: Final = Record(
    {
        "plan": Field(
            Text(choices=("analytics", "basic", "auxiliary")),
            "The table's plan. On `basic` and `auxiliary` a query may do less, and pays for what it scans.",
            default="analytics",
        ),
        "retention_days": Field(COUNT, "For how many days queries see a row.", examples=(90,)),
        "total_retention_days": Field(COUNT, "For how many days a row is kept at all.", examples=(365,)),
        "gb_per_day": Field(_NUMBER, "How many gigabytes come in on a usual day.", examples=(1.5,)),
        "columns": Field(COLUMNS, "The table's columns and their types, where they are not the usual ones."),
        "last_record": Field(TEXT, "When the newest row came in, ISO 8601.", examples=("2026-11-25T10:00:00Z",)),
    },
    "a table's profile",
)

PROFILE: Final = Record(
    {
        "kqlpack_profile": Field(FormatVersion(), "The version of this format: 1.", required=True),
        "workspace": Field(TEXT, "The workspace that the profile is of: its name or its id.", examples=("soc-prod",)),
        "pulled": Field(TEXT, "When the profile was made, ISO 8601.", examples=("2026-11-25T10:00:00Z",)),
        "complete": Field(
            FLAG, "Whether every table of the workspace is named, so that any other one is not there.", default=False
        ),
        "tables": Field(
            MapOf(_TABLE),
            "The workspace's tables by name.",
            examples=({"SigninLogs": {"plan": "analytics", "retention_days": 90, "gb_per_day": 1.5}},),
        ),
        "functions": Field(ListOf(TEXT), "The names of the workspace's saved functions.", examples=(["MyParser"],)),
        "watchlists": Field(
            MapOf(Record({"columns": Field(COLUMNS, "The watchlist's columns.", required=True)}, "a watchlist")),
            "The workspace's watchlists by alias.",
            examples=({"VipUsers": {"columns": {"SearchKey": "string"}}},),
        ),
        "tags": Field(TEXTS, "Words of your own.", examples=(["production"],)),
    },
    "a profile",
)
