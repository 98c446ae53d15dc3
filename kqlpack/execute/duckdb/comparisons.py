"""Comparisons, logic, and the operators on strings. In: operands. Out: `Sql` of type bool.

Sources: the documentation's pages "Null values" (null == null is null, null != x is true), "String operators" (terms),
"in operator", "between operator".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from kqlpack.catalog.types import ScalarType
from kqlpack.errors import ExecutionError, UnsupportedError
from kqlpack.execute.duckdb import arithmetic, convert
from kqlpack.execute.duckdb.macros import NO_WORD
from kqlpack.execute.duckdb.sql import Sql, make, string
from kqlpack.execute.duckdb.types import dump, literal
from kqlpack.syntax.nodes import BinaryExpression, Node, Star

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kqlpack.execute.duckdb.compile import Compiler
    from kqlpack.execute.duckdb.scope import Scope
    from kqlpack.source import Span
    from kqlpack.syntax.nodes import BetweenExpression, InExpression

_T = ScalarType
_NUMBERS: Final = frozenset({_T.INT, _T.LONG, _T.REAL, _T.DECIMAL})
_ORDER: Final = frozenset({"<", "<=", ">", ">="})
_EQUAL: Final = {"==": False, "!=": True, "<>": True}


def binary(compiler: Compiler, node: BinaryExpression, scope: Scope) -> Sql:
    """Compile any expression of two operands."""
    if node.operator in {"and", "or"}:
        return _logic(compiler, node, scope)
    if isinstance(node.left, Star):
        raise UnsupportedError("`*` as an operand", node.left.span)
    if node.operator in arithmetic.OPERATORS:
        return _chain(compiler, node, scope)
    left, right = compiler.scalar(node.left, scope), compiler.scalar(node.right, scope)
    if node.operator in _EQUAL or node.operator in _ORDER:
        return compare(compiler, node.operator, left, right, scope, node.span)
    return string_operator(node.operator, left, right, node.operator_span)


def _chain(compiler: Compiler, node: BinaryExpression, scope: Scope) -> Sql:
    # a + b + c + ... is deep on the left: down in a loop, not in calls.
    chain: list[BinaryExpression] = [node]
    while (
        isinstance(chain[-1].left, BinaryExpression)
        and chain[-1].left.operator in arithmetic.OPERATORS
        and chain[-1].left not in scope.computed
    ):
        chain.append(chain[-1].left)
    left = compiler.scalar(chain[-1].left, scope)
    for each in reversed(chain):
        left = arithmetic.compile_arithmetic(compiler, each, left, compiler.scalar(each.right, scope), scope)
    return left


def _logic(compiler: Compiler, node: BinaryExpression, scope: Scope) -> Sql:
    operands: list[Node] = [node.right]
    left = node.left
    while isinstance(left, BinaryExpression) and left.operator == node.operator:
        operands.append(left.right)
        left = left.left
    operands.append(left)
    values = [boolean(compiler, operand, scope) for operand in reversed(operands)]
    return make("(" + f" {node.operator.upper()} ".join(value.text for value in values) + ")", _T.BOOL, values)


def boolean(compiler: Compiler, node: Node, scope: Scope) -> Sql:
    """Compile a predicate; a number or a dynamic counts as its bool."""
    value = compiler.scalar(node, scope)
    if value.type in _NUMBERS or value.type is _T.DYNAMIC:
        return convert.convert(value, _T.BOOL, compiler, scope, node.span)
    if value.type is not _T.BOOL:
        raise ExecutionError(f"a bool is wanted here, not a {value.type}", node.span)
    return value


# ---- == != < <= > >= -------------------------------------------------------------------------------------------------


def alike(
    compiler: Compiler, left: Sql, right: Sql, scope: Scope, span: Span, *, what: str = "a comparison"
) -> tuple[Sql, Sql]:
    """Bring two operands to one type, as KQL does by itself; refuse where it is not plain what that would be."""
    if left.type is right.type:
        if left.type is _T.DYNAMIC:
            raise UnsupportedError(f"{what} of two dynamics", span, "convert both, as with tostring()")
        return left, right
    if left.type is _T.DYNAMIC:
        return from_dynamic_strictly(compiler, left, right.type, scope, span), right
    if right.type is _T.DYNAMIC:
        return left, from_dynamic_strictly(compiler, right, left.type, scope, span)
    if left.type in _NUMBERS and right.type in _NUMBERS:
        return left, right
    for first, second, swap in ((left, right, False), (right, left, True)):
        convertible = (
            (first.type is _T.STRING and second.type is _T.GUID)
            or (first.type is _T.STRING and not first.row and second.type in {_T.DATETIME, _T.TIMESPAN})
            or (first.type is _T.BOOL and second.type in _NUMBERS)
        )
        if convertible:
            converted = convert.convert(first, second.type, compiler, scope, span)
            return (second, converted) if swap else (converted, second)
    raise UnsupportedError(f"{what} of {left.type} and {right.type}", span)


def from_dynamic_strictly(compiler: Compiler, value: Sql, target: ScalarType, scope: Scope, span: Span) -> Sql:
    """Take a dynamic's value for a comparison: a text is never equal to a number."""
    if target in {_T.INT, _T.LONG, _T.REAL}:
        # As a real: 1.5 is not 1.
        text = (
            f"CASE WHEN json_type({value}) IN ('BIGINT', 'UBIGINT', 'DOUBLE') THEN CAST({value} AS DOUBLE)"
            f" WHEN json_type({value}) = 'VARCHAR' THEN kql_real({value} ->> '$') END"
        )
        if target is _T.REAL:
            return make(text, _T.REAL, [value], nullable=True)
        whole = (
            f"CASE WHEN json_type({value}) IN ('BIGINT', 'UBIGINT') THEN CAST({value} AS DECIMAL(38,18))"
            f" WHEN json_type({value}) = 'DOUBLE' THEN TRY_CAST(CAST({value} AS DOUBLE) AS DECIMAL(38,18))"
            f" WHEN json_type({value}) = 'VARCHAR' THEN CAST(kql_long({value} ->> '$') AS DECIMAL(38,18)) END"
        )
        return make(whole, _T.DECIMAL, [value], nullable=True)
    return convert.from_dynamic(value, target, compiler, scope, span)


