"""Cuts KQL into tokens. In: text. Out: parallel lists of terminals, texts, starts and trivia.

KQL's tokens don't depend on where they stand (Kusto.Language reads them so, too): `project-away`, `matches regex`,
`hint.strategy` and `datetime(2024-01-01)` are single tokens everywhere. Only three look one token ahead: the name of an
operator's setting (before `=`), `in` before `range`, and `bin` before `=` and a number.
"""

from __future__ import annotations

import re
from itertools import accumulate, chain
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from kqlpack.syntax import keywords
from kqlpack.values import TIMESPAN_UNITS

if TYPE_CHECKING:
    from kqlpack.syntax.tables import Tables

BAD: Final = -1
END: Final = "$END"


def _alternatives(words: frozenset[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_HYPHENATED: Final = frozenset(
    """
    assert-schema commands-and-queries granny-asc granny-desc graph-mark-components graph-match graph-shortest-paths
    graph-to-table graph-where-edges graph-where-nodes macro-expand make-graph make-series materialized-view-combine
    materialized-views mv-apply mv-expand parse-kv parse-where partitioned-by project-away project-by-names project-keep
    project-rename project-reorder project-smart sample-distinct set-or-append set-or-replace top-hitters top-nested
    """.split()
)
_DOTTED: Final = frozenset(name for name in keywords.PARAMETER_NAMES if "." in name)
_BANGED: Final = frozenset(
    word for word in keywords.STRING_OPERATORS | keywords.IN_OPERATORS | keywords.BETWEEN_OPERATORS if word[0] == "!"
)
_UNITS: Final = _alternatives(TIMESPAN_UNITS)

# White space as Kusto.Language has it: the control characters that Python counts too are none.
_SPACE: Final = " \\t\\r\\n\\f\\u00a0\\u1680\\u180e\\u2000-\\u200b\\u202f\\u205f\\u3000\\ufeff"
ESCAPE: Final = r"""\\(?:[\\"'abfnrtv0-7]|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8})"""

# `#` lines, directives to the client, may stand at the beginning of a text, between comments.
_LEADING: Final = re.compile(rf"(?:(?:[{_SPACE}]++|//[^\r\n]*+)*+\#[^\r\n]*+)+")

# White space and comments before a token; then the token: at first what most of
# them are, signs and words that nothing longer begins with, then the most particular forms, and last any character. A
# string that isn't closed on its line, or holds an escape that KQL doesn't know, is one token too, which fits nowhere.
_TOKEN: Final = re.compile(
    rf"""
    ((?:[{_SPACE}]++|//[^\r\n]*+)*+)
    (
      [|,()\[\];:+*/%}}] | [A-Za-z_$][A-Za-z0-9_]*+(?![-.(~"'`@]|\ regex)
    | [0-9A-Fa-f]{{8}}-[0-9A-Fa-f]{{4}}-[0-9A-Fa-f]{{4}}-[0-9A-Fa-f]{{4}}-[0-9A-Fa-f]{{12}}(?!\w)
    | (?:{_alternatives(frozenset(keywords.LITERAL_WORDS))})\([^()\r\n"']*(?:"[^"\r\n]*"|'[^'\r\n]*')?[^()\r\n"']*\)
    | (?:{_alternatives(_HYPHENATED)})(?![\w-])
    | (?:{_alternatives(_DOTTED)})(?!\w)
    | matches\ regex(?!\w)
    | in~
    | (?:{_alternatives(_BANGED)})(?![\w~])
    | [hH]?@"(?:[^"\r\n]|"")*" | [hH]?@'(?:[^'\r\n]|'')*'
    | [hH]?@?```[\s\S]*?``` | [hH]?@?~~~[\s\S]*?~~~
    | [hH]?"(?:[^"\\\r\n]|{ESCAPE})*+" | [hH]?'(?:[^'\\\r\n]|{ESCAPE})*+'
    | [hH]?"(?:[^"\\\r\n]|\\[^\r\n])*+"? | [hH]?'(?:[^'\\\r\n]|\\[^\r\n])*+'?
    | [A-Za-z_$][A-Za-z0-9_]*
    | 0[xX][0-9A-Fa-f]+(?!\w)
    | \d+(?:\.\d+)?(?:{_UNITS})(?!\w)
    | \d+\.\d+(?:[eE][+-]?\d+)?(?!\w) | \d+[eE][+-]?\d+(?!\w) | \d+\.(?![\w.]) | \d+(?!\w)
    | \d+\w*
    | \{{[A-Za-z_]\w*\}}
    | == | != | =~ | !~ | <> | <= | >= | => | \.\.
    | [\s\S]
    | \Z
    )
    """,
    re.VERBOSE,
)
_NUMBER_REAL: Final = re.compile(r"\d+\.\d*(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+")
_DIGITS: Final = frozenset("0123456789")
# A guid that stands by itself, which Kusto.Language knows in order to refuse it.
_RAW_GUID: Final = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_STRING: Final = re.compile(rf"""(["'])(?:(?!\1)[^\\\r\n]|{ESCAPE})*+\1""")
_QUOTES: Final = frozenset("\"'`~")
_VERBATIM: Final = frozenset(('@"', "@'", "@`", "@~", "h@", "H@"))


class Tokens(NamedTuple):
    """The tokens of a text, as parallel lists; `trailing` is the trivia after the last. A terminal BAD fits nowhere."""

    terminals: list[int]
    texts: list[str]
    starts: list[int]
    ends: list[int]
    trivia: list[str]
    trailing: str


class Lexer:
    """Cuts texts into tokens, with the terminals' numbers of some tables."""

    def __init__(self, tables: Tables) -> None:
        """Take the tables that the numbers come from."""
        ids = tables.terminal_ids
        self._ids = ids
        # The terminal of every text met so far; names are learned as they come.
        self._known: dict[str, int] = dict(tables.words)
        self._parameter_name = ids["PARAMETER_NAME"]
        self._by_range = ids["BY_RANGE"]
        self._bin_equals = ids["BIN_EQUALS"]
        self._in = ids["IN_"]
        # `bin` lexes as a name: it is one wherever it doesn't stand before `= 1h`.
        self._ahead = frozenset(keywords.PARAMETER_NAMES) | {"in", "bin"}

    def lex(self, text: str) -> Tokens:
        """Cut `text` into tokens; never fails: what is no token becomes one of terminal BAD."""
        # White space and tokens in turn; all that is done to every token is done without a loop in Python.
        leading = _LEADING.match(text)
        begin = leading.end() if leading else 0
        pieces = list(chain.from_iterable(_TOKEN.findall(text, begin)))
        # The pattern also matches the end of the text; what stands before it belongs to no token.
        trailing = ""
        while pieces and not pieces[-1]:
            trailing = pieces[-2] or trailing
            del pieces[-2:]
        if begin:
            if pieces:
                pieces[0] = text[:begin] + pieces[0]
            else:
                trailing = text[:begin] + trailing
        places = list(accumulate(map(len, pieces)))
        trivia, texts, starts, ends = pieces[::2], pieces[1::2], places[::2], places[1::2]
        terminals: list[Any] = list(map(self._known.get, texts))
        if None in terminals:
            for index, terminal in enumerate(terminals):
                if terminal is None:
                    terminals[index] = self._classify(texts[index])
        if not self._ahead.isdisjoint(texts):
            for index, token in enumerate(texts):
                if token in self._ahead:
                    self._look_ahead(index, terminals, texts)
        return Tokens(terminals, texts, starts, ends, trivia, trailing)

    def _look_ahead(self, index: int, terminals: list[int], texts: list[str]) -> None:
        token = texts[index]
        following = texts[index + 1] if index + 1 < len(texts) else ""
        if token == "in":  # noqa: S105  # a word of KQL
            if following == "range":
                terminals[index] = self._by_range
        elif token == "bin":  # noqa: S105  # a word of KQL
            if following == "=" and index + 2 < len(texts) and texts[index + 2][0] in _DIGITS:
                terminals[index] = self._bin_equals
        elif following == "=":
            terminals[index] = self._parameter_name

    def _classify(self, token: str) -> int:
        ids = self._ids
        first = token[0]
        if first.isalpha() or first in "_$@":
            return self._classify_word(token)
        if first in "\"'`~":
            return self._classify_string(token)
        if first in _DIGITS:
            return self._classify_number(token)
        if first == "{" and len(token) > 1:
            return ids["BRACED"]
        return BAD

    def _classify_word(self, token: str) -> int:
        ids = self._ids
        if token[1:2] in _QUOTES or token[:2] in _VERBATIM:
            return self._classify_string(token)
        if token[-1] == ")":
            word = token[: token.index("(")].rstrip()
            return ids[keywords.LITERAL_WORDS[word]]
        if not token.isascii() or _RAW_GUID.fullmatch(token):
            return BAD
        terminal = ids["IDENT"]
        if token in keywords.PARAMETER_NAMES:
            terminal = ids["RESERVED_WORD"] if "." in token else terminal
        if len(self._known) < 100_000:
            self._known[token] = terminal
        return terminal

    def _classify_string(self, token: str) -> int:
        text = token.lstrip("hH")
        if text[0] not in "\"'":
            return self._ids["STRING"] if len(text) > 1 else BAD
        if len(text) < 2 or text[-1] != text[0] or ("\\" in text and not _STRING.fullmatch(text)):
            return BAD
        return self._ids["STRING"]

    def _classify_number(self, token: str) -> int:
        ids = self._ids
        if _RAW_GUID.fullmatch(token):
            return BAD
        if token.isdigit() or re.fullmatch("0[xX][0-9A-Fa-f]+", token):
            return ids["LONG"]
        if _NUMBER_REAL.fullmatch(token):
            return ids["REAL"]
        if re.fullmatch(rf"\d+(?:\.\d+)?(?:{_UNITS})", token):
            return ids["TIMESPAN"]
        # `1abc`: a name that begins with digits.
        return ids["IDENT"] if token.isascii() else BAD
