"""Where Microsoft's parser is not followed. In: tests/conformance/exceptions. Out: whether a text is such."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

PATH = Path(__file__).resolve().parents[1] / "tests" / "conformance" / "exceptions"


@cache
def exceptions() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return the patterns, each with its reason."""
    rows = [line.split("\t") for line in PATH.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    return tuple((re.compile(pattern), reason) for pattern, reason in rows)


def is_exception(text: str) -> bool:
    """Tell whether one of the patterns is found in a text on which the verdicts differ."""
    return any(pattern.search(text) for pattern, _ in exceptions())
