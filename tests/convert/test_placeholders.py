"""Which braces and dollars are placeholders, and which are KQL's own."""

from __future__ import annotations

import pytest

from kqlpack.convert.placeholders import Escape, Placeholder, Style, find


def placeholders(text: str, style: Style, names: tuple[str, ...] | None = None) -> list[str]:
    """Return the texts of the placeholders; of escapes what they stand for, in quotes."""
    found = []
    for one in find(text, style, names):
        assert text[one.span.start : one.span.end]
        found.append(repr(one.text) if isinstance(one, Escape) else text[one.span.start : one.span.end])
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("T | where a > {start}", ["{start}"]),
        ("T | where a == '{{user}}'", ["{{user}}"]),
        ('T | where a == "{{ user }}" and b == "x {{user}} y"', ["{{ user }}", "{{user}}"]),
        ("T | where a == {{ user }}", ["{{ user }}"]),
        ("T | where a == '{user}'", ["{user}"]),
        ("T | where a == '$user'", ["$user"]),
        ("T | where a == '${user}'", ["${user}"]),
        ("T | where a == $user", ["$user"]),
        ("T | where a > datetime({start}) and b == guid({id})", ["{start}", "{id}"]),
        ("T | where a > datetime($start) and b == ${b}", ["$start", "${b}"]),
        ("{table} | take 1", ["{table}"]),
        ("T | where a in ({users}) and b == '{users}'", ["{users}", "{users}"]),
    ],
)
def test_people_write_braces_and_dollars(text: str, expected: list[str]) -> None:
    assert placeholders(text, Style.HAND) == expected


@pytest.mark.parametrize(
    "text",
    [
        "let f = (x: string) { x }; print f('a')",
        "let f = (x: string) {x}; print f('a')",
        "let f = () {T}; f",
        "print dynamic({'a': {'b': [1]}})",
        "print parse_json('{\"a\": {b}}')",
        "print 'a {word} in a text'",
        'T | where a matches regex @"^\\d{3}$"',
        "T | where a matches regex '[a-z]{2,5}'",
        "T | join kind=inner (U) on $left.a == $right.b",
        "let $x = 1; T | extend $y=2 | where $x == $y",
        "T | partition by a { take 1 }",
        "// {comment} {{x}} $y '{z}'\nT",
        "T | where a has '$true' or b == \"$id\"",
        "print '$', '$5', 'US$ {', '{}', '{ }', '{1}'",
    ],
)
@pytest.mark.parametrize("style", [Style.HAND, Style.WORKBOOK])
def test_braces_and_dollars_of_kql_are_none(text: str, style: Style) -> None:
    if style is Style.WORKBOOK and ("{word}" in text or "{b}" in text or "{comment}" in text):
        assert placeholders(text, style)  # a workbook fills in every name in braces
        return
    assert placeholders(text, style) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("T | where TimeGenerated {TimeRange}", ["{TimeRange}"]),
        ("T | where a > {TimeRange:start}", ["{TimeRange:start}"]),
        ("T | where a == '{Param:label}'", ["{Param:label}"]),
        ("T | where a == '{first name}'", ["{first name}"]),
        ("let f = () {T}; f", []),
        ("print '{{Column}}'", ["{Column}"]),
    ],
)
def test_workbooks_write_single_braces_with_formats(text: str, expected: list[str]) -> None:
    assert placeholders(text, Style.WORKBOOK) == expected


def test_a_declared_name_of_a_workbook_is_one_wherever_it_stands() -> None:
    assert placeholders("let f = () {T}; f", Style.WORKBOOK, ("T",)) == ["{T}"]


def test_what_stands_behind_the_colon_is_told() -> None:
    found = [one for one in find("{A:start} {B: label } {C}", Style.WORKBOOK) if isinstance(one, Placeholder)]
    assert [(one.name, one.format) for one in found] == [("A", "start"), ("B", "label"), ("C", "")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{table} | where a == '{user}'", ["{table}", "{user}"]),
        ('print parse_json(\'{{"a": {{"b": 1}}}}\')', ["'{'", "'{'", "'}'", "'}'"]),
        ("T | where a matches regex '\\d{{3}}' and b == {n}", ["'{'", "'}'", "{n}"]),
        ("print dynamic({1})", []),
    ],
)
def test_msticpys_doubled_braces_are_single_ones(text: str, expected: list[str]) -> None:
    assert placeholders(text, Style.MSTICPY) == expected
