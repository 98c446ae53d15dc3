"""How KQL names the column of an expression that has no name. In: an expression. Out: the name, or "" for `Column1`.

Source: the names that the documentation's examples show, and Kusto.Language's result-name kinds for functions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.catalog.model import FunctionKind
from kqlpack.syntax.nodes import (
    BinaryExpression,
    ElementExpression,
    FunctionCall,
    Literal,
    NamedExpression,
    NameReference,
    OrderedExpression,
    PathExpression,
    StringLiteral,
    UnaryExpression,
)

_NAMELESS = (Literal, StringLiteral, UnaryExpression, BinaryExpression)

if TYPE_CHECKING:
    from kqlpack.catalog import Catalog
    from kqlpack.syntax.nodes import Node


def result_name(catalog: Catalog, node: Node) -> str:
    """Return the automatic name: `x`, `d_a` for `d.a`, `sum_x` for `sum(x)`, `count_`; "" where there is none."""
    prefix = ""
    members: list[str] = []
    while True:
        match node:
            case OrderedExpression():
                node = node.expression
            case PathExpression():
                members.append(_member_name(node.selector))
                node = node.expression
            case ElementExpression():
                members.append(_index_name(node.index))
                node = node.expression
            case FunctionCall():
                found, inner = _call_name(catalog, node)
                if found is None:
                    return _joined(prefix, "", members)
                prefix += found
                if inner is None:
                    return _joined(prefix, "", members)
                node = inner
            case NameReference():
                return _joined(prefix, "" if node.name in {"$left", "$right"} else node.name, members)
            case NamedExpression():
                return _joined(prefix, node.name.name, members)
            case _:
                return _joined(prefix, "", members)


def _joined(prefix: str, base: str, members: list[str]) -> str:
    return prefix + "_".join((base, *reversed(members)) if base else reversed(members))


def _member_name(selector: Node) -> str:
    return selector.name if isinstance(selector, NameReference) else ""


def _index_name(index: Node) -> str:
    if isinstance(index, StringLiteral):
        return index.value
    if isinstance(index, Literal):
        return index.text
    if isinstance(index, UnaryExpression) and isinstance(index.operand, Literal):
        return f"{index.operator}{index.operand.text}"
    return ""


def _call_name(catalog: Catalog, call: FunctionCall) -> tuple[str | None, Node | None]:
    """Return the prefix that a call gives and the argument that the name goes on with; (None, None): no name."""
    name = call.name.name
    function = catalog.aggregate(name) or catalog.function(name)
    if function is None:
        return None, None
    first = call.arguments[0] if call.arguments else None
    if function.kind is not FunctionKind.AGGREGATE and isinstance(first, _NAMELESS):
        # `strlen("x")` has no name, whereas `count()` is `count_`.
        return None, None
    match function.result_name_kind:
        case "PrefixAndFirstArgument":
            return f"{function.result_name}_", first
        case "NameAndFirstArgument":
            return f"{name}_", first
        case "FirstArgument":
            return "", first
        case "OnlyArgument":
            return ("", first) if len(call.arguments) == 1 else (None, None)
        case "FirstArgumentValueIfColumn":
            # column_ifexists("a", b): the string is the name.
            return (first.value, None) if isinstance(first, StringLiteral) else (None, None)
        case "PrefixOnly":
            return function.result_name, None
        case _:
            return None, None
