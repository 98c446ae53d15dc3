"""Makes queries from the grammar, and breaks queries. In: a seed. Out: texts.

A query is made by walking the grammar's productions, the cheap ones where it gets deep. Tokens are parted by spaces,
but for those of a name with a `*`, which is one piece.
"""

from __future__ import annotations

from functools import cache
from random import Random
from typing import TYPE_CHECKING, Any, Final

from kqlpack.syntax import compile as compiler
from kqlpack.syntax import keywords
from kqlpack.syntax.continuation import least_costs
from kqlpack.syntax.lexer import Lexer
from kqlpack.syntax.tables import load

if TYPE_CHECKING:
    from collections.abc import Sequence

# What a class of tokens looks like.
SAMPLES: Final[dict[str, Sequence[str]]] = {
    "IDENT": ("a", "T", "b1", "_c", "Column", "dcount"),
    "EXTENDED_WORD": ("of", "contains", "by"),
    "SPECIAL_WORD": ("kind", "withsource"),
    "RESERVED_WORD": ("simple", "relaxed", "missing"),
    "PARAMETER_NAME": ("kind",),
    "TYPE_WORD": ("string", "long", "datetime"),
    "TYPE_NAME": ("bool", "guid"),
    "CHART_WORD": ("timechart", "piechart"),
    "ORDER_WORD": ("asc", "desc"),
    "BRACED": ("{x}",),
    "STRING": ('"x"', "'y'", '@"\\z"', 'h"s"', '""'),
    "LONG": ("1", "0", "0x1F"),
    "REAL": ("1.5", "1e3"),
    "TIMESPAN": ("1d", "5m", "1.5h"),
    "BOOL": ("true", "false"),
    "BOOL_LITERAL": ("bool(true)",),
    "INT_LITERAL": ("int(1)", "int(null)"),
    "LONG_LITERAL": ("long(1)",),
    "REAL_LITERAL": ("real(1.5)", "double(nan)"),
    "DECIMAL_LITERAL": ("decimal(1.5)",),
    "DATETIME_LITERAL": ("datetime(2024-01-01)", "date(2024)"),
    "TIMESPAN_LITERAL": ("timespan(1d)", "time(1.02:03:04)"),
    "GUID_LITERAL": ("guid(74be27de-1e4e-49d9-b579-fe0b331d3642)",),
    "EQUALITY_OPERATOR": ("==", "=~", "!~"),
    "INEQUALITY_OPERATOR": ("!=",),
    "RELATION_OPERATOR": ("<=", ">="),
    "STRING_OPERATOR": ("has_cs", "!has", "startswith", "matches regex"),
    "IN_OPERATOR": ("!in", "in~", "has_any", "has_all"),
    "BETWEEN_OPERATOR": ("between", "!between"),
    "BY_RANGE": ("in",),
    "BIN_EQUALS": ("bin",),
}
# Most statements are queries.
_PIPES: Final = 0.8
_DEPTH: Final = 26
_MAX_TOKENS: Final = 120


@cache
def _grammar() -> tuple[dict[str, list[Any]], dict[str, int], dict[str, str]]:
    """Return the productions by what they make, the least tokens of each, and the words of the terminals."""
    lark = compiler.make_lark()
    by_origin: dict[str, list[Any]] = {}
    for rule in lark.rules:
        by_origin.setdefault(rule.origin.name, []).append(rule)
    words = {terminal.name: terminal.pattern.value for terminal in lark.terminals}
    return by_origin, least_costs(list(lark.rules)), words


def generate(seed: int) -> str | None:
    """Return a query, or None where its tokens side by side would read as others."""
    random = Random(seed)  # noqa: S311  # the same query on every run
    by_origin, costs, words = _grammar()
    wanted: list[str] = []
    pieces: list[str] = []
    # Symbols that are still to be made, the next one last, each with its depth and whether it touches the one before.
    stack: list[tuple[Any, int, bool]] = [(by_origin["start"][0].expansion[0], 0, False)]
    while stack:
        symbol, depth, touches = stack.pop()
        if symbol.is_term:
            wanted.append(symbol.name)
            text = str(random.choice(SAMPLES.get(symbol.name) or [words[symbol.name]]))
            pieces.append(text if touches or not pieces else f" {text}")
            continue
        rules = by_origin[symbol.name]
        if depth > _DEPTH or len(pieces) > _MAX_TOKENS:
            rule = min(rules, key=lambda one: sum(_cost(part, costs) for part in one.expansion))
        elif symbol.name == "statement" and random.random() < _PIPES:
            rule = next(one for one in rules if one.alias == "expression_statement")
        else:
            # Near the root anything goes; further down short ones are taken more often, so that queries end.
            steep = max(0, depth - 8) / 8
            weights = [(1 + sum(_cost(part, costs) for part in one.expansion)) ** -steep for one in rules]
            rule = random.choices(rules, weights)[0]
        glued = symbol.name.startswith("wildcard") and not symbol.name.startswith("wildcard_name")
        parts = [(part, depth + 1, touches if not number else glued) for number, part in enumerate(rule.expansion)]
        stack.extend(reversed(parts))
    text = "".join(pieces)
    tokens = Lexer(load()).lex(text)
    names = load().terminals
    # A name of the grammar may be read as a keyword's, and the other way round: those are other queries.
    same = [names[terminal] if terminal >= 0 else "" for terminal in tokens.terminals] == wanted
    return text if same else None


def _cost(symbol: Any, costs: dict[str, int]) -> int:
    return 1 if symbol.is_term else costs[symbol.name]


def mutate(text: str, seed: int) -> str:
    """Return a text with one token taken away, doubled, swapped with the next, or made another."""
    random = Random(seed)  # noqa: S311  # the same text on every run
    tokens = Lexer(load()).lex(text)
    if not tokens.texts:
        return text
    index = random.randrange(len(tokens.texts))
    start, end = tokens.starts[index], tokens.ends[index]
    others: list[str] = [
        *"()[]{}|,;.=*-",
        "==",
        "and",
        "by",
        "where",
        "x",
        '"',
        "1",
        *sorted(keywords.STRING_OPERATORS)[:3],
    ]
    token = text[start:end]
    following = index + 1 < len(tokens.texts)
    kind = random.choice(("remove", "double", "replace", "insert", "swap" if following else "remove"))
    if kind == "remove":
        return text[:start] + text[end:]
    if kind == "double":
        return text[:end] + " " + token + text[end:]
    if kind == "replace":
        return text[:start] + random.choice(others) + text[end:]
    if kind == "insert":
        return text[:start] + random.choice(others) + " " + text[start:]
    after = text[tokens.starts[index + 1] : tokens.ends[index + 1]]
    between = text[end : tokens.starts[index + 1]]
    return text[:start] + after + between + token + text[tokens.ends[index + 1] :]
