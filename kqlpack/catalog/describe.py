"""What is known of tables, columns and functions, as values and as lines for people. In: the catalogue, a name.

Out: mappings that are JSON as they are, each of a `kind`, and the lines that say the same, which the command line
prints and editors show.
"""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kqlpack.catalog.catalog import Catalog
    from kqlpack.catalog.facts import ColumnFacts, Deprecation
    from kqlpack.catalog.model import Function, Parameter, Signature, Table

_WIDTH: Final = 80
_MOST_RESOURCES: Final = 4
_MOST_VALUES: Final = 12
# How to compare text that varies in this way, by what the facts call it.
_CASES: Final = {
    "guid": "a guid: compare with ==, in lower case",
    "lower": "lower case: compare with ==",
    "exact": "one spelling: compare with ==",
    "varying": "case varies: compare with =~ or in~",
}
_FLAGS: Final = {
    "free_text": "free text, not for equality",
    "identifier": "identifies something, worth joining on",
    "json_in_string": "JSON kept as text, to be parsed",
    "nullable": "may be empty",
    "number_as_string": "a number kept as text: compare with text in quotes",
    "pii": "personal data",
    "sparse": "often empty",
}
# How a signature's classes of types read to people.
_CLASSES: Final = {
    "Number": "number",
    "NumberOrBool": "number|bool",
    "Integer": "int|long",
    "IntegerOrArray": "int|long|array",
    "Summable": "number|datetime|timespan",
    "Orderable": "anything ordered",
    "NotDynamic": "anything but dynamic",
    "NotRealOrBool": "anything but real or bool",
    "StringOrDynamic": "string|dynamic",
    "StringOrArray": "string|array",
    "DynamicArray": "array",
    "DynamicBag": "bag",
    "Tabular": "table",
    "Scalar": "any",
    "CommonScalar": "any",
    "CommonScalarOrDynamic": "any",
    "CommonOrderable": "anything ordered",
}
# How the type that a signature returns reads; nobody can tell what a `Custom` one is.
_RETURNS: Final = {
    "Parameter0": "as the first argument",
    "Parameter1": "as the second argument",
    "Parameter0Promoted": "as the first argument (int becomes long)",
    "Parameter0Array": "dynamic",
    "Parameter0Literal": "the type that the first argument names",
    "Parameter1Literal": "the type that the second argument names",
    "ParameterNLiteral": "the type that the last argument names",
    "Parameter0Cluster": "cluster",
    "Parameter0Database": "database",
    "Parameter0EntityGroup": "entity group",
    "Parameter0Graph": "graph",
    "Parameter0Table": "table",
    "Parameter0ExternalTable": "table",
    "Parameter0MaterializedView": "table",
    "Parameter0StoredQueryResult": "table",
    "Common": "the arguments' common type",
    "CommonNonDynamic": "the outcomes' common type",
    "Widest": "the widest of the arguments' types",
    "Custom": "",
}


# ---- tables ----------------------------------------------------------------------------------------------------------


def tables(known: Catalog, name: str) -> Iterable[dict[str, Any]]:
    """Yield the table of a name."""
    table = known.table(name)
    if table is None:
        return
    facts = known.table_facts(name)
    yield {
        "kind": "table",
        "name": name,
        "category": facts.category if facts else "",
        "resource_types": list(facts.resource_types) if facts else [],
        "basic_plan": facts.basic_plan if facts else None,
        "log_source": known.log_source(name),
        "time_column": known.time_column(name),
        "deprecated": _deprecation(facts.deprecated) if facts else None,
        "open": table.is_open,
        "columns": [_column(known, table, each.name, str(each.type)) for each in table.columns],
        "page": facts.page if facts else "",
    }


def table_lines(table: dict[str, Any]) -> list[str]:
    """Return the lines on a table, its columns included."""
    columns = table["columns"]
    count = f"{len(columns)} column{'' if len(columns) == 1 else 's'}"
    if table["open"]:
        count = f"{count}, and more that nobody lists" if columns else "only the workspace knows its columns"
    lines = [f"{table['name']}  table, {count}", ""]
    resources = table["resource_types"]
    shown = ", ".join(resources[:_MOST_RESOURCES])
    more = f" and {len(resources) - _MOST_RESOURCES} more" if len(resources) > _MOST_RESOURCES else ""
    basic = {True: "may be on the Basic plan", False: "Analytics plan only", None: ""}[table["basic_plan"]]
    lines += _fields(
        ("category", table["category"]),
        ("log source", table["log_source"].replace("-", " ")),
        ("written by", shown + more),
        ("time column", table["time_column"]),
        ("plan", basic),
        ("deprecated", _deprecation_text(table["deprecated"])),
        ("page", table["page"]),
    )
    if columns:
        lines.append("")
        width = max(len(column["name"]) for column in columns)
        lines += [f"  {column['name']:<{width}}  {column['type']:<8}  {_remark(column)}".rstrip() for column in columns]
    return lines


def _remark(column: dict[str, Any]) -> str:
    remarks = [
        "deprecated" if column["deprecated"] else "",
        {"guid": "guid", "varying": "case varies"}.get(column["case"], ""),
        f"JSON {column['shape']}" if column["shape"] else "",
        "free text" if "free_text" in column["flags"] else "",
        "often empty" if "sparse" in column["flags"] else "",
    ]
    return ", ".join(remark for remark in remarks if remark)


# ---- columns ---------------------------------------------------------------------------------------------------------


