"""The parameters of a saved function. In: `functionParameters`, which is KQL. Out: what a pack writes, or a reason."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from kqlpack.catalog.types import scalar_type
from kqlpack.pack import ValueType
from kqlpack.pack.reading import parse_text, to_value
from kqlpack.pack.value import Kind
from kqlpack.source import SourceFile
from kqlpack.syntax import parse
from kqlpack.syntax.nodes import (
    DynamicLiteral,
    FunctionDeclaration,
    JsonArray,
    JsonObject,
    LetStatement,
    Literal,
    NullLiteral,
    StringLiteral,
    TypeReference,
    UnaryExpression,
)

if TYPE_CHECKING:
    from kqlpack.syntax.nodes import FunctionParameter, Node

_TYPED = re.compile(r"\s*\w+\s*\((.*)\)\s*", re.DOTALL)


class _UnheldError(Exception):
    """A default that a pack can't hold."""


def declared(text: str) -> tuple[list[dict[str, Any]], str]:
    """Return the parameters as a pack declares them; or none, and why not."""
    inner = text.strip()
    if not inner:
        return [], ""
    if inner.startswith("(") and inner.endswith(")"):
        inner = inner[1:-1]
    parsed = parse(SourceFile("", f"let f = ({inner}) {{ T }};\nf"))
    statements = parsed.root.statements if parsed.ok else ()
    function = statements[0].expression if statements and isinstance(statements[0], LetStatement) else None
    if not isinstance(function, FunctionDeclaration) or len(statements) != 2:
        return [], f"its parameters `{' '.join(text.split())}` are no KQL"
    found = []
    for parameter in function.parameters:
        name = parameter.name.name
        type = str(scalar_type(parameter.type.name)) if isinstance(parameter.type, TypeReference) else "unknown"
        if type == "unknown":
            return [], f"its parameter `{name}` takes a table, and a pack's function takes single values"
        if not re.fullmatch(r"[A-Za-z_]\w*", name, re.ASCII):
            return [], f"its parameter `{name}` has a name that a pack's function can't have"
        one: dict[str, Any] = {"name": name, "type": type}
        try:
            if parameter.default is not None:
                one["default"] = _default(parameter, type)
        except (_UnheldError, ValueError):  # of which those that values and quoting raise are kinds
            return [], f"the default of its parameter `{name}` is nothing that a pack can hold"
        found.append(one)
    return found, ""


def _default(parameter: FunctionParameter, type: str) -> object:
    node = parameter.default
    if isinstance(node, DynamicLiteral):
        return _json(node.value)
    if isinstance(node, StringLiteral):
        if type != "string":
            raise _UnheldError
        to_value(node.value, ValueType(Kind.STRING))
        return node.value
    sign = ""
    if isinstance(node, UnaryExpression):
        sign, node = node.operator.removeprefix("+"), node.operand
    if not isinstance(node, Literal) or type == "string":
        raise _UnheldError
    match = _TYPED.fullmatch(node.text)
    text = sign + (match[1] if match else node.text).strip()
    if text == "null":
        return None
    value = parse_text(text, ValueType(Kind(type)))
    is_plain = isinstance(value.value, (bool, int)) or (isinstance(value.value, float) and math.isfinite(value.value))
    return value.value if is_plain else str(value)


def _json(node: Node) -> object:
    if isinstance(node, NullLiteral):
        return None
    if isinstance(node, StringLiteral):
        return node.value
    if isinstance(node, JsonArray):
        return [_json(item) for item in node.items]
    if isinstance(node, JsonObject):
        return {pair.name.value: _json(pair.value) for pair in node.pairs}
    if isinstance(node, Literal) and node.kind in {"bool", "int", "long", "real"}:
        kind = Kind.LONG if node.kind == "int" else Kind(node.kind)
        return parse_text(node.text, ValueType(kind)).value
    raise _UnheldError
