"""The variants of a query reach every branch of its template, and there are few of them."""

from __future__ import annotations

from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kqlpack.template import MAX_VARIANTS, references, render, renderings, unreached, variants
from kqlpack.template.covering import pairwise
from tests.template.queries import from_pack, query

PARAMETERS = """\
  flag: {type: bool, default: false}
  scope: {type: string, allowed: [all, external, internal], default: all}
  users: {type: "list[string]", default: []}
  some: {type: "list[string]", default: [a], min_items: 1}
  threshold: {type: int, default: 10, min: 1}
  source: {type: table, allowed: [A, B], default: A}
  must: {type: string, pattern: "[0-9]+"}
  text: {type: string, default: ""}
  span: {type: timespan, default: 1d}
"""


def reached(template: str, parameters: str = PARAMETERS) -> tuple[list[str], list[str]]:
    """Return the variants' texts, and what none of them reaches."""
    declared = query(template, parameters=parameters)
    outcomes = [render(declared, values) for values in variants(declared)]
    assert not [(outcome.values["users"], found.message) for outcome in outcomes for found in outcome.diagnostics]
    missed = [declared.file.text[span.start : span.end] for span in unreached(declared, outcomes)]
    return [outcome.text.removesuffix("\n") for outcome in outcomes], missed


@pytest.mark.parametrize(
    ("template", "texts"),
    [
        ("T", {"T"}),
        ("T{% if flag %} | take 1{% endif %}", {"T", "T | take 1"}),
        (
            "T{% if users %} | where a in ({{ users }}){% endif %}",
            {"T", 'T | where a in ("sample")', 'T | where a in ("sample", "sample")'},
        ),
        (
            "T{% for u in users %} | where a != {{ u }}{% else %} | count{% endfor %}",
            {"T | count", 'T | where a != "sample"', 'T | where a != "sample" | where a != "sample"'},
        ),
        ("T{% if scope == 'external' %} | where b{% elif scope == 'internal' %} | where c{% endif %}", None),
        ("T{% if threshold > 100 %} | where b{% endif %}", {"T", "T | where b"}),
        ("T{% if text %} | where a == {{ text }}{% endif %}", {"T", 'T | where a == "sample"'}),
        ("{{ source }}", {"A", "B"}),
        (
            "T{{ ' ' if flag else '' }}".replace("T{{ ' ' if flag else '' }}", "print {{ 1 if flag else 2 }}"),
            {"print 1", "print 2"},
        ),
        ("{% set many = users | length > 0 %}T{% if many %} | count{% endif %}", {"T", "T | count"}),
        ("T{% if flag and users %} | where c{% endif %}", {"T", "T | where c"}),
        ("T{% if 'vip' in users %} | where d{% endif %}", {"T", "T | where d"}),
    ],
)
def test_every_branch_is_reached(template: str, texts: set[str] | None) -> None:
    found, missed = reached(template)
    assert missed == []
    if texts is not None:
        assert set(found) == texts


def test_what_no_variant_reaches_is_told() -> None:
    _, missed = reached("T{% if flag and not flag %} | where a == {{ text }}{% endif %} | count")
    assert missed == [" | where a == ", "{{ text }}"]


def test_the_defaults_come_first_and_no_assignment_twice() -> None:
    declared = query("{{ source }} | where a == {{ must }}{% if flag %}{% endif %}", parameters=PARAMETERS)
    found = variants(declared)
    assert found[0]["flag"].value is False
    assert found[0]["source"].value == "A"
    assert found[0]["must"].value == "1", "a sample that matches the pattern"
    texts = [str({name: value.value for name, value in assignment.items()}) for assignment in found]
    assert len(texts) == len(set(texts))


def test_examples_are_variants() -> None:
    text = (
        "kqlpack: 1\nname: p\nqueries:\n  - id: q\n    parameters:\n      who: {type: string, examples: [ann]}\n"
        "      n: {type: int, default: 1, examples: [3]}\n    examples:\n      - {who: bob, n: 7}\n"
        "    query: T | where a == {{ who }} and b == {{ n }}\n"
    )
    declared = from_pack({"pack.yaml": text})
    assert {render(declared, values).text for values in variants(declared)} == {
        'T | where a == "ann" and b == 1',
        'T | where a == "bob" and b == 7',
        'T | where a == "ann" and b == 3',
    }


