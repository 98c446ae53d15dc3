"""KQL's own ways of writing a text down. In: characters and the place they go to. Out: characters safe to stand there.

Sources: the Kusto documentation's pages "The string data type" (escapes, verbatim, multi-line and obfuscated literals)
and "Entity names" (bracket quoting); keywords from Kusto.Language's SyntaxKind.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from typing import Final


class Place(StrEnum):
    """Where in a query a value is written."""

    EXPRESSION = "an expression"
    ITEMS = "a list in parentheses"
    DYNAMIC = "a dynamic literal"
    TYPED_LITERAL = "a typed literal"  # between the parentheses of datetime( ), guid( ), ...
    COMMENT = "a comment"
    DOUBLE = 'a "string"'
    SINGLE = "a 'string'"
    VERBATIM_DOUBLE = 'a verbatim @"string"'
    VERBATIM_SINGLE = "a verbatim @'string'"
    BACKTICKS = "a multi-line ```string```"
    TILDES = "a multi-line ~~~string~~~"

    @property
    def is_string(self) -> bool:
        """Whether the place is inside a string literal."""
        return self in _STRINGS


_STRINGS: Final = frozenset(
    {Place.DOUBLE, Place.SINGLE, Place.VERBATIM_DOUBLE, Place.VERBATIM_SINGLE, Place.BACKTICKS, Place.TILDES}
)


class QuotingError(ValueError):
    """A text can't be written at this place. `help` says where it can."""

    def __init__(self, message: str, help: str = "") -> None:
        """Take both as parts of sentences for people."""
        self.help = help
        super().__init__(message)


# Characters with a short escape of their own; the ones that KQL and JSON share, so that dynamic literals may use them.
_SHORT: Final = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_HIDDEN: Final = frozenset({"Cc", "Cf", "Zl", "Zp"})  # controls, bidi and zero-width characters, line separators
_PLAIN: Final = re.compile(r"[\x20\x21\x23-\x26\x28-\x5b\x5d-\x7e]*")
_BARE_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

# Words that are never written bare as a name, though some of them could be at some places.
KEYWORDS: Final = frozenset(
    """
    __crossCluster __crossDB __id __isFuzzy __noWithSource __packedColumn __sourceColumnIndex __contextual_datatable
    __executeAndCache __partitionby __projectAway
    access accumulate alias and anomalychart areachart as asc bagexpansion barchart between bin bin_legacy bool boolean
    by byte card char columnchart consume contains contains_cs containscs count cycles database datatable dataformat
    date datetime datetime_pattern decimal declare decodeblocks default desc distinct double dynamic earliest edges
    endswith endswith_cs entity_group evaluate expandoutput extend external_data externaldata facet false filter find
    first flags float force_remote fork from getschema graph guid has has_all has_any has_cs hasprefix hasprefix_cs
    hassuffix hassuffix_cs hotcache id in inline_external_table int int16 int32 int64 int8 invoke isfuzzy journal join
    kind ladderchart last latest let like likecs limit linechart long lookup macro matches materialize mdm missing
    mvapply mvexpand nodes nooptimization not notcontains notcontainscs notlike notlikecs null nulls of on optional or
    order others output pack parse partition pathformat pattern piechart pivotchart plotly print project queries
    query_parameters range real reduce regex relaxed render restrict sample scan scatterchart search serialize set
    shards simple sort sql stackedareachart startswith startswith_cs statistics step string summarize table take time
    timechart timeline timepivot timespan title to top toscalar totable treemap true typeof uint uint16 uint32 uint64
    uint8 ulong union uniqueid uuid verbose view viewers where with with_itemindex with_match_id with_node_id
    with_source with_step_name withsource
    """.split()
)


def check_characters(text: str) -> None:
    """Refuse what no KQL text can hold: NUL and halves of surrogate pairs."""
    if "\0" in text:
        raise QuotingError("it holds the character NUL (U+0000)", "remove it")
    if not text.isascii():
        for character in text:
            if "\ud800" <= character <= "\udfff":
                raise QuotingError(f"it holds half of a character (U+{ord(character):04X})", "remove it")


def string_literal(text: str) -> str:
    """Write a text as a KQL string literal in double quotes."""
    return f'"{escaped(text, Place.DOUBLE)}"'


def escaped(text: str, place: Place) -> str:
    """Write a text so that it can stand inside a string literal of this kind and be nothing but its characters."""
    check_characters(text)
    if place in {Place.DOUBLE, Place.SINGLE}:
        return _with_escapes(text, '"' if place is Place.DOUBLE else "'")
    if place in {Place.VERBATIM_DOUBLE, Place.VERBATIM_SINGLE}:
        quote = '"' if place is Place.VERBATIM_DOUBLE else "'"
        _refuse_hidden(text, allowed="\t", place=place)
        return text.replace(quote, quote * 2)
    fence = "`" if place is Place.BACKTICKS else "~"
    _refuse_hidden(text, allowed="\t\n", place=place)
    if fence * 3 in text or text.startswith(fence) or text.endswith(fence):
        raise QuotingError(f"`{fence}` in it would end the literal", 'write the literal with `"` instead')
    return text


def _with_escapes(text: str, quote: str) -> str:
    if _PLAIN.fullmatch(text):
        return text
    result = []
    for character in text:
        if character == quote:
            result.append("\\" + quote)
        elif character in _SHORT:
            result.append(_SHORT[character])
        elif is_hidden(character):
            result.append(_numbered(character))
        else:
            result.append(character)
    return "".join(result)


def is_hidden(character: str) -> bool:
    """Tell whether a character can't be seen, or changes how others are seen."""
    return unicodedata.category(character) in _HIDDEN


def _numbered(character: str) -> str:
    """Write four hexadecimal digits; beyond U+FFFF a surrogate pair, which JSON knows too."""
    code = ord(character)
    if code <= 0xFFFF:
        return f"\\u{code:04x}"
    code -= 0x10000
    return f"\\u{0xD800 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"


def _refuse_hidden(text: str, allowed: str, place: Place) -> None:
    for character in text:
        if is_hidden(character) and character not in allowed:
            raise QuotingError(
                f"{place} has no escape for the character U+{ord(character):04X} in it",
                'write the literal with `"` instead',
            )


def comment_text(text: str) -> str:
    """Write a text so that it can't leave a comment: without line ends, other hidden characters made visible."""
    check_characters(text)
    result = []
    for character in text:
        if character in "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029":
            continue
        result.append(_numbered(character) if is_hidden(character) and character != "\t" else character)
    return "".join(result)


def entity_name(name: str) -> str:
    """Write a table's or column's name: bare where that is safe, else in brackets and quotes."""
    # Keywords are lower-case, but for true and false.
    if _BARE_NAME.fullmatch(name) and name not in KEYWORDS and name.lower() not in {"true", "false"}:
        return name
    if not name:
        raise QuotingError("a name can't be empty", "give it a name")
    return f"['{escaped(name, Place.SINGLE)}']"