def columns(known: Catalog, name: str) -> Iterable[dict[str, Any]]:
    """Yield the column that `Table.Column` names; for a name alone, the tables that have such a column."""
    table_name, dot, column_name = name.partition(".")
    if dot:
        table = known.table(table_name)
        column = next((each for each in table.columns if each.name == column_name), None) if table else None
        if table is not None and column is not None:
            yield {"kind": "column", "table": table_name, **_column(known, table, column.name, str(column.type))}
        return
    tables = known.tables_with_column(name)
    if not tables:
        return
    found = []
    for each in tables:
        table = known.table(each)
        if table is not None:
            found += [{"table": each, "type": str(one.type)} for one in table.columns if one.name == name]
    yield {"kind": "columns", "name": name, "tables": found}


def _column(known: Catalog, table: Table, name: str, type_: str) -> dict[str, Any]:
    facts: ColumnFacts | None = known.column_facts(table.name, name)
    return {
        "name": name,
        "type": type_,
        "case": facts.case if facts else "",
        "shape": facts.shape if facts else "",
        "values": list(facts.values) if facts else [],
        "match_instead": facts.match_instead if facts else "",
        "flags": sorted(facts.flags) if facts else [],
        "deprecated": _deprecation(facts.deprecated) if facts else None,
    }


def column_lines(column: dict[str, Any]) -> list[str]:
    """Return the lines on a column."""
    values = column["values"]
    more = f", ... ({len(values)} in all)" if len(values) > _MOST_VALUES else ""
    holds = "JSON " + column["shape"] if column["shape"] else ""
    return [
        f"{column['table']}.{column['name']}  column, {column['type']}",
        "",
        *_fields(
            ("text", _CASES.get(column["case"], "")),
            ("holds", holds),
            ("values", ", ".join(values[:_MOST_VALUES]) + more),
            ("compare instead", column["match_instead"]),
            ("remarks", ", ".join(_FLAGS.get(flag, flag.replace("_", " ")) for flag in column["flags"])),
            ("deprecated", _deprecation_text(column["deprecated"])),
        ),
    ]


def columns_lines(column: dict[str, Any]) -> list[str]:
    """Return the lines on the columns of a name."""
    tables = column["tables"]
    width = max(len(one["table"]) for one in tables)
    return [
        f"{column['name']}  column, for example of",
        "",
        *(f"  {one['table']:<{width}}  {one['type']}" for one in tables),
    ]


# ---- functions -------------------------------------------------------------------------------------------------------


def functions(known: Catalog, name: str) -> Iterable[dict[str, Any]]:
    """Yield the function, the aggregate and the plugin of a name."""
    for function in (known.function(name), known.aggregate(name), known.plugin(name)):
        if function is not None:
            yield {
                "kind": "function",
                "name": name,
                "is": str(function.kind),
                "description": known.description(name),
                "signatures": [_signature(function, each) for each in function.signatures],
                "replacement": function.replacement,
                "page": function.page,
            }


def _signature(function: Function, signature: Signature) -> str:
    shown = ", ".join(_parameter(each) for each in signature.parameters)
    returns = _RETURNS.get(signature.returns, signature.returns)
    return f"{function.name}({shown})" + (f" -> {returns}" if returns else "")


def _parameter(parameter: Parameter) -> str:
    accepts = _CLASSES.get(parameter.accepts, parameter.accepts) or "any"
    shown = f"{parameter.name}: {accepts}" + (", ..." if parameter.is_repeatable else "")
    return f"[{shown}]" if parameter.is_optional else shown


def _wrapped(signature: str) -> list[str]:
    """Return a signature's lines: broken between parameters or before what it returns, nowhere else."""
    first, *parts = re.split(r"(?<=,) (?!\.\.\.)| (?=-> )", signature)
    lines = ["  " + first]
    for part in parts:
        if len(f"{lines[-1]} {part}") <= _WIDTH:
            lines[-1] += " " + part
        else:
            lines.append("      " + part)
    return lines


def function_lines(function: dict[str, Any]) -> list[str]:
    """Return the lines on a function."""
    replacement = function["replacement"]
    return [
        f"{function['name']}  {function['is']}",
        "",
        *textwrap.wrap(function["description"], _WIDTH, initial_indent="  ", subsequent_indent="  "),
        *([""] if function["description"] else []),
        *(line for signature in function["signatures"] for line in _wrapped(signature)),
        "",
        *_fields(
            ("deprecated", f"write `{replacement}`" if replacement else ""),
            ("page", function["page"]),
        ),
    ]


# ---- what they share -------------------------------------------------------------------------------------------------


def _deprecation(found: Deprecation | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {"state": found.state, "replacements": list(found.replacements), "date": found.date}


def _deprecation_text(found: dict[str, Any] | None) -> str:
    if found is None:
        return ""
    instead = " or ".join(found["replacements"])
    when = f" ({found['date']})" if found["date"] else ""
    return f"{found['state']}{when}" + (f"; use {instead}" if instead else "")


def _fields(*pairs: tuple[str, str]) -> list[str]:
    given = [(name, value) for name, value in pairs if value]
    width = max((len(name) for name, _ in given), default=0)
    lines: list[str] = []
    for name, value in given:
        wrapped = textwrap.wrap(value, _WIDTH - width - 4, break_long_words=False, break_on_hyphens=False)
        lines.append(f"  {name:<{width}}  {wrapped[0]}")
        lines += [f"  {'':<{width}}  {rest}" for rest in wrapped[1:]]
    return lines
