"""The format's section on what a query becomes. In: nothing. Out: the record under `publish`."""

from __future__ import annotations

from typing import Final

from kqlpack.pack.format.words import COUNT, FLAG, ISO_DURATION, NAME, OPERATOR, TEXT, TEXTS
from kqlpack.pack.shapes import Anything, Field, ListOf, MapOf, Record, Text, Typed

_GUID: Final = "9f8e2f0c-6f0b-4c3e-9d5b-2f6f5f0a1c11"
_ACTION_GROUP: Final = (
    "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/soc"
    "/providers/Microsoft.Insights/actionGroups/on-call"
)

_SAVED_SEARCH: Final = Record(
    {
        "category": Field(
            TEXT, "The group that the portal lists it under; the pack's title, if absent.", examples=("Entra ID",)
        ),
        "display_name": Field(
            TEXT,
            "The name that the portal shows; the query's title, if absent.",
            examples=("Password spray from one address",),
        ),
        "tags": Field(
            MapOf(TEXT),
            "Tags of its own, by name. They replace those that kqlpack makes of description, tactics and techniques.",
            examples=({"team": "identity"},),
        ),
    },
    "`saved_search`",
)

_FUNCTION: Final = Record(
    {
        "alias": Field(
            NAME,
            "The name that queries of the workspace call it by. A first `_` is Azure's own.",
            required=True,
            examples=("PasswordSpray",),
        ),
        "category": Field(
            TEXT, "The group that the portal lists it under; the pack's title, if absent.", examples=("Entra ID",)
        ),
        "display_name": Field(
            TEXT,
            "The name that the portal shows; the query's title, if absent.",
            examples=("Password spray from one address",),
        ),
    },
    "`function`",
)

_QUERY_PACK: Final = Record(
    {
        "id": Field(TEXT, "The query's GUID in the query pack, to go on with one that is there.", examples=(_GUID,)),
        "categories": Field(
            TEXTS, "Categories that the portal filters by. Azure takes ten at most.", examples=(["security"],)
        ),
        "resource_types": Field(
            TEXTS,
            "Types of resources that the query is about. Azure takes ten at most.",
            examples=(["microsoft.aadiam/tenants"],),
        ),
        "solutions": Field(
            TEXTS, "Azure Monitor's solutions that the query is about, by their ids.", examples=(["LogManagement"],)
        ),
        "labels": Field(TEXTS, "Words of your own that people find it by.", examples=(["triage"],)),
    },
    "`query_pack`",
)

_DIMENSION: Final = Record(
    {
        "name": Field(TEXT, "The result's column that splits it.", required=True, examples=("IPAddress",)),
        "operator": Field(
            Text(choices=("Include", "Exclude")), "Whether `values` are those to watch or those to leave out."
        ),
        "values": Field(TEXTS, "The column's values that it is about; `*` stands for all.", examples=(["*"],)),
    },
    "a dimension",
)

_FAILING_PERIODS: Final = Record(
    {
        "min": Field(COUNT, "The number of runs over the threshold that raise the alert.", examples=(2,)),
        "evaluated": Field(COUNT, "The number of latest runs that are looked at.", examples=(3,)),
    },
    "`failing_periods`",
)

_ALERT: Final = Record(
    {
        "name": Field(
            TEXT, "The rule's name; made of the pack's and the query's, if absent.", examples=("password-spray",)
        ),
        "frequency": Field(
            ISO_DURATION,
            "How often the rule runs, as an ISO 8601 duration from `PT1M` to `P1D`.",
            required=True,
            examples=("PT5M",),
        ),
        "window": Field(
            ISO_DURATION, "How far back each run looks, as an ISO 8601 duration.", required=True, examples=("PT1H",)
        ),
        "operator": Field(OPERATOR, "How the measured value compares with `threshold`.", required=True),
        "threshold": Field(
            Typed("float"), "The number that the measured value is compared with.", required=True, examples=(0,)
        ),
        "severity": Field(COUNT, "From 0 (critical) over 1, 2 and 3 to 4 (verbose).", examples=(2,)),
        "aggregation": Field(
            Text(choices=("Count", "Average", "Minimum", "Maximum", "Total")),
            "What is measured: the rows' number, or something of `measure_column`.",
        ),
        "measure_column": Field(
            TEXT, "The result's column of numbers that `aggregation` measures.", examples=("Attempts",)
        ),
        "resource_id_column": Field(
            TEXT, "The result's column that names the resource that an alert is about.", examples=("_ResourceId",)
        ),
        "dimensions": Field(
            ListOf(_DIMENSION),
            "Columns that split the result, so that each of their values has an alert of its own.",
            examples=([{"name": "IPAddress", "operator": "Include", "values": ["*"]}],),
        ),
        "failing_periods": Field(
            _FAILING_PERIODS,
            "How many of the latest runs must be over the threshold.",
            examples=({"min": 2, "evaluated": 3},),
        ),
        "mute": Field(
            ISO_DURATION,
            "How long actions rest after an alert was raised, as an ISO 8601 duration.",
            examples=("PT1H",),
        ),
        "auto_mitigate": Field(FLAG, "Whether an alert is resolved by itself when its condition no longer holds."),
        "enabled": Field(FLAG, "Whether the rule runs once it is deployed."),
        "action_groups": Field(
            TEXTS,
            "Resource ids of the action groups that an alert calls.",
            examples=([_ACTION_GROUP],),
        ),
    },
    "`alert`",
)

