"""Tells what could come next in a text. In: a text of KQL and an offset. Out: `Expected`.

What stands before the offset is parsed, mended where it is broken, then the table tells which terminals fit. Which kind
of name fits is read off the tree that a name at this place would make.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from kqlpack.source import SourceFile, Span
from kqlpack.syntax import keywords, nodes
from kqlpack.syntax.driver import ACCEPTED, Stacks, drive
from kqlpack.syntax.errors import expected_terminals
from kqlpack.syntax.lexer import BAD
from kqlpack.syntax.parser import lexer
from kqlpack.syntax.recovery import Recovery
from kqlpack.syntax.repair import finish
from kqlpack.syntax.settings import SETTINGS
from kqlpack.syntax.tables import load

if TYPE_CHECKING:
    from kqlpack.syntax.lexer import Tokens
    from kqlpack.syntax.tables import Tables

NameKind = Literal["table", "column", "function", "plugin", "member", "new"]

# Classes whose words are names, or no words at all.
_NAMES: Final = frozenset(("IDENT", "EXTENDED_WORD", "SPECIAL_WORD", "RESERVED_WORD", "PARAMETER_NAME"))
# Words that the lexer tells apart by what follows them.
_LOOKED_AHEAD: Final = {"BIN_EQUALS": "bin", "BY_RANGE": "in"}
_IN_RANGE: Final = ("in", "make-series")
_BOOLS: Final = frozenset(("True", "TRUE", "False", "FALSE"))
_JOINS: Final = frozenset(("join", "lookup"))
_MARK: Final = "\0"
_NO_PARENTS: Final[tuple[nodes.Node, ...]] = ()
# A name that stands here by itself is a table (or what yields one).
_TABULAR: Final = (
    nodes.ExpressionStatement,
    nodes.LetStatement,
    nodes.UnionOperator,
    nodes.MaterializeExpression,
    nodes.ToTableExpression,
    nodes.ToScalarExpression,
    nodes.ForkBranch,
)
# These read rows, and their expressions know columns; `print` and `range` don't.
_NO_ROWS: Final = (nodes.PrintOperator, nodes.RangeOperator)


@dataclass(frozen=True, slots=True)
class Expected:
    """What could stand at a place.

    `span` is the word that is being written there, empty between words. `keywords` and `signs` fit as they are; `names`
    are the kinds of names that fit ("new": one that is given here); `settings` are names of the operator's settings,
    each to be followed by `=`; `values` are those of the setting that stands before (`<column>`: a kind of value).
    """

    span: Span
    keywords: frozenset[str] = frozenset()
    signs: frozenset[str] = frozenset()
    names: frozenset[NameKind] = frozenset()
    settings: tuple[str, ...] = ()
    values: tuple[str, ...] = ()


def expected_at(text: str, offset: int) -> Expected:
    """Return what could stand at `offset` of `text`, whatever follows it; never raises for what a text holds.

    Within a string or a comment nothing is expected. Raises ValueError for an offset outside the text.
    """
    if not 0 <= offset <= len(text):
        raise ValueError(f"offset {offset} lies outside the text, which has {len(text)} characters")
    tables = load()
    tokens = lexer().lex(text[:offset])
    if _in_comment(tokens) or _in_string(tokens):
        return Expected(Span(offset, offset))
    start = _take_last_word(tokens, offset)
    _keep_last_statement(tokens)
    operator = _operator(tokens)
    last = tokens.texts[-1] if tokens.texts else ""
    is_setting = last in keywords.PARAMETER_NAMES or last in SETTINGS.get(operator, ())
    more = ["="] if is_setting else ["range"] if (last, operator) == _IN_RANGE else []
    stacks = _parse(text[:offset], tables, tokens)
    terminals = expected_terminals(tables, stacks.states)
    fitting = terminals - _NAMES
    words = [word for word, terminal in tables.words.items() if tables.terminals[terminal] in fitting]
    words += [word for terminal, word in _LOOKED_AHEAD.items() if terminal in terminals]
    if "DATETIME_LITERAL" in terminals:
        words += keywords.LITERAL_WORDS
    settings = tuple(SETTINGS.get(operator, ())) if "PARAMETER_NAME" in terminals else ()
    value_of = tokens.texts[-2] if tokens.texts[-1:] == ["="] and len(tokens.texts) > 1 else ""
    values = SETTINGS.get(operator, {}).get(value_of, ()) if "RESERVED_WORD" in terminals else ()
    words += more
    names: frozenset[NameKind] = frozenset()
    if not values and ("IDENT" in terminals or "EXTENDED_WORD" in terminals):
        names = _kinds(tables, tokens, stacks, start)
    if operator in _JOINS and "column" in names:
        words += ("$left", "$right")
    return Expected(
        Span(start, offset),
        frozenset(word for word in words if _is_word(word) and word not in _BOOLS),
        frozenset(word for word in words if not _is_word(word) and word[0] != "_"),
        names,
        settings,
        values,
    )


def _is_word(word: str) -> bool:
    return word.lstrip("!$")[:1].isalpha()


def _in_comment(tokens: Tokens) -> bool:
    return "//" in tokens.trailing.rpartition("\n")[2]


def _in_string(tokens: Tokens) -> bool:
    """Tell whether the text ends within a string: one that isn't closed is a token that fits nowhere."""
    return bool(tokens.texts) and tokens.terminals[-1] == BAD and tokens.texts[-1].lstrip("hH")[:1] in {'"', "'"}


