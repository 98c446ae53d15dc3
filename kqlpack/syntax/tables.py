"""Loads the parse tables. In: the file that `compile` wrote. Out: `Tables`. Lark is needed only to make it anew."""

from __future__ import annotations

import marshal
import sys
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

# The file, and the number of its format: a file with another number is made anew.
PATH: Final = Path(__file__).resolve().with_name("_tables.bin")
FORMAT: Final = 2

# What stands for a token that is missing, where the token's class has no word of its own.
_SAMPLES: Final = {
    "IDENT": "",
    "STRING": '""',
    "LONG": "0",
    "REAL": "0.0",
    "TIMESPAN": "0s",
    "BOOL": "false",
    "EQUALITY_OPERATOR": "==",
    "STRING_OPERATOR": "has",
    "TYPE_WORD": "string",
}


@dataclass(frozen=True, slots=True, eq=False)
class Tables:
    """LALR(1) tables.

    `actions[state][terminal]` is the next state plus one (shift) or minus a rule's number (reduce); `fallback[state]`
    are the terminals, all keywords, that are let be names there. `continuation[state]` is the terminal, or minus the
    number of the rule, that ends soonest what was begun. `rules[number]` is (nonterminal, length, function or
    the position of the symbol whose value is the production's).
    """

    terminals: list[str]
    terminal_ids: dict[str, int]
    words: dict[str, int]
    actions: list[dict[int, int]]
    fallback: list[list[int]]
    gotos: list[dict[int, int]]
    continuation: list[int]
    rules: list[tuple[int, int, Callable[[list[Any], list[int], int, int], Any] | int]]
    start: int
    end: int
    # What the driver learns: the state that a state, a nonterminal and a look-ahead lead to.
    chains: dict[tuple[int, int, int], int] = field(default_factory=dict)

    def terminal_of(self, text: str) -> int:
        """Return the terminal of a word or sign, or of a class of tokens by its name (`IDENT`)."""
        terminal = self.words.get(text)
        return self.terminal_ids[text] if terminal is None else terminal

    def sample_of(self, terminal: int) -> str:
        """Return a text that is such a terminal; that of a name is empty."""
        name = self.terminals[terminal]
        if name in _SAMPLES:
            return _SAMPLES[name]
        return _words_of(self).get(terminal, "")


@lru_cache(maxsize=1)
def _words_of(tables: Tables) -> dict[int, str]:
    return {terminal: word for word, terminal in tables.words.items()}


@lru_cache(maxsize=1)
def load() -> Tables:
    """Return the tables; makes them when the file is missing or, in a checkout, older than the grammar."""
    content = PATH.read_bytes() if PATH.exists() else None
    unpacked = _unpack(content) if content else None
    if unpacked is None or (in_checkout() and _is_stale(unpacked[0])):
        from kqlpack.syntax import compile as compiler

        try:
            content = compiler.write_tables(PATH)
        except OSError:
            # A folder that can't be written to: make them for this process alone.
            content = compiler.compile_tables()
        unpacked = _unpack(content)
    if unpacked is None:
        raise RuntimeError("the parse tables could not be made")
    return _tables(*unpacked)


def _unpack(content: bytes) -> tuple[dict[str, Any], Any] | None:
    try:
        number, tag, tables, code = marshal.loads(content)
        if number != FORMAT:
            return None
        parts: dict[str, Any] = marshal.loads(tables)
    except (ValueError, EOFError, TypeError):
        return None
    if tag == sys.implementation.cache_tag:
        return parts, marshal.loads(code)
    return parts, compile(parts["source"], "<kqlpack grammar>", "exec")


def in_checkout() -> bool:
    """Tell whether kqlpack runs from a checkout, whose files change, and not from where it was installed."""
    return (PATH.parents[2] / "grammar" / "kql.lark").exists()


def _is_stale(parts: dict[str, Any]) -> bool:
    from kqlpack.syntax.fingerprint import fingerprint

    return bool(parts["fingerprint"] != fingerprint())


def _tables(parts: dict[str, Any], code: Any) -> Tables:
    from kqlpack.syntax import build, nodes

    namespace: dict[str, Any] = {"nodes": nodes, "build": build}
    exec(code, namespace)  # noqa: S102  # our own, made from the grammar
    functions = [namespace[f"r{number}"] for number in range(parts["functions"])]
    rules = [(left, length, functions[-1 - how] if how < 0 else how) for left, length, how in parts["rules"]]
    ids = {name: number for number, name in enumerate(parts["terminals"])}
    words = {word: ids[name] for word, name in parts["words"].items() if name in ids}
    return Tables(
        parts["terminals"],
        ids,
        words,
        parts["actions"],
        parts["fallback"],
        parts["gotos"],
        parts["continuation"],
        rules,
        parts["start"],
        parts["end"],
    )
