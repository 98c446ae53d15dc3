"""A value is written so that KQL reads the same value, and nothing else."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kqlpack.pack import Kind, Place, QuotingError, Value, ValueFault, ValueType
from kqlpack.pack.quoting import KEYWORDS, comment_text, entity_name, escaped, string_literal
from kqlpack.pack.reading import parse_text, parse_timespan, to_value
from kqlpack.pack.value import TYPED_LITERALS
from kqlpack.source import SourceFile
from kqlpack.syntax import parse
from kqlpack.values import Datetime, Timespan

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
# Texts that would like to get out.
HOSTILE = st.lists(
    st.sampled_from(
        [
            '"',
            "'",
            "\\",
            "\n",
            "\r",
            "`",
            "```",
            "~~~",
            '@"',
            "//",
            "|",
            ";",
            "\u2028",
            "\u202e",
            "\t",
            "]",
            ")",
            "a",
            " ",
        ]
    ),
    max_size=8,
).map("".join)


def decoded(literal: str) -> str:
    """Read a KQL string literal by the rules of the documentation's page "The string data type"."""
    quote = literal[0]
    assert literal[-1] == quote
    result: list[str] = []
    position, end = 1, len(literal) - 1
    simple = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "v": "\v", "a": "\a", "0": "\0"}
    while position < end:
        character = literal[position]
        assert character not in "\r\n" + quote
        if character != "\\":
            result.append(character)
            position += 1
            continue
        kind = literal[position + 1]
        if kind in "\\\"'":
            result.append(kind)
            position += 2
        elif kind in simple:
            result.append(simple[kind])
            position += 2
        else:
            length = {"x": 2, "u": 4, "U": 8}[kind]
            result.append(chr(int(literal[position + 2 : position + 2 + length], 16)))
            position += 2 + length
    # Halves of a pair, one escape each, are one character.
    return "".join(result).encode("utf-16-le", "surrogatepass").decode("utf-16-le")


@given(text=TEXTS | HOSTILE)
def test_a_string_literal_reads_back_as_its_text(text: str) -> None:
    assert decoded(string_literal(text)) == text
    assert decoded("'" + escaped(text, Place.SINGLE) + "'") == text


@given(text=TEXTS | HOSTILE)
def test_a_string_literal_shows_everything_that_is_in_it(text: str) -> None:
    assert re.search("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]", string_literal(text)) is None


@given(text=TEXTS | HOSTILE)
def test_a_verbatim_literal_reads_back_as_its_text_or_is_refused(text: str) -> None:
    try:
        written = escaped(text, Place.VERBATIM_DOUBLE)
    except QuotingError:
        return
    assert written.replace('""', "").count('"') == 0
    assert written.replace('""', '"') == text
    assert "\n" not in written


@given(text=TEXTS | HOSTILE)
def test_a_multi_line_literal_is_its_text_or_is_refused(text: str) -> None:
    try:
        written = escaped(text, Place.BACKTICKS)
    except QuotingError:
        return
    assert written == text
    assert f"```{written}```".index("```", 3) == 3 + len(written)


@given(text=TEXTS | HOSTILE)
def test_a_comment_has_no_line_end_in_it(text: str) -> None:
    written = comment_text(text)
    assert written.splitlines() in ([], [written])


@given(name=TEXTS.filter(bool) | HOSTILE.filter(bool) | st.sampled_from(sorted(KEYWORDS)))
def test_a_name_reads_back_as_itself(name: str) -> None:
    written = entity_name(name)
    if written != name:
        assert decoded(written[1:-1]) == name
    else:
        assert re.fullmatch(r"[A-Za-z_]\w*", name, re.ASCII)
    assert parse(SourceFile("", f"T | project {written}")).ok
    assert parse(SourceFile("", f"{written} | where {written} == 1")).ok


