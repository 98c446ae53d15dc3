"""`parse` and `parse-where`: columns out of a string, by a pattern that becomes a regular expression.

Source: the documentation's page on parse: `*` and a string column take as little as the pattern allows, the last column
what is left; in the kind regex they take as much as they can (its flag U turns that round). In the kinds simple and
regex all columns are empty where one can't be converted, in relaxed only that one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kqlpack.catalog.types import ScalarType, scalar_type
from kqlpack.errors import ExecutionError, UnsupportedError
from kqlpack.execute.duckdb import convert
from kqlpack.execute.duckdb.comparisons import count_groups, re2_escape
from kqlpack.execute.duckdb.operators.columns import Outputs
from kqlpack.execute.duckdb.operators.parameters import check, setting
from kqlpack.execute.duckdb.sql import Relation, Sql, make, string
from kqlpack.execute.duckdb.types import literal
from kqlpack.syntax.nodes import NameAndType, ParseWhereOperator, Star, StringLiteral

if TYPE_CHECKING:
    from kqlpack.execute.duckdb.compile import Compiler
    from kqlpack.execute.duckdb.scope import Scope
    from kqlpack.syntax.nodes import ParseOperator

_T = ScalarType
# What a column of a type takes where nothing literal follows it.
_SHAPES: Final = {
    _T.INT: r"[+-]?\d+",
    _T.LONG: r"[+-]?\d+",
    _T.REAL: r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?",
    _T.DECIMAL: r"[+-]?\d+(?:\.\d+)?",
    _T.BOOL: r"(?i:true|false)",
    _T.GUID: r"[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}",
}


def compile_parse(compiler: Compiler, relation: Relation, node: ParseOperator, scope: Scope) -> Relation:
    """Compile both."""
    check(node.parameters, "kind", "flags")
    kind = setting(node.parameters, "kind") or "simple"
    if kind not in {"simple", "regex", "relaxed"}:
        raise UnsupportedError(f"the kind `{kind}` of parse", node.span)
    text = convert.to_string(compiler.scalar(node.expression, scope))
    pattern, names = _pattern(node, kind, setting(node.parameters, "flags") or "")
    if not names:
        raise ExecutionError("the pattern of parse names no column", node.span)
    keys = ", ".join(string(f"c{index}") for index in range(1, names[-1][2] + 1))
    found = compiler.select(
        relation.cte,
        relation.cte,
        [
            *((relation.at(field.alias), field.alias) for field in relation.fields),
            (f"regexp_matches({text}, {string(pattern)})", "#matches"),
            (f"regexp_extract({text}, {string(pattern)}, [{keys}])", "#found"),
        ],
        relation.fields,
        order=relation.order,
        partition=relation.partition,
    )
    matches = found.at("#matches")
    outputs = Outputs(compiler.columns(found))
    inside = scope.with_row(found)
    values: list[tuple[str, Sql]] = []
    for name, type_, group in names:
        captured = Sql(f"{found.at('#found')}.c{group}", _T.STRING, nullable=False, row=True)
        values.append((name, _converted(compiler, captured, type_, inside, node)))
    good = [matches]
    if kind != "relaxed":
        good += [f"{value} IS NOT NULL" for _, value in values if value.nullable]
    condition = " AND ".join(good)
    for name, value in values:
        before = relation.field(name)
        if before is not None and before.type is not value.type:
            raise UnsupportedError(f"parse into `{name}`, a column of another type", node.span)
        missing = literal(None, value.type)
        outputs.put(name, make(f"CASE WHEN {condition} THEN {value} ELSE {missing} END", value.type, [value]))
    keep = f"WHERE {condition}" if isinstance(node, ParseWhereOperator) else ""
    return compiler.project(found, outputs.listed(), keep)


def _converted(compiler: Compiler, captured: Sql, type_: ScalarType, scope: Scope, node: ParseOperator) -> Sql:
    if type_ is _T.STRING:
        return captured
    if type_ is _T.DYNAMIC:
        return make(f"kql_parse_json({captured})", type_, [captured], nullable=True)
    return convert.convert(captured, type_, compiler, scope, node.span)


def _pattern(node: ParseOperator, kind: str, flags: str) -> tuple[str, list[tuple[str, ScalarType, int]]]:
    if set(flags) - set("imsU"):
        raise UnsupportedError(f"the flags `{flags}` of parse", node.span)
    names: list[tuple[str, ScalarType, int]] = []
    groups = 0
    parts: list[str] = []
    for index, part in enumerate(node.pattern):
        following = node.pattern[index + 1] if index + 1 < len(node.pattern) else None
        match part:
            case Star():
                parts.append(".*" if following is None or kind == "regex" else ".*?")
            case StringLiteral():
                if kind == "regex":
                    groups += count_groups(part.value)
                parts.append(f"(?:{part.value})" if kind == "regex" else re2_escape(part.value))
            case NameAndType():
                type_ = scalar_type(part.type.name) if part.type is not None else _T.STRING
                groups += 1
                names.append((part.name.name, type_, groups))
                parts.append(_capture(part, type_, following, kind))
            case _:
                raise UnsupportedError("this part of a pattern", part.span)
    if kind != "regex":
        # A pattern of plain text covers the text from its start to its end.
        return f"(?s)^{''.join(parts)}", names
    return (f"(?{flags})" if flags else "") + f"^{''.join(parts)}", names


def _capture(part: NameAndType, type_: ScalarType, following: object, kind: str) -> str:
    if type_ in _SHAPES and kind == "regex":
        return rf"\s*({_SHAPES[type_]})"
    if kind == "regex":
        return "(.*)"
    if isinstance(following, StringLiteral):
        return "(.*?)"
    if following is None:
        return "(.*)"
    if type_ in _SHAPES:
        return rf"\s*({_SHAPES[type_]})"
    if type_ is _T.STRING and isinstance(following, Star):
        return "(.*?)"
    raise UnsupportedError("a column of parse that no text sets apart from what follows", part.span)
