"""The format's section on parameters. In: nothing. Out: the records of a parameter, and of a mapping of them."""

from __future__ import annotations

from typing import Final

from kqlpack.pack.format.words import COUNT, FLAG, NAME_HINT, NAME_PATTERN, TEXT, TypeName
from kqlpack.pack.shapes import Anything, Field, ListOf, MapOf, Record

PARAMETER: Final = Record(
    {
        "type": Field(
            TypeName(),
            "What values look like, and so how they are written into KQL: a type of KQL's, `list[...]` of one, or "
            "`table`, `column` or `identifier` for a name. A query that narrows a parameter leaves it out.",
            examples=("timespan", "list[string]", "table"),
        ),
        "default": Field(
            Anything(),
            "The value when none is given. Without it, whoever runs the query must give one.",
            examples=("1d", 10, []),
        ),
        "description": Field(
            TEXT,
            "What the parameter is for, in a sentence.",
            examples=("How far back to look.",),
        ),
        "min": Field(
            Anything(),
            "The least value, itself included; of a list, the least that an item may be. Numbers, datetimes and "
            "timespans have one.",
            examples=("5m", 1),
        ),
        "max": Field(
            Anything(),
            "The greatest value, itself included; of a list, the greatest that an item may be. Numbers, datetimes and "
            "timespans have one.",
            examples=("90d", 1000),
        ),
        "allowed": Field(
            ListOf(Anything()),
            "The only values that may be given. A check of the query tries them.",
            examples=(["SigninLogs", "AADNonInteractiveUserSignInLogs"],),
        ),
        "pattern": Field(
            TEXT,
            "A regular expression that the whole text must match. Texts and names have one.",
            examples=("[a-z]{2}-[0-9]+",),
        ),
        "min_items": Field(COUNT, "The least number of items in a list.", examples=(1,)),
        "max_items": Field(COUNT, "The greatest number of items in a list.", examples=(200,)),
        "secret": Field(
            FLAG, "Whether the value is kept back: it is never printed, cached, logged or published.", default=False
        ),
        "examples": Field(
            ListOf(Anything()),
            "Values that a check of the query tries besides the default.",
            examples=(["203.0.113.7"],),
        ),
    },
    "a parameter",
)

PARAMETERS: Final = MapOf(PARAMETER, NAME_PATTERN, NAME_HINT)
