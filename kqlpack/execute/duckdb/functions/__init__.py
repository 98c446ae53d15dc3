"""Scalar functions: a row for each, in the file of its subject, or a line in the list of those that are refused.

In: a call. Out: `Sql`. `ROWS` and `REFUSED` together name every scalar function of the catalogue; a test sees to that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kqlpack.errors import UnsupportedError
from kqlpack.execute.duckdb.functions import (
    conversions,
    datetimes,
    dynamics,
    encodings,
    flow,
    network,
    numbers,
    series,
    strings,
    windows,
)
from kqlpack.execute.duckdb.functions.refused import ELSEWHERE, REFUSED, reason
from kqlpack.execute.duckdb.functions.rows import Call, Row

if TYPE_CHECKING:
    from kqlpack.execute.duckdb.compile import Compiler
    from kqlpack.execute.duckdb.scope import Scope
    from kqlpack.execute.duckdb.sql import Sql
    from kqlpack.syntax.nodes import FunctionCall

__all__ = ["ELSEWHERE", "REFUSED", "ROWS", "compile_call", "reason"]

ROWS: Final[dict[str, Row]] = {
    **conversions.ROWS,
    **datetimes.ROWS,
    **dynamics.ROWS,
    **encodings.ROWS,
    **flow.ROWS,
    **network.ROWS,
    **numbers.ROWS,
    **series.ROWS,
    **strings.ROWS,
    **windows.ROWS,
}


def compile_call(compiler: Compiler, node: FunctionCall, scope: Scope) -> Sql:
    """Compile a call of a built-in scalar function."""
    name = node.name.name
    row = ROWS.get(name)
    if row is not None:
        return row(Call(compiler, node, scope))
    if compiler.catalog.aggregate(name) is not None:
        raise UnsupportedError(f"the aggregate `{name}` here", node.name.span)
    raise UnsupportedError(f"the function `{name}`", node.name.span, reason(name))
