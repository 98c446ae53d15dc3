"""string-number-equality."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.catalog import ScalarType
from kqlpack.diagnostics import Applicability, Severity
from kqlpack.lint import operands
from kqlpack.lint.context import replacing
from kqlpack.lint.registry import Group, rule
from kqlpack.syntax.nodes import BinaryExpression, NameReference, unparenthesized

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext
    from kqlpack.syntax.nodes import Node

_OPERATORS = frozenset({"==", "!=", "<>"})


@rule(
    code="KQL107",
    group=Group.BINDING,
    severity=Severity.WARNING,
    on=(BinaryExpression,),
    fixes=Applicability.SAFE,
)
def string_number_equality(node: BinaryExpression, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a string compared with a number, by `==` or `!=`.

    The two are of different types, so whether they are equal is left to a conversion that KQL does not promise: on the
    same column `>=` is an error. Many codes in Azure's tables look like numbers and are text: `ResultType`, `Status`,
    `HttpStatusCode`. Others look alike and are numbers: `EventID`.

    ```kql bad
    SigninLogs
    | where TimeGenerated > ago(1d) and ResultType == 0
    ```

    Write instead:

    ```kql good
    SigninLogs
    | where TimeGenerated > ago(1d) and ResultType == "0"
    ```

    The same holds the other way round:

    ```kql bad
    SecurityEvent
    | where TimeGenerated > ago(1d) and EventID == "4625"
    ```

    ```kql good
    SecurityEvent
    | where TimeGenerated > ago(1d) and EventID == 4625
    ```

    The fix adds or removes the quotes. It is safe, and there is one only for plain whole numbers: `1.0`, `0x1F` and
    `007` could be meant as text in more than one way. A number that a `let` names has none: others may use the name.
    """
    if node.operator not in _OPERATORS:
        return
    for value, literal in ((node.left, node.right), (node.right, node.left)):
        found = _compare(node, value, literal, context)
        if found is not None:
            yield found
            return


def _compare(node: BinaryExpression, value: Node, literal: Node, context: KqlContext) -> Diagnostic | None:
    if operands.is_literal(value):
        return None
    literal = unparenthesized(literal)
    if isinstance(literal, NameReference):
        return _compare_let(node, value, literal, context)
    written, held = context.text(literal), operands.described(value, context)
    if context.bound.type_of(value) is ScalarType.STRING and operands.is_number(literal):
        quoted = operands.quoted(literal, context)
        return context.finding(
            node.span,
            f"{held} holds text and `{written}` is a number, so what matches is left to an implicit conversion",
            help=f"compare it with text: `{quoted}`"
            if quoted
            else f"compare it with text, as in `{operands.example(value, context)}`",
            related=operands.explained(value, context),
            fix=replacing(f"Quote `{written}`", (literal.span, quoted)) if quoted else None,
        )
    if context.bound.type_of(value).is_numeric and operands.is_number_in_quotes(literal):
        unquoted = operands.unquoted(literal, context.bound.type_of(value))
        return context.finding(
            node.span,
            f"{held} holds a number and `{written}` is text, so what matches is left to an implicit conversion",
            help=f"compare it with a number: `{unquoted}`" if unquoted else "compare it with a number, without quotes",
            related=operands.explained(value, context),
            fix=replacing(f"Remove the quotes of `{written}`", (literal.span, unquoted)) if unquoted else None,
        )
    return None


def _compare_let(node: BinaryExpression, value: Node, name: NameReference, context: KqlContext) -> Diagnostic | None:
    """Find a name that a `let` gives to a literal of the other type."""
    literal = operands.constant(name, context)
    kind = context.bound.type_of(value)
    if kind is ScalarType.STRING and operands.is_number(literal):
        held, other, remedy = "text", "a number", operands.quoted(literal, context)
    elif kind.is_numeric and operands.is_number_in_quotes(literal):
        held, other, remedy = "a number", "text", operands.unquoted(literal, kind)
    else:
        return None
    convert = "tostring" if held == "text" else "tolong"
    return context.finding(
        node.span,
        f"{operands.described(value, context)} holds {held} and `{name.name}` is {other} by its `let`, so what matches "
        "is left to an implicit conversion",
        help=(f"write `{remedy}` in the `let`, or " if remedy else "write ") + f"`{convert}({name.name})` here",
        related=[
            *operands.explained(value, context),
            context.note(literal.span, f"`{name.name}` is {other}"),
        ],
    )
