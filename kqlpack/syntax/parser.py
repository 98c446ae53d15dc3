"""Parses KQL. In: a text. Out: `Parsed`: tokens, tree, diagnostics."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from kqlpack.syntax import nodes
from kqlpack.syntax.driver import ACCEPTED, Stacks, drive
from kqlpack.syntax.lexer import Lexer
from kqlpack.syntax.parsed import Parsed, Token
from kqlpack.syntax.tables import load

if TYPE_CHECKING:
    from kqlpack.diagnostics import Diagnostic
    from kqlpack.source import SourceFile
    from kqlpack.syntax.lexer import Tokens
    from kqlpack.syntax.tables import Tables


@lru_cache(maxsize=1)
def lexer() -> Lexer:
    """Return the lexer, which learns names as they come."""
    return Lexer(load())


def parse(file: SourceFile) -> Parsed:
    """Parse a text; never raises, whatever the text. There always is a whole tree: `Parsed.mended` tells of repairs."""
    tables = load()
    text = file.text
    tokens = lexer().lex(text)

    def listed() -> tuple[Token, ...]:
        return _listed(tables, lexer().lex(text))

    if not tokens.texts:
        return Parsed(file, nodes.QueryBlock(0, len(text), ()), _lexed=listed)
    if tokens.texts[0] == ".":
        root, diagnostic = _command(file, tables, tokens)
        return Parsed(file, root, (diagnostic,), _lexed=listed)
    stacks = Stacks.new(tables)
    index, fault = drive(tables, tokens, stacks, 0)
    if index == ACCEPTED:
        return Parsed(file, _root(text, stacks), _lexed=listed)
    # What follows is needed for broken texts only, and takes its time to load.
    from kqlpack.syntax.recovery import Recovery

    recovery = Recovery(file, tables, lexer(), tokens)
    stacks = recovery.run(stacks, index, fault)
    return Parsed(file, _root(text, stacks), recovery.diagnostics, recovery.mended, listed)


def _listed(tables: Tables, tokens: Tokens) -> tuple[Token, ...]:
    names = tables.terminals
    parts = zip(tokens.terminals, tokens.texts, tokens.starts, tokens.trivia, strict=True)
    return tuple(
        Token(names[terminal] if terminal >= 0 else "BAD", text, start, before)
        for terminal, text, start, before in parts
    )


def _root(text: str, stacks: Stacks) -> nodes.QueryBlock:
    # Nothing lies on the stacks where no token was left.
    statements = stacks.values[-1].statements if stacks.values[-1] else ()
    return nodes.QueryBlock(0, len(text), statements)


def _command(file: SourceFile, tables: Tables, tokens: Tokens) -> tuple[nodes.QueryBlock, Diagnostic]:
    from kqlpack.syntax.errors import explain
    from kqlpack.syntax.repair import Repair

    text = file.text
    command = nodes.ManagementCommand(tokens.starts[0], len(text.rstrip()), text[tokens.starts[0] :].rstrip())
    diagnostic, _ = explain(file, tables, tokens, 0, frozenset(), Repair(0))
    return nodes.QueryBlock(0, len(text), (command,)), diagnostic
