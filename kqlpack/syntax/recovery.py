"""Goes on after a break. In: where the driver stopped. Out: the tree, marked where it was mended, and the diagnostics.

Each break is told once. What is read instead of the author's text is what the diagnostic's fix writes, where it has
one; so the rest of the query is understood as if the fix had been made.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Final

from kqlpack.source import Span
from kqlpack.syntax.driver import ACCEPTED, Stacks, drive, reduce_to
from kqlpack.syntax.errors import expected_terminals, explain, fault_diagnostic
from kqlpack.syntax.parsed import Mended
from kqlpack.syntax.repair import Repair, choose_repair, skip

if TYPE_CHECKING:
    from kqlpack.diagnostics import Diagnostic
    from kqlpack.source import SourceFile
    from kqlpack.syntax.checks import Fault
    from kqlpack.syntax.lexer import Lexer, Tokens
    from kqlpack.syntax.tables import Tables

# A text that breaks more often than this is no query; what follows is not looked at.
MAX_REPAIRS: Final = 50
# So many tokens are read again to see what would have fit; in a text with so many breaks the first ones matter.
_MAX_REPLAYED: Final = 500_000
# After a repair so many tokens must fit before the next break is told: until then it may come of the first.
_QUIET: Final = 3


class Recovery:
    """The rest of a parse, from its first break on. `tokens` are changed into what is read instead."""

    def __init__(
        self, file: SourceFile, tables: Tables, lexer: Lexer, tokens: Tokens, *, is_prefix: bool = False
    ) -> None:
        """Take the text and its tokens; `is_prefix`: more may follow, so the end is no break."""
        self._is_prefix = is_prefix
        self._file = file
        self._tables = tables
        self._lexer = lexer
        self._tokens = tokens
        self._found: dict[tuple[Span, str], Diagnostic] = {}
        self._mended: dict[Span, Mended] = {}
        self._reread: set[Span] = set()
        self._quiet_until = 0
        self._repairs = 0
        self._replayed = 0

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """One diagnostic per break, in the order of the text."""
        return tuple(sorted(self._found.values(), key=lambda one: one.span.start))

    @property
    def mended(self) -> tuple[Mended, ...]:
        """Where something else was read than what stands there."""
        return tuple(sorted(self._mended.values(), key=lambda one: one.span.start))

    def run(self, stacks: Stacks, index: int, fault: Fault | None) -> Stacks:
        """Go on from where the driver stopped, to the end; return the stacks, on which the tree lies."""
        while index != ACCEPTED and self._tokens.texts:
            if self._is_prefix and index >= len(self._tokens.texts) and fault is None:
                break
            if fault is not None:
                told = fault_diagnostic(self._file, fault)
                if told is not None and index >= self._quiet_until:
                    self._add(told)
                reduce_to(self._tables, self._tokens, stacks, index, fault.node)
            else:
                stacks, index = self._mend(stacks, index)
            stop = len(self._tokens.texts) if self._is_prefix else None
            index, fault = drive(self._tables, self._tokens, stacks, index, stop)
        return stacks

    def _mend(self, stacks: Stacks, index: int) -> tuple[Stacks, int]:
        """Tell of the break before token `index` and mend it; return where to go on."""
        stacks = self._before_reductions(stacks, index)
        tables, tokens, states = self._tables, self._tokens, stacks.states
        self._repairs += 1
        if self._repairs > MAX_REPAIRS:
            return stacks, self._apply(stacks, index, skip(tables, tokens, states, index, to_the_end=True))
        expected = expected_terminals(tables, states)
        repair = choose_repair(tables, tokens, states, index, expected)
        diagnostic, reads = explain(self._file, tables, tokens, index, expected, repair)
        if index >= self._quiet_until or not self._found:
            self._add(diagnostic)
        if reads is not None and reads[0] not in self._reread:
            self._reread.add(reads[0])
            first = self._read_instead(*reads)
            if diagnostic.fix is None:
                self._quiet_until = max(index, first) + _QUIET
            return (stacks, index) if first >= index else (Stacks.new(tables), 0)
        index = self._apply(stacks, index, repair)
        self._quiet_until = index + len(repair.inserted) + _QUIET
        return stacks, index

    def _before_reductions(self, stacks: Stacks, index: int) -> Stacks:
        """Return the stacks as they were when the token before `index` had been taken, and nothing else.

        A token that fits nowhere may still have led to reductions, because the table merges look-aheads; after those
        less would fit than in truth.
        """
        if self._replayed > _MAX_REPLAYED:
            return stacks
        self._replayed += index
        stacks, at = Stacks.new(self._tables), 0
        while at < index:
            at, fault = drive(self._tables, self._tokens, stacks, at, index)
            if fault is None:
                break
            reduce_to(self._tables, self._tokens, stacks, at, fault.node)
        return stacks

    def _add(self, diagnostic: Diagnostic) -> None:
        self._found.setdefault((diagnostic.span, diagnostic.message), diagnostic)

    def _read_instead(self, span: Span, text: str) -> int:
        """Put the tokens of `text` in the place of those under `span`; return the index of the first of them."""
        tokens = self._tokens
        first = bisect_left(tokens.starts, span.start)
        last = max(bisect_left(tokens.starts, span.end), first)
        new = self._lexer.lex(text)
        starts, ends = [span.start] * len(new.texts), [span.end] * len(new.texts)
        if last > first and tokens.ends[last - 1] > span.end:
            # The span ends within a token: what is left of that is read anew.
            rest = self._lexer.lex(self._file.text[span.end : tokens.ends[last - 1]])
            starts += [span.end + start for start in rest.starts]
            ends += [span.end + end for end in rest.ends]
            new.terminals.extend(rest.terminals)
            new.texts.extend(rest.texts)
        tokens.terminals[first:last] = new.terminals
        tokens.texts[first:last] = new.texts
        tokens.trivia[first:last] = [""] * len(starts)
        tokens.starts[first:last] = starts
        tokens.ends[first:last] = ends
        self._mended[span] = Mended(span, text)
        return first

    def _apply(self, stacks: Stacks, index: int, repair: Repair) -> int:
        """Change the stacks and the tokens as the repair says; return where to go on."""
        tokens = self._tokens
        for stack in stacks:
            del stack[len(stack) - repair.dropped :]
        first, after = index - repair.dropped, index + repair.removed
        at = tokens.ends[first - 1] if first else 0
        span = Span(tokens.starts[first], tokens.ends[after - 1]) if first < after else Span(at, at)
        texts = [self._tables.sample_of(terminal) for terminal in repair.inserted]
        # A token that is taken for another stands where that one stood; what is put in stands behind the last.
        start, end = (at, at) if repair.is_skip or not repair.removed else (span.start, span.end)
        tokens.terminals[first:after] = repair.inserted
        tokens.texts[first:after] = texts
        tokens.trivia[first:after] = [""] * len(texts)
        tokens.starts[first:after] = [start] * len(texts)
        tokens.ends[first:after] = [end] * len(texts)
        self._mended[span] = Mended(span, " ".join(texts))
        return first
