"""kqlpack's driver accepts what Lark's own accepts, on the same tables and tokens, and stops at the same token."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lark import Lark, Token
from lark.exceptions import UnexpectedToken

from kqlpack.source import SourceFile
from kqlpack.syntax import compile as compiler
from kqlpack.syntax import parse
from kqlpack.syntax.lexer import Lexer
from kqlpack.syntax.tables import load

HERE = Path(__file__).parent
QUERIES = [
    block
    for name in ("valid.kql", "broken.kql")
    for block in (HERE / name).read_text("utf-8").split("\n\n")
    if block.strip()
]
REFUSED = [block for block in (HERE / "refused.kql").read_text("utf-8").split("\n\n") if block.strip()]


@cache
def stock() -> Lark:
    """Lark's parser, whose table lets keywords be names in the same states as ours."""
    lark = compiler.make_lark()
    table: Any = lark.parser.parser._parse_table
    patterns = {terminal.name: terminal.pattern.value for terminal in lark.terminals}
    names = {name: name for row in table.states.values() for name in row}
    compiler.add_fallback(list(table.states.values()), names, patterns)
    return lark


def stops_at(text: str) -> int | None:
    """Return the number of the token that Lark refuses; None when it accepts the text."""
    tables = load()
    tokens = Lexer(tables).lex(text)
    parser = stock().parse_interactive("")
    for number, (terminal, token) in enumerate(zip(tokens.terminals, tokens.texts, strict=True)):
        name = tables.terminals[terminal] if terminal >= 0 else "BAD"
        try:
            parser.feed_token(Token(name, token))
        except UnexpectedToken:
            return number
    try:
        parser.feed_token(Token("$END", ""))
    except UnexpectedToken:
        return len(tokens.texts)
    return None


def accepts(text: str) -> bool:
    return parse(SourceFile("query.kql", text)).ok


@pytest.mark.parametrize("text", QUERIES)
def test_both_drivers_agree_on_whole_queries(text: str) -> None:
    assert (stops_at(text) is None) == accepts(text)


@pytest.mark.parametrize("text", REFUSED)
def test_what_the_grammar_takes_and_the_language_does_not_is_refused_by_the_nodes_builders(text: str) -> None:
    assert stops_at(text) is None
    assert not accepts(text)


@given(st.sampled_from(QUERIES), st.data())
def test_both_drivers_agree_when_a_token_is_gone(text: str, data: st.DataObject) -> None:
    tokens = Lexer(load()).lex(text)
    gone = data.draw(st.integers(0, len(tokens.texts) - 1))
    start = tokens.starts[gone]
    changed = text[:start] + text[start + len(tokens.texts[gone]) :]
    parsed = parse(SourceFile("query.kql", changed))
    refused = stops_at(changed)
    if parsed.ok or not parsed.tokens:
        assert refused is None or not parsed.tokens
    elif refused is None:
        assert "`" in parsed.diagnostics[0].message  # refused by a builder, in words of its own