def compare(compiler: Compiler, operator: str, left: Sql, right: Sql, scope: Scope, span: Span) -> Sql:
    """Compile `left operator right` for `== != <> < <= > >=`."""
    if operator in _EQUAL and {left.type is _T.STRING, right.type is _T.STRING} == {True, False}:
        mixed = _text_and_number(left, right) or _text_and_bool(compiler, left, right, span)
        if mixed is not None:
            return make(f"(NOT ({mixed}))" if _EQUAL[operator] else mixed.text, _T.BOOL, (left, right), nullable=False)
    left, right = alike(compiler, left, right, scope, span)
    parts = (left, right)
    if operator in _ORDER:
        return make(f"({left} {operator} {right})", _T.BOOL, parts)
    negated = _EQUAL[operator]
    if not left.nullable and not right.nullable:
        return make(f"({left} {'<>' if negated else '='} {right})", _T.BOOL, parts, nullable=False)
    text = f"({left} IS {'' if negated else 'NOT '}DISTINCT FROM {right})"
    if not left.nullable or not right.nullable:
        return make(text, _T.BOOL, parts, nullable=False)
    return make(f"CASE WHEN {left} IS NOT NULL OR {right} IS NOT NULL THEN {text} END", _T.BOOL, parts)


def _text_and_number(left: Sql, right: Sql) -> Sql | None:
    """Compile the equality of a text and a whole number, one of which is a literal; None for anything else.

    The service converts one of the two, and does not say which: where that would matter, for `"007" == 7`, the
    query stops.
    """
    text, number = (left, right) if left.type is _T.STRING else (right, left)
    if number.type not in {_T.INT, _T.LONG}:
        return None
    known = plain_text(text)
    if known is not None and not (text.row or text.window):
        if known.isascii() and re.fullmatch(r"0|-?[1-9]\d{0,17}", known):
            return make(f"({number} IS NOT DISTINCT FROM {known})", _T.BOOL, [number], nullable=False)
        return make("FALSE", _T.BOOL, [number], nullable=False) if not re.search(r"\d", known) else None
    found = re.fullmatch(r"CAST\('?(-?\d+)'? AS (?:BIGINT|INTEGER)\)", number.text)
    if found is None:
        return None
    written = string(found[1])
    doubt = string("a text equals a number as a number, and not as a text: write the literal in the column's type")
    return make(
        f"CASE WHEN {text} = {written} THEN TRUE WHEN kql_real({text}) = {found[1]} THEN error({doubt}) ELSE FALSE END",
        _T.BOOL,
        [text],
        nullable=False,
    )


