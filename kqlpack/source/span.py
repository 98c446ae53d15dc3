"""A place in a text: half-open, in characters (not bytes, not UTF-16 units)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """The characters from `start` up to, but not including, `end`; both count from 0."""

    start: int
    end: int

    def __len__(self) -> int:
        """Return the number of characters covered."""
        return self.end - self.start

    def shift(self, distance: int) -> Span:
        """Return the span moved by `distance` characters."""
        return Span(self.start + distance, self.end + distance)

    def cover(self, other: Span) -> Span:
        """Return the smallest span that holds both."""
        return Span(min(self.start, other.start), max(self.end, other.end))

    def touches(self, other: Span) -> bool:
        """Tell whether the two overlap; an empty span touches what it stands in or at the edge of."""
        if self.start == self.end or other.start == other.end:
            return self.start <= other.end and other.start <= self.end
        return self.start < other.end and other.start < self.end
