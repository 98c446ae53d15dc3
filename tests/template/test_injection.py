"""Whatever values are given, the rendered query has the same tree as with harmless ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kqlpack.source import SourceFile
from kqlpack.syntax import parse
from kqlpack.syntax.nodes.base import Node, children
from kqlpack.template import render
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

TEXT_TEMPLATES = [
    "T | where a == {{ text }} | take 5",
    "T | where a has_any ({{ text }}, 'x') | take 5",
    'T | where a == "x{{ text }}y" | take 5',
    "T | where a == 'x{{ text }}y' | take 5",
    "T | where a == '{{ text }}' and b == \"{{ text }}\" | take 5",
    'T | where a == @"x{{ text }}y" | take 5',
    "T | where a == @'{{ text }}' | take 5",
    'T | where a == h"{{ text }}" | take 5',
    "T | where a == H@'{{ text }}' | take 5",
    "T | where a == ```x{{ text }}y``` | take 5",
    "T | where a == ```{{ text }}``` | take 5",
    "T | where a == ~~~{{ text }}~~~ | take 5",
    "T // {{ text }}\n| take 5",
    "T // {{ text }} {{ text }}\n// {{ text }}\n| take 5",
    'T | where a == "//{{ text }}" // "{{ text }}\n| take 5',
    "T | extend d = dynamic({\"a\": {{ text }}, 'b': [{{ text }}]}) | take 5",
    "T | extend ['{{ text }}x'] = 1 | take 5",
    'T | where a == "\\\\{{ text }}" | take 5',
    "{% set x = text ~ text %}T | where a == {{ x }} or b == {{ text | upper }} | take 5",
    "{% macro m(x) %}a == {{ x }} and b == '{{ x }}'{% endmacro %}T | where {{ m(text) }} | take 5",
    "T | where a == {{ text }}{{ '' }}",
    "T | where a == {{ text }} and b == {{ other }} // {{ text }}",
    "T | where a == datetime({{ text }}) | take 5",
    "T | where a == datetime('{{ text }}') | take 5",
    "T | {{ text }} | take 5",
    "{{ text }} | take 5",
    "T | where a {{ text }} b",
    "T | where a == x{{ text }}",
    "T | where a == @{{ text }}",
    "T | where a == '\\{{ text }}'",
    "T | where a == 'x\n{{ text }}' | take 5",
    "T | where a == @'x\n{{ text }}' | take 5",
    "T // x\u2028{{ text }}\n| take 5",
    "T | where a == 'x\u2028{{ text }}' | take 5",
    "T | where a == ```x`{{ text }}``` | take 5",
]


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


@pytest.mark.parametrize("template", TEXT_TEMPLATES)
@given(hostile=HOSTILE)
def test_no_text_changes_the_query_around_it(template: str, hostile: str) -> None:
    harmless = parsed(template, text="harmless")
    found = parsed(template, text=hostile)
    if found is None:
        return  # refused, which is safe
    assert harmless is not None, "refused for a harmless text, but not for this one"
    assert skeleton(found) == skeleton(harmless)
    assert found.ok == harmless.ok
    assert shape(found.root) == shape(harmless.root)


@pytest.mark.parametrize(
    "template",
    [
        "{{ table }} | take 5",
        "union {{ table }}, T | take 5",
        "T | join kind=inner {{ table }} on a | take 5",
        "let x = {{ table }}; x | take 5",
    ],
)
@given(name=HOSTILE | st.sampled_from(["where", "union", "datatable", "true", "null", "h", "in", "let"]))
def test_no_name_changes_the_query_around_it(template: str, name: str) -> None:
    harmless, found = parsed(template, table="odd name"), parsed(template, table=name)
    if found is not None:
        assert harmless is not None
        assert shape(found.root) == shape(harmless.root) or shape(found.root) == shape(parsed(template).root)  # type: ignore[union-attr]
        assert found.ok


@pytest.mark.parametrize(
    "template",
    [
        "T | where a in ({{ users }}) | take 5",
        "T | where a in~ ('x', {{ users }}) | take 5",
        "T | extend a = set_union({{ users }}, b) | take 5",
        "T | extend a = dynamic([{{ users }}]) | take 5",
        "T | where a in ({% for u in users %}{{ u }}{% if not loop.last %}, {% endif %}{% endfor %}) | take 5",
        "T // {{ users }}\n| take 5",
    ],
)
@given(users=st.lists(HOSTILE, min_size=2, max_size=2))
def test_no_list_changes_the_query_around_it(template: str, users: list[str]) -> None:
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
