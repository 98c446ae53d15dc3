"""Write docs/rules: a page per rule, from its docstring, and the index. `--check` writes nothing and fails if stale."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from kqlpack.diagnostics import Applicability
from kqlpack.lint import Group, Rule, all_rules
from tools.precision import Measured, measured

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "rules"

_FIXES = {
    None: "none",
    Applicability.DISPLAY_ONLY: "shown, but not applied",
    Applicability.UNSAFE: "with `--fix --unsafe-fixes`",
    Applicability.SAFE: "with `--fix`",
}
_GROUPS = {
    Group.SYNTAX: "Text that is not KQL.",
    Group.BINDING: "Names that stand for nothing, and types that don't fit.",
    Group.CORRECTNESS: "Queries that run and don't find what they should.",
    Group.COST: "Queries that read more than they need.",
    Group.STYLE: "Queries that could be easier to read.",
    Group.TEMPLATE: "Templates and their parameters.",
    Group.PACK: "Pack files.",
    Group.PORTABILITY: "What a target refuses.",
    Group.SECURITY: "Secrets, and what runs with a reader's rights.",
}


def page(rule: Rule, precision: Measured | None = None) -> str:
    """Return a rule's page; `precision` is how it did on public queries, where that was measured."""
    _, _, rest = rule.documentation.partition("\n")
    body = rest.strip("\n").replace("```kql bad", "```kql").replace("```kql good", "```kql")
    body = body.replace("```yaml bad", "```yaml").replace("```yaml good", "```yaml")
    facts = f"`{rule.code}` · {rule.group.value} · {rule.severity.value} · fix: {_FIXES[rule.fixes]}"
    if rule.opt_in:
        facts += f" · runs when it is named: `--extend-select {rule.slug}`"
    measure = f"\n{precision.sentence}\n" if precision else ""
    return f"# {rule.slug}\n\n{rule.title}\n\n{facts}\n\n{body}\n{measure}"


def index(rules: tuple[Rule, ...]) -> str:
    """Return the list of all rules, by group."""
    parts = ["# Rules"]
    for group in Group:
        members = [rule for rule in rules if rule.group is group]
        if members:
            table = ["| rule | code | severity | finds |", "| --- | --- | --- | --- |", *map(_row, members)]
            parts += [f"## {group.value}", _GROUPS[group], "\n".join(table)]
    return "\n\n".join(parts) + "\n"


def _row(rule: Rule) -> str:
    title = rule.title.replace("|", "\\|")
    return f"| [{rule.slug}]({rule.slug}.md) | {rule.code} | {rule.severity.value} | {title} |"


def pages() -> dict[str, str]:
    """Return every page by its file name."""
    rules = all_rules()
    precision = measured()
    return {"index.md": index(rules), **{f"{rule.slug}.md": page(rule, precision.get(rule.slug)) for rule in rules}}


def stale(folder: Path = FOLDER) -> list[str]:
    """Return the names of pages that are missing, differ, or belong to no rule."""
    wanted = pages()
    there = {path.name: path.read_text("utf-8") for path in folder.glob("*.md")}
    return sorted(name for name in {*wanted, *there} if wanted.get(name) != there.get(name))


def main() -> int:
    """Write the pages, or with `--check` say which ones would change."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a page is stale")
    arguments = parser.parse_args()
    names = stale()
    for name in names:
        print(f"{'stale' if arguments.check else 'written'}: docs/rules/{name}")
    if arguments.check:
        return 1 if names else 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    wanted = pages()
    for name in names:
        if name in wanted:
            (FOLDER / name).write_text(wanted[name], "utf-8")
        else:
            (FOLDER / name).unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())
