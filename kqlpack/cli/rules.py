"""`kqlpack rules`: lists the rules."""

from __future__ import annotations

import json

import click

from kqlpack.lint import all_rules


@click.command("rules")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(format_: str) -> int:
    """List the rules of `kqlpack lint`.

    \b
    Examples:
      kqlpack rules
      kqlpack rules --format json
    """
    rules = all_rules()
    if format_ == "json":
        rows = [
            {
                "code": rule.code,
                "rule": rule.slug,
                "group": rule.group.value,
                "severity": rule.severity.value,
                "default": not rule.opt_in,
                "fix": rule.fixes.value if rule.fixes else None,
                "title": rule.title,
            }
            for rule in rules
        ]
        click.echo(json.dumps(rows, indent=1))
        return 0
    width = max(len(rule.slug) for rule in rules)
    for rule in rules:
        mark = {"safe": "[*]", "unsafe": "[u]"}.get(rule.fixes.value if rule.fixes else "", "   ")
        click.echo(
            f"{rule.code} {rule.slug:<{width}} {rule.severity.value:<7} {mark} {'(opt-in) ' * rule.opt_in}{rule.title}"
        )
    if any(rule.opt_in for rule in rules):
        click.echo("\n(opt-in): runs when it is named, as in `--extend-select RULE`", nl=False)
    click.echo("\n[*] has a safe fix (--fix), [u] one that may change what a query means (--unsafe-fixes)")
    return 0
