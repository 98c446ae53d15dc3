"""A hole becomes what its type and its place ask for."""

from __future__ import annotations

import pytest

from kqlpack.diagnostics import Severity
from kqlpack.pack import Kind, Value, ValueType
from kqlpack.template import render
from tests.template.queries import check_map, from_pack, query


def rendered(template: str, **values: object) -> str:
    outcome = render(query(template), values)
    assert outcome.diagnostics == ()
    check_map(outcome)
    return outcome.text.removesuffix("\n")


@pytest.mark.parametrize(
    ("template", "text"),
    [
        # an expression
        ("T | where a == {{ text }}", 'T | where a == "a\\"b"'),
        ("T | take {{ number }}", "T | take 5"),
        ("T | where a > {{ minus }} - {{ real }}", "T | where a > long(-5) - real(-1.5)"),
        ("T | where {{ flag }} and t > ago({{ span }})", "T | where true and t > ago(1d)"),
        ("T | where t between ({{ moment }} .. 1d)", "T | where t between (datetime(2024-12-03T11:00:00Z) .. 1d)"),
        ("T | where g == {{ guid }}", "T | where g == guid(6f9619ff-8b86-d011-b42d-00c04fc964ff)"),
        ("T | extend d = {{ bag }}", 'T | extend d = dynamic({"a": [1, "x"]})'),
        ("T | where a in ({{ users }})", 'T | where a in ("x", "y")'),
        ("T | where a !in~ ( {{ codes }} )", "T | where a !in~ ( 1, long(-2) )"),
        ("T | where a has_any ({{ users }}, {{ text }})", 'T | where a has_any ("x", "y", "a\\"b")'),
        ("T | where set_has_element({{ users }}, a)", 'T | where set_has_element(dynamic(["x", "y"]), a)'),
        ("T | extend d = dynamic([{{ users }}, {{ minus }}])", 'T | extend d = dynamic(["x", "y", -5])'),
        ("T | extend d = dynamic({{ nobody }})", "T | extend d = dynamic([])"),
        ("datatable(a: string)[{{ users }}]", 'datatable(a: string)["x", "y"]'),
        ("datatable(a: string)[{{ nobody }}]", "datatable(a: string)[]"),
        ("print {{ 1 + 2 }}, {{ number ~ 'x' }}, {{ users | length }}", 'print 3, "5x", 2'),
        ("T | parse a with * {{ text }} b {{ other }} *", 'T | parse a with * "a\\"b" b "x" *'),
        ("T | search in (T) {{ text }}", 'T | search in (T) "a\\"b"'),
        ("T | where a != {{ text }} and b !~ {{ other }}", 'T | where a != "a\\"b" and b !~ "x"'),
        # names
        ("{{ table }} | project {{ column }}, x = {{ word }}", "SigninLogs | project ['odd name'], x = ['where']"),
        ("union kind=outer {{ tables }}", "union kind=outer A, ['B C']"),
        ("T | join kind=inner {{ table }} on $left.{{ column }} == $right.a", None),
        ("let x = {{ table }}; x", "let x = SigninLogs; x"),
        # strings, by the kind of the literal
        ('T | where a has "x{{ text }}y"', 'T | where a has "xa\\"by"'),
        ("T | where a has '{{ text }}'", "T | where a has 'a\"b'"),
        ('T | where a has @"\\{{ text }}"', 'T | where a has @"\\a""b"'),
        ("T | where a has h'{{ text }}' and b has H@'{{ text }}'", "T | where a has h'a\"b' and b has H@'a\"b'"),
        ("T | where a has ```{{ text }}```", 'T | where a has ```a"b```'),
        ("T | where a has ~~~{{ text }}~~~", 'T | where a has ~~~a"b~~~'),
        ('T | where a == "{{ number }} {{ flag }} {{ span }}"', 'T | where a == "5 true 1d"'),
        ("T | project ['{{ text }}']", "T | project ['a\"b']"),
        # comments
        ("T // {{ text }}, {{ users }}, {{ table }}\n| take 1", 'T // a"b, x, y, SigninLogs\n| take 1'),
        # typed literals
        ("print datetime({{ moment }}), timespan( {{ span }} ), long({{ minus }})", None),
        # none of it is what it looks like
        ('T | where a == "//" and b == {{ other }}', 'T | where a == "//" and b == "x"'),
        ("T | where a == '\"' and b == {{ other }}", 'T | where a == \'"\' and b == "x"'),
        ('T // "\n| where b == {{ other }}', 'T // "\n| where b == "x"'),
        ('T | where a == "\\\\" and b == {{ other }}', 'T | where a == "\\\\" and b == "x"'),
        ('T | where a == @"\\" and b == {{ other }}', 'T | where a == @"\\" and b == "x"'),
        ("T | where a == 'x\n| where b == {{ other }}", 'T | where a == \'x\n| where b == "x"'),
    ],
)
def test_a_hole_is_filled_by_type_and_place(template: str, text: str | None) -> None:
    found = rendered(template)
    if text is not None:
        assert found == text


