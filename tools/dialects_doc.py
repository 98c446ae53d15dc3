"""Write the table of docs/dialects.md from the catalogue. `--check` writes nothing and fails if it is stale."""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from kqlpack.catalog.dialects import Dialect, lacks

PATH = Path(__file__).resolve().parents[1] / "docs" / "dialects.md"
_PART = re.compile(r"(<!-- lacks -->).*?(<!-- end -->)", re.DOTALL)


def content() -> str:
    """Return the page with today's table."""
    rows = [
        f"| what | {' | '.join(f'`{each}`' for each in Dialect)} | instead |",
        "| --- |" + " --- |" * (len(Dialect) + 1),
    ]
    for found in lacks().values():
        cells = ["no" if each in found.dialects else "yes" for each in Dialect]
        shown = f"[{found.kind} `{found.name}`]({found.page})"
        rows.append(f"| {shown} | {' | '.join(cells)} | {found.instead} |")
    return _PART.sub(lambda match: "\n".join([match[1], *rows, match[2]]), PATH.read_text(encoding="utf-8"))


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