def _text_and_bool(compiler: Compiler, left: Sql, right: Sql, span: Span) -> Sql | None:
    """Compile the equality of a text and a bool, one of which is a literal: false for a row that has no value."""
    text, truth = (left, right) if left.type is _T.STRING else (right, left)
    if truth.type is not _T.BOOL or (text.row and truth.row):
        return None
    there = f"{truth} IS NOT NULL" if truth.row else f"{text} <> ''"
    reason = "it isn't known which of them the service converts: write the literal in the column's type"
    stopped = compiler.stop(there, _T.BOOL, [left, right], "a comparison of bool and string", span, reason)
    return make(f"coalesce({stopped}, FALSE)", _T.BOOL, [left, right], nullable=False)


# ---- has, contains, ... ----------------------------------------------------------------------------------------------


def _pattern(term: Sql, before: str, after: str, flags: str) -> str | None:
    """Return the regular expression for a term that is a literal; None for one that isn't."""
    text = plain_text(term)
    if text is None:
        return None
    start = f"(^|{NO_WORD})" if before and re.match(r"[^\W_]", text) else ""
    end = f"($|{NO_WORD})" if after and re.search(r"[^\W_]$", text) else ""
    return string(flags + start + re2_escape(text) + end)


def re2_escape(text: str) -> str:
    """Escape what has a meaning in a regular expression."""
    return re.sub(r"([\\.+*?()|\[\]{}^$])", r"\\\1", text)


def count_groups(pattern: str) -> int:
    """Count the capturing groups of a regular expression."""
    return len(group_names(pattern))


def group_names(pattern: str) -> list[str]:
    """Return the names of a regular expression's capturing groups, "" for one without a name."""
    inside_class = False
    found: list[str] = []
    index = 0
    while index < len(pattern):
        character = pattern[index]
        if character == "\\":
            index += 1
        elif character == "[":
            inside_class = True
        elif character == "]":
            inside_class = False
        elif character == "(" and not inside_class:
            following = pattern[index + 1 : index + 4]
            if not following.startswith("?"):
                found.append("")
            elif following.startswith("?P<"):
                found.append(pattern[index + 4 :].partition(">")[0])
        index += 1
    return found


def plain_text(value: Sql) -> str | None:
    """Return the text of a string literal; None for any other expression."""
    if value.row or not re.fullmatch(r"'(?:[^']|'')*'", value.text, re.DOTALL):
        return None
    return value.text[1:-1].replace("''", "'")


def _terms(macro: str, flags: str) -> Callable[[Sql, Sql], str]:
    before, after = macro in {"kql_has", "kql_hasprefix"}, macro in {"kql_has", "kql_hassuffix"}

    def write(left: Sql, right: Sql) -> str:
        pattern = _pattern(right, "1" if before else "", "1" if after else "", flags)
        if pattern is not None:
            return f"regexp_matches({left}, {pattern})"
        return f"{macro}({left}, {right}, {string(flags)})"

    return write


def _insensitive(template: str) -> Callable[[Sql, Sql], str]:
    def write(left: Sql, right: Sql) -> str:
        text = plain_text(right)
        lowered = string(text.lower()) if text is not None and text.isascii() else f"lower({right})"
        return template.format(f"lower({left})", lowered)

    return write


def _sensitive(template: str) -> Callable[[Sql, Sql], str]:
    def write(left: Sql, right: Sql) -> str:
        return template.format(left, right)

    return write


_STRING_OPERATORS: Final[dict[str, Callable[[Sql, Sql], str]]] = {
    "=~": _insensitive("({} = {})"),
    "has": _terms("kql_has", "(?i)"),
    "has_cs": _terms("kql_has", ""),
    "hasprefix": _terms("kql_hasprefix", "(?i)"),
    "hasprefix_cs": _terms("kql_hasprefix", ""),
    "hassuffix": _terms("kql_hassuffix", "(?i)"),
    "hassuffix_cs": _terms("kql_hassuffix", ""),
    "contains": _insensitive("contains({}, {})"),
    "contains_cs": _sensitive("contains({}, {})"),
    "startswith": _insensitive("starts_with({}, {})"),
    "startswith_cs": _sensitive("starts_with({}, {})"),
    "endswith": _insensitive("ends_with({}, {})"),
    "endswith_cs": _sensitive("ends_with({}, {})"),
    "matches regex": _sensitive("regexp_matches({}, {})"),
}


