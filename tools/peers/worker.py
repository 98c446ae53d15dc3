"""Times another parser, in a process of its own. In: its name; a JSON list of texts, then empty lines. Out: seconds.

For each line after the first it parses all texts once and prints the seconds that it took. Needs nothing of kqlpack,
but for the parser of that name: stock Lark's driver over kqlpack's grammar and tokens.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def duckdb_kql() -> Callable[[str], object]:
    """duckdb-kql: ANTLR, with Microsoft's grammar."""
    import duckdb_kql as peer  # type: ignore[import-not-found]  # in a virtual environment of its own

    parse: Callable[[str], object] = peer.parse
    return parse


def kusto_query_language_parser() -> Callable[[str], object]:
    """kusto-query-language-parser: ANTLR, with Microsoft's grammar."""
    from antlr4 import InputStream  # type: ignore[import-untyped]  # in a virtual environment of its own
    from kusto_query_language_parser.parser.kql_traverse import (  # type: ignore[import-not-found]  # the same
        KqlTraverse,
    )

    return lambda text: KqlTraverse().parse(InputStream(text))


def stock_lark() -> Callable[[str], object]:
    """Lark's own driver and trees, fed with kqlpack's tokens: what an own driver is worth."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    from lark import Token

    from kqlpack.syntax import compile as compiler
    from kqlpack.syntax.lexer import Lexer
    from kqlpack.syntax.tables import load

    lark = compiler.make_lark()
    table: Any = lark.parser.parser._parse_table  # noqa: SLF001  # Lark shows it nowhere else
    patterns = {terminal.name: terminal.pattern.value for terminal in lark.terminals}
    names = {name: name for row in table.states.values() for name in row}
    compiler.add_fallback(list(table.states.values()), names, patterns)
    lexer, terminals = Lexer(load()), load().terminals

    def parse(text: str) -> object:
        tokens = lexer.lex(text)
        parser = lark.parse_interactive("")
        for terminal, token in zip(tokens.terminals, tokens.texts, strict=True):
            parser.feed_token(Token(terminals[terminal], token))
        return parser.feed_eof()  # type: ignore[no-untyped-call]  # Lark's

    return parse


PARSERS = {
    "duckdb-kql": duckdb_kql,
    "kusto-query-language-parser": kusto_query_language_parser,
    "stock Lark": stock_lark,
}


def main() -> None:
    """Answer until the input ends."""
    parse = PARSERS[sys.argv[1]]()
    texts = json.loads(sys.stdin.readline())
    for _ in sys.stdin:
        started = time.perf_counter()
        for text in texts:
            try:
                parse(text)
            except Exception as error:  # noqa: BLE001  # a peer may refuse a text; its time counts all the same
                print(f"{sys.argv[1]}: {type(error).__name__}", file=sys.stderr)
        print(time.perf_counter() - started, flush=True)


if __name__ == "__main__":
    main()
