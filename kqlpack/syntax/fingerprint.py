"""Tells whether the parse tables fit the grammar. In: the files that they are made from. Out: a hash."""

from __future__ import annotations

import hashlib
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]


def grammar_path() -> Path:
    """Return where kql.lark lies: inside the package in a wheel, beside it in a checkout."""
    inside = PACKAGE / "grammar" / "kql.lark"
    return inside if inside.exists() else PACKAGE.parent / "grammar" / "kql.lark"


def fingerprint() -> str:
    """Return a hash over all that the tables are made from."""
    digest = hashlib.sha256()
    here = Path(__file__).resolve().parent
    sources = [grammar_path(), here / "compile.py", here / "continuation.py", here / "build.py", here / "keywords.py"]
    sources += sorted((here / "nodes").glob("*.py"))
    for source in sources:
        digest.update(source.read_bytes())
    return digest.hexdigest()
