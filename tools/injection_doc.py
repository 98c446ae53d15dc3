"""Write the cases of docs/injection.md. `--check` writes nothing and fails if they are stale.

In: a value and templates for each place, which stand here. Out: the page: what the value makes of the query where it is
pasted, by `str.format`, by an f-string and by Jinja2, and what it makes of it with kqlpack. Outcomes are worked out:
whoever changes what kqlpack does changes the page.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from jinja2 import Environment

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import kqlpack
from kqlpack.pipeline import load
from kqlpack.syntax.nodes.base import children
from kqlpack.template import render

if TYPE_CHECKING:
    from collections.abc import Callable

    from kqlpack.syntax.nodes.base import Node
    from kqlpack.template import Rendered

PATH: Final = Path(__file__).resolve().parents[1] / "docs" / "injection.md"
_PART: Final = re.compile(r"(<!-- cases -->).*?(<!-- end -->)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Case:
    """A value that somebody gives, and the query that it is for, written in each way.

    `pasted` and `f_string` put in the text that the value is as text: for a list, its items in quotes.
    """

    place: str
    declared: str
    value: object
    harmless: object
    pasted: str
    f_string: Callable[[str], str]
    template: str
    effect: str
    ours: str = "the query that was meant"


CASES: Final = (
    Case(
        "A string",
        "{type: string}",
        'ada" or "" == "',
        "ada",
        'SigninLogs | where UserPrincipalName == "{value}"',
        lambda value: f'SigninLogs | where UserPrincipalName == "{value}"',
        "SigninLogs | where UserPrincipalName == {{ value }}",
        "everybody's sign-ins",
    ),
    Case(
        "A list",
        '{type: "list[string]"}',
        ["203.0.113.7", '") or IPAddress !in ("'],
        ["203.0.113.7", "203.0.113.8"],
        "SigninLogs | where IPAddress in ({value})",
        lambda value: f"SigninLogs | where IPAddress in ({value})",
        "SigninLogs | where IPAddress in ({{ value }})",
        "sign-ins from everywhere",
    ),
    Case(
        "The name of a table",
        "{type: table}",
        "SigninLogs | union AuditLogs",
        "SigninLogs",
        "{value} | take 10",
        lambda value: f"{value} | take 10",
        "{{ value }} | take 10",
        "another table's rows",
        "one name, which no table has",
    ),
    Case(
        "A comment",
        "{type: string}",
        "ada\n| union AuditLogs",
        "ada",
        "SigninLogs // for {value}\n| take 10",
        lambda value: f"SigninLogs // for {value}\n| take 10",
        "SigninLogs // for {{ value }}\n| take 10",
        "another table's rows",
    ),
    Case(
        "A number",
        "{type: int}",
        "10 | union AuditLogs",
        "10",
        "SigninLogs | take {value}",
        lambda value: f"SigninLogs | take {value}",
        "SigninLogs | take {{ value }}",
        "another table's rows",
    ),
    Case(
        "A datetime",
        "{type: datetime}",
        "2024-01-01) or (true",
        "2024-01-01",
        "SigninLogs | where (TimeGenerated > datetime({value}))",
        lambda value: f"SigninLogs | where (TimeGenerated > datetime({value}))",
        "SigninLogs | where TimeGenerated > {{ value }}",
        "all that is kept, at any cost",
    ),
)


def as_text(value: object) -> str:
    """Return what people paste for a value: for a list, its items in quotes."""
    return ", ".join(f'"{item}"' for item in value) if isinstance(value, list) else str(value)


def pastings(case: Case, value: object) -> dict[str, str]:
    """Return the query with a value pasted, in each of three ways."""
    text = as_text(value)
    jinja = Environment(autoescape=False)  # noqa: S701 - KQL is no HTML, and this is what is shown to be unsafe
    return {
        "`str.format`": case.pasted.format(value=text),
        "an f-string": case.f_string(text),
        "Jinja2": jinja.from_string(case.pasted.replace("{value}", "{{ value }}")).render(value=text),
    }


def rendering(case: Case, value: object) -> Rendered:
    """Return the query as kqlpack renders it."""
    body = case.template.replace("\n", "\n      ")
    text = (
        f"kqlpack: 1\nname: p\nparameters:\n  value: {case.declared}\nqueries:\n  - id: q\n    query: |\n      {body}\n"
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pack.yaml"
        path.write_text(text, encoding="utf-8")
        return render(load(path).queries["q"], {"value": value})


def tree(text: str) -> str:
    """Return the shape of a query's tree: what its nodes are, and not what names and literals hold."""
    return _shape(kqlpack.parse(text).root)


def _shape(node: Node) -> str:
    inner = ", ".join(map(_shape, children(node)))
    return f"{type(node).__name__}({inner})" if inner else type(node).__name__


def outcome(case: Case) -> str:
    """Return what kqlpack makes of the value: the query, or why there is none."""
    made = rendering(case, case.value)
    return made.text.rstrip("\n") if made.ok else f"refused: {made.diagnostics[0].message}"


def _section(case: Case) -> list[str]:
    pasted = pastings(case, case.value)["`str.format`"]
    jinja = case.pasted.replace("{value}", "{{ value }}")
    refused = not rendering(case, case.value).ok
    made = outcome(case).replace("|", r"\|") if refused else _code(outcome(case))
    f_string = "f" + repr(case.pasted)
    value = case.value if isinstance(case.value, str) else json.dumps(case.value)
    return [
        f"## {case.place}",
        "",
        f"`value` is {_code(value)}.",
        "",
        "| | template | what it becomes | gives |",
        "| --- | --- | --- | --- |",
        f"| `str.format` | {_code(case.pasted)} | {_code(pasted)} | **{case.effect}** |",
        f"| an f-string | {_code(f_string)} | the same | **{case.effect}** |",
        f"| Jinja2 | {_code(jinja)} | the same | **{case.effect}** |",
        f"| kqlpack | {_code(case.template)} | {made} | {'no query' if refused else case.ours} |",
        "",
    ]


def _code(text: str) -> str:
    """Return a text as code in a cell of a table; a line end is shown as `⏎`."""
    return f"`{text.replace(chr(10), ' ⏎ ').replace('|', chr(92) + '|')}`"


def content() -> str:
    """Return the page with today's outcomes."""
    lines = [line for case in CASES for line in _section(case)]
    return _PART.sub(lambda match: "\n".join([match[1], *lines[:-1], match[2]]), PATH.read_text(encoding="utf-8"))


def is_stale() -> bool:
    """Tell whether the page is not what would be written."""
    return PATH.read_text(encoding="utf-8") != content()


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail if the page is stale")
    if parser.parse_args().check:
        return int(is_stale())
    PATH.write_text(content(), encoding="utf-8", newline="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