def _take_last_word(tokens: Tokens, offset: int) -> int:
    """Take away the word that is being written at the end; return where it begins."""
    start = offset
    while tokens.texts and tokens.ends[-1] == start:
        word = tokens.texts[-1]
        is_word = word[0].isalpha() or word[0] in "_$"
        # `project-aw`: only when it is whole is it one token.
        joins = word == "-" and len(tokens.texts) > 2 and tokens.texts[-3:-2] == ["|"] and tokens.ends[-2] == start - 1
        if not joins and not (is_word and word[-1] not in "\"')"):
            break
        start = tokens.starts[-1]
        for part in (tokens.terminals, tokens.texts, tokens.starts, tokens.ends, tokens.trivia):
            part.pop()
    return start


def _keep_last_statement(tokens: Tokens) -> None:
    """Take away the statements before the last: what fits in one doesn't hang on them."""
    depth, begin = 0, 0
    for index, text in enumerate(tokens.texts):
        if text in {"(", "[", "{"}:
            depth += 1
        elif text in {")", "]", "}"}:
            depth -= 1
        elif text == ";" and depth <= 0:
            depth, begin = 0, index + 1
    for part in (tokens.terminals, tokens.texts, tokens.starts, tokens.ends, tokens.trivia):
        del part[:begin]


def _parse(text: str, tables: Tables, tokens: Tokens) -> Stacks:
    stacks = Stacks.new(tables)
    index, fault = drive(tables, tokens, stacks, 0, len(tokens.texts))
    if index == len(tokens.texts) and fault is None:
        return stacks
    return Recovery(SourceFile("<text>", text), tables, lexer(), tokens, is_prefix=True).run(stacks, index, fault)


def _operator(tokens: Tokens) -> str:
    """Return the operator that the last token belongs to: the nearest before it on the same level."""
    depth = 0
    for text in reversed(tokens.texts):
        if text in {")", "]", "}"}:
            depth += 1
        elif text in {"(", "[", "{"}:
            # `with (` and its like belong to the operator before them.
            depth -= depth > 0
        elif not depth and text in SETTINGS:
            return text
        elif not depth and text == "|":
            return ""
    return ""


