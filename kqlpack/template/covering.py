"""Few combinations that hold every pair of choices. In: how many choices each place has. Out: rows of choices.

Most faults need two conditions to meet, few need three (Kuhn, Wallace and Gallo, "Software fault interactions and
implications for software testing", 2004). The rows are built one by one, each so that it holds as many pairs as it can
that no row before it held (Cohen and others, "The AETG system", 1997); the same choices always give the same rows.
"""

from __future__ import annotations

from itertools import combinations, product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def pairwise(sizes: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Yield rows of one choice for each place, until every pair of choices was in one of them."""
    if len(sizes) < 2:
        yield from product(*map(range, sizes))
        return
    # A dictionary keeps the order, which a set does not.
    open_pairs = {
        (first, one, second, other): None
        for first, second in combinations(range(len(sizes)), 2)
        for one, other in product(range(sizes[first]), range(sizes[second]))
    }
    while open_pairs:
        first, one, second, other = next(iter(open_pairs))
        row: dict[int, int] = {first: one, second: other}
        for place in range(len(sizes)):
            if place not in row:
                row[place] = max(range(sizes[place]), key=lambda choice: _gain(place, choice, row, open_pairs))
        for left, right in combinations(range(len(sizes)), 2):
            open_pairs.pop((left, row[left], right, row[right]), None)
        yield tuple(row[place] for place in range(len(sizes)))


def _gain(place: int, choice: int, row: dict[int, int], open_pairs: dict[tuple[int, int, int, int], None]) -> int:
    """Count the open pairs that a choice would add to a row."""
    return sum(
        ((place, choice, other, taken) if place < other else (other, taken, place, choice)) in open_pairs
        for other, taken in row.items()
    )
