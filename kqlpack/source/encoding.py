"""Bytes as text. In: what a file holds. Out: its text; for what is not UTF-8, a word on what it is instead."""

from __future__ import annotations

import codecs
from typing import Final

_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# How much of a text is looked at for its encoding, and how much of that makes sure.
_LOOKED_AT: Final = 400
_SURE: Final = 0.8


def decode(data: bytes) -> str:
    """Return a text in UTF-8, a mark at its head included. Raises UnicodeDecodeError for any other encoding."""
    if encoding := _wide_encoding(data):
        # Where its letters are Latin and no mark stands before them, UTF-16 reads as UTF-8 full of NUL characters.
        raise UnicodeDecodeError("utf-8", data, 0, min(len(data), 2), encoding)
    return data.decode("utf-8")


def decode_loosely(data: bytes) -> str:
    """Return as much of a text as can be read, to tell what it is about."""
    return data.decode(_wide_encoding(data) or "utf-8-sig", "replace")


def explain(error: UnicodeDecodeError) -> str:
    """Say what a text is that `decode` refuses: it `is UTF-16`."""
    encoding = _wide_encoding(error.object)
    if encoding:
        return f"is {encoding[:6].upper()}"
    return f"is not UTF-8 (byte {error.start} can't be read)"


def _wide_encoding(data: bytes) -> str:
    """Return the codec of an encoding of two or four bytes a character; empty for others."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding
    head = data[: min(_LOOKED_AT, len(data) // 2 * 2)]
    for encoding, zeros, others in (("utf-16-le", head[1::2], head[0::2]), ("utf-16-be", head[0::2], head[1::2])):
        if zeros and zeros.count(0) >= _SURE * len(zeros) and not others.count(0):
            return encoding
    return ""