def test_typed_literals_take_their_own_type() -> None:
    assert rendered("print datetime({{ moment }}), timespan( {{ span }} ), long({{ minus }})") == (
        "print datetime(2024-12-03T11:00:00Z), timespan( 1d ), long(-5)"
    )


def test_line_ends_are_taken_out_of_a_comment() -> None:
    assert rendered("T // {{ text }}\n| take 1", text="a\nb\r\u2028c\u202e| take 9") == (
        "T // abc\\u202e| take 9\n| take 1"
    )


@pytest.mark.parametrize(
    ("template", "code", "place", "help"),
    [
        ("{{ text }} | take 1", "KQL505", "{{ text }}", "declare the parameter as `table`"),
        ("T | {{ text }}", "KQL505", "{{ text }}", "choose it by `{% if %}`"),
        ("T | {{ table }}", "KQL505", "{{ table }}", "choose it by `{% if %}`"),
        ("T | where a {{ text }} 1", "KQL505", "{{ text }}", "choose by `{% if %}`"),
        ("T | where a == 1 {{ column }}", "KQL505", "{{ column }}", "choose by `{% if %}`"),
        ("T | parse a with b | where c {{ text }}", "KQL505", "{{ text }}", "choose by `{% if %}`"),
        ("T | sort by a {{ text }}", "KQL505", "{{ text }}", "choose by `{% if %}`"),
        ("T | where a in {{ users }}", "KQL505", "{{ users }}", "write `in ({{ ... }})`"),
        ("T | where a.{{ text }} == 1", "KQL505", "{{ text }}", "declare the parameter as `column`"),
        ("T | join {{ text }} on a", "KQL505", "{{ text }}", "`table`, `column` or `identifier`"),
        ("T | where t > ago({{ number }}d)", "KQL505", "{{ number }}", "declare the parameter as `timespan`"),
        ("T | where a{{ column }} == 1", "KQL505", "{{ column }}", "hold the whole of it"),
        ("T | where a == @{{ text }}", "KQL505", "{{ text }}", "hold the whole of it"),
        ("T | take {{ number }}{{ number }}", "KQL505", "{{ number }}", "choose by `{% if %}`"),
        ("T | take {{ number }}.5", "KQL505", "{{ number }}", "hold the whole of it"),
        ('T | where a == "{{ users }}"', "KQL507", "{{ users }}", "write it outside of the quotes"),
        ('T | where a == "{{ table }}"', "KQL507", "{{ table }}", "declare it as string"),
        ("T | where t > datetime({{ text }})", "KQL507", "{{ text }}", "declare it as datetime"),
        ('T | where t > datetime("{{ text }}")', "KQL507", "{{ text }}", "declare it as datetime"),
        ('T | where a == "\\{{ text }}"', "KQL507", "{{ text }}", "remove that character"),
        ('T | where a == "\\u00{{ text }}"', "KQL507", "{{ text }}", "remove that character"),
        ('T | where a == @"x\n{{ text }}"', "KQL507", "{{ text }}", "remove that character"),
        ("T | where a in ({{ nobody }})", "KQL508", "{{ nobody }}", "`{% if ... %}`"),
        ("T | where a in (1, {{ nobody }})", "KQL508", "{{ nobody }}", "`min_items: 1`"),
        ("T | where a == {{ zzz }}", "KQL501", "zzz", "declare it"),
        ("T | where a == {{ userz }}", "KQL501", "userz", "did you mean `users`?"),
        ("{% if nmber > 1 %}T{% endif %}", "KQL501", "nmber", "did you mean `number`?"),
        ("T | where a == {{ must }}", "KQL502", "must", "-p must="),
        ("T | {{ text | raw }}", "KQL506", "{{ text | raw }}", "allow_raw: reason"),
        ("T | where a == {{ text.format(1) }}", "KQL504", "{{ text.format(1) }}", "`lower`"),
        ("T | where a == {{ now() }}", "KQL529", "now", "`now()` and `ago()`"),
        ("T | where a == {{ text | random }}", "KQL529", "random", "`rand()`"),
        ("{% macro m() %}{{ m() }}{% endmacro %}T {{ m() }}", "KQL527", "{{ m() }}", "`{% for %}`"),
        ("T | where a == {{ none }}", "KQL504", "{{ none }}", "write a text"),
        ("T | take {{ number / 0 }}", "KQL504", "{{ number / 0 }}", "ask first"),
        ("{% for c in text %}{% endfor %}T", "KQL504", "{% for c in text %}", "list[...]"),
        ("{% if number %}T", "KQL500", "if", "close it with `{% endif %}`"),
        ("{% endif %}T", "KQL500", "endif", ""),
        ("{% fi number %}T", "KQL500", "fi", "did you mean `if`?"),
        ("T | take {{ number", "KQL500", "{{", "write `}}`"),
        ("T | take {{ number | uper }}", "KQL500", "uper", "did you mean `upper`?"),
        ("T | take {{ number is evn }}", "KQL500", "evn", "did you mean `even`?"),
        ("T | take {{ number numbr }}", "KQL500", "numbr", ""),
        ("{# never closed", "KQL500", "n", "write `#}`"),
        ("{% extends 'x' %}", "KQL500", "{% extends 'x' %}", "macro"),
        ("{% include '/etc/passwd' %}", "KQL528", "{% include '/etc/passwd' %}", "macros/"),
        ("{% autoescape true %}{% endautoescape %}", "KQL500", "{% autoescape true %}", "leave it out"),
    ],
)
def test_a_hole_out_of_place_is_a_finding_at_its_place(template: str, code: str, place: str, help: str) -> None:
    outcome = render(query(template))
    found = outcome.diagnostics[0]
    assert found.code == code
    assert found.file.text[found.span.start : found.span.end] == place
    assert help in found.help
    assert found.severity is Severity.ERROR
    assert not outcome.ok
    assert found.query == "q"


