"""What is said about names that stand for nothing. In: the name and where it was looked for. Out: diagnostics.

Called only where knowledge is complete: an open relation, or anything after an unknown table, never gets here. No
message names a line: a rendered query's lines are not those of its file. Notes mark other places instead.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kqlpack.catalog import names
from kqlpack.catalog.types import scalar_type
from kqlpack.diagnostics import Annotation, Applicability, Edit, Fix
from kqlpack.semantics.relation import ANY, basis
from kqlpack.semantics.type_checks.arguments import requires_arguments
from kqlpack.source import Span
from kqlpack.syntax import nodes
from kqlpack.syntax.nodes import LetStatement, NameReference, SearchOperator, UnionOperator, walk

if TYPE_CHECKING:
    from kqlpack.catalog import Catalog
    from kqlpack.semantics.findings import Findings
    from kqlpack.semantics.relation import Relation
    from kqlpack.semantics.scopes import Scope
    from kqlpack.syntax.nodes import Node
    from kqlpack.syntax.parsed import Parsed

_TABLES_SHOWN = 3

# How AzureDiagnostics and custom logs mark the type of a column: user_s, count_d, id_g, start_t, isOk_b.
# Source: Azure Monitor documentation, "Azure resource logs" and "HTTP Data Collector API".
_TYPED_ENDING = re.compile(r"_(?:[sdgtb]|CF)$")

# Operators that bring in no column that nobody knows.
_CERTAIN = (
    nodes.AsOperator,
    nodes.DistinctOperator,
    nodes.ExtendOperator,
    nodes.MvExpandOperator,
    nodes.ParseOperator,
    nodes.ParseWhereOperator,
    nodes.ProjectAwayOperator,
    nodes.ProjectOperator,
    nodes.ProjectRenameOperator,
    nodes.ProjectReorderOperator,
    nodes.SerializeOperator,
    nodes.SummarizeOperator,
)


@dataclass(slots=True)
class UnknownNames:
    """Collects one diagnostic for each name that can't be resolved."""

    parsed: Parsed
    catalog: Catalog
    findings: Findings
    _lets: dict[str, list[LetStatement]] | None = None

    def table(self, node: Node, name: str, scope: Scope) -> None:
        """Report a name in a table's place, or as a string in `table("name")`."""
        later = self._declared_later(node, name) if isinstance(node, NameReference) else None
        suggestion = None
        related: tuple[Annotation, ...] = ()
        if later is not None:
            help_ = f"move `let {name} = ...` before its first use"
            related = (Annotation(self.parsed.file, later.name.span, "declared here, which is too late"),)
        else:
            suggestion = self.catalog.suggest(name, scope.names()) or self.catalog.suggest_table(name)
            help_ = f"did you mean `{suggestion}`?" if suggestion else _table_help(name)
        self._report(
            node,
            code="KQL101",
            rule="unknown-table",
            message=f"there is no table, variable or function `{name}`, so the query fails",
            help_=help_,
            related=related,
            suggestion=suggestion,
        )

    def column(self, node: NameReference, relation: Relation) -> None:
        """Report a name in a column's place."""
        name = node.name
        related: tuple[Annotation, ...] = ()
        dropper = _dropper(relation, name)
        if dropper is None and name.endswith("_CF"):
            return  # a custom column, which a workspace may add to any of Azure's tables
        if isinstance(dropper, UnionOperator):
            self._split_column(node, dropper, relation)
            return
        if dropper is not None:
            word = _construct(dropper)
            message = f"there is no column `{name}` here any more: an earlier `{word}` dropped it"
            related = self._note(dropper, f"this `{word}` drops `{name}`")
            help_ = f"keep `{name}` in the `{word}`, or use it before"
            self._report(node, code="KQL102", rule="unknown-column", message=message, help_=help_, related=related)
            return
        suggestion = self.catalog.suggest(name, relation.names())
        message, related = self._missing(relation, name)
        self._report(
            node,
            code="KQL102",
            rule="unknown-column",
            message=message,
            help_=self._column_help(name, suggestion),
            related=related,
            suggestion=suggestion,
        )

    def open_column(self, node: NameReference, relation: Relation) -> None:
        """Report a name that the table itself may have, where it is a slip all the same.

        An open table has more columns than are listed. But what differs from a listed one by case or a slip, and is no
        column of any table that is known, is that column misspelt. Columns that services add to AzureDiagnostics
        end in their type (`user_s`): these are never certain. Nor are any after operators that bring in columns.
        """
        name = node.name
        if self.findings.is_quiet or _TYPED_ENDING.search(name) or not _is_open_by_table(relation):
            return
        if self._is_function(name):
            if not self.catalog.tables_with_column(name):
                requires_arguments(self.catalog, self.findings, node, name)
            return
        suggestion = names.suggest(name, [column for column in relation.names() if not _TYPED_ENDING.search(column)])
        if suggestion is None:
            return
        is_case = suggestion.lower() == name.lower() and basis(relation).table != ANY
        if not is_case and self.catalog.tables_with_column(name):
            return
        self._report(
            node,
            code="KQL102",
            rule="unknown-column",
            message=f"there is no column `{name}` here, so the query fails",
            help_=f"did you mean `{suggestion}`?",
            suggestion=suggestion,
        )

    def _is_function(self, name: str) -> bool:
        return self.catalog.function(name) is not None or self.catalog.aggregate(name) is not None

    def _split_column(self, node: NameReference, union: UnionOperator, relation: Relation) -> None:
        """Report a column that a union made into one column for each type that its tables have for it."""
        name = node.name
        parts = [part for part in relation.names() if scalar_type(part.removeprefix(f"{name}_")).is_known]
        shown = " and ".join(f"`{part}`" for part in parts) or "others"
        self._report(
            node,
            code="KQL102",
            rule="unknown-column",
            message=f"the tables of the earlier `union` have `{name}` with different types, which splits it",
            help_=f"read {shown}, or convert `{name}` to one type in each table before the `union`",
            related=self._note(union, f"this `union` splits `{name}`"),
        )

    def variable(self, node: NameReference, scope: Scope) -> None:
        """Report a name where there are no columns, and only something declared could be meant."""
        suggestion = self.catalog.suggest(node.name, scope.names())
        self._report(
            node,
            code="KQL102",
            rule="unknown-column",
            message=f"`{node.name}` is no variable that is known here, and there are no columns to read",
            help_=f"did you mean `{suggestion}`?" if suggestion else f"declare it with `let {node.name} = ...;`",
            suggestion=suggestion,
        )

    def function(self, node: NameReference, scope: Scope) -> None:
        """Report the name of a call."""
        suggestion = self.catalog.suggest_function(node.name) or self.catalog.suggest(node.name, scope.names())
        self._report(
            node,
            code="KQL103",
            rule="unknown-function",
            message=f"there is no function `{node.name}`, so the query fails",
            help_=f"did you mean `{suggestion}`?" if suggestion else "check the name, or declare it with `let`",
            suggestion=suggestion,
        )

    def _missing(self, relation: Relation, name: str) -> tuple[str, tuple[Annotation, ...]]:
        """Return the message about a column that never was there, and a note on what made the columns that are."""
        origin = basis(relation)
        if origin.table:
            return f"`{origin.table}` has no column `{name}`", ()
        if origin.maker is not None:
            word = _construct(origin.maker)
            message = f"the output of the earlier `{word}` has no column `{name}`"
            return message, self._note(origin.maker, f"this `{word}` makes the columns")
        return f"there is no column `{name}` here", ()

    def _note(self, operator: Node, text: str) -> tuple[Annotation, ...]:
        """Return a word about an operator, at its keyword."""
        return (Annotation(self.parsed.file, _head(operator, self.parsed.text), text),)

    def _column_help(self, name: str, suggestion: str | None) -> str:
        if suggestion:
            return f"did you mean `{suggestion}`?"
        if self._is_function(name):
            return f"`{name}` is a function: call it, `{name}(...)`"
        tables = self.catalog.tables_with_column(name)
        if tables:
            shown = ", ".join(f"`{table}`" for table in tables[:_TABLES_SHOWN])
            more = " and others" if len(tables) > _TABLES_SHOWN else ""
            return f"`{name}` is a column of {shown}{more}: read it from there, or write a column that exists here"
        return "write the name of a column that exists here; `getschema` lists them"

    def _declared_later(self, node: Node, name: str) -> LetStatement | None:
        if self._lets is None:
            self._lets = {}
            for found in walk(self.parsed.root):
                if isinstance(found, LetStatement):
                    self._lets.setdefault(found.name.name, []).append(found)
        return next((found for found in self._lets.get(name, ()) if found.start > node.start), None)

    def _report(
        self,
        node: Node,
        *,
        code: str,
        rule: str,
        message: str,
        help_: str,
        related: tuple[Annotation, ...] = (),
        suggestion: str | None = None,
    ) -> None:
        if self.findings.has(node, code):
            return
        fix = None
        if suggestion and isinstance(node, NameReference):
            edit = Edit(node.span, _written(suggestion))
            fix = Fix(f"Replace `{node.name}` by `{suggestion}`", (edit,), Applicability.UNSAFE)
        self.findings.report(node, code=code, rule=rule, message=message, help=help_, related=related, fix=fix)


