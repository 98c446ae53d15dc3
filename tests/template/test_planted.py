"""A word planted anywhere in a template's own text is found at its own line and column, whatever is around it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment

from kqlpack.source import Span
from kqlpack.template import render, variants
from tests.template.queries import from_pack

if TYPE_CHECKING:
    from kqlpack.source import SourceFile

WORD = "qzm1zq"

TEMPLATE = """\
{% macro only(x, y='z') -%}
  | where User == {{ x }} {# said #} and Kind == {{ y }}
{%- endmacro %}
{% macro boxed() %}(
  {{ caller() }}
){% endmacro %}
{% import "time.kql.j2" as time %}
{% from "time.kql.j2" import since with context %}
{% set codes %}
1, 2, {{ number }}
{% endset %}
{{ table }}
{#- a comment
    of two lines -#}
  | where Time > ago({{ span }})   // é 😀 "{{ other }}"
\t| where Tab == 'a\tb'
{% if flag %}
| where In == 1
{% elif users %}
| where Elif == 2
{% else %}
| where Out == 3
{% endif %}
{% for user in users if user != "y" %}
  {{ only(user) -}}
    | extend Last = {{ loop.last }}, First = 5
{% else %}
| where Nobody
{% endfor %}
{% raw %}| where a == "{{ braces }} {% if %}"{% endraw %}

{% call boxed() %}inner {{ text | upper }}{% endcall %}
{% filter trim %}   filtered   {% endfilter %}
{% with a = 1, b = number %}| take {{ a }} {%+ if b %} plus {% endif +%}
{% endwith %}
| where {{ time.since(span) }} and {{ since(span) }}
{% include "tail.kql.j2" %}
| where Code in ({{ codes }})"""
MACROS = {
    "macros/time.kql.j2": "{% macro since(x) %}\n  Time > ago({{ x }}) // macro\n{%- endmacro %}\n",
    "macros/tail.kql.j2": "| project\n    A, {{ number }},\n{% if flag %}\n    B\n{% endif %}\n",
}
HEAD = """\
kqlpack: 1
name: p
parameters:
  text: {type: string, default: t}
  other: {type: string, default: x}
  number: {type: int, default: 5}
  flag: {type: bool, default: true}
  span: {type: timespan, default: 1d}
  users: {type: "list[string]", default: [x, y]}
  table: {type: table, default: SigninLogs}
queries:
  - id: q
    query: """


def literal_offsets(template: str) -> list[int]:
    """Return the offsets inside of text, by Jinja's own lexer: its tokens cover the template."""
    offsets: list[int] = []
    done = 0
    for _, kind, value in Environment(keep_trailing_newline=True).lex(template):  # noqa: S701 - nothing is rendered
        if kind == "data":
            offsets.extend(range(done, done + len(value) + 1))
        done += len(value)
    return [offset for offset in offsets if not re.search(r"[{}%#]", template[max(offset - 1, 0) : offset + 1])]


def pack_of(template: str, style: str, line_end: str, macros: dict[str, str]) -> dict[str, str]:
    written = yaml.dump(template, default_style=style, allow_unicode=True, width=10_000, indent=4)
    written = written.removesuffix("...\n")
    if style == "|":
        head, *lines = written.split("\n")
        written = "\n".join([head, *("    " + line if line else "" for line in lines)])
    else:
        written = written.replace("\n", "\n      ")
    files = {"pack.yaml": HEAD + written.rstrip(" ") + "\n", **macros}
    return {name: text.replace("\n", line_end) for name, text in files.items()}


def places(files: dict[str, str]) -> set[tuple[str, int, int]]:
    """Render all variants; return where the map says that the word stands, by file, line and column."""
    query = from_pack(files)
    found = set()
    for values in variants(query):
        rendered = render(query, values)
        assert rendered.ok or rendered.text, rendered.diagnostics
        for match in re.finditer(WORD, rendered.text):
            where = rendered.map.locate(Span(*match.span()))
            assert where.exact, rendered.text
            assert len(where.span) == len(WORD)
            found.add((name_of(where.file), *where.file.line_column(where.span.start)))
    return found


def name_of(file: SourceFile) -> str:
    return file.path.replace("\\", "/").rsplit("/", 1)[-1]


def place_in(files: dict[str, str]) -> set[tuple[str, int, int]]:
    for name, text in files.items():
        if WORD in text:
            before = text[: text.index(WORD)].replace("\r\n", "\n")
            return {(name.rsplit("/", 1)[-1], before.count("\n") + 1, len(before) - before.rfind("\n"))}
    return set()


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("style", ["|", "'", '"'])
def test_a_word_planted_anywhere_in_a_query_is_at_its_own_place(style: str, line_end: str) -> None:
    offsets = literal_offsets(TEMPLATE)
    assert len(offsets) > 250
    # All of them once; then one in five, which is enough to see what the notation does to places.
    for offset in offsets if (style, line_end) == ("|", "\n") else offsets[::5]:
        planted = TEMPLATE[:offset] + WORD + TEMPLATE[offset:]
        files = pack_of(planted, style, line_end, MACROS)
        assert places(files) == place_in(files), planted[max(offset - 40, 0) : offset + 40]


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("name", list(MACROS))
def test_a_word_planted_in_a_file_of_macros_is_at_its_own_place(name: str, line_end: str) -> None:
    text = MACROS[name]
    reached = 0
    for offset in literal_offsets(text):
        files = pack_of(TEMPLATE, "|", line_end, {**MACROS, name: text[:offset] + WORD + text[offset:]})
        found = places(files)
        assert found <= place_in(files)  # what stands beside a macro is not written
        reached += bool(found)
    assert reached > 15


PIECES = st.sampled_from(
    [
        *["T\n", "| where a == 1\n", "  ", "é😀", '"x"', "// c\n", "\t", "a{b}", "{% set z = 1 %}", "{# c #}"],
        *[
            "{% if flag %}",
            "{%- if not flag -%} ",
            "{% else %}\n",
            "{% endif %}",
            "{% endif -%}\n\n",
            "{%+ if 1 +%} \n",
        ],
        *["{% for u in users %}", "{%- for u in users -%} ", "{% endfor %}", "\n{% endfor +%}\n", "{{ number }}"],
        *["{{- text }}", "{{ other -}} \n", "{% raw %}{{{% endraw %}", "{%- raw -%} {% {%- endraw -%}", "{% set b %}"],
        *["{% endset %}{{ b }}", "{% filter trim %}", "{% endfilter %}", "{% macro m() %}", "{% endmacro %}{{ m() }}"],
    ]
)


@given(
    pieces=st.lists(PIECES, max_size=14),
    at=st.integers(0, 14),
    style=st.sampled_from(["|", "'", '"']),
    line_end=st.sampled_from(["\n", "\r\n"]),
)
def test_whatever_the_template_a_planted_word_is_at_its_own_place(
    pieces: list[str], at: int, style: str, line_end: str
) -> None:
    template = "x" + "".join([*pieces[:at], " ", WORD, " ", *pieces[at:]])
    files = pack_of(template, style, line_end, {})
    rendered = render(from_pack(files), {})
    for match in re.finditer(WORD, rendered.text):
        where = rendered.map.locate(Span(*match.span()))
        assert {(name_of(where.file), *where.file.line_column(where.span.start))} == place_in(files)
