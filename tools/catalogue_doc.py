"""Fill the counts of docs/catalogue.md from the catalogue. `--check` writes nothing and fails if it is stale."""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from kqlpack import catalog
from kqlpack.catalog import catalog as rows
from kqlpack.catalog.types import ScalarType

PATH = Path(__file__).resolve().parents[1] / "docs" / "catalogue.md"

_PART = re.compile(r"(<!-- counts -->).*?(<!-- end -->)", re.DOTALL)


def content() -> str:
    """Return the page with today's counts."""
    known = catalog.load()
    names = known.table_names()
    tables = [table for name in names if (table := known.table(name)) is not None]
    lines = rows._function_lines()  # noqa: SLF001 - the page counts what no query asks for
    facts = [known.table_facts(table.name) for table in tables]
    with_columns = {
        table.name: sum(known.column_facts(table.name, column.name) is not None for column in table.columns)
        for table in tables
    }
    deprecated = sum(fact is not None and fact.deprecated is not None for fact in facts)
    replaced = [
        line for group in lines.values() for line in group.values() if (fields := line.split("\t"))[4] and fields[0]
    ]
    counts = [
        ("tables", len(tables)),
        ("of these with columns", sum(bool(table.columns) for table in tables)),
        ("columns", sum(len(table.columns) for table in tables)),
        ("columns with facts", sum(with_columns.values())),
        ("deprecated tables", deprecated),
        ("functions", len(lines["function"])),
        ("aggregates", len(lines["aggregate"])),
        ("plugins", len(lines["plugin"])),
        ("functions to be written otherwise", len(replaced)),
        ("scalar types", sum(kind.is_known for kind in ScalarType)),
    ]
    size = sum(path.stat().st_size for path in rows.DATA.iterdir() if path.is_file())
    page = ["| what | count |", "| --- | --- |", *(f"| {what} | {count:,} |" for what, count in counts)]
    page.append(f"| kB in the package | {size // 1000:,} |")
    text = PATH.read_text(encoding="utf-8")
    return _PART.sub(lambda match: "\n".join([match[1], *page, match[2]]), text)


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
