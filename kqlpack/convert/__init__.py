"""Other people's formats into packs. In: files, texts with placeholders. Out: a pack's files, templates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.lazy import exports

if TYPE_CHECKING:
    from kqlpack.convert.guess import Hint
    from kqlpack.convert.packs import KINDS, Adopted, Note, adopt
    from kqlpack.convert.placeholders import Style
    from kqlpack.convert.translation import Declared, Translation, as_query, translate

__getattr__ = exports(
    __name__,
    {
        "packs": ("KINDS", "Adopted", "Note", "adopt"),
        "guess": ("Hint",),
        "placeholders": ("Style",),
        "translation": ("Declared", "Translation", "as_query", "translate"),
    },
)

__all__ = [
    "KINDS",
    "Adopted",
    "Declared",
    "Hint",
    "Note",
    "Style",
    "Translation",
    "adopt",
    "as_query",
    "translate",
]
