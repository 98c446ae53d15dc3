"""No template takes long, much memory, or a traceback; and no value gets at Python."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kqlpack.template import references, render, variants
from tests.template.queries import query

BOMBS = [
    "{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}",
    "{% for a in range(9) %}{% for b in range(99999) %}{% set x = b %}{% endfor %}{% endfor %}",
    "{% for a in range(99999) %}// xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n{% endfor %}",
    "{% macro m() %}{{ m() }}{{ m() }}{% endmacro %}{{ m() }}",
    "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(35) }}",
    "{% set a = 'x' %}" + "{% set a = a ~ a %}" * 40 + "T | where a == {{ a }}",
    "{% set a = [1] %}" + "{% set a = a + a %}" * 40 + "T",
    "{% set a = 'x' %}" + "{% set a = a + a %}" * 40 + "T",
    "{% set a %}x{% endset %}" + "{% set a %}{{ a }}{{ a }}{% endset %}" * 40 + "{{ a }}",
    "{% set a = 10 %}" + "{% set a = a * a %}" * 40 + "T",
    "{{ 'x' * 1000000000 }}",
    "{{ [1] * 1000000000 }}",
    "{{ 9 ** 9 ** 9 }}",
    "{{ 2.0 ** 64 ** 64 }}",
    "{{ '%0999999999d' % 1 }}",
    "{{ range(1000000000) }}",
    "{{ range(0, 10, 0) }}",
    "{{ ('x' ~ text).replace('', text) }}",
    "{% set a = range(9999) | join('x') %}{{ a | replace('x', a) }}",
    "{% set a = range(99999) | list %}{% for i in range(9999) %}{% set b = a | sort | unique | list %}{% endfor %}",
    "{% set a = range(99999) | list %}{% for i in range(99999) %}{% if -1 in a %}{% endif %}{% endfor %}",
    "{% set a = range(99999) | list %}{% for i in range(99999) %}{% set b = a[::-1] %}{% endfor %}",
    "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
    "{{ " + "-" * 20000 + "1 }}",
    "{{ " + "not " * 20000 + "1 }}",
    "{% if 1 %}" * 2000 + "{% endif %}" * 2000,
    "{{ 1" + "0" * 6000 + " }}",
    "{{ 1" + "0" * 60 + " }}",
    "{{ 1e999 }}",
    "{{ loop() }}",
    "{{ number | round(999999999, 'ceil') }}",
    "{{ users | map('map', 'map') | list }}",
    "{{ 1 }}" * 10_001,
    "T // " + "x" * 500_000 + "{{ text }}",
]


@pytest.mark.parametrize("template", BOMBS, ids=range(len(BOMBS)))
def test_a_bomb_ends_as_a_finding_within_two_seconds(template: str) -> None:
    declared = query(template)
    started = time.process_time()  # the processor's: others may be at work beside us
    outcome = render(declared)
    assert time.process_time() - started < 2
    assert outcome.diagnostics
    assert all(found.code.startswith("KQL5") for found in outcome.diagnostics)
    variants(declared)
    references(declared)


@pytest.mark.parametrize(
    "expression",
    [
        "text.__class__",
        "''.__class__.__mro__[1].__subclasses__()",
        "text['__class__']",
        "text|attr('__class__')",
        "users.append(1)",
        "bag.update({'a': 1})",
        "bag.__init__.__globals__",
        "(1).__class__",
        "range.__self__",
        "[].__class__",
        "self",
        "self._TemplateReference__context",
        "cycler",
        "joiner",
        "lipsum()",
        "namespace()",
        "dict()",
        "config",
        "request",
        "environ",
        "open('/etc/passwd').read()",
        "'{0.__class__}'.format(text)",
        "'%s' % text",
        "text | format(1)",
        "text | pprint",
        "text | random",
        "text.join(users)",
        "moment.ticks",
        "guid.int",
    ],
)
def test_nothing_of_python_is_within_reach(expression: str) -> None:
    outcome = render(query("T | where a == {{ " + expression + " }}"))
    assert not outcome.ok
    assert outcome.text == ""


JINJA = st.lists(
    st.sampled_from(
        "{{ }} {% %} {# #} {%- -%} if else elif endif for in endfor set endset macro endmacro call endcall filter "
        "endfilter import from include as with without context recursive raw endraw text number users flag loop x y ( "
        ") [ ] { } , . : | ~ + - * / ** // == != < > is not and or defined none true 1 'a' \"b\" upper join default "
        "length do block extends \n é".split(" ")
    ),
    max_size=25,
).map(" ".join)


@given(template=JINJA | st.text(st.sampled_from("{}%#-+ ax|~.()[]'\"\n1"), max_size=40))
def test_no_template_raises(template: str) -> None:
    declared = query("T " + template.replace("\n", "\n      "))
    outcome = render(declared, {"must": "m"})
    for found in outcome.diagnostics:
        assert found.message
        assert 0 <= found.span.start <= found.span.end <= len(found.file.text)
    variants(declared)
    references(declared)
