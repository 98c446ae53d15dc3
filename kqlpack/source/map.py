"""Where the characters of a derived text stood in the text that it was made from.

In: segments, in the derived text's order. Out: `SourceMap.locate`, which carries a span back, `SourceMap.derive`, which
goes the other way, and `SourceMap.encode`, which writes new text the way the original text's notation wants it.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from kqlpack.source.span import Span

if TYPE_CHECKING:
    from kqlpack.source.file import SourceFile


class Notation(StrEnum):
    """How the derived text is written down in the original: what new text must look like there."""

    VERBATIM = "verbatim"
    BLOCK = "block scalar"
    FOLDED = "folded scalar"
    PLAIN = "plain scalar"
    SINGLE_QUOTED = "single-quoted scalar"
    DOUBLE_QUOTED = "double-quoted scalar"
    JSON = "JSON text"
    FENCE = "Markdown fence"


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of derived text and where it came from.

    `exact`: copied character by character (both spans have one length). Otherwise the run is the outcome of whatever
    stands at `origin` (a template expression, an escape sequence), and can only be mapped as a whole.
    `rendered`: the run came out of a template expression, so that messages show what it became.
    An empty `derived` that is not `exact` marks what left nothing behind (a template's tag): no fix reaches over it.
    `included`: `origin` counts in this file, not in the map's, which brings it in at `site`.
    """

    derived: Span
    origin: Span
    exact: bool = True
    rendered: bool = False
    included: SourceFile | None = None
    site: Span | None = None


@dataclass(frozen=True, slots=True)
class Location:
    """A span of the original text. `exact` is False when the span had to be widened to whole segments.

    `file` holds it; `site`: where the map's own file brings that one in, None when it is the map's own.
    """

    file: SourceFile
    span: Span
    exact: bool
    rendered: bool = False
    site: Span | None = None


