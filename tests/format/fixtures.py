"""Reads the style's fixtures: `*.md`, each a list of cases under `##` headings.

A case is a fenced block `kql`, the text as somebody wrote it, and a block `formatted`, the text as it should look.
`KQLPACK_UPDATE=1 pytest tests/format` writes the second block anew; read the difference before you commit it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent
_CASE = re.compile(
    r"^## (?P<title>.+?)$(?P<prose>.*?)^(?P<fence>````?)kql\n(?P<text>.*?)^(?P=fence)$"
    r"(?:\n+^(?P=fence)formatted\n(?P<formatted>.*?)^(?P=fence)$)?",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Case:
    """A text, and how it should look."""

    path: Path
    title: str
    text: str
    formatted: str


def cases() -> list[Case]:
    return [
        Case(path, match["title"], match["text"], match["formatted"] or "")
        for path in sorted(FOLDER.glob("*.md"))
        for match in _CASE.finditer(path.read_text("utf-8"))
    ]


def write(case: Case, formatted: str) -> None:
    """Write how the case's text looks now behind it."""

    def anew(match: re.Match[str]) -> str:
        if match["title"] != case.title:
            return match[0]
        fence = match["fence"]
        head = f"## {match['title']}{match['prose']}{fence}kql\n{match['text']}{fence}"
        return f"{head}\n\n{fence}formatted\n{formatted}{fence}"

    case.path.write_text(_CASE.sub(anew, case.path.read_text("utf-8")), "utf-8")