def _table_help(name: str) -> str:
    if name.lower().endswith(("resources", "resourcecontainers")):
        return f'a table of Azure Resource Graph is read as `arg("").{name}` here; else write the name of a table'
    return "write the name of a table, or declare it with `let`"


def _written(name: str) -> str:
    """Return a name as a query has to write it."""
    if name.isidentifier() and name.isascii():
        return name
    quoted = name.replace("\\", "\\\\").replace("'", "\\'")
    return f"['{quoted}']"


def _dropper(relation: Relation, name: str) -> Node | None:
    """Return the operator that read a column of this name and did not pass it on."""
    current: Relation | None = relation
    while current is not None:
        source = current.source
        if source is not None and source.find(name) is not None:
            return current.maker
        current = source
    return None


def _is_open_by_table(relation: Relation) -> bool:
    """Tell whether only a table whose columns are partly known makes a relation open."""
    while relation.source is not None:
        maker = relation.maker
        source = relation.source
        everything = isinstance(maker, (SearchOperator, UnionOperator)) and (
            source.table == ANY or source.maker is maker
        )
        if not everything and not isinstance(maker, _CERTAIN):
            return False
        relation = relation.source
    return relation.table != "" and bool(relation.columns)


def _construct(node: Node) -> str:
    return type(node).construct or "operator"


def _head(node: Node, text: str) -> Span:
    """Return the place of an operator's keyword."""
    word = _construct(node)
    return Span(node.start, node.start + len(word)) if text.startswith(word, node.start) else node.span
