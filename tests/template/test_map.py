"""Every character of a rendered query is traced to the YAML file."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kqlpack.diagnostics import Annotation, Diagnostic, Edit, Fix, Severity, relocate
from kqlpack.source import Span
from kqlpack.template import Rendered, render
from tests.template.queries import check_map, from_pack, query

TEMPLATE = """\
{% macro only(x) %}
| where User == {{ x }}
{% endmacro %}
{{ table }}
{#- a comment -#}
  | where Time > ago({{ span }})
{% if flag %}
| where In == 1
{% else %}
| where Out == 1
{% endif %}
{% for user in users %}
{{ only(user) -}}
    | extend Last = {{ loop.last }}
{% endfor %}
{% raw %}| where a == "{{ braces }}"{% endraw %}

| take {{ number }}"""


def word(rendered: Rendered, text: str, occurrence: int = 0) -> str:
    """Return what stands in the file at the place of a word of the rendered text."""
    start = -1
    for _ in range(occurrence + 1):
        start = rendered.text.index(text, start + 1)
    where = rendered.map.locate(Span(start, start + len(text)))
    return rendered.map.file.text[where.span.start : where.span.end]


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_literal_text_maps_to_itself_through_everything(line_end: str) -> None:
    outcome = render(query(TEMPLATE, line_end=line_end))
    assert outcome.diagnostics == ()
    check_map(outcome)
    for text in ("Time", "ago", "In ==", "User", "Last", "take", "{{ braces }}"):
        assert word(outcome, text) == text
    assert word(outcome, "User", 1) == "User"
    assert word(outcome, "SigninLogs") == "{{ table }}"
    assert word(outcome, "1d") == "{{ span }}"
    assert word(outcome, '"y"') == "{{ x }}"
    assert word(outcome, "true") == "{{ loop.last }}"


PIECES = st.sampled_from(
    [
        "T\n",
        "| where a == 1\n",
        "  ",
        "é😀",
        "{% if flag %}",
        "{%- if not flag -%} ",
        "{% else %}\n",
        "{% endif %}",
        "{% endif -%}\n\n",
        "{% for u in users %}",
        "{% endfor %}",
        "\n{% endfor +%}\n",
        "{{ number }}",
        "{{- text }}",
        "{# c #}",
        "{% set z = 1 %}",
        '"x"',
        "// c\n",
        "{% raw %}{{{% endraw %}",
    ]
)


@given(pieces=st.lists(PIECES, max_size=14), line_end=st.sampled_from(["\n", "\r\n"]))
def test_whatever_the_template_its_map_is_right(pieces: list[str], line_end: str) -> None:
    body = "".join(pieces)
    template = "x" + body.replace("\n", "\n      ")
    text = (
        "kqlpack: 1\nname: p\nparameters:\n  flag: {type: bool, default: true}\n  number: {type: int, default: 5}\n"
        '  text: {type: string, default: t}\n  users: {type: "list[string]", default: [x, y]}\n'
        f"queries:\n  - id: q\n    query: |\n      {template}\n"
    )
    outcome = render(from_pack({"pack.yaml": text.replace("\n", line_end)}))
    if outcome.ok or outcome.text:
        check_map(outcome)
    for found in outcome.diagnostics:
        assert 0 <= found.span.start <= found.span.end <= len(outcome.map.file.text)


@pytest.mark.parametrize(
    "style", ["'T | take {{ n }} | count'", '"T | take \\x7b{ n }} | count"', "T | take {{ n }} | count"]
)
def test_one_line_queries_map_too(style: str) -> None:
    text = (
        f"kqlpack: 1\nname: p\nparameters: {{n: {{type: int, default: 5}}}}\nqueries:\n  - id: q\n    query: {style}\n"
    )
    outcome = render(from_pack({"pack.yaml": text}))
    assert outcome.text == "T | take 5 | count"
    assert word(outcome, "count") == "count"
    assert word(outcome, "5") == style[style.index("take") + 5 : style.index("}}") + 2]


def finding(rendered: Rendered, text: str, replacement: str) -> Diagnostic:
    start = rendered.text.index(text)
    span = Span(start, start + len(text))
    return Diagnostic(
        "KQL000", "x", Severity.ERROR, "m", Annotation(rendered.file, span), fix=Fix("f", (Edit(span, replacement),))
    )


def test_a_fix_reaches_literal_text_and_nothing_else() -> None:
    outcome = render(query("{{ table }}\n| where a == 1\n{% if flag %}\n| where b == 2\n{% endif %}\n| take 5"))
    moved = relocate(finding(outcome, "a == 1", "a == 2"), outcome.file, outcome.map)
    assert moved.fix is not None
    (edit,) = moved.fix.edits
    assert outcome.map.file.text[edit.span.start : edit.span.end] == "a == 1"
    for text in ("SigninLogs", "SigninLogs\n| where", "1\n| where b", "2\n| take"):
        assert relocate(finding(outcome, text, "x"), outcome.file, outcome.map).fix is None, text


def test_a_finding_in_a_hole_says_what_it_became() -> None:
    outcome = render(query("T | where a == {{ text }}"))
    moved = relocate(finding(outcome, '"a\\"b"', "x"), outcome.file, outcome.map)
    assert moved.file.text[moved.span.start : moved.span.end] == "{{ text }}"
    assert moved.related[0].text == 'rendered as `"a\\"b"`'
