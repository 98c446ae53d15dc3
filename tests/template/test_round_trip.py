"""What a query reads is what was given: values of every type go through a template and the engine, and come back."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kqlpack
from kqlpack.pack import Kind
from kqlpack.template import render
from kqlpack.values import Datetime, Timespan
from tests.template.queries import query

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

FIRST, LAST = (Datetime.from_datetime(datetime(year, 1, 1, tzinfo=UTC)).ticks for year in (1700, 2200))
TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
VALUES: dict[Kind, SearchStrategy[Any]] = {
    Kind.STRING: TEXTS,
    Kind.INT: st.integers(-(2**31), 2**31 - 1),
    Kind.LONG: st.integers(-(2**63), 2**63 - 1),
    Kind.REAL: st.floats(allow_nan=False, allow_infinity=False),
    Kind.DECIMAL: st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**12), max_value=10**12),
    Kind.BOOL: st.booleans(),
    Kind.DATETIME: st.integers(FIRST, LAST).map(Datetime),
    Kind.TIMESPAN: st.integers(-(2**60), 2**60).map(Timespan),
    Kind.GUID: st.uuids(),
    Kind.DYNAMIC: st.recursive(
        st.booleans() | st.integers(-(2**53), 2**53) | TEXTS,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
        max_leaves=6,
    ),
}


def read_back(kind: Kind, value: object) -> object:
    rendered = render(query("print x = {{ p }}", parameters=f"  p: {{type: {kind}}}\n"), {"p": value})
    assert rendered.ok, rendered.diagnostics
    ((found,),) = kqlpack.run(rendered.text).rows
    return found


@pytest.mark.parametrize("kind", list(VALUES))
@settings(max_examples=30)
@given(data=st.data())
def test_a_value_of_every_type_comes_back(kind: Kind, data: st.DataObject) -> None:
    value = data.draw(VALUES[kind])
    # A text given for a dynamic parameter is one, not JSON: it comes as a value of Python.
    assert read_back(kind, value) == value


@pytest.mark.parametrize("value", [math.inf, -math.inf])
def test_infinities_come_back(value: float) -> None:
    assert read_back(Kind.REAL, value) == value


def test_not_a_number_comes_back() -> None:
    found = read_back(Kind.REAL, math.nan)
    assert isinstance(found, float)
    assert math.isnan(found)


@settings(max_examples=20)
@given(values=st.lists(TEXTS, min_size=1, max_size=5))
def test_a_list_of_texts_comes_back_item_by_item(values: list[str]) -> None:
    declared = query("print x = {{ p }}", parameters='  p: {type: "list[string]"}\n')
    ((found,),) = kqlpack.run(render(declared, {"p": values}).text).rows
    assert found == values


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("decimal", "0.1", Decimal("0.1")),
        ("guid", "6f9619ff-8b86-d011-b42d-00c04fc964ff", UUID("6f9619ff-8b86-d011-b42d-00c04fc964ff")),
        ("timespan", "1.5h", Timespan(54_000_000_000)),
    ],
)
def test_a_text_of_the_command_line_comes_back_as_its_type(kind: str, text: str, value: object) -> None:
    assert read_back(Kind(kind), text) == value