@given(count=st.integers(1, 12))
def test_there_are_never_too_many(count: int) -> None:
    parameters = "".join(f"  p{n}: {{type: bool, default: false}}\n" for n in range(count))
    template = "T" + "".join(f"{{% if p{n} %}}| where a{n}\n{{% endif %}}" for n in range(count))
    found = variants(query(template, parameters=parameters))
    assert len(found) <= MAX_VARIANTS
    for names in combinations([f"p{n}" for n in range(count)], min(count, 2)):
        met = {tuple(values[name].value for name in names) for values in found}
        assert len(met) == 2 ** len(names), "every pair of choices meets in one of them"
    if 2**count <= MAX_VARIANTS:
        assert len(found) == 2**count


@given(sizes=st.lists(st.integers(1, 5), max_size=8))
def test_pairwise_rows_hold_every_pair_and_are_few(sizes: list[int]) -> None:
    rows = list(pairwise(sizes))
    for first, second in combinations(range(len(sizes)), 2):
        assert {(row[first], row[second]) for row in rows} == set(product(range(sizes[first]), range(sizes[second])))
    assert len(rows) <= max([1, *(one * other for one, other in combinations(sizes, 2))]) * 3 or len(sizes) < 2


def test_a_branch_behind_many_conditions_is_reached_all_the_same() -> None:
    names = "abcdefgh"
    parameters = "".join(f"  {name}: {{type: bool, default: false}}\n" for name in names)
    template = "T" + "".join(f"{{% if {name} %}}" for name in names) + " | count" + "{% endif %}" * len(names)
    declared = query(template, parameters=parameters)
    found = variants(declared)
    assert len(found) <= MAX_VARIANTS
    assert unreached(declared, [render(declared, values) for values in found]) == ()


def test_names_set_from_many_names_lead_to_their_parameter() -> None:
    names = "".join(f"{{% set a{n} = a{n - 1} %}}" for n in range(1, 50))
    texts, rest = reached("{% set a0 = flag %}" + names + "{% if a49 %}T{% else %}S{% endif %}")
    assert (set(texts), rest) == ({"T", "S"}, [])


def test_variants_that_take_too_much_together_are_not_all_rendered() -> None:
    loops = (
        "{% for a in range(300) %}{% for b in range(300) %}{% if flag or scope == 'external' %}{% endif %}{% endfor %}"
    )
    declared = query("T" + loops + "{% endfor %}{% if users %}{% endif %}", parameters=PARAMETERS)
    assert 1 <= len(renderings(declared)) < len(variants(declared))
    assert [dict(one.values) for one in renderings(declared)] == list(
        map(dict, variants(declared)[: len(renderings(declared))])
    )


def test_conditions_inside_of_macros_are_reached() -> None:
    files = {
        "pack.yaml": "kqlpack: 1\nname: p\nparameters:\n"
        "  mode: {type: string, default: a}\n  deep: {type: int, default: 1}\n"
        "queries:\n  - id: q\n    query: |\n      {% from 'm.kql.j2' import only %}\n"
        "      {% macro own(x) %}{% if x > 50 %} | take 50{% endif %}{% endmacro %}\n"
        "      T{{ only(mode) }}{{ own(x=deep) }}\n",
        "macros/m.kql.j2": "{% macro only(kind) %}{% if kind == 'b' %} | where b{% endif %}{% endmacro %}\n",
    }
    declared = from_pack(files)
    texts = {render(declared, values).text.strip() for values in variants(declared)}
    assert {"T", "T | where b", "T | take 50", "T | where b | take 50"} <= texts


def test_names_are_found_where_they_stand() -> None:
    declared = query(
        "{% set a = text %}{% for u in users %}{{ u }}{{ a }}{{ loop.index }}{% endfor %}"
        "{% macro m(x, y=scope) %}{{ x }}{{ threshold }}{% endmacro %}{{ m(missing) }}"
        "{% with w = flag %}{{ w }}{% endwith %}{% if span is defined %}{% endif %}{{ range(3) | join }}",
        parameters=PARAMETERS,
    )
    found = references(declared)
    assert [reference.name for reference in found] == [
        "text",
        "users",
        "scope",
        "threshold",
        "missing",
        "flag",
        "span",
    ]
    for reference in found:
        assert declared.file.text[reference.span.start : reference.span.end] == reference.name


def test_a_broken_template_has_no_names_and_one_variant() -> None:
    declared = query("{% if %}", parameters=PARAMETERS)
    assert references(declared) == ()
    assert unreached(declared, ()) == ()
    assert variants(declared)
