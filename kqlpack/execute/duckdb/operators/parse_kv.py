"""`parse-kv`: columns out of text that holds keys and values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from kqlpack.catalog.types import ScalarType, scalar_type
from kqlpack.errors import UnsupportedError
from kqlpack.execute.duckdb import convert
from kqlpack.execute.duckdb.operators.columns import Outputs
from kqlpack.execute.duckdb.operators.parameters import setting
from kqlpack.execute.duckdb.sql import make, string

if TYPE_CHECKING:
    from kqlpack.execute.duckdb.compile import Compiler
    from kqlpack.execute.duckdb.scope import Scope
    from kqlpack.execute.duckdb.sql import Relation
    from kqlpack.syntax.nodes import ParseKvOperator

_KNOWN: Final = frozenset({"pair_delimiter", "kv_delimiter", "quote", "escape", "greedy", "regex"})


def compile_parse_kv(compiler: Compiler, relation: Relation, node: ParseKvOperator, scope: Scope) -> Relation:
    """Compile `parse-kv`."""
    for each in node.properties:
        if each.name.name not in _KNOWN:
            raise UnsupportedError(f"the property `{each.name.name}`", each.span)
    if setting(node.properties, "regex", "escape") is not None or setting(node.properties, "greedy") == "true":
        raise UnsupportedError("parse-kv with a regular expression, an escape character or `greedy`", node.span)
    pair = setting(node.properties, "pair_delimiter")
    middle = setting(node.properties, "kv_delimiter")
    quotes = setting(node.properties, "quote") or ""
    if pair is None or middle is None:
        raise UnsupportedError("parse-kv without both delimiters", node.span)
    text = convert.to_string(compiler.scalar(node.expression, scope))

    def split(value: str) -> dict[str, Any]:
        return pairs(value, pair, middle, quotes)

    bag = compiler.python(split, [text], ScalarType.DYNAMIC, scope, node.span)
    outputs = Outputs(compiler.columns(relation))
    for column in node.schema.columns:
        type_ = scalar_type(column.type.name) if column.type is not None else ScalarType.STRING
        found = make(
            f"kql_at({bag}, '/' || " + _quoted(column.name.name) + ")", ScalarType.DYNAMIC, [bag], nullable=True
        )
        outputs.put(column.name.name, convert.from_dynamic(found, type_, compiler, scope, column.span))
    return compiler.project(relation, outputs.listed())


def _quoted(key: str) -> str:
    return string(key.replace("~", "~0").replace("/", "~1"))


def pairs(text: str, pair: str, middle: str, quotes: str) -> dict[str, str]:
    """Split a text into keys and values; the first value of a key counts. A quoted part holds delimiters as text."""
    opening, closing = (quotes[0], quotes[-1]) if quotes else ("", "")
    found: dict[str, str] = {}
    position = 0
    while position < len(text):
        key, position = _part(text, position, (middle, pair), opening, closing)
        if not text.startswith(middle, position):
            position += len(pair)
            continue
        value, position = _part(text, position + len(middle), (pair,), opening, closing)
        position += len(pair)
        found.setdefault(key.strip(), value)
    return found


def _part(text: str, start: int, ends: tuple[str, ...], opening: str, closing: str) -> tuple[str, int]:
    if opening and text.startswith(opening, start):
        end = text.find(closing, start + 1)
        if end >= 0:
            behind = min((at for at in (text.find(each, end + 1) for each in ends) if at >= 0), default=len(text))
            return text[start + 1 : end], behind
    end = min((at for at in (text.find(each, start) for each in ends) if at >= 0), default=len(text))
    return text[start:end], end
