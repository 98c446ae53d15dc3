"""What rules ask about the two sides of a comparison. In: nodes. Out: answers, texts, notes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kqlpack.catalog import ScalarType
from kqlpack.semantics import points
from kqlpack.semantics.bound import SymbolKind
from kqlpack.syntax.nodes import (
    DynamicLiteral,
    FunctionCall,
    JsonArray,
    Literal,
    NameReference,
    StringLiteral,
    UnaryExpression,
    unparenthesized,
)

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

    from kqlpack.catalog import Table
    from kqlpack.diagnostics import Annotation
    from kqlpack.lint.context import KqlContext
    from kqlpack.semantics.bound import Symbol
    from kqlpack.syntax.nodes import Node

_NUMBER_KINDS = frozenset({"int", "long", "real", "decimal"})
_PLAIN_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)")
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_LONGEST_SHOWN = 40
# A `let` may name another one; nobody goes this far.


def constant(node: Node, context: KqlContext) -> Node:
    """Return what a name stands for that a `let` gives to a value; any other expression as it is."""
    return points.constant(node, context.bound)


def is_literal(node: Node) -> bool:
    """Tell whether an expression is a literal, a signed one included."""
    node = unparenthesized(node)
    return isinstance(node, Literal | StringLiteral | DynamicLiteral) or is_number(node)


def is_number(node: Node) -> bool:
    """Tell whether an expression is a number literal, a signed one included."""
    node = unparenthesized(node)
    if isinstance(node, UnaryExpression):
        node = unparenthesized(node.operand)
    return isinstance(node, Literal) and node.kind in _NUMBER_KINDS and "null" not in node.text


def is_number_in_quotes(node: Node) -> bool:
    """Tell whether an expression is a string literal that holds a number."""
    node = unparenthesized(node)
    return isinstance(node, StringLiteral) and _NUMBER.fullmatch(node.value) is not None


def quoted(number: Node, context: KqlContext) -> str:
    """Return a plain whole number as a string literal; empty for any other."""
    text = context.text(number)
    return f'"{text}"' if _PLAIN_INTEGER.fullmatch(text) and text != "-0" else ""


def unquoted(string: Node, kind: ScalarType) -> str:
    """Return a string literal that holds a plain whole number of this type as that number; empty for any other."""
    if not isinstance(string, StringLiteral) or not _PLAIN_INTEGER.fullmatch(string.value) or string.value == "-0":
        return ""
    bits = 31 if kind is ScalarType.INT else 63
    return string.value if -(2**bits) <= int(string.value) < 2**bits else ""


def described(value: Node, context: KqlContext) -> str:
    """Return how a message speaks of an expression: by its text, if that is short enough to read."""
    text = " ".join(context.text(unparenthesized(value)).split())
    return f"`{text}`" if len(text) <= _LONGEST_SHOWN and "`" not in text else "this expression"


def example(value: Node, context: KqlContext) -> str:
    """Return a comparison with text, to show what one looks like."""
    text = described(value, context).strip("`")
    return f'{text} == "0"' if text != "this expression" else '... == "0"'


def explained(value: Node, context: KqlContext) -> list[Annotation]:
    """Return a note on the expression that says why it has its type, where more than its own text can say it."""
    kind = context.bound.type_of(value)
    table = _table_of(unparenthesized(value), context)
    what = described(value, context)
    where = f" in `{table.name}`" if table else ""
    return [context.note(value.span, f"{what} is `{kind.value}`{where}")]


def _table_of(value: Node, context: KqlContext) -> Table | None:
    symbol = context.bound.symbol_of(value) if isinstance(value, NameReference) else None
    return symbol.table if symbol and symbol.kind is SymbolKind.COLUMN else None


def may_be_guid(symbol: Symbol, context: KqlContext) -> bool:
    """Tell whether a column that the catalogue lists as a string may be a guid in the service."""
    if symbol.table is None or symbol.name.lower().endswith(("id", "guid", "_g")):
        return True
    facts = context.bound.catalog.column_facts(symbol.table.name, symbol.name)
    return facts is not None and facts.case == "guid"


def calls(node: Node, context: KqlContext, names: Container[str]) -> bool:
    """Tell whether an expression is a call of one of these built-in functions, and not of the query's own."""
    if not isinstance(node, FunctionCall) or node.name.name not in names:
        return False
    symbol = context.bound.symbol_of(node.name)
    return symbol is not None and symbol.function is not None


def names_place(node: Node, context: KqlContext, names: Container[str]) -> bool:
    """Tell whether an expression is a call of `workspace()` or its like, and not of the query's own function."""
    if not isinstance(node, FunctionCall) or node.name.name not in names:
        return False
    symbol = context.bound.symbol_of(node.name)
    return symbol is None or symbol.declaration is None


def is_written(literal: StringLiteral, context: KqlContext) -> bool:
    """Tell whether a string stands in the query as it was written, and did not come from a parameter's value."""
    return context.query is None or context.text(literal).strip("\"'@hH`~") in context.query.text


def string(node: Node, context: KqlContext) -> StringLiteral | None:
    """Return the string literal that an expression is, or that a `let` gives it; None for any other."""
    found = constant(node, context)
    return found if isinstance(found, StringLiteral) else None


def strings(nodes: Iterable[Node], context: KqlContext) -> Iterator[StringLiteral]:
    """Yield the string literals in a list of expressions, those in `dynamic([...])` included."""
    for node in nodes:
        found = constant(node, context)
        if isinstance(found, StringLiteral):
            yield found
        elif isinstance(found, DynamicLiteral) and isinstance(found.value, JsonArray):
            yield from (item for item in found.value.items if isinstance(item, StringLiteral))


def inner_text(literal: Literal) -> str:
    """Return what stands between the brackets of `datetime(...)`, without quotes; all of any other literal."""
    text = literal.text
    if not text.endswith(")"):
        return text
    inner = text[text.index("(") + 1 : -1].strip()
    if len(inner) > 1 and inner[0] in "\"'" and inner[-1] == inner[0]:
        inner = inner[1:-1].strip()
    return inner


def shown(text: str) -> str:
    """Return how a message quotes text of the query."""
    text = " ".join(text.split())
    return f"`{text}`" if text and len(text) <= _LONGEST_SHOWN and "`" not in text else "this text"