@pytest.mark.parametrize(("name", "written"), [("Users", "Users"), ("a b", "['a b']"), ("where", "['where']")])
def test_a_name_is_bare_where_that_is_safe(name: str, written: str) -> None:
    assert entity_name(name) == written


@pytest.mark.parametrize("text", ["a\0b", "a\ud800b"])
@pytest.mark.parametrize("place", [Place.DOUBLE, Place.VERBATIM_DOUBLE, Place.BACKTICKS, Place.COMMENT])
def test_what_no_query_can_hold_is_refused(text: str, place: Place) -> None:
    with pytest.raises(QuotingError):
        Value(ValueType(Kind.STRING), text).to_kql(place)
    with pytest.raises(ValueFault):
        to_value(text, ValueType(Kind.STRING))


GUID = "6f9619ff-8b86-d011-b42d-00c04fc964ff"


@pytest.mark.parametrize(
    ("type", "text", "kql"),
    [
        ("string", 'a"b', '"a\\"b"'),
        ("string", "", '""'),
        ("string", "5", '"5"'),
        ("int", "10", "10"),
        ("int", "-10", "int(-10)"),
        ("long", "9223372036854775807", "9223372036854775807"),
        ("long", "-9223372036854775808", "long(-9223372036854775808)"),
        ("real", "1.5", "1.5"),
        ("real", "3", "3.0"),
        ("real", "-0.5", "real(-0.5)"),
        ("real", "1e300", "real(1e+300)"),
        ("real", "nan", "real(nan)"),
        ("real", "-inf", "real(-inf)"),
        ("decimal", "0.10", "decimal(0.10)"),
        ("bool", "true", "true"),
        ("bool", "False", "false"),
        ("datetime", "2024-12-03", "datetime(2024-12-03T00:00:00Z)"),
        ("datetime", "2024-12-03T12:30:00.1234567+02:00", "datetime(2024-12-03T10:30:00.1234567Z)"),
        ("timespan", "1d", "1d"),
        ("timespan", "00:05:00", "5m"),
        ("timespan", "1.5h", "90m"),
        ("timespan", "PT36H", "36h"),
        ("timespan", "1.02:03:04.5", "timespan(1.02:03:04.5000000)"),
        ("timespan", "-1h", "timespan(-01:00:00)"),
        ("timespan", "0s", "0s"),
        ("guid", "{" + GUID.upper() + "}", f"guid({GUID})"),
        ("dynamic", '{"a": [1, "x", null, true, -2.5]}', 'dynamic({"a": [1, "x", null, true, -2.5]})'),
        ("list[string]", "a, b", 'dynamic(["a", "b"])'),
        ("list[string]", '["a, b", "c"]', 'dynamic(["a, b", "c"])'),
        ("list[string]", "", "dynamic([])"),
        ("list[int]", "1,-2", "dynamic([1, -2])"),
        ("list[timespan]", "1d,2h", "dynamic([1d, 2h])"),
        ("table", "SigninLogs", "SigninLogs"),
        ("table", "odd name", "['odd name']"),
        ("column", "where", "['where']"),
        ("list[column]", "a,b c", "a, ['b c']"),
    ],
)
def test_a_text_of_the_command_line_becomes_kql(type: str, text: str, kql: str) -> None:
    declared = ValueType.parse(type)
    assert declared is not None
    value = parse_text(text, declared)
    assert value.to_kql() == kql
    if "dynamic([1d" not in kql:
        assert parse(SourceFile("", f"print x = {kql}")).ok or declared.kind.is_name