def string_operator(operator: str, left: Sql, right: Sql, span: Span) -> Sql:
    """Compile an operator on strings; operands of other types stand for their text."""
    plain = " ".join(operator.split())
    negated = plain.startswith("!")
    plain = plain.removeprefix("!")
    plain, negated = (
        ("contains", True) if plain == "notcontains" else ("=~", negated) if plain == "~" else (plain, negated)
    )
    write = _STRING_OPERATORS.get(plain)
    if write is None:
        raise UnsupportedError(f"the operator `{operator}`", span)
    sides = (convert.to_string(left), convert.to_string(right))
    text = write(*sides)
    return make(f"(NOT {text})" if negated else text, _T.BOOL, sides, nullable=False)


# ---- in, has_any, has_all --------------------------------------------------------------------------------------------


def in_(compiler: Compiler, node: InExpression, scope: Scope) -> Sql:
    """Compile `in`, `!in`, `in~`, `!in~`, `has_any`, `has_all`."""
    if isinstance(node.left, Star):
        raise UnsupportedError("`*` as an operand", node.left.span)
    left = compiler.scalar(node.left, scope)
    operator = node.operator
    if operator in {"has_any", "has_all"}:
        return _has_several(compiler, node, left, scope)
    negated = operator.startswith("!")
    folded = operator.endswith("~")
    if len(node.right) == 1 and compiler.is_tabular(node.right[0], scope):
        text, parts = _in_table(compiler, node, left, scope, folded=folded)
    else:
        text, parts = _in_list(compiler, node, left, scope, folded=folded)
    return make(f"(NOT {text})" if negated else text, _T.BOOL, parts, nullable=False)


def _in_table(
    compiler: Compiler, node: InExpression, left: Sql, scope: Scope, *, folded: bool
) -> tuple[str, list[Sql]]:
    relation = compiler.tabular(node.right[0], scope.without_row())
    if not relation.fields:
        raise ExecutionError("a table without columns behind `in`", node.right[0].span)
    column = relation.column(relation.fields[0])
    inner = compiler.project(relation, [("value", column)])
    value = Sql(inner.at("value"), column.type, column.nullable)
    if column.type is _T.DYNAMIC and left.type is not _T.DYNAMIC:
        value = convert.from_dynamic(value, left.type, compiler, scope, node.span)
    else:
        left, value = alike(compiler, left, value, scope, node.span, what=f"`{node.operator}`")
    if folded:
        left, value = _folded(left), _folded(value)
    filter_ = f" WHERE {value} IS NOT NULL" if value.nullable else ""
    return f"coalesce({left} IN (SELECT {value} FROM {inner.cte}{filter_}), FALSE)", [left]


def _folded(value: Sql) -> Sql:
    value = convert.to_string(value)
    return make(f"lower({value})", _T.STRING, [value])


def _in_list(compiler: Compiler, node: InExpression, left: Sql, scope: Scope, *, folded: bool) -> tuple[str, list[Sql]]:
    values, lists = _items(compiler, node.right, scope)
    if left.type is _T.DYNAMIC:
        types = {value.type for value in values if value.type is not _T.DYNAMIC}
        wanted = types.pop() if len(types) == 1 else _T.STRING
        left = from_dynamic_strictly(compiler, left, wanted, scope, node.left.span)
    tests = []
    parts = [left]
    plain = []
    for value in values:
        if value.type is _T.DYNAMIC:
            value = convert.from_dynamic(value, left.type, compiler, scope, node.span)  # noqa: PLW2901
        if value.text.startswith("CAST(NULL"):
            continue
        if not folded and left.type is not value.type and (mixed := _text_and_number(left, value)) is not None:
            parts.append(left)
            tests.append(mixed.text)
            continue
        first, second = alike(compiler, left, value, scope, node.span, what=f"`{node.operator}`")
        if folded:
            first, second = _folded(first), _folded(second)
        parts += [first, second]
        plain.append((first.text, second.text))
    for tested in dict.fromkeys(text for text, _ in plain):
        items = ", ".join(item for text, item in plain if text == tested)
        tests.append(f"{tested} IN ({items})")
    for value in lists:
        parts.append(value)
        tests.append(_in_dynamic(left, value, node, folded=folded))
    if not tests:
        return "FALSE", parts
    return f"coalesce({' OR '.join(tests)}, FALSE)", parts


