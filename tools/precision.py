"""What share of a rule's findings in public queries is right. In: tests/lint/labels. Out: `Measured`, and a table.

A file of labels is `<slug>.tsv`. Its first line says how often the rule fires: `# fires: N in M queries`. Each other
line is a finding that somebody looked at: the query's id, the offset, `right` or `wrong`. The queries are other
people's and stand nowhere here.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kqlpack.lint import all_rules

FOLDER: Final = Path(__file__).resolve().parent.parent / "tests" / "lint" / "labels"
# From this share on, a rule may run without being asked for.
ENOUGH: Final = 0.95
_FIRES: Final = re.compile(r"# fires: (\d+) in (\d+) queries")
_LABEL: Final = re.compile(r"([0-9a-f]+)\t(\d+)\t(right|wrong)")


@dataclass(frozen=True, slots=True)
class Measured:
    """How a rule did: it fires in so many of so many queries, and so many of the findings looked at were right."""

    slug: str
    fires: int
    queries: int
    labelled: int
    right: int

    @property
    def share(self) -> float:
        """The share of findings that were right; of none, all were."""
        return self.right / self.labelled if self.labelled else 1.0

    @property
    def sentence(self) -> str:
        """The line that a rule's page has about it."""
        times = "once" if self.fires == 1 else f"{self.fires} times"
        first = f"Measured: fires {times} in {self.queries:,} public queries"
        return f"{first}; {self.right} of {self.labelled} looked at were right." if self.labelled else f"{first}."


def read(path: Path) -> Measured:
    """Read a file of labels. Raises ValueError for a line that is none."""
    lines = path.read_text("utf-8").splitlines()
    fires = _FIRES.fullmatch(lines[0] if lines else "")
    labels = [_LABEL.fullmatch(line) for line in lines[1:]]
    if fires is None or None in labels:
        message = f"{path.name}: a line that is neither `# fires: N in M queries` nor a label"
        raise ValueError(message)
    right = sum(label is not None and label[3] == "right" for label in labels)
    return Measured(path.stem, int(fires[1]), int(fires[2]), len(labels), right)


def measured(folder: Path = FOLDER) -> dict[str, Measured]:
    """Return what was measured, by the rules' names."""
    return {path.stem: read(path) for path in sorted(folder.glob("*.tsv"))}


def table(found: dict[str, Measured]) -> str:
    """Return a table in Markdown; rules that have to be asked for are marked."""
    opt_in = {rule.slug for rule in all_rules() if rule.opt_in}
    rows = [
        f"| {one.slug}{' (opt-in)' * (one.slug in opt_in)} | {one.fires} | {one.labelled} "
        f"| {f'{one.share:.0%}' if one.labelled else '-'} |"
        for one in found.values()
    ]
    return "\n".join(["| rule | fires | looked at | right |", "| --- | --: | --: | --: |", *rows])


def main() -> int:
    """Print the table."""
    print(table(measured()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
