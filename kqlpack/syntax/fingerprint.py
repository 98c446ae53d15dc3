"""Tells whether the parse tables fit the grammar. In: the files that they are made from. Out: a checksum."""

from __future__ import annotations

from pathlib import Path
from zlib import crc32

PACKAGE = Path(__file__).resolve().parents[1]


def grammar_path() -> Path:
    """Return where kql.lark lies: inside the package in a wheel, beside it in a checkout."""
    inside = PACKAGE / "grammar" / "kql.lark"
    return inside if inside.exists() else PACKAGE.parent / "grammar" / "kql.lark"


def fingerprint() -> int:
    """Return a checksum over all that the tables are made from; a checkout computes it at every start."""
    here = Path(__file__).resolve().parent
    sources = [grammar_path(), here / "compile.py", here / "continuation.py", here / "build.py", here / "keywords.py"]
    sources += sorted((here / "nodes").glob("*.py"))
    value = 0
    for source in sources:
        value = crc32(source.read_bytes(), value)
    return value
