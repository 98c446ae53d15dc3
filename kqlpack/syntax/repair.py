"""Chooses how the parser goes on after a break. In: the automaton's states and the tokens. Out: a `Repair`.

First one change to one token is tried (put one in, take it away, take it for another), and judged by how many of the
following tokens then fit. Where none helps, tokens are skipped up to one that ends something, and what was begun is
finished by the table's continuation.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

from kqlpack.syntax.driver import Trial
from kqlpack.syntax.lexer import BAD, END

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.syntax.lexer import Tokens
    from kqlpack.syntax.tables import Tables

# So many tokens are looked at to judge a change, and so many must fit for it to be believed.
_WINDOW: Final = 8
_ENOUGH: Final = 3

# What may be put in, and how unlikely it is that just this was forgotten. A word in capitals is a class of tokens.
_INSERTED: Final = {
    ")": 1,
    "]": 1,
    "}": 1,
    "(": 1,
    "|": 1,
    ",": 1,
    ";": 1,
    "by": 1,
    "on": 1,
    "with": 1,
    "of": 1,
    "to": 1,
    "from": 1,
    "step": 1,
    "as": 1,
    "IDENT": 2,
    "==": 2,
    "=": 3,
    ":": 2,
    "[": 2,
    "..": 2,
    "and": 3,
    "in": 3,
    ".": 3,
    "STRING": 4,
    "where": 4,
}
# Taking a token for another, and taking one away, are less likely than forgetting one.
_REPLACED: Final = 2
_REMOVED: Final = 3

_OPENERS: Final = frozenset("([{")
_CLOSERS: Final = frozenset(")]}")
# How far a bracket without its other half is looked for.
_FAR: Final = 2_000
# How far what was begun is finished before a token that is found while skipping.
_MAX_FINISHED: Final = 60


@dataclass(frozen=True, slots=True)
class Repair:
    """What to do before the token that fits nowhere.

    `dropped` symbols leave the stack, `removed` tokens are skipped, and the terminals `inserted` are put in. `near` is
    the word that the token was probably meant to be; `is_skip` says that no small change was found.
    """

    removed: int
    inserted: tuple[int, ...] = ()
    near: str = ""
    dropped: int = 0
    is_skip: bool = False


def choose_repair(tables: Tables, tokens: Tokens, states: list[int], index: int, expected: frozenset[str]) -> Repair:
    """Return the most promising way to go on before token `index`; there always is one."""
    best: tuple[int, int] | None = None
    chosen: Repair | None = None
    for cost, repair in _changes(tables, tokens, index, expected):
        consumed, is_whole = _consumed(tables, tokens, states, index, repair)
        if consumed < _enough(tables, tokens, index, repair) and not is_whole:
            continue
        rank = (-_WINDOW if is_whole else -consumed, cost)
        if best is None or rank < best:
            best, chosen = rank, repair
    return chosen or skip(tables, tokens, states, index)


def _enough(tables: Tables, tokens: Tokens, index: int, repair: Repair) -> int:
    """Return how many tokens must fit: where a part of the query ends within a bracket, that was left open."""
    closes = repair.removed == 0 and tables.sample_of(repair.inserted[0]) in _CLOSERS
    return 1 if closes and tokens.texts[index : index + 1] in (["|"], [";"]) else _ENOUGH


def _changes(tables: Tables, tokens: Tokens, index: int, expected: frozenset[str]) -> list[tuple[int, Repair]]:
    # After a pipe only an operator fits, and which one was meant can't be guessed but from a misspelt word.
    after_pipe = bool(index and tokens.texts[index - 1] == "|")
    fitting = [
        (cost, terminal)
        for text, cost in _INSERTED.items()
        if not after_pipe
        and tables.terminals[terminal := tables.terminal_of(text)] in expected
        and (text != "(" or _closes_too_much(tokens, index))
        and (text != ";" or (index < len(tokens.texts) and "\n" in tokens.trivia[index]))
    ]
    changes = [(cost, Repair(0, (terminal,))) for cost, terminal in fitting]
    if index >= len(tokens.texts):
        return changes
    text = tokens.texts[index]
    is_surplus = bool(index and text == tokens.texts[index - 1]) or tokens.terminals[index] == BAD
    changes.append((0 if is_surplus else _REMOVED, Repair(1)))
    # The text of a name that was put in is empty.
    if text[:1].isalpha() and len(text) > 1:
        words = [word for word, terminal in tables.words.items() if tables.terminals[terminal] in expected]
        changes += [
            (0, Repair(1, (tables.words[near],), near))
            for near in difflib.get_close_matches(text.lower(), words, 2, 0.6)
            if near != text
        ]
    return changes + [(cost + _REPLACED, Repair(1, (terminal,))) for cost, terminal in fitting]


def _closes_too_much(tokens: Tokens, index: int) -> bool:
    """Tell whether a `)` follows that nothing opens: what a forgotten `(` leaves behind."""
    depth = 0
    for text in tokens.texts[: index + _FAR]:
        depth += (text == "(") - (text == ")")
        if depth < 0:
            return True
        if text == ";":
            depth = 0
    return False


def _consumed(tables: Tables, tokens: Tokens, states: list[int], index: int, repair: Repair) -> tuple[int, bool]:
    """Return how many tokens fit after a repair, and whether the query then ends well."""
    trial = Trial(tables, states)
    if not all(trial.shift(terminal) for terminal in repair.inserted):
        return 0, False
    following = tokens.terminals[index + repair.removed : index + repair.removed + _WINDOW]
    for count, terminal in enumerate(following):
        if not trial.shift(terminal):
            return count, False
    is_last = index + repair.removed + len(following) == len(tokens.terminals)
    return len(following), is_last and trial.fits(tables.terminal_ids[END])


def skip(tables: Tables, tokens: Tokens, states: list[int], index: int, *, to_the_end: bool = False) -> Repair:
    """Return the repair that skips to what ends something, and finishes before it what was begun."""
    # `| nonsense | where ...`: the pipe goes with what follows it.
    dropped = 1 if index and tokens.texts[index - 1] == "|" and len(states) > 1 else 0
    states = states[: len(states) - dropped] if dropped else states
    inserted: list[int] = []
    stops = islice(finish(tables, states, inserted), 0 if to_the_end else _MAX_FINISHED)
    steps = [trial.copy() for trial in stops]
    depth = 0
    for position in range(index, 0 if to_the_end else len(tokens.texts)):
        text = tokens.texts[position]
        if text in _OPENERS:
            depth += 1
        elif depth and text in _CLOSERS:
            depth -= 1
        elif not depth and text in "|;)]}":
            for count, trial in enumerate(steps):
                if trial.fits(tokens.terminals[position]):
                    return Repair(position - index, tuple(inserted[:count]), dropped=dropped, is_skip=True)
    inserted.clear()
    for _ in finish(tables, states, inserted):
        pass
    return Repair(len(tokens.texts) - index, tuple(inserted), dropped=dropped, is_skip=True)


def finish(tables: Tables, states: list[int], inserted: list[int]) -> Iterator[Trial]:
    """Yield the automaton, at first and after each terminal that finishes what was begun.

    At the n-th time the first n of `inserted` have been put in.
    """
    trial = Trial(tables, states)
    yield trial
    while not trial.accepted:
        step = tables.continuation[trial.state]
        if step < 0:
            trial.reduce(-step)
            continue
        inserted.append(step)
        trial.shift(step)
        yield trial
