"""Every operator and every function of the catalogue is either done or refused by name, never forgotten."""

from __future__ import annotations

from pathlib import Path

import pytest

import kqlpack.catalog.catalog as catalogue
from kqlpack.errors import UnsupportedError
from kqlpack.execute.duckdb import aggregates, functions, operators
from kqlpack.syntax import nodes
from tests.execute.duckdb.kql import rows


def _subclasses(base: type[nodes.Node]) -> set[type[nodes.Node]]:
    found = set(base.__subclasses__())
    return found | {each for child in found for each in _subclasses(child)}


def _names(kind: str) -> set[str]:
    """Return the names of a kind of function, from the catalogue's data files."""
    data = Path(catalogue.__file__).parent / "data"
    lines = [
        line for name in ("kusto.tsv", "azure_monitor.tsv") for line in (data / name).read_text("utf-8").splitlines()
    ]
    cells = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return {each[0] for each in cells if len(each) > 1 and each[1] == kind}


def test_every_operator_is_compiled_or_refused() -> None:
    known = {*operators.OPERATORS, *operators.SOURCES, *operators.REFUSED}
    missing = {each.__name__ for each in _subclasses(nodes.TabularOperator) - known}
    assert not missing
    assert not set(operators.OPERATORS) & set(operators.REFUSED)


def test_every_function_of_the_catalogue_is_compiled_or_refused() -> None:
    names = _names("scalar") | _names("tabular")
    assert len(names) > 400
    missing = {name for name in names if name not in functions.ROWS and not functions.reason(name)}
    assert missing - functions.ELSEWHERE == set()
    assert not set(functions.ROWS) & set(functions.REFUSED)
    assert {*functions.ROWS, *functions.REFUSED} - names == set()


def test_every_aggregate_of_the_catalogue_is_compiled_or_refused() -> None:
    names = _names("aggregate")
    assert len(names) > 50
    known = {*aggregates.AGGREGATES, *aggregates.SEVERAL, *aggregates.REFUSED}
    assert names ^ known == set()
    assert not set(aggregates.REFUSED) & {*aggregates.AGGREGATES, *aggregates.SEVERAL}


@pytest.mark.parametrize("name", sorted(functions.REFUSED))
def test_a_refusal_names_the_function_and_gives_a_reason(name: str) -> None:
    with pytest.raises(UnsupportedError, match=name) as refusal:
        rows(f"print x = {name}()")
    # Some names are an aggregate's too.
    assert refusal.value.reason or name in aggregates.REFUSED or name in aggregates.AGGREGATES
