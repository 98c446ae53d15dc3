"""Fill the holes. In: pieces of output. Out: KQL text, where each part came from, and what could not be filled.

The text is read once, from front to back, by a small scanner of KQL's lexical context (kqlpack.pack.lexical). It says
where each hole stands, and the value is written as that place asks for. A value never changes how the text around it
reads: that is what makes an injection impossible, and it is tested as such.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from kqlpack.pack import Kind, Place, QuotingError, Value
from kqlpack.pack.lexical import LexicalState
from kqlpack.source import Segment, Span
from kqlpack.template.faults import EMPTY_LIST, LITERAL, STRUCTURE, Budget, TemplateFault

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kqlpack.template.values import Piece

# One broken list in a loop would be reported for every item.
_MAX_FAULTS: Final = 20

# Words of KQL after which an operand may stand. After any other word, an operator is expected.
_OPERAND_FOLLOWS: Final = frozenset(
    """
    and by contains contains_cs distinct endswith endswith_cs evaluate extend filter find from graph-match has has_cs
    hasprefix hasprefix_cs hassuffix hassuffix_cs invoke join let like likecs limit lookup make-graph make-series as
    mv-apply mv-expand mvexpand mvapply not notcontains notlike of on or parse parse-kv parse-where partition print
    project project-away project-keep project-rename project-reorder range reduce regex return sample sample-distinct
    search serialize startswith startswith_cs step summarize take to top top-hitters top-nested typeof union view where
    with !contains !contains_cs !endswith !endswith_cs !has !has_cs !hasprefix !hasprefix_cs !hassuffix !hassuffix_cs
    !startswith !startswith_cs
    """.split()
)
# Of these, the ones after which it must be a name.
_NAME_FOLLOWS: Final = frozenset(
    "as evaluate invoke join let lookup project-away project-keep project-rename union make-graph view".split()
)
_LIST_OPERATORS: Final = frozenset({"in", "in~", "!in", "!in~", "has_any", "has_all"})
_NUMBERS: Final = frozenset({Kind.INT, Kind.LONG, Kind.REAL})


@dataclass(slots=True)
class Filled:
    """The outcome. `segments` lead to the query's template; `secrets` are the spans that hold a secret."""

    text: str
    segments: tuple[Segment, ...]
    faults: list[TemplateFault] = field(default_factory=list)
    secrets: tuple[Span, ...] = ()


def fill(pieces: Sequence[Piece], budget: Budget) -> Filled:
    """Put the pieces together. Raises TemplateFault when the text grows too large."""
    return _Filling(pieces, budget).run()


