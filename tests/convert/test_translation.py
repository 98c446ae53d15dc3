"""Other tools' texts as templates: what a placeholder becomes, and that nothing else changes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kqlpack.convert import Hint, Style, Translation, translate
from kqlpack.convert.placeholders import Placeholder, find
from kqlpack.convert.translation import parameters, untouched
from kqlpack.pack import Query
from kqlpack.source import SourceFile, SourceMap
from kqlpack.template import render

DAY = ("now-1d", "now")


def translated(text: str, style: Style = Style.HAND, **hints: Hint) -> Translation:
    made = translate(text, style, hints)
    assert made is not None
    return made


def declared(made: Translation) -> list[tuple[str, str, str | None]]:
    return [(one.name, one.type, one.default) for one in made.parameters]


def rendered(made: Translation, **values: object) -> str:
    query = Query("q", made.text, SourceMap.identity(SourceFile("", made.text)), parameters=parameters(made.parameters))
    found = render(query, values)
    assert found.ok, found.diagnostics
    return found.text


@pytest.mark.parametrize(
    ("text", "expected", "parameters"),
    [
        ("T | where a == '{{user}}'", "T | where a == '{{ user }}'", [("user", "string", None)]),
        ("T | where a == '$user'", "T | where a == '{{ user }}'", [("user", "string", None)]),
        ("T | where a == $user", "T | where a == {{ user }}", [("user", "string", None)]),
        ("T | where a > {start}", "T | where a > {{ start }}", [("start", "datetime", "now-1d")]),
        ("T | where a > datetime({start})", "T | where a > {{ start }}", [("start", "datetime", "now-1d")]),
        ("T | where a > ago({back})", "T | where a > ago({{ back }})", [("back", "timespan", None)]),
        ("T | where a in ({users})", "T | where a in ({{ users }})", [("users", "list[string]", None)]),
        ("{t} | project {c}", "{{ t }} | project {{ c }}", [("t", "table", None), ("c", "column", None)]),
    ],
)
def test_what_people_write(text: str, expected: str, parameters: list[tuple[str, str, str | None]]) -> None:
    made = translated(text)
    assert (made.text, declared(made), made.lost) == (expected, parameters, ())


def test_a_range_of_time_becomes_a_comparison_with_two_instants() -> None:
    made = translated("T | where TimeGenerated {TimeRange} | take 1", Style.WORKBOOK, TimeRange=Hint("time"))
    assert made.text == "T | where TimeGenerated between ({{ TimeRange_start }} .. {{ TimeRange_end }}) | take 1"
    assert declared(made) == [("TimeRange_start", "datetime", "now-1d"), ("TimeRange_end", "datetime", "now")]
    assert "between (ago(1d) .. now())" in rendered(made)


def test_the_formats_of_a_range_are_parameters_of_their_own() -> None:
    text = "T | make-series count() on a from {R:start} to {R:end}step {R:grain}"
    made = translated(text, Style.WORKBOOK, R=Hint("time"))
    assert made.text.endswith("from {{ R_start }} to {{ R_end }} step {{ R_grain }}")
    assert declared(made) == [
        ("R_start", "datetime", "now-1d"),
        ("R_end", "datetime", "now"),
        ("R_grain", "timespan", None),
    ]


def test_a_label_is_a_text_of_its_own() -> None:
    made = translated("print a = '{P}', b = '{P:label}'", Style.WORKBOOK, P=Hint())
    assert declared(made) == [("P", "string", None), ("P_label", "string", None)]


def test_a_name_that_stands_in_several_places_has_the_type_that_fits_all() -> None:
    made = translated("T | where a == {x} and b has '{x}'")
    assert declared(made) == [("x", "string", None)]
    assert rendered(made, x='a"b') == """T | where a == "a\\"b" and b has 'a"b'"""


def test_msticpys_defaults_lists_and_descriptions() -> None:
    made = translated(
        "{table} | where a in~ ({users}) | take {n}",
        Style.MSTICPY,
        table=Hint("", "SigninLogs", "Where to look."),
        users=Hint("list[string]", '"a", "b"'),
        n=Hint("long", "5"),
    )
    assert declared(made) == [
        ("table", "table", "SigninLogs"),
        ("users", "list[string]", '["a", "b"]'),
        ("n", "long", "5"),
    ]
    assert made.parameters[0].description == "Where to look."
    assert made.parameters[0].was == "{table}"