@dataclass(frozen=True, slots=True, eq=False)
class SourceMap:
    """Carries spans of a derived text back to `file`. Segments cover the derived text in order, without overlaps.

    `nesting`: how often the notation was applied, one inside the other (JSON inside of a JSON text).
    """

    file: SourceFile
    segments: tuple[Segment, ...]
    notation: Notation = Notation.VERBATIM
    nesting: int = 1
    _starts: list[int] = field(default_factory=list, init=False, repr=False)

    @classmethod
    def identity(cls, file: SourceFile) -> SourceMap:
        """Return the map of a text onto itself."""
        whole = Span(0, len(file.text))
        return cls(file, (Segment(whole, whole),))

    @property
    def is_rendered(self) -> bool:
        """Whether a template's expression or tag had a part in the derived text, so that it stands nowhere as it is."""
        return any(
            segment.rendered or segment.included is not None or not (segment.exact or len(segment.derived))
            for segment in self.segments
        )

    def locate(self, span: Span) -> Location:
        """Return where a span of the derived text stands in the original."""
        if not self.segments:
            return Location(self.file, Span(0, 0), exact=False)
        # An offset between two segments belongs to the later one as a start, and to the earlier one as an end.
        first = max(bisect_right(self._derived_starts(), span.start) - 1, 0)
        last = max(bisect_right(self._derived_starts(), span.end - 1) - 1, first) if len(span) else first
        touched = self.segments[first : last + 1]
        if any(segment.included is not touched[0].included for segment in touched):
            return self._across_files(touched, span)
        start, start_exact = _origin_of(touched[0], span.start, at_end=False)
        end, end_exact = (start, start_exact) if not len(span) else _origin_of(touched[-1], span.end, at_end=True)
        # A place inside what can only be mapped as a whole is the whole; at its edge, it is the edge.
        if not len(span) and not start_exact:
            end = touched[0].origin.end
        # What lies between may be replaced as a whole, but not a template's tag, which left nothing in the text.
        exact = start_exact and end_exact and all(segment.exact or len(segment.derived) for segment in touched[1:-1])
        rendered = any(segment.rendered for segment in touched)
        file = touched[0].included or self.file
        return Location(file, Span(start, max(start, end)), exact, rendered, touched[0].site)

    def derive(self, offset: int) -> int | None:
        """Return where a place between two characters of the original is in the derived text.

        The first one, where a text was copied several times; None where it became nothing that can be told exactly.
        """
        end: int | None = None
        for segment in self.segments:
            if not segment.exact or segment.included is not None:
                continue
            if segment.origin.start <= offset < segment.origin.end:
                return segment.derived.start + offset - segment.origin.start
            # The end of a run counts only where no other begins: in the next line, mostly.
            if end is None and offset == segment.origin.end and len(segment.origin):
                end = segment.derived.end
        return end

    def _across_files(self, touched: tuple[Segment, ...], span: Span) -> Location:
        """Return the place of a span that begins in one file and goes on in another: what it has of the first."""
        count = next(index for index, one in enumerate(touched) if one.included is not touched[0].included)
        begun = self.locate(Span(span.start, max(touched[count - 1].derived.end, span.start + 1)))
        return Location(begun.file, begun.span, exact=False, rendered=begun.rendered, site=begun.site)

    def through(self, outer: SourceMap) -> SourceMap:
        """Compose: this map's original text is `outer`'s derived text; the result leads straight to `outer.file`."""
        segments: list[Segment] = []
        for segment in self.segments:
            if segment.included is not None:
                site = outer.locate(segment.site).span if segment.site else None
                segments.append(replace(segment, site=site))
                continue
            if not segment.exact:
                where = outer.locate(segment.origin)
                segments.append(Segment(segment.derived, where.span, exact=False, rendered=segment.rendered))
                continue
            shift = segment.derived.start - segment.origin.start
            segments.extend(
                Segment(part.derived.shift(shift), part.origin, part.exact, segment.rendered)
                for part in outer.pieces(segment.origin)
            )
        nested = self.notation is outer.notation is Notation.JSON
        return SourceMap(outer.file, tuple(segments), outer.notation, outer.nesting + nested * self.nesting)

    def pieces(self, span: Span) -> list[Segment]:
        """Return the segments under a span of the derived text, cut to it where they are exact."""
        result = []
        first = max(bisect_right(self._derived_starts(), span.start) - 1, 0)
        for index in range(first, len(self.segments)):
            segment = self.segments[index]
            derived = segment.derived
            if derived.start >= span.end:
                break
            if derived.end <= span.start:
                continue
            start, end = max(derived.start, span.start), min(derived.end, span.end)
            if segment.exact:
                shift = segment.origin.start - derived.start
                result.append(Segment(Span(start, end), Span(start + shift, end + shift), rendered=segment.rendered))
            else:
                result.append(Segment(Span(start, end), segment.origin, exact=False, rendered=segment.rendered))
        return result

    def _derived_starts(self) -> list[int]:
        if not self._starts:
            self._starts.extend(segment.derived.start for segment in self.segments)
        return self._starts

    def encode(self, text: str) -> str | None:
        """Write `text` as the original's notation has it, or return None where it can't be written there safely."""
        if self.notation is Notation.VERBATIM:
            return text
        if self.notation is Notation.FENCE:
            return None if "\n" in text or "\r" in text else text
        if self.notation is Notation.JSON:
            for _ in range(self.nesting):
                text = json.dumps(text, ensure_ascii=False)[1:-1]
            return text
        if "\n" in text or "\r" in text or any(mark in text for mark in ("{{", "{%", "{#")):
            return None
        if self.notation is Notation.SINGLE_QUOTED:
            return text.replace("'", "''")
        if self.notation is Notation.DOUBLE_QUOTED:
            return text.replace("\\", "\\\\").replace('"', '\\"')
        if self.notation is Notation.PLAIN and (": " in text or " #" in text or text.endswith(":")):
            return None
        return text


def _origin_of(segment: Segment, offset: int, *, at_end: bool) -> tuple[int, bool]:
    if segment.exact:
        inside = min(max(offset - segment.derived.start, 0), len(segment.derived))
        return segment.origin.start + inside, True
    edge = segment.derived.end if at_end else segment.derived.start
    exact = offset == edge and not segment.rendered and len(segment.derived) > 0
    return (segment.origin.end if at_end else segment.origin.start), exact