class _Filling:
    """The text being put together."""

    def __init__(self, pieces: Sequence[Piece], budget: Budget) -> None:
        self.pieces = [piece for piece in pieces if piece.text or piece.value is not None]
        self.budget = budget
        self.state = LexicalState()
        self.parts: list[str] = []
        self.length = 0
        self.unread: list[str] = []
        self.segments: list[Segment] = []
        self.faults: list[TemplateFault] = []
        self.secrets: list[Span] = []

    def run(self) -> Filled:
        for index, piece in enumerate(self.pieces):
            if piece.value is None:
                self.unread.append(piece.text)
                if piece.secret:
                    self.secrets.append(Span(self.length, self.length + len(piece.text)))
                self._add(piece.text, piece, exact=piece.exact)
            else:
                self._hole(index, piece, piece.value)
        return Filled("".join(self.parts), tuple(self.segments), self.faults, tuple(self.secrets))

    def _add(self, text: str, piece: Piece, *, exact: bool) -> None:
        derived = Span(self.length, self.length + len(text))
        self.parts.append(text)
        self.length = derived.end
        last = self.segments[-1] if self.segments else None
        if exact and last is not None and last.included is piece.included and last.site == piece.site:
            if last.exact and last.origin.end == piece.span.start:
                whole = last.derived.cover(derived), last.origin.cover(piece.span)
                self.segments[-1] = Segment(*whole, included=piece.included, site=piece.site)
                return
            if last.exact:  # a tag stood between the two
                gap = Span(last.origin.end, max(piece.span.start, last.origin.end))
                empty = Span(derived.start, derived.start)
                self.segments.append(Segment(empty, gap, exact=False, included=piece.included, site=piece.site))
        self.segments.append(
            Segment(derived, piece.span, exact, rendered=not exact, included=piece.included, site=piece.site)
        )

    def _hole(self, index: int, piece: Piece, value: Value) -> None:
        if self.unread:
            self.state.feed("".join(self.unread))
            self.unread.clear()
        try:
            text = self._encoded(value, self._following(index))
        except TemplateFault as fault:
            fault.span, fault.included, fault.site = piece.span, piece.included, piece.site
            known = any((fault.span, fault.message) == (other.span, other.message) for other in self.faults)
            if not known and len(self.faults) < _MAX_FAULTS:
                self.faults.append(fault)
            text = ""
        self.budget.write(len(text))
        self.budget.spend(1 + len(text) // 64)
        if value.secret:
            self.secrets.append(Span(self.length, self.length + len(text)))
        self.state.feed_value(text)
        self._add(text, piece, exact=False)

    def _following(self, index: int) -> str:
        """Return a stretch of the text after a hole, up to the next one."""
        found = ""
        for piece in self.pieces[index + 1 :]:
            if piece.value is not None or len(found) > 200:
                break
            found += piece.text
        return found

    # ---- one hole ----

    def _encoded(self, value: Value, following: str) -> str:
        state = self.state
        if state.is_unclear:
            raise TemplateFault(
                LITERAL,
                None,
                f"before this hole, {state.place} holds an unusual line end or a broken escape, so that readers of KQL"
                " would disagree about where the value lands",
                "remove that character",
            )
        place = state.place
        if place is Place.EXPRESSION:
            self._check_neighbours(value, following)
            self._check_structure(value)
            place = self._place_in_code(value, following)
        try:
            text = value.to_kql(place, state.literal)
        except QuotingError as error:
            raise TemplateFault(LITERAL, None, f"the value can't be written here: {error}", error.help) from None
        if place is Place.DYNAMIC and value.type.is_list and state.openers[-1].bracket == "[":
            return text[1:-1]  # items of the array that the template wrote the brackets of
        return text

    def _place_in_code(self, value: Value, following: str) -> Place:
        state = self.state
        opener = state.openers[-1] if state.openers else None
        is_list = value.type.is_list
        as_items = is_list and opener is not None and opener.takes_items
        if is_list and not value.value and (as_items or value.type.kind.is_name):
            alone = state.previous in {"(", "["} and following.lstrip()[:1] in {")", "]"}
            if not (alone and state.previous == "["):
                raise TemplateFault(
                    EMPTY_LIST,
                    None,
                    "the list is empty, and would leave " + ("`()`" if alone else "a gap between commas"),
                    "write it inside of `{% if ... %}`, or forbid it by `min_items: 1`",
                )
        if state.in_dynamic:
            return Place.DYNAMIC
        return Place.ITEMS if as_items else Place.EXPRESSION

    def _check_structure(self, value: Value) -> None:
        """Refuse a hole where an operator, a pipe or a keyword is expected, or data where a name is."""
        state = self.state
        previous, is_name = state.previous, value.type.kind.is_name
        if previous in {"", ";"}:
            if not is_name:
                raise self._out_of_place(value, "a query begins with a table", "declare the parameter as `table`")
            return
        if previous in _LIST_OPERATORS:
            raise self._out_of_place(value, f"`{previous}` is followed by `(`", f"write `{previous} ({{{{ ... }}}})`")
        if previous == "|":
            raise self._out_of_place(value, "after `|` an operator begins", "choose it by `{% if %}`")
        if previous == "." and not is_name and state.before_last != ".":
            raise self._out_of_place(value, "after `.` a name is expected", "declare the parameter as `column`")
        if self._follows_operand(is_name=is_name):
            raise self._out_of_place(
                value, "an operator or a keyword is expected here", "write it into the template; choose by `{% if %}`"
            )
        if previous in _NAME_FOLLOWS and not is_name:
            help = "declare the parameter as `table`, `column` or `identifier`"
            raise self._out_of_place(value, f"after `{previous}` a name is expected", help)

    def _follows_operand(self, *, is_name: bool) -> bool:
        state = self.state
        previous = state.previous
        if state.in_parse_pattern:
            return False
        if previous in {"value", "string", "]", "}"}:
            return True
        if previous == ")":
            return state.closed_word != "in"  # search in (T) "text"
        first = previous.removeprefix("!")[:1]
        if not (first.isalnum() or first in {"_", "$"}) or previous in _OPERAND_FOLLOWS:
            return False
        # `join kind=inner T`: a setting's value stands before a name.
        return not (is_name and state.before_previous == "=")

    def _out_of_place(self, value: Value, why: str, help: str) -> TemplateFault:
        return TemplateFault(STRUCTURE, None, f"a value of type {value.type} can't stand here: {why}", help)

    def _check_neighbours(self, value: Value, following: str) -> None:
        """Refuse a hole whose value would grow together with what touches it."""
        before, after = self.state.last_character, following[:1]
        if before and (before.isalnum() or before in "_$@"):
            raise self._touching(value, before)
        if after and (after.isalnum() or after in "_$"):
            raise self._touching(value, after)
        if value.type.kind.is_name and after and after in "\"'":
            raise self._touching(value, after)
        if value.type.kind in _NUMBERS and not value.type.is_list:
            if after == "." and following[1:2] != ".":
                raise self._touching(value, after)
            if before == "." and self.state.before_last != ".":
                raise self._touching(value, before)

    def _touching(self, value: Value, character: str) -> TemplateFault:
        help = "let the parameter hold the whole of it"
        if value.type.kind in _NUMBERS and character in "dhms":
            help = "declare the parameter as `timespan`, and leave the unit to its value"
        return TemplateFault(STRUCTURE, None, f"the hole touches `{character}`, and both would become one word", help)
