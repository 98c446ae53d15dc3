"""Operators whose operands have types that they don't take. In: an operation and its operands' types. Out: findings.

Source: the signatures of Kusto.Language's operators.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.catalog.types import ScalarType
from kqlpack.semantics.type_checks.words import CONVERSIONS, a
from kqlpack.syntax.nodes import FindOperator, Literal, SearchOperator, StringLiteral, unparenthesized

if TYPE_CHECKING:
    from kqlpack.semantics.binder import Binder
    from kqlpack.syntax.nodes import BetweenExpression, BinaryExpression, InExpression, Node, UnaryExpression

_BOOL, _STRING, _DYNAMIC = ScalarType.BOOL, ScalarType.STRING, ScalarType.DYNAMIC
_DATETIME, _TIMESPAN, _UNKNOWN = ScalarType.DATETIME, ScalarType.TIMESPAN, ScalarType.UNKNOWN

_LOGICAL = frozenset({"and", "or"})
_ORDER = frozenset({"<", "<=", ">", ">="})
_EQUALITY = frozenset({"==", "!=", "<>", ":"})
_ARITHMETIC = frozenset("+-*/%")
_TRUTH = frozenset({_BOOL, _DYNAMIC})
_TEXT = frozenset({_STRING, _DYNAMIC})
_TEXT_LISTS = frozenset({"in~", "!in~", "has_any", "has_all"})

_SEARCHES = frozenset({FindOperator, SearchOperator})

_WORDS = {"+": "add", "-": "subtract", "*": "multiply", "/": "divide", "%": "divide"}


def check_binary(
    binder: Binder, node: BinaryExpression, left: ScalarType, right: ScalarType, result: ScalarType
) -> None:
    """Report a binary operation on types that it is not defined for: `result` is UNKNOWN then."""
    operator = node.operator
    if operator in _EQUALITY:
        return
    if operator in _LOGICAL:
        for operand, type_ in ((node.left, left), (node.right, right)):
            if type_ is not _UNKNOWN and type_ not in _TRUTH and not _is_term(binder, operand):
                not_a_condition(binder, operand, type_, f"`{operator}` joins conditions")
        return
    if left is _UNKNOWN or right is _UNKNOWN:
        return
    if operator in _ORDER:
        if not _are_ordered(left, right):
            _cannot_order(binder, node, left, right)
    elif operator in _ARITHMETIC:
        if result is _UNKNOWN:
            _cannot_compute(binder, node, left, right)
    elif left not in _TEXT or right not in _TEXT:
        _not_text(binder, node, left, right)


def check_unary(binder: Binder, node: UnaryExpression, operand: ScalarType, result: ScalarType) -> None:
    """Report a sign before what has none."""
    if operand is not _UNKNOWN and result is _UNKNOWN:
        written = binder.findings.text(node.operand)
        _report(
            binder,
            node,
            f"`{node.operator}` needs a number or a timespan, and `{written}` is {a(operand)}, so the query fails",
            f"convert it: `{node.operator}{_converted(binder, node.operand, ScalarType.REAL)}`",
        )


def check_between(binder: Binder, node: BetweenExpression) -> None:
    """Report a range whose ends can't be compared with the value."""
    value, low, high = (binder.type_of(part) for part in (node.left, node.low, node.high))
    if _UNKNOWN in {value, low, high}:
        return
    if value is _DATETIME and low is _DATETIME and high is _TIMESPAN:
        return  # so much time from the first on
    if _DYNAMIC in {value, low, high}:
        return
    for end, type_ in ((node.low, low), (node.high, high)):
        if value in {_BOOL, _STRING, ScalarType.GUID} or not _are_ordered(value, type_):
            written, end_written = binder.findings.text(node.left), binder.findings.text(end)
            _report(
                binder,
                node,
                f"`{node.operator}` can't compare `{written}`, {a(value)}, with `{end_written}`, {a(type_)}, "
                "so the query fails",
                _order_help(binder, node.left, value, end, type_),
            )
            return


def check_in(binder: Binder, node: InExpression) -> None:
    """Report a list that only text can be looked up in, beside a value that is none."""
    type_ = binder.type_of(node.left)
    if node.operator not in _TEXT_LISTS or type_ is _UNKNOWN or type_ in _TEXT:
        return
    written = binder.findings.text(node.left)
    plain = {"in~": "in", "!in~": "!in"}.get(node.operator)
    _report(
        binder,
        node.left,
        f"`{node.operator}` needs text, and `{written}` is {a(type_)}, so the query fails",
        f"write `{plain}`, or convert it: `tostring({written})`" if plain else f"convert it: `tostring({written})`",
    )


def _is_term(binder: Binder, operand: Node) -> bool:
    """Tell whether text is something to look for: `search "a" or "b"`."""
    return binder.operator in _SEARCHES and isinstance(unparenthesized(operand), StringLiteral)


