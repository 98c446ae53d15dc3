"""Reads the rules' fixtures: `<group>/<slug>.md`, each a list of cases under `##` headings.

A case is a fenced block `kql`, `yaml` (a whole pack.yaml) or `json` (other people's file), in which every line where
the fixture's rule finds something ends in a marker: `// warning: [slug]`, in YAML `# error: [slug]`. Markers are
taken out before the text is read. Behind it stand what a terminal would show (a block `text`) and the text after its
fixes, unsafe ones included (a block `fixed`), as far as there are any. `KQLPACK_UPDATE=1 pytest tests/lint` writes
those two anew.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent
_HEADING = re.compile(r"^## (.+)$", re.MULTILINE)
_BLOCK = re.compile(r"^```(kql|yaml|json)\n(.*?)^```$\n?", re.MULTILINE | re.DOTALL)
_OUTCOME = re.compile(r"\n*^```(text|fixed)\n(.*?)^```$\n?", re.MULTILINE | re.DOTALL)
_MARKER = re.compile(r"[ \t]*(?://|#) (error|warning|info): \[([a-z-]+)\]$")


@dataclass(frozen=True)
class Case:
    """A text, and what is to be found in it: (line, severity) of every finding of the fixture's rule."""

    path: Path
    title: str
    language: str
    text: str
    expected: list[tuple[int, str]]
    snapshot: str
    fixed: str

    @property
    def slug(self) -> str:
        return self.path.stem


def fixture_files() -> list[Path]:
    return sorted(FOLDER.glob("*/*.md"))


def read(path: Path) -> list[Case]:
    return [_case(path, title, section) for title, section in _sections(path.read_text("utf-8"))[1:]]


def write(case: Case, snapshot: str, fixed: str) -> Case:
    """Write what is shown and the text after its fixes behind the case's text; return the case as it is now."""
    parts = []
    for title, section in _sections(case.path.read_text("utf-8")):
        block = _BLOCK.search(section)
        if title != case.title or block is None:
            parts.append(section)
            continue
        blocks = [section[: block.end()].rstrip("\n")]
        if snapshot:
            blocks.append(f"```text\n{snapshot}\n```")
        if fixed:
            blocks.append(f"```fixed\n{fixed.rstrip()}\n```")
        rest = _OUTCOME.sub("", section[block.end() :]).strip("\n")
        parts.append("\n\n".join([*blocks, *([rest] if rest else [])]) + "\n\n")
    case.path.write_text("".join(parts).rstrip("\n") + "\n", "utf-8")
    return next(each for each in read(case.path) if each.title == case.title)


def _sections(text: str) -> list[tuple[str, str]]:
    starts = [(match.group(1), match.start()) for match in _HEADING.finditer(text)]
    ends = [start for _, start in starts[1:]] + [len(text)]
    head = text[: starts[0][1]] if starts else text
    return [("", head), *((title, text[start:end]) for (title, start), end in zip(starts, ends, strict=True))]


def _case(path: Path, title: str, section: str) -> Case:
    block = _BLOCK.search(section)
    assert block is not None, f"{path.stem}: the case `{title}` has no block"
    lines, expected = [], []
    for number, line in enumerate(block.group(2).split("\n"), start=1):
        rest = line
        while marker := _MARKER.search(rest):
            assert marker.group(2) == path.stem, f"{path.stem}: a marker for another rule in `{title}`"
            expected.append((number, marker.group(1)))
            rest = rest[: marker.start()]
        lines.append(rest)
    outcomes = {match.group(1): match.group(2).rstrip("\n") for match in _OUTCOME.finditer(section[block.end() :])}
    text = "\n".join(lines)
    return Case(path, title, block.group(1), text, expected, outcomes.get("text", ""), outcomes.get("fixed", ""))
