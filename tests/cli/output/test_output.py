"""Results as people and programs read them."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from kqlpack.catalog.model import Column
from kqlpack.catalog.types import ScalarType
from kqlpack.cli import output
from kqlpack.execute.result import Result
from kqlpack.values import Datetime, Timespan

MOMENT = Datetime(638688240000000007)
FORMATS = ("csv", "json", "jsonl", "markdown", "table")


class Terminal(io.TextIOWrapper):
    """A stream with an encoding, that may be a terminal."""

    def __init__(self, *, encoding: str = "utf-8", is_terminal: bool = False) -> None:
        super().__init__(io.BytesIO(), encoding=encoding, newline="")
        self.is_terminal = is_terminal

    def isatty(self) -> bool:
        return self.is_terminal

    def written(self) -> str:
        self.flush()
        self.seek(0)
        return self.read()


def result(columns: dict[str, str], *rows: tuple[Any, ...], **more: Any) -> Result:
    return Result(tuple(Column(name, ScalarType(kind)) for name, kind in columns.items()), rows, **more)


def written(given: Result, format: str) -> str:
    stream = io.StringIO(newline="")
    output.write(given, format, stream)
    return stream.getvalue()


EVERY_TYPE = result(
    {"b": "bool", "l": "long", "r": "real", "d": "decimal", "s": "string", "t": "datetime", "span": "timespan"}
    | {"g": "guid", "x": "dynamic"},
    (
        True,
        9007199254740993,
        0.5,
        Decimal("1.50"),
        "text",
        MOMENT,
        Timespan(-1),
        UUID("74be27de-1e4e-49d9-b579-fe0b331d3642"),
        {"k": [1, None]},
    ),
    (None,) * 9,
)
NOTHING = result({"s": "string", "n": "long"})


def test_the_formats_are_those_of_the_folder() -> None:
    files = Path(output.__file__).parent.glob("[!_]*.py")
    assert output.formats() == tuple(sorted(file.stem for file in files)) == FORMATS


@pytest.mark.parametrize("name", ["yaml", "_cells", "", "json.decoder"])
def test_a_format_that_is_not_there_is_a_key_error(name: str) -> None:
    with pytest.raises(KeyError):
        output.write(NOTHING, name, io.StringIO())


# ---- json, jsonl -----------------------------------------------------------------------------------------------------


def test_json_is_a_list_of_objects_in_column_order() -> None:
    assert written(EVERY_TYPE, "json") == (
        "[\n"
        '  {"b": true, "l": "9007199254740993", "r": 0.5, "d": "1.50", "s": "text", '
        '"t": "2024-12-03T12:00:00.0000007Z", "span": "-00:00:00.0000001", '
        '"g": "74be27de-1e4e-49d9-b579-fe0b331d3642", "x": {"k": [1, null]}},\n'
        '  {"b": null, "l": null, "r": null, "d": null, "s": null, "t": null, "span": null, "g": null, "x": null}\n'
        "]\n"
    )


def test_jsonl_is_the_same_objects_one_a_line() -> None:
    lines = written(EVERY_TYPE, "jsonl").splitlines()
    assert [json.loads(line) for line in lines] == json.loads(written(EVERY_TYPE, "json"))


def test_no_rows_are_an_empty_list_and_no_lines() -> None:
    assert written(NOTHING, "json") == "[]\n"
    assert written(NOTHING, "jsonl") == ""


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (2**53, 2**53),
        (2**53 + 1, "9007199254740993"),
        (-(2**53), -(2**53)),
        (-(2**53) - 1, "-9007199254740993"),
        (math.nan, "NaN"),
        (math.inf, "Infinity"),
        (-math.inf, "-Infinity"),
        (Decimal("1E+3"), "1000"),
        (Decimal("0.10"), "0.10"),
        (False, False),
        ({"n": 2**60, "r": [math.nan, {"d": Decimal(1)}]}, {"n": "1152921504606846976", "r": ["NaN", {"d": "1"}]}),
    ],
)
def test_numbers_that_readers_of_json_damage_are_text(value: Any, expected: Any) -> None:
    ((found,),) = (row.values() for row in json.loads(written(result({"v": "dynamic"}, (value,)), "json")))
    assert found == expected
    assert type(found) is type(expected)


def test_two_columns_of_one_name_both_come_through() -> None:
    twins = Result(
        (Column("n", ScalarType.INT), Column("n", ScalarType.INT), Column("n1", ScalarType.INT)), ((1, 2, 3),)
    )
    assert json.loads(written(twins, "json")) == [{"n": 1, "n2": 2, "n1": 3}]


def test_json_for_a_stream_that_lacks_letters_is_ascii_and_means_the_same() -> None:
    stream = Terminal(encoding="ascii")
    output.write(result({"s": "string"}, ("häßlich \U0001f600",)), "json", stream)
    assert json.loads(stream.written()) == [{"s": "häßlich \U0001f600"}]


CELLS: dict[str, st.SearchStrategy[Any]] = {
    "bool": st.booleans(),
    "long": st.integers(-(2**63), 2**63 - 1),
    "real": st.floats(),
    "decimal": st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20),
    "string": st.text(st.characters(), max_size=20),
    "datetime": st.integers(0, 3155378975999999999).map(Datetime),
    "timespan": st.integers(-(2**63), 2**63 - 1).map(Timespan),
    "guid": st.uuids(),
    "dynamic": st.recursive(
        st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        max_leaves=8,
    ),
}


@st.composite
def results(draw: st.DrawFn) -> Result:
    kinds = draw(st.lists(st.sampled_from(sorted(CELLS)), min_size=1, max_size=5))
    names = draw(st.lists(st.text(st.characters(), min_size=1), min_size=len(kinds), max_size=len(kinds), unique=True))
    columns = tuple(Column(name, ScalarType(kind)) for name, kind in zip(names, kinds, strict=True))
    rows = draw(st.lists(st.tuples(*(st.none() | CELLS[kind] for kind in kinds)), max_size=4))
    return Result(columns, tuple(rows))


def back(value: Any, like: Any) -> Any:
    """Undo what JSON could not hold, knowing what it was."""
    match like:
        case bool() | None | str():
            return value
        case int():
            return int(value)
        case float():
            return float(value)
        case Decimal():
            return Decimal(value)
        case dict():
            return {key: back(item, like[key]) for key, item in value.items()}
        case list():
            return [back(item, inner) for item, inner in zip(value, like, strict=True)]
        case UUID():
            return UUID(value)
        case _:
            return value if str(like) != value else like


@given(results())
def test_json_parses_and_every_value_comes_back(given: Result) -> None:
    def refuse(word: str) -> Any:
        raise AssertionError(word)

    found = json.loads(written(given, "json"), parse_constant=refuse)
    assert found == [json.loads(line, parse_constant=refuse) for line in written(given, "jsonl").splitlines()]
    names = [column.name for column in given.columns]
    assert [list(row) for row in found] == [names] * len(given.rows)
    for row, values in zip(found, given.rows, strict=True):
        for name, value in zip(names, values, strict=True):
            # repr: NaN is like NaN, 0.0 is not like -0.0.
            assert repr(back(row[name], value)) == repr(value)


@given(results())
def test_csv_parses_and_every_text_comes_back(given: Result) -> None:
    rows = list(csv.reader(io.StringIO(written(given, "csv"), newline=""), strict=True))
    assert len(rows) == len(given.rows) + 1
    for row, values in zip(rows[1:], given.rows, strict=True):
        for cell, value, column in zip(row, values, given.columns, strict=True):
            if value is None:
                assert cell == ""
            elif column.type is ScalarType.STRING:
                assert cell == value.encode("utf-8", "backslashreplace").decode()
            elif column.type in {ScalarType.LONG, ScalarType.DATETIME, ScalarType.TIMESPAN, ScalarType.GUID}:
                assert cell == str(value)


@given(results())
def test_a_markdown_table_shows_the_texts_that_went_in(given: Result) -> None:
    tokens = MarkdownIt("commonmark").enable("table").parse(written(given, "markdown"))
    cells = [
        "".join(child.content if child.type != "html_inline" else "\n" for child in token.children or ())
        for token in tokens
        if token.type == "inline"
    ]
    width = len(given.columns)
    assert len(cells) == width * (len(given.rows) + 1) + (not given.rows)
    for place, values in enumerate(given.rows, start=1):
        for cell, value, column in zip(cells[place * width :], values, given.columns, strict=False):
            if column.type is ScalarType.STRING and value and not re.search(r"[^\x20-\x7e\n]", value):
                assert [line.strip() for line in cell.split("\n")] == [line.strip() for line in value.split("\n")] or (
                    cell.strip() == value.strip()
                )


@given(results(), st.sampled_from(FORMATS), st.sampled_from(["ascii", "utf-8", "cp1252"]), st.booleans())
def test_no_format_fails_on_any_stream_or_lets_a_terminal_act(
    given: Result,
    format: str,
    encoding: str,
    is_terminal: bool,  # noqa: FBT001 -- drawn by Hypothesis
) -> None:
    stream = Terminal(encoding=encoding, is_terminal=is_terminal)
    output.write(given, format, stream)
    text = re.sub(r"\x1b\[[0-9;]*m", "", stream.written()) if format == "table" else stream.written()
    if format != "csv" or is_terminal:
        assert not re.search(r"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]", text)


# ---- csv -------------------------------------------------------------------------------------------------------------


def test_csv_has_a_header_and_quotes_what_needs_it() -> None:
    given = result(
        {"s": "string", "n": "long", "x": "dynamic", "r": "real"},
        ('a "b",\nc', 2**60, ["é", 1], math.nan),
        ("", None, None, None),
    )
    assert written(given, "csv") == ('s,n,x,r\r\n"a ""b"",\nc",1152921504606846976,"[""é"", 1]",NaN\r\n,,,\r\n')
    assert written(NOTHING, "csv") == "s,n\r\n"
    assert written(Result((), ()), "csv") == ""


def test_csv_keeps_control_characters_in_a_file_and_shows_them_on_a_terminal() -> None:
    given = result({"s": "string"}, ("\x1b[2Jgone",))
    assert "\x1b[2Jgone" in written(given, "csv")
    screen = Terminal(is_terminal=True)
    output.write(given, "csv", screen)
    assert screen.written() == "s\r\n\\u001b[2Jgone\r\n"


# ---- markdown --------------------------------------------------------------------------------------------------------


def test_markdown_is_a_pipe_table_with_numbers_to_the_right() -> None:
    given = result({"who": "string", "n": "long"}, ("a|b <img> *x*\nnext", 5), (None, None))
    assert written(given, "markdown") == (
        "| who | n |\n| --- | ---: |\n| a\\|b \\<img\\> \\*x\\*<br>next | 5 |\n|  |  |\n"
    )
    assert written(result({"s": "string"}, ("\\|a\\",)), "markdown").splitlines()[-1] == "| \\\\\\|a\\\\ |"
    assert written(NOTHING, "markdown") == "| s | n |\n| --- | ---: |\n\nno rows\n"
    assert written(Result((), ()), "markdown") == "no rows\n"


# ---- table -----------------------------------------------------------------------------------------------------------


def test_a_table_has_numbers_to_the_right_and_its_count() -> None:
    given = result({"who": "string", "n": "long"}, ("ann", 5), ("bob", 1234), (None, None))
    assert written(given, "table") == (
        "┌─────┬──────┐\n"
        "│ who │    n │\n"
        "├─────┼──────┤\n"
        "│ ann │    5 │\n"
        "│ bob │ 1234 │\n"
        "│     │      │\n"
        "└─────┴──────┘\n"
        "3 rows\n"
    )


def test_an_empty_table_says_so() -> None:
    assert written(NOTHING, "table").endswith("└───┴───┘\nno rows\n")
    assert written(Result((), (), note="The workspace is empty."), "table") == "no rows\nThe workspace is empty.\n"


def test_one_row_is_one_row_and_brackets_are_no_markup() -> None:
    text = written(result({"[bold]": "string"}, ("[red]:smile:[/red]",)), "table")
    assert "│ [bold]             │" in text
    assert "│ [red]:smile:[/red] │" in text
    assert text.endswith("\n1 row\n")


def test_a_wide_cell_is_cropped_with_an_ellipsis() -> None:
    assert f"│ {'x' * 59}… │" in written(result({"s": "string"}, ("x" * 100,)), "table")


def test_columns_that_do_not_fit_the_screen_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("TERM", "xterm")
    screen = Terminal(is_terminal=True)
    output.write(result({f"column{n:02}": "string" for n in range(20)}, ("value" * 10,) * 20), "table", screen)
    plain = re.sub(r"\x1b\[[0-9;]*m", "", screen.written())
    assert max(len(line) for line in plain.splitlines()[:-1]) <= 60
    assert plain.splitlines()[-1].startswith("1 row; 16 columns do not fit: column04, column05")
    assert "…" in plain


def test_a_long_table_shows_its_beginning_and_says_so() -> None:
    text = written(result({"n": "long"}, *((n,) for n in range(1500))), "table")
    assert len(text.splitlines()) == 1000 + 5
    assert text.endswith("1,000 of 1,500 rows; other formats give all (--format csv)\n")


def test_a_file_gets_no_colours_even_where_colours_are_forced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b" not in written(result({"n": "long"}, (1,)), "table")


def test_a_terminal_gets_no_codes_where_colours_are_not_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    screen, plain = Terminal(is_terminal=True), Terminal(is_terminal=True)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    output.write(result({"n": "long"}, (1,)), "table", screen)
    monkeypatch.setenv("NO_COLOR", "1")
    output.write(result({"n": "long"}, (1,)), "table", plain)
    assert "\x1b[1m" in screen.written()
    assert "\x1b" not in plain.written()


def test_a_wide_table_without_rows_is_the_names_of_its_columns() -> None:
    lines = written(result({f"column{number:03}": "string" for number in range(100)}), "table").splitlines()
    assert lines[0].startswith("no rows; the columns are column000, column001, ")
    assert lines[-1].endswith(", column099")
    assert max(map(len, lines)) <= 120


def test_numbers_keep_their_width_where_texts_must_give_way() -> None:
    from kqlpack.cli.output.table import _shared

    assert _shared([4, 50, 60, 5], 60) == [4, 19, 19, 5]
    assert _shared([4, 10], 80) == [4, 10]
    assert sum(_shared([40, 40, 40], 50)) <= 50 - 10