def not_a_condition(binder: Binder, node: Node, type_: ScalarType, why: str) -> None:
    """Report an expression in a condition's place that is neither true nor false."""
    written = binder.findings.text(node)
    binder.findings.report(
        node,
        code="KQL106",
        rule="condition-not-bool",
        message=f"{why}, and `{written}` is {a(type_)}, so the query fails",
        help=_condition_help(node, written, type_),
    )


def _condition_help(node: Node, written: str, type_: ScalarType) -> str:
    if type_ is _STRING:
        return f'compare it, as in `{written} == "..."` or `isnotempty({written})`'
    if type_ is _DYNAMIC:
        return f"convert it: `tobool({written})`"
    if isinstance(unparenthesized(node), (Literal, StringLiteral)):
        return "write a comparison"
    if type_ is _DATETIME:
        return f"compare it, as in `{written} > ago(1d)`"
    return f"compare it, as in `{written} != 0` or `isnotnull({written})`"


def _are_ordered(left: ScalarType, right: ScalarType) -> bool:
    if left.is_numeric or left is _BOOL:
        return right.is_numeric or right is _BOOL or right is _DYNAMIC
    if left is _DYNAMIC:
        return right.is_numeric or right in _TRUTH
    return left is right and left in {_DATETIME, _TIMESPAN}


def _cannot_order(binder: Binder, node: BinaryExpression, left: ScalarType, right: ScalarType) -> None:
    written, other = binder.findings.text(node.left), binder.findings.text(node.right)
    if left is right:
        message = f"`{node.operator}` can't compare `{written}` with `{other}`: {left} has no order, so the query fails"
    else:
        message = (
            f"`{node.operator}` can't compare `{written}`, {a(left)}, with `{other}`, {a(right)}, so the query fails"
        )
    _report(binder, node, message, _order_help(binder, node.left, left, node.right, right))


def _order_help(binder: Binder, left: Node, left_type: ScalarType, right: Node, right_type: ScalarType) -> str:
    """Return which side to convert: the one that is text or dynamic, else nobody can tell."""
    if left_type is right_type:
        return f"compare text by `strcmp({binder.findings.text(left)}, {binder.findings.text(right)})`"
    if right_type is _TIMESPAN and left_type is _DATETIME:
        written = binder.findings.text(unparenthesized(right))
        return f"write a point in time: `ago({written})`"
    if left_type in _TEXT and right_type not in _TEXT:
        return f"convert the left side: `{_converted(binder, left, right_type)}`"
    if right_type in _TEXT and left_type not in _TEXT:
        return f"convert the right side: `{_converted(binder, right, left_type)}`"
    if left_type in _TEXT and right_type in _TEXT:
        return "convert both sides to numbers"
    return f"make both {left_type} or both {right_type}"


def _converted(binder: Binder, node: Node, type_: ScalarType) -> str:
    written = binder.findings.text(unparenthesized(node))
    if type_ is _DATETIME and isinstance(node, StringLiteral):
        return f"datetime({node.value})"
    return f"{CONVERSIONS[type_]}({written})"


def _cannot_compute(binder: Binder, node: BinaryExpression, left: ScalarType, right: ScalarType) -> None:
    written, other = binder.findings.text(node.left), binder.findings.text(node.right)
    word = _WORDS[node.operator]
    message = f"`{node.operator}` can't {word} `{written}`, {a(left)}, and `{other}`, {a(right)}, so the query fails"
    if node.operator == "+" and _STRING in {left, right}:
        help_ = f"join text by `strcat({written}, {other})`"
    elif left is _DATETIME and right.is_numeric:
        help_ = f"write a timespan: `{other}d` or `{other}h`"
    elif _STRING in {left, right}:
        text, type_ = (node.left, right) if left is _STRING else (node.right, left)
        wanted = type_ if type_.is_numeric or type_ in {_DATETIME, _TIMESPAN} else ScalarType.REAL
        help_ = f"convert the text: `{_converted(binder, text, wanted)}`"
    else:
        help_ = "convert one of them"
    _report(binder, node, message, help_)


def _not_text(binder: Binder, node: BinaryExpression, left: ScalarType, right: ScalarType) -> None:
    operand, type_ = (node.left, left) if left not in _TEXT else (node.right, right)
    written = binder.findings.text(operand)
    if operand is node.right and isinstance(operand, Literal):
        help_ = f'write it as text: `"{written}"`'
    elif node.operator in {"=~", "!~"}:
        help_ = f"write `{'==' if node.operator == '=~' else '!='}`, or convert it: `tostring({written})`"
    else:
        help_ = f"convert it: `tostring({written})`"
    _report(
        binder,
        operand,
        f"`{node.operator}` needs text, and `{written}` is {a(type_)}, so the query fails",
        help_,
    )


def _report(binder: Binder, node: Node, message: str, help_: str) -> None:
    binder.findings.report(node, code="KQL105", rule="operator-type-mismatch", message=message, help=help_)
