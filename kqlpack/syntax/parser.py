"""Walks the parse tables over the tokens. In: a text. Out: `Parsed`: tokens, tree, diagnostics."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from kqlpack.syntax import nodes
from kqlpack.syntax.build import Fault
from kqlpack.syntax.errors import fault_diagnostic, syntax_error
from kqlpack.syntax.lexer import END, Lexer, Tokens
from kqlpack.syntax.parsed import Parsed, Token
from kqlpack.syntax.tables import load

if TYPE_CHECKING:
    from kqlpack.diagnostics import Diagnostic
    from kqlpack.source import SourceFile
    from kqlpack.syntax.tables import Tables


@lru_cache(maxsize=1)
def _lexer() -> Lexer:
    return Lexer(load())


def parse(file: SourceFile) -> Parsed:
    """Parse a text; never raises, whatever the text. After a syntax error the tree holds what was understood before."""
    tables = load()
    tokens = _lexer().lex(file.text)
    trivia = tokens.trivia
    root, diagnostics = _parse(file, tables, tokens)
    names = tables.terminals
    listed = tuple(
        Token(names[terminal] if terminal >= 0 else "BAD", text, start, before)
        for terminal, text, start, before in zip(tokens.terminals, tokens.texts, tokens.starts, trivia, strict=True)
    )
    return Parsed(file, listed, root, diagnostics)


def _parse(file: SourceFile, tables: Tables, tokens: Tokens) -> tuple[nodes.QueryBlock, tuple[Diagnostic, ...]]:
    text = file.text
    texts = tokens.texts
    if not texts:
        return nodes.QueryBlock(0, len(text), ()), ()
    if texts[0] == ".":
        command = nodes.ManagementCommand(tokens.starts[0], len(text.rstrip()), text[tokens.starts[0] :].rstrip())
        return nodes.QueryBlock(0, len(text), (command,)), (syntax_error(file, tables, tokens, 0, [tables.start]),)
    states = [tables.start]
    values: list[Any] = [None]
    starts = [0]
    try:
        position = _drive(tables, tokens, states, values, starts)
    except Fault as fault:
        return _partial(text, values), (fault_diagnostic(file, fault),)
    if position is not None:
        return _partial(text, values), (syntax_error(file, tables, tokens, position, states),)
    return nodes.QueryBlock(0, len(text), values[-1].statements), ()


def _drive(tables: Tables, tokens: Tokens, states: list[int], values: list[Any], starts: list[int]) -> int | None:
    """Run the automaton; return None when it accepted, or the index of the token that fits nowhere."""
    actions, gotos, rules = tables.actions, tables.gotos, tables.rules
    terminals, texts, token_starts = tokens.terminals, tokens.texts, tokens.starts
    end_terminal = tables.terminal_ids[END]
    last_end = 0
    state = states[-1]
    final = tables.end
    for index in range(len(terminals) + 1):
        terminal = terminals[index] if index < len(terminals) else end_terminal
        while True:
            action = actions[state].get(terminal)
            if action is None:
                return index
            if action > 0:
                break
            left, length, how = rules[-action]
            base = len(values) - length
            value = values[base + how] if isinstance(how, int) else how(values, starts, base, last_end)
            # A production of this grammar is never empty: its first symbol's place is there.
            if length > 1:
                del values[base + 1 :], starts[base + 1 :], states[base + 1 :]
            values[base] = value
            state = gotos[states[base - 1]][left]
            states[base] = state
            if state == final:
                return None
        state = action - 1
        states.append(state)
        values.append(texts[index])
        start = token_starts[index]
        starts.append(start)
        last_end = start + len(texts[index])
    return None


def _partial(text: str, values: list[Any]) -> nodes.QueryBlock:
    """Return what lies on the stack as a tree: the statements that were complete, and the pieces of the broken one."""
    statements: list[nodes.Node] = []
    for value in values:
        if isinstance(value, nodes.Node):
            statements.append(value)
        elif isinstance(value, list):
            statements.extend(item for item in value if isinstance(item, nodes.Node))
    return nodes.QueryBlock(0, len(text), tuple(statements))
