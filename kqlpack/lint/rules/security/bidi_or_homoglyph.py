"""bidi-or-homoglyph."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from kqlpack.diagnostics import Applicability, Severity
from kqlpack.lint.context import replacing
from kqlpack.lint.registry import Group, rule
from kqlpack.source import Span
from kqlpack.syntax.nodes import QueryBlock, StringLiteral, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic, Fix
    from kqlpack.lint.context import KqlContext


# Characters that change the order in which others are shown, and those that nobody sees.
# Source: the Unicode Standard, annex 9 (bidirectional formatting characters) and its characters of the class Cf.
_ORDER = {
    "\u202a": "LEFT-TO-RIGHT EMBEDDING",
    "\u202b": "RIGHT-TO-LEFT EMBEDDING",
    "\u202c": "POP DIRECTIONAL FORMATTING",
    "\u202d": "LEFT-TO-RIGHT OVERRIDE",
    "\u202e": "RIGHT-TO-LEFT OVERRIDE",
    "\u2066": "LEFT-TO-RIGHT ISOLATE",
    "\u2067": "RIGHT-TO-LEFT ISOLATE",
    "\u2068": "FIRST STRONG ISOLATE",
    "\u2069": "POP DIRECTIONAL ISOLATE",
}
_UNSEEN = {
    "\u00ad": "SOFT HYPHEN",
    "\u200b": "ZERO WIDTH SPACE",
    "\u200e": "LEFT-TO-RIGHT MARK",
    "\u200f": "RIGHT-TO-LEFT MARK",
    "\u2060": "WORD JOINER",
    "\ufeff": "ZERO WIDTH NO-BREAK SPACE",
}
_HIDDEN = re.compile(f"[{''.join((*_ORDER, *_UNSEEN))}]")
# A word of Latin letters with a Greek or Cyrillic one in it, which looks the same.
_WORD = re.compile(r"[^\W\d_]{3,}")
_LATIN, _OTHER = re.compile("[A-Za-z]"), re.compile("[\u0370-\u03ff\u0400-\u04ff]")


@rule(
    code="KQL810",
    group=Group.SECURITY,
    severity=Severity.ERROR,
    on=(QueryBlock,),
    fixes=Applicability.SAFE,
)
def bidi_or_homoglyph(root: QueryBlock, context: KqlContext) -> Iterator[Diagnostic]:
    """Find characters that nobody sees, that change the order of others, or that look like other ones.

    A query that was copied from a page or a mail may hold them, and finds nothing, since the text that it looks for has
    none. One that was sent on purpose shows its readers something else than what runs.

    ```kql bad
    SigninLogs
    | where TimeGenerated > ago(1d) and Identity == "ad\u200bmin"
    ```

    Write instead:

    ```kql good
    SigninLogs
    | where TimeGenerated > ago(1d) and Identity == "ad\\u200bmin"
    ```

    The fix takes them out between the words of the language, and in a string writes them as an escape, `\\u200b`, which
    means the same and can be seen. Comments, and strings that know no escapes, are for their author to mend.
    """  # noqa: D301 - the example holds a character that nobody sees, as an escape
    text = context.file.text
    if text.isascii():
        return
    strings = [node for node in walk(root) if isinstance(node, StringLiteral)]
    starts = [node.start for node in strings]
    for match in _HIDDEN.finditer(text):
        at, letter = match.start(), match[0]
        if at == 0 or (letter in _UNSEEN and not _is_amid_ascii(text, at)):
            continue
        index = bisect_right(starts, at) - 1
        inside = strings[index] if index >= 0 and at < strings[index].end else None
        name = _ORDER.get(letter) or _UNSEEN[letter]
        what = "changes the order in which the text is shown" if letter in _ORDER else "can't be seen"
        yield context.finding(
            Span(at, at + 1),
            f"`U+{ord(letter):04X}` ({name}) {what}, so that this is not what it looks like",
            help=f"write `\\u{ord(letter):04x}`, if it is meant, or take it out" if inside else "take it out",
            fix=_fix(at, letter, inside, context),
        )
    for node in strings:
        for match in _WORD.finditer(node.text):
            if "[" not in node.text and _LATIN.search(match[0]) and (other := _OTHER.search(match[0])):
                at = node.start + match.start() + other.start()
                yield context.finding(
                    Span(at, at + 1),
                    f"`U+{ord(other[0]):04X}` looks like a Latin letter and is none, so that this word is not found",
                    help="write the Latin letter, or, if the other one is looked for, "
                    f"`\\u{ord(other[0]):04x}`, which can be seen",
                    severity=Severity.WARNING,
                )


def _is_amid_ascii(text: str, at: int) -> bool:
    """Tell whether a character stands among letters of ASCII: other scripts, and emoji, need some of these."""
    return text[at - 1 : at].isascii() and text[at + 1 : at + 2].isascii()


def _fix(at: int, letter: str, inside: StringLiteral | None, context: KqlContext) -> Fix | None:
    span = Span(at, at + 1)
    text = context.file.text
    if inside is not None:
        # Verbatim strings and those of several lines know no escapes.
        knows_escapes = inside.text.lstrip("hH")[:1] in {'"', "'"} and inside.text.count("@") == 0
        return replacing("Write an escape", (span, f"\\u{ord(letter):04x}")) if knows_escapes else None
    line = text[text.rfind("\n", 0, at) + 1 : at]
    if "//" in line:
        return None
    is_between_words = text[at - 1].isalnum() and text[at + 1 : at + 2].isalnum()
    return replacing("Take it out", (span, " " if is_between_words else ""))
