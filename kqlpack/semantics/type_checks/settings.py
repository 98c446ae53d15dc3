"""Settings with values that they don't take. In: an operator. Out: findings of the binder's.

Only what the service refuses: the kind of a join, of a union, ... and the chart of render. Of hints it ignores what it
does not know.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.catalog import names
from kqlpack.diagnostics import Applicability, Edit, Fix
from kqlpack.semantics.type_checks.words import one_of
from kqlpack.syntax import nodes
from kqlpack.syntax.nodes import NameReference, RenderOperator
from kqlpack.syntax.settings import CHARTS, SETTINGS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kqlpack.semantics.binder import Binder
    from kqlpack.syntax.nodes import NamedParameter, Node

# Operators that have a kind, and render.
WITH_KIND = frozenset(
    {
        nodes.JoinOperator,
        nodes.LookupOperator,
        nodes.MakeSeriesOperator,
        nodes.MvExpandOperator,
        nodes.ParseOperator,
        nodes.ParseWhereOperator,
        nodes.ReduceOperator,
        nodes.RenderOperator,
        nodes.SearchOperator,
        nodes.UnionOperator,
    }
)

# Other names for kinds of join. Source: the Kusto documentation, "join operator".
_MORE = {"join": ("leftantisemi", "anti", "rightantisemi")}


def check_settings(binder: Binder, node: Node) -> None:
    """Report a `kind` that the operator does not know."""
    if isinstance(node, RenderOperator):
        _check(binder, node.chart, node.chart.name, CHARTS, "render draws no")
        return
    parameters: Sequence[NamedParameter] = getattr(node, "parameters", ())
    for parameter in parameters:
        if parameter.name.name == "kind" and isinstance(parameter.value, NameReference):
            construct = type(node).construct or ""
            allowed = (*SETTINGS.get(construct, {}).get("kind", ()), *_MORE.get(construct, ()))
            if allowed:
                _check(binder, parameter.value, parameter.value.name, allowed, f"{construct} has no kind")


def _check(binder: Binder, node: Node, value: str, allowed: Sequence[str], what: str) -> None:
    if value in allowed:
        return
    suggestion = names.suggest(value, allowed)
    construct, rest = what.split(" ", 1)
    binder.findings.report(
        node,
        code="KQL135",
        rule="unknown-kind",
        message=f"`{construct}` {rest} `{value}`, so the query fails",
        help=f"did you mean `{suggestion}`?" if suggestion else f"write {one_of([f'`{each}`' for each in allowed])}",
        fix=Fix(f"Replace `{value}` by `{suggestion}`", (Edit(node.span, suggestion),), Applicability.UNSAFE)
        if suggestion
        else None,
    )
