"""deprecated-function."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.diagnostics import Applicability, Severity
from kqlpack.lint.context import replacing
from kqlpack.lint.registry import Group, rule
from kqlpack.semantics.bound import SymbolKind
from kqlpack.source import Span
from kqlpack.syntax.nodes import FunctionCall, MvApplyOperator, MvExpandOperator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext

# Successors that take other arguments, so that another name alone would be wrong.
# Source: the Kusto documentation's pages on replace_regex() and row_rank_dense().
_OTHER_ARGUMENTS = {
    "replace": "replace_regex(source, regex, replacement)",
    "row_rank": "row_rank_dense(term, restart)",
}

# What else changes. Source: the Kusto documentation's pages on the successors, and Kusto.Language's column names.
_DIFFERENCES = {
    "makeset": "it keeps at most 128 values, its successor about a million",
    "makelist": "it keeps at most 128 values, its successor about a million",
    "make_dictionary": "it keeps at most 128 values, its successor about a million",
    "any": "it names its columns `any_...`, the new one does not",
    "anyif": "it names its columns `any_...`, the new one does not",
    "argmax": "it names its columns `max_...`, the new one does not",
    "argmin": "it names its columns `min_...`, the new one does not",
    "weekofyear": "it counts weeks in another way than ISO 8601, which the new one follows",
    "cnt": "it names its column `cnt_`, the new one `count_`",
}

# Older spellings of operators. Source: the Kusto documentation's page on mv-expand, which says that `mvexpand` stops at
# 128 rows per record where `mv-expand` does not.
_OPERATORS = {
    "mvexpand": ("mv-expand", "it stops at 128 rows for each record, where `mv-expand` goes on"),
    "mvapply": ("mv-apply", "it is an older spelling that the documentation no longer has"),
}


@rule(
    code="KQL202",
    group=Group.CORRECTNESS,
    severity=Severity.WARNING,
    on=(FunctionCall, MvExpandOperator, MvApplyOperator),
    fixes=Applicability.SAFE,
)
def deprecated_function(
    node: FunctionCall | MvExpandOperator | MvApplyOperator, context: KqlContext
) -> Iterator[Diagnostic]:
    """Find a function, aggregate or operator that KQL has replaced.

    The old names still run, but some do less than their successors: `makeset()` and `makelist()` keep 128 values,
    `mvexpand` stops at 128 rows for each record, `any()` names its column differently.

    ```kql bad
    SigninLogs
    | where TimeGenerated > ago(1d)
    | summarize makeset(IPAddress) by UserPrincipalName
    ```

    Write instead:

    ```kql good
    SigninLogs
    | where TimeGenerated > ago(1d)
    | summarize make_set(IPAddress) by UserPrincipalName
    ```

    The fix writes the new name. It is safe where nothing else changes, and unsafe where the result may (more values, or
    a column of another name). Where the new function takes other arguments, there is none.
    """
    if isinstance(node, FunctionCall):
        yield from _function(node, context)
        return
    if node.keyword in _OPERATORS:
        replacement, reason = _OPERATORS[node.keyword]
        keyword = Span(node.start, node.start + len(node.keyword))
        yield context.finding(
            keyword,
            f"`{node.keyword}` is deprecated: {reason}",
            help=f"write `{replacement}`",
            fix=replacing(f"Write `{replacement}`", (keyword, replacement), applicability=Applicability.UNSAFE),
        )


def _function(node: FunctionCall, context: KqlContext) -> Iterator[Diagnostic]:
    symbol = context.bound.symbol_of(node.name)
    function = symbol.function if symbol and symbol.kind is SymbolKind.FUNCTION else None
    if function is None or function.replacement is None:
        return
    old, new = function.name, function.replacement
    name = node.name.span
    if old in _OTHER_ARGUMENTS:
        message, remedy, fix = f"`{old}()` is deprecated; `{new}()` takes other arguments", _OTHER_ARGUMENTS[old], None
    elif function.same_meaning:
        message, remedy = f"`{old}()` is deprecated; `{new}()` is the same", f"{new}()"
        fix = replacing(f"Write `{new}`", (name, new))
    else:
        message = (
            f"`{old}()` is deprecated: {_DIFFERENCES.get(old, 'its result may differ from that of its successor')}"
        )
        remedy, fix = f"{new}()", replacing(f"Write `{new}`", (name, new), applicability=Applicability.UNSAFE)
    yield context.finding(name, message, help=f"write `{remedy}`", fix=fix)
