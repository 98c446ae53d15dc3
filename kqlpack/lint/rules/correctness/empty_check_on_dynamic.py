"""empty-check-on-dynamic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kqlpack.catalog import ScalarType
from kqlpack.diagnostics import Severity
from kqlpack.lint import operands, predicates
from kqlpack.lint.registry import Group, rule
from kqlpack.semantics.bound import Origin
from kqlpack.syntax import nodes
from kqlpack.syntax.nodes import FunctionCall, PipeExpression, unparenthesized

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext
    from kqlpack.syntax.nodes import Node

_CHECKS: Final = frozenset({"isempty", "isnotempty", "isnull", "isnotnull", "notnull", "notempty"})
# These yield a list in any case: `[]` where there is nothing to put into it.
_LISTS: Final = frozenset(
    {
        *("make_set", "make_set_if", "make_list", "make_list_if", "make_list_with_nulls", "makeset", "makelist"),
        *("set_difference", "set_intersect", "set_union", "array_concat", "split"),
    }
)


# Behind these, rows may be there that lack the list.
_BRINGS_ROWS: Final = (nodes.JoinOperator, nodes.LookupOperator, nodes.UnionOperator)


@rule(
    code="KQL235",
    group=Group.CORRECTNESS,
    severity=Severity.WARNING,
    on=(PipeExpression,),
)
def empty_check_on_dynamic(pipe: PipeExpression, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a list that is asked whether it is empty, by a function that asks something else.

    `isempty()` and `isnull()` are true for a value that is missing. What `make_set()` or `set_difference()` yields is
    never missing: where there is nothing to put into it, it is the list `[]`, and that is neither null nor empty text.

    ```kql bad
    SigninLogs
    | where TimeGenerated > ago(1d)
    | summarize Risky = make_set_if(AppDisplayName, RiskState == "atRisk") by UserPrincipalName
    | where isnotempty(Risky)
    ```

    Write instead:

    ```kql good
    SigninLogs
    | where TimeGenerated > ago(1d)
    | summarize Risky = make_set_if(AppDisplayName, RiskState == "atRisk") by UserPrincipalName
    | where array_length(Risky) > 0
    ```
    """
    for call in predicates.calls_in(pipe.operator, context, _CHECKS):
        if len(call.arguments) != 1:
            continue
        argument = unparenthesized(call.arguments[0])
        maker = _maker(argument, pipe, context)
        if not maker or context.bound.type_of(argument) is not ScalarType.DYNAMIC:
            continue
        name = call.name.name
        is_negative = "not" in name
        value = operands.described(argument, context)
        yield context.finding(
            call.span,
            f"`{maker}()` yields a list in any case, `[]` if need be, so `{name}()` is "
            f"{'always' if is_negative else 'never'} true",
            help=f"write `array_length({value.strip('`')}) {'> 0' if is_negative else '== 0'}`",
        )


def _maker(node: Node, pipe: PipeExpression, context: KqlContext) -> str:
    """Return the function that made a list; empty for what may be anything else."""
    if isinstance(node, FunctionCall):
        return node.name.name if operands.calls(node, context, _LISTS) else ""
    symbol = predicates.column(node, context)
    if symbol is None or symbol.table is not None or len(symbol.sources) != 1:
        return ""
    source = symbol.sources[0]
    call = unparenthesized(source.expression) if isinstance(source, Origin) else None
    if not isinstance(source, Origin) or not isinstance(call, FunctionCall) or call.name.name not in _LISTS:
        return ""
    found = source.symbols.get(call.name)
    if found is None or found.function is None or not _is_made_here(call, pipe):
        return ""
    return call.name.name


def _is_made_here(call: FunctionCall, pipe: PipeExpression) -> bool:
    """Tell whether a call stands earlier in this pipe, and nothing since may have brought rows without its result."""
    for operator in predicates.operators_before(pipe):
        if isinstance(operator, _BRINGS_ROWS):
            return False
        if operator.start <= call.start and call.end <= operator.end:
            return True
    return False
