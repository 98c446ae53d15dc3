"""Sets a text. In: `Parsed` of a text without faults. Out: the text in the one style (docs/format.md).

The tree says where lines may break (`Shape`); then one pass over the tokens writes them, and decides for each group,
from the outside to the inside, whether it goes on one line. Nothing recurses.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Final

from kqlpack.format import expressions, operators, statements
from kqlpack.format.shape import INDENT, Group, Shape
from kqlpack.format.trivia import Between, Kind, Remark, between, line_end
from kqlpack.syntax.nodes import walk

if TYPE_CHECKING:
    from collections.abc import Collection

    from kqlpack.syntax import Parsed

WIDTH: Final = 120
# Deeper brackets than people write: their indentation alone would fill pages.
MAX_NESTING: Final = 200

_RULES: Final = expressions.RULES | operators.RULES | statements.RULES


def lay_out(parsed: Parsed, pinned: Collection[str] = ()) -> str:
    """Return the text as it should look. Comments whose text is in `pinned` keep their place among the tokens."""
    shape = Shape(parsed.tokens)
    if parsed.tokens:
        for node in walk(parsed.root):
            rule = _RULES.get(type(node))
            if rule is not None:
                rule(shape, node)
    return _Printer(shape, between(parsed, pinned), line_end(parsed)).run()


def nests_too_deeply(parsed: Parsed) -> bool:
    """Tell whether the text has more brackets inside of brackets than a page has room for."""
    depth = 0
    for token in parsed.tokens:
        if token.text in {"(", "[", "{"}:
            depth += 1
            if depth > MAX_NESTING:
                return True
        elif token.text in {")", "]", "}"}:
            depth -= 1
    return False


class _Open:
    """A group that the printer is in, and how it set it."""

    __slots__ = ("breaks", "closer", "end", "indent", "is_broken", "outer")

    def __init__(self, group: Group, outer: int, *, is_broken: bool) -> None:
        self.end = group.end
        self.closer = group.closer
        self.breaks = frozenset(group.breaks) if is_broken else frozenset[int]()
        self.outer = outer
        self.indent = outer + group.indent if is_broken else outer
        self.is_broken = is_broken


class _Printer:
    """Writes the tokens with their remarks."""

    def __init__(self, shape: Shape, remarks: Between, ends: str) -> None:
        self._texts = shape.texts
        self._spaces = shape.spaces
        self._statements = shape.statements
        self._remarks = remarks
        self._line_end = ends
        self._count = len(shape.texts)
        self._opening = _by_start(shape.groups)
        self._hard = self._hard_breaks(shape.groups)
        self._kept_until = self._kept_lines()
        self._widths = self._sums()
        self._next_break = self._next_breaks(shape.groups)
        self._written: list[str] = []
        self._column = 0
        self._open: list[_Open] = []
        # Whether the last token stands first in its line.
        self._is_at_line_start = False

    def run(self) -> str:
        """Return the text."""
        for index in range(self._count):
            while self._open and self._open[-1].end <= index:
                self._open.pop()
            is_covered = self._remarks.covered[index]
            if not is_covered:
                self._separate(index)
            self._open_groups(index)
            if not is_covered:
                self._write(self._texts[index])
        return self._finish()

    # ---- what is known before the first token is written ----

    def _hard_breaks(self, groups: list[Group]) -> list[int]:
        """Return the tokens that begin a line in any case."""
        found = {index for group in groups if group.is_hard for index in (*group.breaks, group.closer)}
        for index, remarks in enumerate(self._remarks.before):
            is_edge = index > 0 and self._remarks.covered[index] != self._remarks.covered[index - 1]
            if remarks or is_edge:
                found.add(index)
        return sorted(index for index in found if index)

    def _kept_lines(self) -> dict[int, int]:
        """Return the tokens of lines that are not wrapped, with the lines' ends: a suppression holds for a line."""
        kept: dict[int, int] = {}
        edges = [0, *self._hard, self._count]
        for index, remarks in enumerate([*self._remarks.before, self._remarks.trailing]):
            for remark in remarks:
                if remark.is_suppression:
                    # The line that it stands on, or the next one.
                    after = bisect_right(edges, index)
                    is_trailing = remark.kind is Kind.TRAILING
                    start, end = (
                        (edges[after - 2], index) if is_trailing else (index, edges[min(after, len(edges) - 1)])
                    )
                    kept.update(dict.fromkeys(range(start, end), end))
        return kept

    def _sums(self) -> list[int]:
        sums = [0]
        for text, space in zip(self._texts, self._spaces, strict=True):
            sums.append(sums[-1] + len(text) + space)
        return sums

    def _next_breaks(self, groups: list[Group]) -> list[int]:
        """Return for each token the first one from there on that may begin a line."""
        may_break = [False] * (self._count + 1)
        for group in groups:
            for index in group.breaks:
                may_break[index] = True
            if group.closer is not None:
                may_break[group.closer] = True
        for index in self._hard:
            may_break[index] = True
        following = [self._count] * (self._count + 1)
        for index in range(self._count - 1, -1, -1):
            following[index] = index if may_break[index] else following[index + 1]
        return following

    # ---- groups ----

    def _open_groups(self, index: int) -> None:
        for group in self._opening.get(index, ()):
            above = self._open[-1] if self._open else None
            outer = above.indent if above else 0
            is_broken = (above is None or above.is_broken) and not self._fits(group)
            self._open.append(_Open(group, outer, is_broken=is_broken))

    def _fits(self, group: Group) -> bool:
        """Tell whether a group fits on the line, with what follows it up to the next place where a line may end."""
        after = bisect_right(self._hard, group.start)
        if after < len(self._hard) and self._hard[after] < group.end:
            return False
        if group.end <= self._kept_until.get(group.start, 0):
            return True
        until = self._next_break[group.end]
        start, space = self._widths[group.start], self._spaces[group.start]
        return self._column + self._widths[until] - start - space <= WIDTH

    # ---- writing ----

    def _separate(self, index: int) -> None:
        """Write what stands before a token: its remarks, and a line end, a space or nothing."""
        remarks = self._remarks.before[index]
        indent, remark_indent = self._indents(index)
        if remarks:
            self._write_remarks(remarks, remark_indent, keeps_blank=index in self._statements)
            # A token after a remark begins a line, wherever that is.
            indent = remark_indent if indent is None else indent
        follows_region = index > 0 and self._remarks.covered[index - 1]
        if follows_region and indent is None:
            indent = remark_indent
        if indent is None:
            self._is_at_line_start = not self._written
            if self._spaces[index]:
                self._write(" ")
            return
        self._new_line(indent, is_blank=index in self._statements and self._remarks.after_blank[index])
        self._is_at_line_start = True

    def _indents(self, index: int) -> tuple[int | None, int]:
        """Return the indentation of a token that begins a line (else None), and that of remarks before it."""
        for group in reversed(self._open):
            if index in group.breaks:
                # `, b` where a tag stands before the comma: nothing is torn off from it.
                if self._is_at_line_start and self._texts[index - 1] == ",":
                    return None, group.indent
                return group.indent, group.indent
            if group.is_broken and index == group.closer:
                return group.outer, group.indent
        if not self._open:
            return None, 0
        # A comma that a tag keeps from its item stands where the items do.
        return None, self._open[-1].indent + (0 if self._texts[index] == "," else INDENT)

    def _write_remarks(self, remarks: list[Remark], indent: int, *, keeps_blank: bool) -> None:
        for remark in remarks:
            if remark.kind is Kind.TRAILING:
                self._write(" " + remark.text)
                continue
            own = indent if remark.kind is Kind.OWN_LINE else 0
            self._new_line(own, is_blank=keeps_blank and remark.after_blank)
            self._write(remark.text)

    def _new_line(self, indent: int, *, is_blank: bool = False) -> None:
        if self._written:
            self._written.append(self._line_end * (2 if is_blank else 1))
        self._column = 0
        if indent:
            self._write(" " * indent)

    def _write(self, text: str) -> None:
        self._written.append(text)
        last_line = max(text.rfind("\n"), text.rfind("\r"))
        self._column = len(text) - last_line - 1 if last_line >= 0 else self._column + len(text)

    def _finish(self) -> str:
        self._write_remarks(self._remarks.trailing, 0, keeps_blank=True)
        text = "".join(self._written)
        return text if self._remarks.ends_in_region or not text else text + self._line_end


def _by_start(groups: list[Group]) -> dict[int, list[Group]]:
    """Return the groups by their first tokens, outer ones first."""
    found: dict[int, list[Group]] = {}
    for group in sorted(groups, key=lambda group: (group.start, -group.end)):
        found.setdefault(group.start, []).append(group)
    return found