@pytest.mark.parametrize(
    ("type", "text"),
    [
        ("int", "x"),
        ("int", "1.5"),
        ("int", "2147483648"),
        ("int", "010"),
        ("int", "1e3"),
        ("int", "9" * 5000),
        ("long", "9223372036854775808"),
        ("real", "1,5"),
        ("real", "1e999"),
        ("decimal", "1e99999"),
        ("bool", "yes"),
        ("datetime", "2024-02-30"),
        ("datetime", "12:00"),
        ("datetime", "9999-12-31T23:59:59-10:00"),
        ("timespan", "1 fortnight"),
        ("timespan", "25:00:00"),
        ("timespan", "5"),
        ("timespan", "99999999999d"),
        ("guid", "6f9619ff"),
        ("dynamic", "{a: 1}"),
        ("dynamic", "NaN"),
        ("list[int]", "1,x"),
        ("list[string]", "[1]"),
        ("table", " "),
    ],
)
def test_a_text_that_does_not_fit_is_refused_with_a_remedy(type: str, text: str) -> None:
    declared = ValueType.parse(type)
    assert declared is not None
    with pytest.raises(ValueFault) as caught:
        parse_text(text, declared)
    assert caught.value.help


@pytest.mark.parametrize(
    ("type", "given_value", "value"),
    [
        (Kind.STRING, "a", "a"),
        (Kind.INT, 5, 5),
        (Kind.REAL, 5, 5.0),
        (Kind.DECIMAL, Decimal("1.5"), Decimal("1.5")),
        (Kind.BOOL, True, True),
        (Kind.DATETIME, datetime(1, 1, 2, tzinfo=UTC), Datetime(864_000_000_000)),
        (Kind.DATETIME, date(1, 1, 2), Datetime(864_000_000_000)),
        (Kind.TIMESPAN, timedelta(seconds=1), Timespan(10_000_000)),
        (Kind.GUID, UUID(GUID), UUID(GUID)),
        (Kind.DYNAMIC, {"a": (1, None)}, {"a": [1, None]}),
    ],
)
def test_python_values_are_taken_as_they_are(type: Kind, given_value: object, value: object) -> None:
    assert to_value(given_value, ValueType(type)).value == value


@pytest.mark.parametrize(
    ("type", "given_value"),
    [(Kind.STRING, 5), (Kind.INT, True), (Kind.INT, 1.5), (Kind.INT, None), (Kind.DYNAMIC, object()), (Kind.GUID, b"")],
)
def test_python_values_of_other_types_are_refused(type: Kind, given_value: object) -> None:
    with pytest.raises(ValueFault):
        to_value(given_value, ValueType(type))


def test_a_secret_is_not_printed() -> None:
    value = Value(ValueType(Kind.STRING), "hunter2", secret=True)
    assert "hunter2" not in f"{value!r} {value} {[value]}"
    assert value.to_kql() == '"hunter2"'


@given(ticks=st.integers(-(2**63) + 1, 2**63 - 1))
def test_a_timespan_reads_back(ticks: int) -> None:
    written = Value(ValueType(Kind.TIMESPAN), Timespan(ticks)).to_kql()
    assert parse_timespan(written.removeprefix("timespan(").removesuffix(")")) == Timespan(ticks)


@given(
    value=st.recursive(
        st.none() | st.booleans() | st.integers(-(2**40), 2**40) | TEXTS,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
        max_leaves=8,
    )
)
def test_a_dynamic_value_is_one_literal_of_json(value: Any) -> None:
    import json

    kql = to_value(value, ValueType(Kind.DYNAMIC)).to_kql()
    assert json.loads(kql.removeprefix("dynamic(").removesuffix(")")) == value
    assert parse(SourceFile("", f"print {kql}")).ok


@pytest.mark.parametrize("literal", sorted(TYPED_LITERALS))
def test_every_typed_literal_holds_its_own_kind_and_no_text(literal: str) -> None:
    with pytest.raises(QuotingError):
        Value(ValueType(Kind.STRING), "x").to_kql(Place.TYPED_LITERAL, literal)


@pytest.mark.parametrize("name", ["list[string]", "list[ string ]", "int", "table"])
def test_types_are_read_and_printed(name: str) -> None:
    assert str(ValueType.parse(name)) == name.replace(" ", "")
    assert ValueType.parse("list[list[int]]") is None
    assert ValueType.parse("text") is None