def test_several_holes_out_of_place_are_all_found_each_once() -> None:
    outcome = render(query("T | {{ text }}\n{% for u in users %}| {{ u }}\n{% endfor %}"))
    assert [found.code for found in outcome.diagnostics] == ["KQL505", "KQL505"]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"number": "many"}, "the value of `number` does not fit: `many` is not an int"),
        ({"nmber": 1}, "`q` has no parameter `nmber`"),
        ({"text": "a\0"}, "the value of `text` does not fit: it holds the character NUL (U+0000)"),
        ({"users": 5}, "the value of `users` does not fit: `5` is not a list"),
    ],
)
def test_values_that_do_not_fit_are_findings(values: dict[str, object], message: str) -> None:
    outcome = render(query("T | where a in ({{ users }}) and b == {{ text }} and c == {{ number }}"), values)
    assert [found.message for found in outcome.diagnostics] == [message]
    assert [found.code for found in outcome.diagnostics] == ["KQL502"]


def test_values_are_given_as_texts_python_values_or_typed_values() -> None:
    outcome = render(
        query("T | take {{ number }} | where a in ({{ users }}) and b == {{ other }}"),
        {"number": "7", "users": ["p", "q"], "other": Value(ValueType(Kind.STRING), "o")},
    )
    assert outcome.text == 'T | take 7 | where a in ("p", "q") and b == "o"\n'
    assert outcome.values["number"].value == 7
    assert outcome.values["flag"].value is True


def test_raw_text_is_written_as_it_is_where_the_query_says_why() -> None:
    outcome = render(query("T | {{ text | raw }}", allow_raw="the caller is the author"), {"text": "take 5"})
    assert outcome.text == "T | take 5\n"


def test_secrets_can_be_left_out_of_what_is_printed() -> None:
    outcome = render(query('T | where a == {{ key }} and b == {{ key ~ "!" }} and c == {{ text }}'))
    assert "hunter2" in outcome.text
    assert outcome.redacted() == 'T | where a == *** and b == *** and c == "a\\"b"\n'


MACROS = "{% macro since(x) %}\nTimeGenerated > ago({{ x }}){% endmacro %}\n{% macro bad(x) %}\n{{ y }}{% endmacro %}\n"


def pack_with_macros(template: str, macros: str = MACROS) -> dict[str, str]:
    return {
        "pack.yaml": f"kqlpack: 1\nname: p\nparameters: {{span: {{type: timespan, default: 1d}}}}\nqueries:\n"
        f"  - id: q\n    query: |\n      {template}\n",
        "macros/time.kql.j2": macros,
    }


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize(
    "template",
    [
        "{% from 'time.kql.j2' import since %}T | where {{ since(span) }}",
        "{% import 'time.kql.j2' as time %}T | where {{ time.since(span) }}",
    ],
)
def test_macros_come_from_the_packs_own_folder(template: str, line_end: str) -> None:
    outcome = render(from_pack(pack_with_macros(template, MACROS.replace("\n", line_end))))
    assert outcome.diagnostics == ()
    assert outcome.text == "T | where TimeGenerated > ago(1d)\n"
    check_map(outcome)


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_fault_in_a_file_of_macros_stands_there_and_names_the_call(line_end: str) -> None:
    template = "{% import 'time.kql.j2' as time %}T | where {{ time.bad(span) }}"
    (found,) = render(from_pack(pack_with_macros(template, MACROS.replace("\n", line_end)))).diagnostics
    assert found.file.path.endswith("time.kql.j2")
    assert found.file.text[found.span.start : found.span.end] == "y"
    assert found.file.line_column(found.span.start) == (4, 4)
    site = found.related[0]
    assert site.file.text[site.span.start : site.span.end] == "{{ time.bad(span) }}"


def test_a_file_that_includes_itself_ends() -> None:
    files = pack_with_macros("{% include 'time.kql.j2' %}", "{% include 'time.kql.j2' %}")
    assert [found.code for found in render(from_pack(files)).diagnostics] == ["KQL503"]
