"""Each tabular operator is bound, or listed as yielding what nobody knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.semantics.operators import HEADS, OPEN, REGISTRY
from kqlpack.syntax.nodes import TabularOperator

if TYPE_CHECKING:
    from collections.abc import Iterator


def _below(base: type[TabularOperator]) -> Iterator[type[TabularOperator]]:
    for each in base.__subclasses__():
        yield each
        yield from _below(each)


def test_no_operator_is_forgotten() -> None:
    missing = [
        operator.construct for operator in _below(TabularOperator) if operator not in REGISTRY and operator not in OPEN
    ]
    assert missing == []


def test_no_operator_is_both_bound_and_open() -> None:
    assert not REGISTRY.keys() & OPEN


def test_what_stands_at_the_head_is_bound() -> None:
    assert REGISTRY.keys() >= HEADS
