"""kqlpack walks Jinja's tree itself; what it writes is what Jinja would write."""

from __future__ import annotations

import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kqlpack.template import render
from tests.template.queries import query

VALUES = {"text": "abc", "number": 5, "flag": True, "users": ["x", "y", "z"], "nobody": [], "other": "o"}
# Inside a string literal, a harmless value is written as its text, as Jinja itself does.
TEMPLATES = [
    "{% for u in users %}{{ u }}{{ loop.index }}{{ loop.revindex0 }}{% if not loop.last %},{% endif %}{% endfor %}",
    "{% for u in nobody %}{{ u }}{% else %}none{% endfor %}",
    "{% for u in users if u != 'y' %}{{ u }}{{ loop.length }}{% endfor %}",
    "{% for a, b in [(1, 2), (3, 4)] %}{{ a }}-{{ b }};{% endfor %}",
    "{% for u in users %}{% for v in users %}{{ loop.depth }}{{ u }}{{ v }}{% endfor %}{% endfor %}",
    "{% for u in users %}{{ loop.cycle('p', 'q') }}{{ 'c' if loop.changed(number) else '-' }}{% endfor %}",
    "{% for u in users %}{{ loop.previtem | default('-') }}{{ loop.nextitem | default('-') }}{% endfor %}",
    "{% set x = 1 %}{% for u in users %}{% set x = 2 %}{{ x }}{% endfor %}{{ x }}",
    "{% if flag %}{% set x = 1 %}{% endif %}{{ x }}",
    "{% set a, b = 1, 2 %}{{ a }}{{ b }}",
    "{% set x %}in {{ text }} out{% endset %}{{ x }}{{ x }}",
    "{% with a = 1, b = text %}{{ a }}{{ b }}{% endwith %}",
    "{% macro m(a, b=2, c=text) %}[{{ a }}{{ b }}{{ c }}]{% endmacro %}{{ m(1) }}{{ m(1, 3) }}{{ m(c=1, a=2) }}",
    "{% macro m() %}{{ varargs | join('-') }}{% endmacro %}{{ m(1, 2, 3) }}",
    "{% macro m() %}<{{ caller() }}>{% endmacro %}{% call m() %}{{ text }}{% endcall %}",
    "{% macro m(x) %}<{{ caller(x) }}>{% endmacro %}{% call(y) m(text) %}{{ y }}!{% endcall %}",
    "{% macro m(n) %}{{ n }}{% if n %}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(3) }}",
    "{% macro outer() %}{% set k = 1 %}{{ inner() }}{% endmacro %}{% macro inner() %}i{% endmacro %}{{ outer() }}",
    "{{ text ~ number ~ 'x' }}{{ 'a' ~ 1 }}",
    "{{ number + 1 }} {{ number * 2 }} {{ number // 2 }} {{ number % 3 }} {{ number - 9 }} {{ 2 ** 3 }} {{ 7 / 2 }}",
    "{{ 'yes' if flag else 'no' }}{{ 'x' if not flag }}",
    "{{ text == 'abc' }}".replace("text == 'abc'", "'same' if text == 'abc' else 'other'"),
    "{{ 1 if 1 < number <= 5 else 0 }}{{ 1 if 'b' in text else 0 }}{{ 1 if 'q' not in users else 0 }}",
    "{{ users[0] }}{{ users[-1] }}{{ users[1:] | join }}{{ text[1] }}{{ {'k': 'v'}.k }}{{ {'k': 'v'}['k'] }}",
    "{{ users | join(', ') }}{{ users | first }}{{ users | last }}{{ users | length }}{{ users | reverse | join }}",
    "{{ users | map('upper') | join }}{{ users | select('ne', 'x') | join }}{{ users | reject('eq', 'x') | join }}",
    "{{ [3, 1, 2] | sort | join }}{{ [1, 1, 2] | unique | join }}{{ [1, 2] | sum }}",
    "{{ [1, 2] | max }}{{ [1, 2] | min }}",
    "{{ text | upper }}{{ text | capitalize }}{{ ' a ' | trim }}{{ text | replace('b', 'x') }}{{ text | title }}",
    "{{ missing | default('d') }}{{ '' | default('e', true) }}{{ nobody | default('f') | length }}",
    "{{ 'y' if missing is defined else 'n' }}{{ 'y' if text is defined else 'n' }}{{ 'y' if number is odd else 'n' }}",
    "{{ 3.7 | int }}{{ '12' | int }}{{ 2.5 | round(0, 'floor') }}{{ -3 | abs }}",
    "{{ text.upper() }}{{ text.startswith('a') and 'q' }}{{ 'a-b'.split('-') | join('+') }}",
    "{% for k, v in {'b': 1, 'a': 2} | dictsort %}{{ k }}{{ v }}{% endfor %}",
    "{% for k, v in {'b': 1}.items() %}{{ k }}{{ v }}{% endfor %}",
    "a {%- if flag %} b {% endif -%} c {{- text -}} d {# x #} e {#- y -#} f",
    "{% raw %}{{ text }}{% if %}{% endraw %}",
    "{{ flag and 'a' or 'b' }}{{ none is none and 'n' }}{{ (not flag) or 'z' }}",
    "{{ 'x' 'y' }}{{ range(3) | join }}{{ range(1, 7, 2) | list | length }}",
]


def by_jinja(template: str) -> str:
    environment = jinja2.Environment(trim_blocks=True, lstrip_blocks=True, autoescape=False)  # noqa: S701 - KQL, not HTML
    return environment.from_string(template).render(VALUES)


def by_kqlpack(template: str) -> str:
    outcome = render(query(f"print ```{template}```"), VALUES)
    assert outcome.diagnostics == ()
    return outcome.text.removeprefix("print ```").removesuffix("```\n")


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_template_means_what_jinja_says(template: str) -> None:
    assert by_kqlpack(template) == by_jinja(template)


BLOCKS = st.recursive(
    st.sampled_from(["a", " ", "\n", "\n  ", "  b\n", "{{ text }}", "{{ number }}", "{# c #}", "{% set v = 1 %}"]),
    lambda inner: st.builds(
        lambda frame, parts: frame.replace("@", "".join(parts)),
        st.sampled_from(
            [
                "{% if flag %}@{% endif %}",
                "  {% if not flag %}@{% else %}\n@{% endif %}\n",
                "{%- if flag -%}@{%- endif -%}",
                "{% for u in users %}@{{ u }}{% endfor %}\n",
                "{% for u in nobody %}@{% else +%}\n@{% endfor %}",
                "{% with w = 1 %}@{% endwith %}",
                "{% set s %}@{% endset %}{{ s }}",
                "{% macro m() %}@{% endmacro %}{{ m() }}",
            ]
        ),
        st.lists(inner, max_size=3),
    ),
    max_leaves=8,
)


@given(parts=st.lists(BLOCKS, max_size=4))
def test_white_space_is_cut_as_jinja_cuts_it(parts: list[str]) -> None:
    template = "x" + "".join(parts) + "x"
    outcome = render(query(f"print ```{template}```"), VALUES)
    assert outcome.diagnostics == ()
    assert outcome.text == by_jinja(f"print ```{template}```\n") + "\n"
