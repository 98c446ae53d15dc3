"""Binding never raises, whatever text was parsed, and says the same each time."""

from __future__ import annotations

import re
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from kqlpack.semantics import bind, time_bounds
from kqlpack.source import SourceFile
from kqlpack.syntax import parse
from kqlpack.syntax.nodes import walk
from tests.semantics.queries import bound, catalog

_QUERIES = re.findall(
    r"```kql\n(.+?)\n```", Path(__file__).with_name("columns.md").read_text(encoding="utf-8"), re.DOTALL
)
_TOKENS = sorted(set(re.findall(r"\w+|\S", " ".join(_QUERIES))))


@st.composite
def _mutated(draw: st.DrawFn) -> str:
    """Yield a valid query in which some tokens were exchanged, dropped or doubled."""
    tokens = re.findall(r"\w+|\s+|\S", draw(st.sampled_from(_QUERIES)))
    for _ in range(draw(st.integers(0, 4))):
        index = draw(st.integers(0, len(tokens) - 1))
        tokens[index] = draw(st.one_of(st.sampled_from(_TOKENS), st.just(""), st.just(tokens[index] * 2)))
    return "".join(tokens)


@st.composite
def _pipes(draw: st.DrawFn) -> str:
    """Yield a valid query that is made of pieces of others."""
    pieces = [part for query in _QUERIES if ";" not in query for part in re.split(r"\s\|\s(?![^(]*\))", query)[1:]]
    steps = draw(st.lists(st.sampled_from(pieces), max_size=5))
    return " | ".join([draw(st.sampled_from(["Logins", "Machines", "Everything", "print Code = 1"])), *steps])


@given(st.one_of(_mutated(), _pipes(), st.text(max_size=40)))
def test_binding_never_raises(text: str) -> None:
    found = bind(parse(SourceFile("query.kql", text)), catalog())
    time_bounds(found)
    for node in walk(found.parsed.root):
        found.type_of(node)
        found.symbol_of(node)
        found.schema_before(node)
        found.schema_after(node)


@given(_pipes())
def test_binding_is_repeatable(text: str) -> None:
    parsed = parse(SourceFile("query.kql", text))
    first, second = bind(parsed, catalog()), bind(parsed, catalog())
    assert first.columns == second.columns
    assert first.tables == second.tables
    assert first.diagnostics == second.diagnostics


@given(st.sampled_from([query for query in _QUERIES if ";" not in query]))
def test_a_let_in_between_changes_nothing(query: str) -> None:
    assert bound(f"let it = {query};\nit").columns == bound(query).columns


@given(st.sampled_from([query for query in _QUERIES if ";" not in query]))
def test_a_function_around_changes_nothing(query: str) -> None:
    assert bound(f"let it = () {{ {query} }};\nit()").columns == bound(query).columns