def _in_dynamic(left: Sql, value: Sql, node: InExpression, *, folded: bool) -> str:
    if left.type is not _T.STRING:
        if left.type not in {_T.INT, _T.LONG, _T.REAL}:
            raise UnsupportedError(f"`{node.operator}` of {left.type} in a dynamic array of a column", node.span)
        return f"list_contains(list_transform(kql_items({value}), lambda item: kql_dynamic_real(item)), {left})"
    if folded:
        return f"list_contains(list_transform(kql_item_texts({value}), lambda item: lower(item)), lower({left}))"
    return f"list_contains(kql_item_texts({value}), {left})"


def _items(compiler: Compiler, nodes: Sequence[Node], scope: Scope) -> tuple[list[Sql], list[Sql]]:
    """Return the single values of a list, arrays that are constants taken apart, and the arrays that are not."""
    values: list[Sql] = []
    lists: list[Sql] = []
    for node in nodes:
        value = compiler.scalar(node, scope)
        if value.type is not _T.DYNAMIC:
            values.append(value)
        elif value.row or value.window:
            lists.append(value)
        else:
            found = compiler.value_of(value, node.span)
            values.extend(_of_json(item) for item in (found if isinstance(found, list) else [found]))
    return values, lists


def _of_json(value: Any) -> Sql:
    if isinstance(value, bool):
        return literal(value, _T.BOOL)
    if isinstance(value, int):
        return literal(value, _T.LONG)
    if isinstance(value, float):
        return literal(value, _T.REAL)
    if value is None:
        return literal(None, _T.DYNAMIC)
    return literal(value if isinstance(value, str) else dump(value), _T.STRING)


def _has_several(compiler: Compiler, node: InExpression, left: Sql, scope: Scope) -> Sql:
    left = convert.to_string(left)
    every = node.operator == "has_all"
    if len(node.right) == 1 and compiler.is_tabular(node.right[0], scope):
        relation = compiler.tabular(node.right[0], scope.without_row())
        column = convert.to_string(relation.column(relation.fields[0]))
        rows = compiler.fetch(f"SELECT {column} FROM {relation.cte}")
        values = [literal(row[0], _T.STRING) for row in rows]
        lists: list[Sql] = []
    else:
        values, lists = _items(compiler, node.right, scope)
    tests = [string_operator("has", left, convert.to_string(value), node.operator_span).text for value in values]
    for value in lists:
        test = f"list_filter(kql_item_texts({value}), lambda item: kql_has({left}, item, '(?i)'))"
        tests.append(f"len({test}) = len(kql_item_texts({value}))" if every else f"len({test}) > 0")
    text = (" AND " if every else " OR ").join(tests) or ("TRUE" if every else "FALSE")
    return make(f"coalesce(({text}), FALSE)", _T.BOOL, [left, *values, *lists], nullable=False)


# ---- between ---------------------------------------------------------------------------------------------------------


def between(compiler: Compiler, node: BetweenExpression, scope: Scope) -> Sql:
    """Compile `x between (low .. high)`: both ends belong to it; `high` may be a timespan from a datetime `low`."""
    value = compiler.scalar(node.left, scope)
    low = compiler.scalar(node.low, scope)
    high = compiler.scalar(node.high, scope)
    if low.type is _T.DATETIME and high.type is _T.TIMESPAN:
        high = make(f"({low} + {high})", _T.DATETIME, [low, high])
    at_least = compare(compiler, ">=", value, low, scope, node.span)
    at_most = compare(compiler, "<=", value, high, scope, node.span)
    text = f"({at_least} AND {at_most})"
    if node.operator.startswith("!"):
        text = f"(NOT {text})"
    return make(text, _T.BOOL, [at_least, at_most])
