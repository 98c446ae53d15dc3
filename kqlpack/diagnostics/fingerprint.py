"""A name for a finding that survives edits elsewhere. In: a diagnostic. Out: a short hash.

It is made of the rule, the query (or the file's name, where there is no query) and the words around the place, so that
moving lines, indenting and renaming folders don't change it. Words count up to a blank line and to another key of YAML
or JSON: other queries may come, go and change places beside it. Equal findings in one query have one fingerprint:
whoever keeps a list counts them.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from pathlib import PurePath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kqlpack.diagnostics.model import Diagnostic

_WORD = re.compile(r"\w+|[^\w\s]")
# A key of YAML or JSON, an entry of a list, a fence of Markdown.
_NEXT = re.compile(r"""- |['"]?[\w$][\w $.-]*['"]?:(?:\s|$)|`{3}|~{3}""")
_WORDS_AROUND = 4
_REACH = 1000


def fingerprint(diagnostic: Diagnostic) -> str:
    """Return 16 hexadecimal digits."""
    text, span = diagnostic.file.text, diagnostic.span
    before = _WORD.findall(_above(text[max(span.start - _REACH, 0) : span.start]))[-_WORDS_AROUND:]
    inside = _WORD.findall(text[span.start : span.end])
    after = _WORD.findall(_below(text[span.end : span.end + _REACH]))[:_WORDS_AROUND]
    place = diagnostic.query or PurePath(diagnostic.file.path).name
    parts = (diagnostic.rule, place, " ".join(before), " ".join(inside), " ".join(after))
    # It takes its time to load, and only some formats need it.
    import hashlib

    return hashlib.sha256("\0".join(parts).encode("utf-8", "backslashreplace")).hexdigest()[:16]


def distinct(diagnostics: Iterable[Diagnostic]) -> list[str]:
    """Return the fingerprints in the order of the findings, with a count behind those that came before."""
    seen: Counter[str] = Counter()
    result = []
    for diagnostic in diagnostics:
        name = fingerprint(diagnostic)
        seen[name] += 1
        result.append(name if seen[name] == 1 else f"{name}:{seen[name]}")
    return result


def _above(text: str) -> str:
    """Return what of the text before a place is of one piece with it."""
    *lines, own = text.split("\n")
    kept = list(itertools.takewhile(_goes_on, reversed(lines)))
    return "\n".join([*reversed(kept), own])


def _below(text: str) -> str:
    """Return what of the text behind a place is of one piece with it."""
    own, *lines = text.split("\n")
    return "\n".join([own, *itertools.takewhile(_goes_on, lines)])


def _goes_on(line: str) -> bool:
    return bool(line.strip()) and not _NEXT.match(line.strip())
