"""The door: `bind`. In: a parsed query and a catalogue. Out: `Bound`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.semantics.binder import Binder
from kqlpack.semantics.bound import Bound
from kqlpack.semantics.relation import Relation
from kqlpack.semantics.statements import bind_statements

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kqlpack.catalog import Catalog
    from kqlpack.diagnostics import Diagnostic
    from kqlpack.semantics.bound import Schema
    from kqlpack.syntax.parsed import Parsed


def bind(parsed: Parsed, catalog: Catalog, *, functions: Mapping[str, Schema | None] | None = None) -> Bound:
    """Find out what the names of a query stand for, the types of its expressions and the columns of its tables.

    `functions` are saved functions that the query may call: what each yields, None where that isn't known.
    """
    binder = Binder(parsed, catalog, functions or {})
    if parsed.ok:
        result = bind_statements(binder, parsed.root.statements)
    else:
        # What is read where the text is broken is a guess: it serves whoever writes on, and nothing is said about it.
        with binder.quiet():
            result = bind_statements(binder, parsed.root.statements)
    columns = result.schema().columns if isinstance(result, Relation) and not result.is_open else None
    if columns is not None and not all(column.name for column in columns):
        columns = None
    found = sorted(binder.findings.found.values(), key=_by_place)
    return Bound(
        parsed=parsed,
        catalog=catalog,
        diagnostics=(*parsed.diagnostics, *found),
        columns=columns,
        tables=tuple(binder.tables),
        _types=binder.types,
        _symbols=binder.symbols,
        _before=binder.before,
        _after=binder.after,
        _result=result.columns if isinstance(result, Relation) else (),
    )


def _by_place(diagnostic: Diagnostic) -> tuple[int, str]:
    return diagnostic.span.start, diagnostic.code
