"""Literals are read as KQL reads them."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kqlpack.source import SourceFile
from kqlpack.syntax import nodes, parse
from kqlpack.syntax.literals import BadLiteralError, decode_string, literal_value, parse_datetime, parse_timespan
from kqlpack.values import Datetime, Timespan


def value_of(text: str) -> object:
    root = parse(SourceFile("query.kql", f"print {text}")).root
    return literal_value(next(node for node in nodes.walk(root) if isinstance(node, nodes.Literal)))


@pytest.mark.parametrize(
    ("token", "value"),
    [
        ('"a b"', "a b"),
        (r'"tab\t quote\" back\\"', 'tab\t quote" back\\'),
        (r"'it\'s'", "it's"),
        (r'@"c:\d""e"', r'c:\d"e'),
        ("@'a''b'", "a'b"),
        ('h"secret"', "secret"),
        ("H@'x'", "x"),
        ("```a\nb```", "a\nb"),
        ("@```a\\b```", "a\\b"),
        ("h@~~~a``b~~~", "a``b"),
        (r'"\u0041\x42\103\U0001F600"', "ABC\U0001f600"),
        (r'"\U00110000"', r"\U00110000"),
    ],
)
def test_a_string_token_has_the_value_that_kql_reads(token: str, value: str) -> None:
    assert decode_string(token) == value


@given(st.text())
def test_a_doubled_quote_is_all_that_a_verbatim_string_escapes(text: str) -> None:
    token = '@"' + text.replace('"', '""') + '"'
    assert decode_string(token) == text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("bool(false)", False),
        ("42", 42),
        ("0x1F", 31),
        ("int(-7)", -7),
        ("long(null)", None),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        ("decimal(0.1)", Decimal("0.1")),
        ("guid(74be27de-1e4e-49d9-b579-fe0b331d3642)", UUID("74be27de-1e4e-49d9-b579-fe0b331d3642")),
        ("1d", Timespan(864_000_000_000)),
        ("1.5h", Timespan(54_000_000_000)),
        ("90s", Timespan(900_000_000)),
        ("1tick", Timespan(1)),
        ("time(1.02:03:04.5)", Timespan(937_845_000_000)),
        ("timespan(2)", Timespan(1_728_000_000_000)),
        ("datetime(2024-01-02)", Datetime(638_397_504_000_000_000)),
        ("datetime(null)", None),
    ],
)
def test_a_literal_has_the_value_that_kql_reads(text: str, value: object) -> None:
    assert value_of(text) == value


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("2024-12-03T11:00:00Z", "2024-12-03T11:00:00.0000000Z"),
        ("2024-12-03 11:00", "2024-12-03T11:00:00.0000000Z"),
        ("2024-12-03T11:00:00.1234567Z", "2024-12-03T11:00:00.1234567Z"),
        ("2024-12-03T11:00:00+02:00", "2024-12-03T09:00:00.0000000Z"),
        ("12/31/2024", "2024-12-31T00:00:00.0000000Z"),
        ("Sat, 08 Nov 2014 15:05:02 GMT", "2014-11-08T15:05:02.0000000Z"),
    ],
)
def test_datetimes_are_read_in_the_documented_forms(text: str, printed: str) -> None:
    assert str(parse_datetime(text)) == printed


@pytest.mark.parametrize(
    "text",
    [
        *("datetime(2024-13-45)", "datetime(yesterday)", "time(25:00)", "guid(x)", "int(x)"),
        *("long(1_000)", "real(1_0)", "decimal(1_0)", "long(\u0663)"),
    ],
)
def test_a_literal_that_is_none_is_told_apart(text: str) -> None:
    with pytest.raises(BadLiteralError):
        value_of(text)


@given(st.integers(-(10**17), 10**17))
def test_a_timespan_reads_what_it_prints(ticks: int) -> None:
    assert parse_timespan(str(Timespan(ticks))) == Timespan(ticks)


@given(st.integers(0, 3_155_378_975_999_999_999))
def test_a_datetime_reads_what_it_prints(ticks: int) -> None:
    assert parse_datetime(str(Datetime(ticks))) == Datetime(ticks)
