"""Fill the tables of docs/language.md from the code. `--check` writes nothing and fails if they are stale."""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from kqlpack.execute.duckdb.operators import OPERATORS, REFUSED, SOURCES
from kqlpack.semantics.operators import OPEN
from kqlpack.syntax import keywords, nodes
from kqlpack.syntax.settings import SETTINGS
from tools.exceptions import exceptions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

PATH = Path(__file__).resolve().parents[1] / "docs" / "language.md"
_PART = re.compile(r"(<!-- (\w+) -->).*?(<!-- end -->)", re.DOTALL)


def operators() -> str:
    """Return the table of all tabular operators."""
    rows = ["| operator | columns | runs |", "| --- | --- | --- |"]
    for kind in sorted(_operators(nodes.TabularOperator), key=lambda one: one.construct):
        if kind.construct.startswith("__"):
            continue
        columns = "not known" if kind in OPEN else "known"
        runs = "yes" if kind in OPERATORS or kind in SOURCES else f"no: {REFUSED[kind]}"
        rows.append(f"| `{kind.construct}` | {columns} | {runs} |")
    return "\n".join(rows)


def _operators(kind: type[nodes.TabularOperator]) -> Iterator[type[nodes.TabularOperator]]:
    for one in kind.__subclasses__():
        yield one
        yield from _operators(one)


def settings() -> str:
    """Return the table of all settings."""
    rows = ["| operator | setting | values |", "| --- | --- | --- |"]
    rows += [
        f"| `{operator}` | `{name}` | {_listed(values)} |"
        for operator, named in SETTINGS.items()
        for name, values in named.items()
    ]
    return "\n".join(rows)


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def not_followed() -> str:
    """Return the exceptions, a line each."""
    return "\n".join(f"* {reason}" for _, reason in exceptions())


def content() -> str:
    """Return the page as it should be."""
    inline = {
        "reserved": _listed(sorted(keywords.RESERVED_WORDS)),
        "special": _listed(sorted(keywords.SPECIAL_WORDS)),
        "extended": _listed(sorted(keywords.EXTENDED_WORDS)),
    }
    blocks = {"operators": operators(), "settings": settings(), "exceptions": not_followed()}

    def filled(match: re.Match[str]) -> str:
        name = match[2]
        text = inline[name] if name in inline else f"\n\n{blocks[name]}\n\n"
        return f"{match[1]}{text}{match[3]}"

    return _PART.sub(filled, PATH.read_text("utf-8"))


def is_stale() -> bool:
    """Tell whether the page differs from what it should be."""
    return content() != PATH.read_text("utf-8")


def main() -> int:
    """Write the page; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    if parser.parse_args().check:
        print("docs/language.md is stale" if is_stale() else "docs/language.md is fresh")
        return int(is_stale())
    PATH.write_text(content(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
