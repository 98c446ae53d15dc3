"""Semantic versions and ranges of them. In: texts, as `1.2.0` and `^1.0`. Out: `Version`, ordered, and `Range`.

Versions are those of https://semver.org; ranges are npm's (https://github.com/npm/node-semver#ranges), which Cargo
shares but for a bare `1.2`: to npm, and here, that is `1.2.x`. Of the libraries that read them none carries types.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import total_ordering
from typing import Final

_NUMBER: Final = r"(?:0|[1-9][0-9]*)"
_WORDS: Final = r"[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*"
_VERSION: Final = re.compile(rf"({_NUMBER})\.({_NUMBER})\.({_NUMBER})(?:-({_WORDS}))?(?:\+{_WORDS})?")
_PART: Final = rf"({_NUMBER}|[xX*])"
_COMPARATOR: Final = re.compile(
    rf"(\^|~|>=|<=|>|<|=)?\s*{_PART}(?:\.{_PART}(?:\.{_PART}(?:-({_WORDS}))?(?:\+{_WORDS})?)?)?"
)
_SEPARATOR: Final = re.compile(r"\s*,\s*|\s+|$")
# Longer numbers are no versions, and Python refuses to read the longest.
_MAX_LENGTH: Final = 256


@total_ordering
@dataclass(frozen=True, slots=True)
class Version:
    """A version. `pre` are the words of a pre-release (`rc.1`); what follows `+` counts for nothing and is not kept."""

    major: int
    minor: int = 0
    patch: int = 0
    pre: tuple[str, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Version | None:
        """Read `1.2.0`, `2.0.0-rc.1`, `1.0.0+build`. None when it is no version."""
        match = _VERSION.fullmatch(text) if len(text) <= _MAX_LENGTH else None
        if match is None:
            return None
        pre = tuple(match[4].split(".")) if match[4] else ()
        return cls(int(match[1]), int(match[2]), int(match[3]), pre)

    @property
    def release(self) -> tuple[int, int, int]:
        """The three numbers."""
        return self.major, self.minor, self.patch

    def __lt__(self, other: Version) -> bool:
        """Tell whether this version comes before another. https://semver.org, point 11."""
        return self._key() < other._key()

    def __str__(self) -> str:
        """Return the version as it is written."""
        return f"{self.major}.{self.minor}.{self.patch}" + (f"-{'.'.join(self.pre)}" if self.pre else "")

    def _key(self) -> tuple[object, ...]:
        # Numbers come before words and are compared as such; a release comes after all of its pre-releases.
        words = tuple((0, int(word), "") if word.isdecimal() else (1, 0, word) for word in self.pre)
        return (*self.release, not self.pre, words)


class RangeError(ValueError):
    """A text that is no range of versions; the message says of which part."""


@dataclass(frozen=True, slots=True)
class _Bound:
    """A version on one side of which, or at which, the versions of a range are."""

    sign: str
    version: Version

    def allows(self, version: Version) -> bool:
        if self.sign == "=":
            return version == self.version
        if self.sign == ">=":
            return version >= self.version
        if self.sign == ">":
            return version > self.version
        return version < self.version if self.sign == "<" else version <= self.version


@dataclass(frozen=True, slots=True)
class Range:
    """A range as it was written. Each of its alternatives is bounds that all have to hold; no bounds: any version."""

    text: str
    _alternatives: tuple[tuple[_Bound, ...], ...] = field(repr=False, compare=False)

    @classmethod
    def parse(cls, text: str) -> Range:
        """Read `^1.2`, `~1.2.3`, `>=1.0 <2`, `1.2.x`, `1.2.3 || 2.0.0`, `*`. Raises RangeError."""
        if len(text) > _MAX_LENGTH:
            raise RangeError(text[:40])
        return cls(text.strip(), tuple(_bounds(part.strip()) for part in text.split("||")))

    def allows(self, version: Version | None) -> bool:
        """Tell whether a version is in the range. Of an unknown one, that is so where any version is.

        A pre-release is in it only when the range names one of the same three numbers: `^1.0` wants what is finished.
        """
        if version is None:
            return () in self._alternatives
        return any(_allow(bounds, version) for bounds in self._alternatives)

    def __str__(self) -> str:
        """Return the range as it was written."""
        return self.text


def _allow(bounds: tuple[_Bound, ...], version: Version) -> bool:
    if version.pre and not any(each.version.pre and each.version.release == version.release for each in bounds):
        return False
    return all(each.allows(version) for each in bounds)


def _bounds(text: str) -> tuple[_Bound, ...]:
    """Read comparators that all have to hold, with spaces or, as in Cargo, commas between them."""
    found: list[_Bound] = []
    offset = 0
    while True:
        match = _COMPARATOR.match(text, offset)
        end = _SEPARATOR.match(text, match.end()) if match else None
        if match is None or end is None:
            raise RangeError(text[offset:] or text)
        found.extend(_read(match))
        offset = end.end()
        if offset >= len(text) and not end.group().strip():
            return tuple(found)


def _read(match: re.Match[str]) -> list[_Bound]:
    """Return the bounds that a comparator stands for."""
    sign = match[1] or "="
    numbers: list[int] = []
    for part in match.group(2, 3, 4):
        if part is None or not part.isdecimal():
            break
        numbers.append(int(part))
    if match[5] and len(numbers) < 3:
        raise RangeError(match[0])
    if not numbers:
        # No version is more, or less, than any.
        return [_Bound("<", Version(0, 0, 0, ("0",)))] if sign in {"<", ">"} else []
    pre = tuple(match[5].split(".")) if match[5] else ()
    low = _version(numbers, pre)
    if sign == "^":
        return [_Bound(">=", low), _below(numbers, _first_that_counts(numbers))]
    if sign == "~":
        return [_Bound(">=", low), _below(numbers, min(1, len(numbers) - 1))]
    if len(numbers) == 3:
        return [_Bound(sign, low)]
    # Of `1.2` the third number is any: `>1.2` begins behind all of 1.2, and `<=1.2` ends there.
    after = _below(numbers, len(numbers) - 1)
    if sign == "=":
        return [_Bound(">=", low), after]
    if sign == ">":
        return [_Bound(">=", Version(*after.version.release))]
    return [after] if sign == "<=" else [_Bound(sign, low if sign == ">=" else _first_of(low))]


def _first_that_counts(numbers: list[int]) -> int:
    """Return which number may not change under `^`: the first that is not 0, or else the last that is written."""
    return next((index for index, number in enumerate(numbers) if number), len(numbers) - 1)


def _below(numbers: list[int], index: int) -> _Bound:
    """Return the bound before the version in which the number at `index` is one more."""
    raised = [*numbers[:index], numbers[index] + 1]
    return _Bound("<", _first_of(_version(raised)))


def _version(numbers: list[int], pre: tuple[str, ...] = ()) -> Version:
    major, minor, patch, *_ = [*numbers, 0, 0]
    return Version(major, minor, patch, pre)


def _first_of(version: Version) -> Version:
    """Return what comes before all of a version's pre-releases."""
    return Version(*version.release, ("0",))
