"""Whatever values are given, the rendered query has the same tree as with harmless ones."""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kqlpack.pack import Kind
from kqlpack.source import SourceFile
from kqlpack.syntax import parse
from kqlpack.syntax.literals import decode_string
from kqlpack.syntax.nodes.base import Node, children
from kqlpack.template import render
from tests.template.hostile import LIST_PLACES, NAME_PLACES, TEXT_PLACES, VALUES
from tests.template.queries import query

if TYPE_CHECKING:
    from kqlpack.syntax import Parsed

HOSTILE = st.lists(
    st.sampled_from(
        [
            *"\"'\\`~|;()[]{}/@hH#$:=*.,-",
            "\n",
            "\r",
            "\r\n",
            "\t",
            "\u2028",
            "\u2029",
            "\x85",
            "\v",
            "\f",
            "\u202e",
            "\ufeff",
            "```",
            "~~~",
            "//",
            '""',
            "''",
            '\\"',
            "\\u0022",
            '@"',
            "{{ key }}",
            "{% if true %}",
            "| take 1",
            "union *",
            " or true ",
            "a",
            " ",
            "é",
            "😀",
            "\0",
        ]
    ),
    max_size=8,
).map("".join) | st.text(max_size=12)


def shape(node: Node) -> object:
    """Return a tree's shape; strings and names count only as what they are."""
    return type(node).__name__, [shape(child) for child in children(node)]


def skeleton(parsed: Parsed) -> list[tuple[str, str]]:
    """Return the tokens; strings, numbers and names without what is in them."""
    open_kinds = {"STRING", "LONG", "REAL", "TIMESPAN", "BOOL", "IDENT"}
    return [
        (token.kind, "" if token.kind in open_kinds or token.kind.endswith("_LITERAL") else token.text)
        for token in parsed.tokens
    ]


def parsed(template: str, **values: object) -> Parsed | None:
    outcome = render(query(template), values)
    return parse(SourceFile("", outcome.text)) if outcome.ok else None


def test_there_are_hostile_values_enough() -> None:
    assert len(VALUES) > 300
    assert len(set(VALUES)) == len(VALUES)


@pytest.mark.parametrize("template", TEXT_PLACES)
def test_none_of_the_hostile_texts_changes_the_query_around_it(template: str) -> None:
    for hostile in VALUES:
        check_text(template, hostile)


@pytest.mark.parametrize("template", NAME_PLACES)
def test_none_of_the_hostile_names_changes_the_query_around_it(template: str) -> None:
    for hostile in VALUES:
        check_name(template, hostile)


@pytest.mark.parametrize("template", LIST_PLACES)
def test_none_of_the_hostile_lists_changes_the_query_around_it(template: str) -> None:
    for hostile in VALUES:
        check_list(template, [hostile, "b"])


@pytest.mark.parametrize("type", [str(kind) for kind in Kind if kind not in {Kind.STRING, Kind.DYNAMIC}])
def test_a_hostile_text_for_another_type_is_refused_or_one_literal(type: str) -> None:
    name = Kind(type).is_name
    declared = query(
        "T | where {{ p }} == 1 | take 5" if name else "T | where a == {{ p }} | take 5",
        parameters=f"  p: {{type: {type}}}\n",
    )
    taken = 0
    for hostile in VALUES:
        outcome = render(declared, {"p": hostile})
        if outcome.ok:
            taken += 1
            found = parse(SourceFile("", outcome.text))
            assert found.ok
            assert len(children(found.root)) == 1
            assert [token.text for token in found.tokens][-3:] == ["|", "take", "5"]
    assert name or taken < 12


@pytest.mark.parametrize("quote", ['"{}"', "'{}'", "{}", '@"{}"', "@'{}'", "h'{}'", "```{}```", "~~~{}~~~"])
@given(text=HOSTILE | st.text())
def test_what_kql_reads_is_what_was_given(quote: str, text: str) -> None:
    outcome = render(query("print " + quote.format("{{ text }}")), {"text": text})
    if outcome.ok:
        tokens = parse(SourceFile("", outcome.text)).tokens
        assert decode_string(tokens[1].text) == text
    else:
        assert "\0" in text or quote[0] in "@`~" or any("\ud800" <= each <= "\udfff" for each in text)


@pytest.mark.parametrize("template", TEXT_PLACES)
@given(hostile=HOSTILE)
def test_no_text_changes_the_query_around_it(template: str, hostile: str) -> None:
    check_text(template, hostile)


@cache
def harmless_of(template: str) -> Parsed | None:
    return parsed(template, text="harmless")


def check_text(template: str, hostile: str) -> None:
    """Assert that a text is refused, or changes nothing but the literal that it is in."""
    harmless = harmless_of(template)
    found = parsed(template, text=hostile)
    if found is None:
        return  # refused, which is safe
    assert harmless is not None, "refused for a harmless text, but not for this one"
    assert skeleton(found) == skeleton(harmless)
    assert found.ok == harmless.ok
    assert shape(found.root) == shape(harmless.root)


@pytest.mark.parametrize("template", NAME_PLACES)
@given(name=HOSTILE | st.sampled_from(["where", "union", "datatable", "true", "null", "h", "in", "let"]))
def test_no_name_changes_the_query_around_it(template: str, name: str) -> None:
    check_name(template, name)


def check_name(template: str, name: str) -> None:
    """Assert that a name is refused, or reads as a name that needs quoting, or as one that needs none."""
    found = parsed(template, table=name, column=name)
    if found is None:
        return
    assert found.ok
    assert shape(found.root) in [shape(one.root) for one in map(partial(named, template), ["odd name", "Plain"]) if one]


def named(template: str, name: str) -> Parsed | None:
    return parsed(template, table=name, column=name)


@pytest.mark.parametrize("template", LIST_PLACES)
@given(users=st.lists(HOSTILE, min_size=2, max_size=2))
def test_no_list_changes_the_query_around_it(template: str, users: list[str]) -> None:
    check_list(template, users)


def check_list(template: str, users: list[str]) -> None:
    """Assert that a list is refused, or changes nothing but the literals of its items."""
    harmless, found = parsed(template, users=["a", "b"]), parsed(template, users=users)
    if found is not None:
        assert harmless is not None
        assert skeleton(found) == skeleton(harmless)
        assert found.ok


@pytest.mark.parametrize("template", ["T | take {{ n }} - 1", "print -{{ n }}", "print a[{{ n }}], (1..{{ n }})"])
@given(first=st.integers(-(2**31) + 1, 2**31 - 1), second=st.integers(-(2**31) + 1, 2**31 - 1))
def test_no_number_changes_the_query_around_it(template: str, first: int, second: int) -> None:
    declared = query(template, parameters="  n: {type: int, default: 1}\n")
    trees = [parse(SourceFile("", render(declared, {"n": number}).text)) for number in (abs(first), abs(second))]
    assert shape(trees[0].root) == shape(trees[1].root)
    negative = parse(SourceFile("", render(declared, {"n": -abs(first) or -1}).text))
    assert len(negative.tokens) == len(trees[0].tokens), "a negative number is one literal"
