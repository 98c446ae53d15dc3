"""Knows the slips that people make, many of them from other languages. In: a `Break`. Out: words, and a fix."""

from __future__ import annotations

from typing import Final

from kqlpack.syntax.slips import signs, strings, structure, words
from kqlpack.syntax.slips.finding import Break, Finding

# In this order: the surest first.
_FINDERS: Final = (
    structure.two_pipes,
    structure.command,
    structure.directive,
    signs.foreign_comment,
    signs.foreign_sign,
    strings.smart_quote,
    strings.backtick,
    strings.raw_guid,
    strings.bad_string,
    strings.odd_quote,
    words.select,
    words.negation,
    words.capitals,
    words.like,
    words.is_null,
    words.group_by,
    structure.let,
    structure.materialize,
    signs.single_equals,
    structure.twice,
    structure.hyphenated_operator,
    structure.missing_pipe,
    structure.missing_semicolon,
    structure.closer,
    signs.invisible_character,
)


def find_slip(at: Break) -> Finding | None:
    """Return what is said of a slip that is known, or None."""
    if not at.tokens.texts:
        return None
    if at.at_end:
        return structure.the_end(at)
    for find in _FINDERS:
        if found := find(at):
            return found
    return None


__all__ = ["Break", "Finding", "find_slip"]