def test_msticpys_doubled_braces_are_single_ones() -> None:
    made = translated("print parse_json('{{\"a\": {n}}}'), '{s}'", Style.MSTICPY)
    assert rendered(made, n="1", s="x") == "print parse_json('{\"a\": 1}'), 'x'"


@pytest.mark.parametrize("wrapped", ["datetime({start})", "datetime('{start}')", 'todatetime("{start}")'])
def test_what_makes_an_instant_of_a_text_goes(wrapped: str) -> None:
    made = translated(f"T | where a >= {wrapped} | take 1", Style.MSTICPY, start=Hint("datetime"))
    assert made.text == "T | where a >= {{ start }} | take 1"
    assert declared(made) == [("start", "datetime", "now-1d")]


@pytest.mark.parametrize(
    ("text", "default", "expected"),
    [
        ("T\n{items}", "", "T\n"),
        ("T\n{items}", "| take 5", "T\n| take 5"),
        ("T | {items}", "", "T"),
        ("T\n| {items}\n| take 5", "", "T\n| take 5"),
        ("T | extend x = {items}", "strcat(a, '{{')", "T | extend x = strcat(a, '{{')"),
        ("T_{items} | take 5", "CL", "T_CL | take 5"),
    ],
)
def test_a_part_of_the_query_is_written_out_or_left_out_and_that_is_said(
    text: str, default: str, expected: str
) -> None:
    made = translated(text, Style.MSTICPY, items=Hint("", default))
    assert rendered(made) == expected
    assert made.parameters == ()
    (said,) = made.lost
    assert said.startswith("`{items}` stands for a part of the query, which no value can be, and so is ")
    assert said.endswith(f"written out: `{default}`" if default else "left out")


def test_what_no_choice_makes_a_query_of_is_not_translated() -> None:
    assert translate("T | where a {op} 5", Style.WORKBOOK, {"op": Hint()}) is None


def test_a_placeholder_in_a_comment_stays() -> None:
    made = translated("T // {x} and {{y}}\n| where a == {x}")
    assert rendered(made, x="v") == 'T // {x} and {{y}}\n| where a == "v"'


def test_names_that_a_template_can_not_have_are_changed() -> None:
    assert declared(translated("print '{first name}'", Style.WORKBOOK)) == [("first_name", "string", None)]


PIECES = st.lists(
    st.sampled_from(
        [
            "{{",
            "}}",
            "{%",
            "%}",
            "{#",
            "#}",
            "{",
            "}",
            "{%-",
            "-%}",
            "{%+",
            "{{ x",
            "raw %}",
            "{% endraw %}",
            "\n",
            " ",
            "T",
            "| take 5",
            "'",
            '"',
            "//",
            "é😀",
            "dynamic({'a': 1})",
            "$",
            "\\d{3}",
            "$left",
            "\t",
            "\u2028",
            "# x",
            "%",
        ]
    )
    | st.text(max_size=5),
    max_size=12,
).map(lambda pieces: "".join(pieces).replace("\r", "").replace("\0", ""))


@given(text=PIECES)
def test_any_text_is_rendered_as_it_was(text: str) -> None:
    assert rendered(untouched(text)) == text


@given(text=PIECES, style=st.sampled_from([Style.HAND, Style.WORKBOOK]))
def test_a_text_without_placeholders_is_rendered_as_it_was(text: str, style: Style) -> None:
    if not any(isinstance(one, Placeholder) for one in find(text, style)):
        made = translated(text, style)
        assert rendered(made) == text
        assert made.parameters == ()
        assert made.lost == ()


@given(text=PIECES)
def test_a_format_string_without_fields_is_rendered_as_python_formats_it(text: str) -> None:
    escaped = text.replace("{", "{{").replace("}", "}}")
    assert escaped.format() == text
    assert rendered(translated(escaped, Style.MSTICPY)) == text


@given(text=PIECES)
def test_what_stands_around_a_placeholder_does_not_change(text: str) -> None:
    query = f"T | where a == '{{{{user}}}}' // {' '.join(text.split())}"
    made = translate(query, Style.HAND)
    assert made is not None
    assert rendered(made, user="x") == query.replace("{{user}}", "x", 1)
