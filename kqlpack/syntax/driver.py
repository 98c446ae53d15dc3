"""Walks the parse tables over the tokens. In: tokens. Out: a tree, or the token that fits nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self

from kqlpack.syntax.checks import Fault
from kqlpack.syntax.lexer import END

if TYPE_CHECKING:
    from kqlpack.syntax.lexer import Tokens
    from kqlpack.syntax.tables import Tables

ACCEPTED: Final = -1


class Stacks(NamedTuple):
    """Where the automaton stands: its states, and beside each the value of its symbol and where that begins."""

    states: list[int]
    values: list[Any]
    starts: list[int]

    @classmethod
    def new(cls, tables: Tables) -> Self:
        """Return the stacks at the beginning of a text."""
        return cls([tables.start], [None], [0])


def drive(
    tables: Tables, tokens: Tokens, stacks: Stacks, index: int, stop: int | None = None
) -> tuple[int, Fault | None]:
    """Run from token `index` on, up to a token that fits nowhere, or before `stop`.

    Returns (ACCEPTED, None) at the end of a whole query; otherwise the index of the token (one past the last: the end)
    that the automaton stopped before, and the fault if a reduction was refused there.
    """
    actions, chains, rules, final = tables.actions, tables.chains, tables.rules, tables.end
    terminals, texts, token_starts, ends = tokens.terminals, tokens.texts, tokens.starts, tokens.ends
    states, values, starts = stacks
    end_terminal = tables.terminal_ids[END]
    last_end = ends[index - 1] if index else 0
    state = states[-1]
    try:
        for index in range(index, len(terminals) + 1 if stop is None else stop):  # noqa: B020, PLR1704  # where it stopped is the answer
            terminal = terminals[index] if index < len(terminals) else end_terminal
            while True:
                action = actions[state].get(terminal)
                if action is None:
                    return index, None
                if action > 0:
                    break
                left, length, how = rules[-action]
                base = len(values) - length
                value = values[base + how] if isinstance(how, int) else how(values, starts, base, last_end)
                # A production of this grammar is never empty: its first symbol's place is there.
                if length > 1:
                    del values[base + 1 :], starts[base + 1 :], states[base + 1 :]
                values[base] = value
                # An operand is a name, is a primary, is a unary, ... is an expression: such steps are taken at once.
                key = (states[base - 1], left, terminal)
                reached = chains.get(key)
                state = _follow(tables, key) if reached is None else reached
                states[base] = state
                if state == final:
                    return ACCEPTED, None
            state = action - 1
            states.append(state)
            values.append(texts[index])
            starts.append(token_starts[index])
            last_end = ends[index]
    except Fault as fault:
        return index, fault
    return len(terminals) if stop is None else stop, None


def _follow(tables: Tables, key: tuple[int, int, int]) -> int:
    """Return, and note, the state after a nonterminal in a state, and after all that only renames it."""
    before, left, terminal = key
    state = tables.gotos[before][left]
    while (action := tables.actions[state].get(terminal, 0)) < 0 and state != tables.end:
        left, length, how = tables.rules[-action]
        if length != 1 or how != 0:
            break
        state = tables.gotos[before][left]
    tables.chains[key] = state
    return state


def reduce_to(tables: Tables, tokens: Tokens, stacks: Stacks, index: int, value: Any) -> None:
    """Make the reduction that was refused before token `index`, with a value of another making."""
    terminal = tokens.terminals[index] if index < len(tokens.terminals) else tables.terminal_ids[END]
    left, length, _ = tables.rules[-tables.actions[stacks.states[-1]][terminal]]
    base = len(stacks.values) - length
    for stack in stacks:
        del stack[base + 1 :]
    stacks.values[base] = value
    stacks.states[base] = tables.gotos[stacks.states[base - 1]][left]


class Trial:
    """The automaton on states alone, over a stack that it does not change: it tells what would fit."""

    __slots__ = ("_base", "_depth", "_tables", "_top")

    def __init__(
        self, tables: Tables, states: list[int], depth: int | None = None, top: list[int] | None = None
    ) -> None:
        """Stand on `states`, of which the first `depth` count, and on `top`."""
        self._tables = tables
        self._base = states
        self._depth = len(states) if depth is None else depth
        self._top = top or []

    def copy(self) -> Trial:
        """Return another one that stands at the same place."""
        return Trial(self._tables, self._base, self._depth, list(self._top))

    @property
    def state(self) -> int:
        """The state that it stands in."""
        return self._top[-1] if self._top else self._base[self._depth - 1]

    @property
    def accepted(self) -> bool:
        """Whether the end was reached."""
        return self.state == self._tables.end

    def reduce(self, rule: int) -> None:
        """Reduce by the rule of this number."""
        left, length, _ = self._tables.rules[rule]
        kept = len(self._top) - length
        if kept >= 0:
            del self._top[kept:]
        else:
            self._top.clear()
            self._depth += kept
        self._top.append(self._tables.gotos[self.state][left])

    def shift(self, terminal: int) -> bool:
        """Take a terminal, or the end; return whether it fits."""
        actions, final = self._tables.actions, self._tables.end
        while True:
            action = actions[self.state].get(terminal)
            if action is None:
                return False
            if action > 0:
                self._top.append(action - 1)
                return True
            self.reduce(-action)
            if self.state == final:
                return True

    def fits(self, terminal: int) -> bool:
        """Tell whether a terminal, or the end, fits here, and stay."""
        return terminal in self._tables.actions[self.state] and self.copy().shift(terminal)
