"""let-shadows-column."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.diagnostics import Severity
from kqlpack.lint.registry import Group, rule
from kqlpack.semantics.bound import SymbolKind
from kqlpack.syntax.nodes import FunctionDeclaration, FunctionParameter, LetStatement, NameReference, QueryBlock, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext
    from kqlpack.syntax.nodes import NameDeclaration


@rule(
    code="KQL229",
    group=Group.CORRECTNESS,
    severity=Severity.WARNING,
    on=(QueryBlock,),
)
def let_shadows_column(root: QueryBlock, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a `let`, or a function's parameter, that has the name of a column, and so is never read.

    Where a column and a `let` have one name, the name means the column. `UserPrincipalName == UserPrincipalName`
    compares the column with itself and lets everybody through.

    ```kql bad
    let UserPrincipalName = "anna@contoso.com";
    SigninLogs
    | where TimeGenerated > ago(1d) and UserPrincipalName =~ UserPrincipalName
    ```

    Give it another name:

    ```kql good
    let User = "anna@contoso.com";
    SigninLogs
    | where TimeGenerated > ago(1d) and UserPrincipalName =~ User
    ```

    It is found where the name is used, and means a column of a table at every use.
    """
    declared: dict[str, NameDeclaration | None] = {}
    meant: dict[str, NameReference] = {}
    others: set[str] = set()
    for node in walk(root):
        if isinstance(node, LetStatement | FunctionParameter):
            if isinstance(node, LetStatement) and isinstance(node.expression, FunctionDeclaration):
                continue
            name = node.name.name
            # Of two with one name nobody knows which is meant.
            declared[name] = None if name in declared else node.name
        elif isinstance(node, NameReference):
            symbol = context.bound.symbol_of(node)
            if symbol is not None and symbol.kind is SymbolKind.COLUMN and symbol.table is not None:
                meant.setdefault(node.name, node)
            else:
                others.add(node.name)
    for name, place in declared.items():
        if place is None or name not in meant or name in others:
            continue
        yield context.finding(
            place.span,
            f"`{name}` is a column too, and wherever the name stands it means the column, so that this is never read",
            help="give it a name that no column has",
            related=[context.note(meant[name].span, "means the column")],
        )
