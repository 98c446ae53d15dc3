"""`kqlpack explain`: what is known of a table, a column, a function or a rule."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import click

from kqlpack import catalog
from kqlpack.catalog import describe, names
from kqlpack.cli.streams import Stopped
from kqlpack.lint import all_rules

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kqlpack.catalog import Catalog
    from kqlpack.lint import Rule


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
    found = [
        *describe.tables(known, name),
        *describe.columns(known, name),
        *describe.functions(known, name),
        *_rules(name),
    ]
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


_TEXTS: Final = {
    "table": describe.table_lines,
    "column": describe.column_lines,
    "columns": describe.columns_lines,
    "function": describe.function_lines,
    "rule": _rule_text,
}
