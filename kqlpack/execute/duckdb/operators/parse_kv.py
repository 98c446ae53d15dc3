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
    if setting(node.properties, "regex") is not None:
        raise UnsupportedError("parse-kv with a regular expression", node.span)
    pair = setting(node.properties, "pair_delimiter")
    middle = setting(node.properties, "kv_delimiter")
    quotes = setting(node.properties, "quote") or ""
    escape = setting(node.properties, "escape") or ""
    greedy = setting(node.properties, "greedy") == "true"
    if pair is None or middle is None:
        raise UnsupportedError("parse-kv without both delimiters", node.span)
    if greedy and (quotes or escape):
        raise UnsupportedError("parse-kv with `greedy` and a quote", node.span)
    text = convert.to_string(compiler.scalar(node.expression, scope))

    def split(value: str) -> dict[str, Any]:
        return greedy_pairs(value, pair, middle) if greedy else pairs(value, pair, middle, quotes, escape)

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


def pairs(text: str, pair: str, middle: str, quotes: str, escape: str = "") -> dict[str, str]:
    """Split a text into keys and values; the first value of a key counts. A quoted part holds delimiters as text."""
    opening, closing = (quotes[0], quotes[-1]) if quotes else ("", "")
    found: dict[str, str] = {}
    position = 0
    while position < len(text):
        key, position = _part(text, position, (middle, pair), (opening, closing, escape))
        if not text.startswith(middle, position):
            position += len(pair)
            continue
        value, position = _part(text, position + len(middle), (pair,), (opening, closing, escape))
        position += len(pair)
        found.setdefault(key.strip(), value)
    return found


def _part(text: str, start: int, ends: tuple[str, ...], marks: tuple[str, str, str]) -> tuple[str, int]:
    """Return a key or a value, and where the delimiter behind it stands."""
    opening, closing, escape = marks
    if opening and text.startswith(opening, start):
        written: list[str] = []
        index = start + 1
        while index < len(text) and text[index] != closing:
            if escape and text.startswith(escape, index):
                index += len(escape)
            written.append(text[index : index + 1])
            index += 1
        if index < len(text):
            return "".join(written), _next(text, index + 1, ends)
    end = _next(text, start, ends)
    return text[start:end], end


def _next(text: str, start: int, ends: tuple[str, ...]) -> int:
    return min((at for at in (text.find(each, start) for each in ends) if at >= 0), default=len(text))


def greedy_pairs(text: str, pair: str, middle: str) -> dict[str, str]:
    """Split a text whose values may hold the pair delimiter: a value ends where the next key begins."""
    pieces = text.split(middle)
    found: dict[str, str] = {}
    key = pieces[0].rpartition(pair)[2]
    for index, piece in enumerate(pieces[1:], 1):
        value, following = (
            (piece, "") if index == len(pieces) - 1 else (piece.rpartition(pair)[0], piece.rpartition(pair)[2])
        )
        found.setdefault(key.strip(), value)
        key = following
    return found
