"""The format's section on tests, in a query or in tests/ID.yaml. In: nothing. Out: the shapes of one and of a list."""

from __future__ import annotations

from typing import Final

from kqlpack.pack.document import MappingNode, SequenceNode
from kqlpack.pack.format.words import COUNT, TEXT
from kqlpack.pack.shapes import Anything, Either, Field, ListOf, MapOf, Record

_ROWS: Final = ListOf(MapOf(Anything()), "the row")
_ROW_COUNT: Final = Record(
    {
        "min": Field(COUNT, "The least number of rows.", examples=(1,)),
        "max": Field(COUNT, "The greatest number of rows.", examples=(5,)),
    },
    "a range of row counts",
)
_TABLE_FILE: Final = Record(
    {
        "file": Field(
            TEXT,
            "A csv, json, jsonl or parquet file. The path begins at the file that this stands in.",
            required=True,
            examples=("../fixtures/sign-ins.csv",),
        )
    },
    "a table's data",
)

_EXPECT: Final = Record(
    {
        "rows": Field(
            Either(lambda node: _ROW_COUNT if isinstance(node, MappingNode) else COUNT, (COUNT, _ROW_COUNT)),
            "How many rows come out: a number, or `{min: 1, max: 5}`.",
            examples=(1, {"min": 1, "max": 5}),
        ),
        "contains": Field(
            _ROWS,
            "Rows that must come out. Columns that a row leaves out don't matter.",
            examples=([{"IPAddress": "203.0.113.7", "Users": 30}],),
        ),
        "absent": Field(
            _ROWS,
            "Rows that must not come out. Columns that a row leaves out don't matter.",
            examples=([{"IPAddress": "198.51.100.1"}],),
        ),
        "equals": Field(_ROWS, "The whole result, every row of it.", examples=([{"Users": 30}],)),
    },
    "an expectation",
)

TEST: Final = Record(
    {
        "name": Field(
            TEXT, "What the test shows, in words.", required=True, examples=("one address, thirty accounts",)
        ),
        "now": Field(
            Anything(),
            "The time that `now()` and `ago()` start from. Without it the outcome of a query that asks for the time "
            "depends on the day.",
            examples=("2026-03-02T12:00:00Z",),
        ),
        "parameters": Field(
            MapOf(Anything()),
            "Values for the query's parameters; the others have their defaults.",
            examples=({"threshold": 20},),
        ),
        "tables": Field(
            MapOf(
                Either(lambda node: _ROWS if isinstance(node, SequenceNode) else _TABLE_FILE, (_ROWS, _TABLE_FILE)),
            ),
            "The data of every table that the query reads: rows, or `{file: PATH}`. `[]` is a table without rows.",
            examples=({"SigninLogs": {"file": "../fixtures/sign-ins.csv"}},),
        ),
        "expect": Field(_EXPECT, "What must come out.", required=True, examples=({"rows": 1},)),
    },
    "a test",
)
TESTS: Final = ListOf(TEST, "the test")