_TRIGGER: Final = Record(
    {
        "operator": Field(OPERATOR, "How the number of rows compares with `threshold`.", required=True),
        "threshold": Field(
            COUNT, "The number that the number of rows is compared with, 10,000 at most.", required=True, examples=(0,)
        ),
    },
    "`trigger`",
)

_SENTINEL_RULE: Final = Record(
    {
        "id": Field(TEXT, "The rule's GUID, to go on with one that is there.", examples=(_GUID,)),
        "kind": Field(
            Text(choices=("scheduled", "nrt")),
            "`scheduled` runs at each `frequency`; `nrt` (near real time) runs every minute on what has arrived, "
            "without frequency, period and trigger.",
            required=True,
        ),
        "frequency": Field(
            ISO_DURATION, "How often the rule runs, as an ISO 8601 duration from `PT5M` to `P14D`.", examples=("PT1H",)
        ),
        "period": Field(
            ISO_DURATION,
            "How far back each run looks, as an ISO 8601 duration up to `P14D`; not less than `frequency`.",
            examples=("P1D",),
        ),
        "trigger": Field(
            _TRIGGER, "How many rows raise an alert.", examples=({"operator": "GreaterThan", "threshold": 0},)
        ),
        "enabled": Field(FLAG, "Whether the rule runs once it is deployed."),
        "suppression": Field(
            ISO_DURATION,
            "How long the rule rests after it raised an alert, as an ISO 8601 duration up to `P1D`.",
            examples=("PT5H",),
        ),
        "event_grouping": Field(
            Text(choices=("SingleAlert", "AlertPerResult")), "Whether all rows are one alert, or each is its own."
        ),
        "create_incident": Field(FLAG, "Whether an alert opens an incident."),
        "custom_details": Field(
            MapOf(TEXT),
            "Details that an alert shows: a name for each, and the result's column that fills it.",
            examples=({"Accounts": "TriedAccounts"},),
        ),
        "alert_details": Field(
            MapOf(Anything()),
            "What an alert's name, description and the like are made of, under Microsoft Sentinel's own keys; "
            "`{{Column}}` stands for a column.",
            examples=({"alertDisplayNameFormat": "Spray from {{IPAddress}}"},),
        ),
        "incident": Field(
            MapOf(Anything()),
            "How alerts become incidents, under the keys of Microsoft Sentinel's `incidentConfiguration`.",
            examples=({"groupingConfiguration": {"enabled": False}},),
        ),
    },
    "`sentinel_rule`",
)

PUBLISH: Final = Record(
    {
        "saved_search": Field(
            _SAVED_SEARCH, "A saved search of a Log Analytics workspace.", examples=({"category": "Entra ID"},)
        ),
        "function": Field(
            _FUNCTION,
            "A saved function of a Log Analytics workspace, which other queries call.",
            examples=({"alias": "PasswordSpray"},),
        ),
        "query_pack": Field(
            _QUERY_PACK, "A query of an Azure Monitor query pack.", examples=({"categories": ["security"]},)
        ),
        "hunting": Field(FLAG, "Whether it becomes a hunting query of Microsoft Sentinel.", default=False),
        "alert": Field(
            _ALERT,
            "A log search alert rule of Azure Monitor.",
            examples=({"frequency": "PT5M", "window": "PT1H", "operator": "GreaterThan", "threshold": 0},),
        ),
        "sentinel_rule": Field(
            _SENTINEL_RULE,
            "An analytics rule of Microsoft Sentinel.",
            examples=({"kind": "scheduled", "frequency": "PT1H", "period": "P1D"},),
        ),
    },
    "`publish`",
)