def _kinds(tables: Tables, tokens: Tokens, stacks: Stacks, start: int) -> frozenset[NameKind]:
    """Put a name in, finish the query after it, and look where in the tree it ended up."""
    _add(tokens, tables.terminal_ids["IDENT"], _MARK, start)
    begin = len(tokens.texts) - 1
    index, fault = drive(tables, tokens, stacks, begin, begin + 1)
    if index != begin + 1 or fault is not None:
        # A name that is given here, by a word that can be one there only.
        return frozenset({"new"})
    inserted: list[int] = []
    for _ in finish(tables, stacks.states, inserted):
        pass
    for terminal in inserted:
        _add(tokens, terminal, tables.sample_of(terminal), start)
    index, _ = drive(tables, tokens, stacks, begin + 1)
    path = _path(stacks.values[-1]) if index == ACCEPTED else _NO_PARENTS
    return _kinds_of(path) if path else frozenset(("table", "column", "function"))


def _add(tokens: Tokens, terminal: int, text: str, at: int) -> None:
    tokens.terminals.append(terminal)
    tokens.texts.append(text)
    tokens.trivia.append("")
    tokens.starts.append(at)
    tokens.ends.append(at)


def _path(root: nodes.Node) -> tuple[nodes.Node, ...]:
    """Return the mark's node and what it lies in, from the inside out; the mark is among the last leaves."""
    stack: list[tuple[nodes.Node, tuple[nodes.Node, ...]]] = [(root, ())]
    while stack:
        node, parents = stack.pop()
        if getattr(node, "name", None) == _MARK:
            return (node, *parents)
        stack.extend((child, (node, *parents)) for child in nodes.children(node))
    return ()


def _kinds_of(path: tuple[nodes.Node, ...]) -> frozenset[NameKind]:
    node, *parents = path
    certain = _certain_kinds(node, parents)
    if certain is not None:
        return certain
    inner, outer = node, parents[0]
    for outer in parents:  # where it stops is the answer
        if not isinstance(outer, nodes.ParenthesizedExpression) and not (
            isinstance(outer, nodes.PipeExpression) and outer.expression is inner
        ):
            break
        inner = outer
    if isinstance(outer, _TABULAR) or _is_right_side(outer, inner) or _is_searched(outer, inner):
        return frozenset(("table", "function"))
    has_rows = any(isinstance(one, nodes.TabularOperator) and not isinstance(one, _NO_ROWS) for one in parents)
    kinds: set[NameKind] = {"function"}
    if has_rows:
        kinds.add("column")
    if isinstance(outer, nodes.InExpression) and outer.left is not inner:
        kinds.add("table")
    return frozenset(kinds)


def _certain_kinds(node: nodes.Node, parents: list[nodes.Node]) -> frozenset[NameKind] | None:
    """Return the kinds where what directly holds the name decides."""
    parent, beyond = parents[0], parents[1] if len(parents) > 1 else None
    if isinstance(node, nodes.NameDeclaration):
        return frozenset({"new"})
    if isinstance(parent, nodes.RenderOperator):
        # A chart is a word.
        return frozenset()
    if isinstance(beyond, nodes.RenderOperator):
        # `ycolumns=a, b`.
        return frozenset({"column"})
    if isinstance(parent, nodes.PathExpression) and parent.selector is node:
        is_database = isinstance(parent.expression, nodes.FunctionCall)
        return frozenset(("table", "function")) if is_database else frozenset({"member"})
    if isinstance(parent, nodes.FunctionCall) and parent.name is node:
        return frozenset({"plugin"}) if isinstance(beyond, nodes.EvaluateOperator) else frozenset({"function"})
    return None


def _is_right_side(outer: nodes.Node, inner: nodes.Node) -> bool:
    return isinstance(outer, (nodes.JoinOperator, nodes.LookupOperator)) and outer.right is inner


def _is_searched(outer: nodes.Node, inner: nodes.Node) -> bool:
    return isinstance(outer, (nodes.FindOperator, nodes.SearchOperator)) and inner in outer.tables
