"""`kqlpack explain`: what is known of a table, a column, a function or a rule."""

from __future__ import annotations

import json
import re
import textwrap
from typing import TYPE_CHECKING, Any, Final

import click

from kqlpack import catalog
from kqlpack.catalog import names
from kqlpack.cli.streams import Stopped
from kqlpack.lint import all_rules

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kqlpack.catalog import Catalog, ColumnFacts, Deprecation, Function, Parameter, Signature, Table
    from kqlpack.lint import Rule

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


@click.command("explain")
@click.argument("name")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(name: str, format_: str) -> int:
    """Tell what is known of a table, a column, a function or a rule.

    NAME is a table, `Table.Column`, a column, a function, an aggregate, a plugin, or a rule's name or code.

    \b
    Examples:
      kqlpack explain SigninLogs
      kqlpack explain SigninLogs.ResultType
      kqlpack explain arg_max
      kqlpack explain string-number-equality
    """
    known = catalog.load()
    found = [*_tables(known, name), *_columns(known, name), *_functions(known, name), *_rules(name)]
    if not found:
        raise Stopped(_unknown(known, name))
    if format_ == "json":
        click.echo(json.dumps(found, indent=1, ensure_ascii=False))
    else:
        click.echo("\n\n".join("\n".join(_TEXTS[str(one["kind"])](one)) for one in found))
    return 0


def _unknown(known: Catalog, name: str) -> str:
    table_name, _, column = name.partition(".")
    table = known.table(table_name)
    near: str | None
    if column and table is not None:
        near = names.suggest(column, [each.name for each in table.columns])
        more = "; it may have more columns than are known" if table.is_open else ""
        hint = f"; did you mean `{table_name}.{near}`?" if near else more
        return f"`{table_name}` has no column `{column}`{hint}"
    rules = [rule.slug for rule in all_rules()]
    near = known.suggest_table(table_name) or known.suggest_function(name) or names.suggest(name, rules)
    hint = f"; did you mean `{near}`?" if near else ""
    return f"`{name}` is no table, column, function or rule that is known{hint}"


# ---- tables ----------------------------------------------------------------------------------------------------------


def _tables(known: Catalog, name: str) -> Iterable[dict[str, Any]]:
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


def _table_text(table: dict[str, Any]) -> list[str]:
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


def _columns(known: Catalog, name: str) -> Iterable[dict[str, Any]]:
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


def _column_text(column: dict[str, Any]) -> list[str]:
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


def _columns_text(column: dict[str, Any]) -> list[str]:
    tables = column["tables"]
    width = max(len(one["table"]) for one in tables)
    return [
        f"{column['name']}  column, for example of",
        "",
        *(f"  {one['table']:<{width}}  {one['type']}" for one in tables),
    ]


# ---- functions -------------------------------------------------------------------------------------------------------


def _functions(known: Catalog, name: str) -> Iterable[dict[str, Any]]:
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


def _function_text(function: dict[str, Any]) -> list[str]:
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


# ---- rules -----------------------------------------------------------------------------------------------------------


def _rules(name: str) -> Iterable[dict[str, Any]]:
    rule: Rule
    for rule in all_rules():
        if name in {rule.slug, rule.code}:
            yield {
                "kind": "rule",
                "name": rule.slug,
                "code": rule.code,
                "severity": rule.severity.value,
                "fix": rule.fixes.value if rule.fixes else None,
                "documentation": rule.documentation,
            }


def _rule_text(rule: dict[str, Any]) -> list[str]:
    fix = f", {rule['fix']} fix" if rule["fix"] else ""
    return [f"{rule['name']}  rule {rule['code']}, {rule['severity']}{fix}", "", rule["documentation"].rstrip()]


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


_TEXTS: Final = {
    "table": _table_text,
    "column": _column_text,
    "columns": _columns_text,
    "function": _function_text,
    "rule": _rule_text,
}
