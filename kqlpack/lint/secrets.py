"""Secrets in texts. In: a text. Out: the places of keys and tokens, and what they are.

Only what has the form of a real one is told: its length, its letters, and enough different ones that it is no example.
Sources: the documentation of Azure Storage (shared access signatures, connection strings), Microsoft Entra ID (client
secrets), RFC 7519 (JSON web tokens), and the forms that GitHub and Slack publish for scanners of secrets.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# The group is the secret itself.
_FORMS = {
    "a shared access signature": r"[?&]sig=([A-Za-z0-9+/]{40,}(?:=|%3[Dd])?|(?:[A-Za-z0-9]|%[0-9A-Fa-f]{2}){43,})",
    "a storage account's key": r"AccountKey=([A-Za-z0-9+/]{86}==)",
    "a shared access key": r"SharedAccessKey=([A-Za-z0-9+/]{43}=)",
    "a JSON web token": r"\b(eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{20,})",
    "a client secret of Entra ID": r"(?<![\w~.-])([A-Za-z0-9_~.-]{3}[78]Q~[A-Za-z0-9_~.-]{31,34})(?![\w~.-])",
    "a token of GitHub": r"\b(gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59})\b",
    "a token of Slack": r"\b(xox[abprs]-[0-9]{8,}-[A-Za-z0-9-]{20,})",
    "a password in a connection string": r"(?i:;\s*(?:password|pwd)\s*=\s*)([^;\"'{}<>\s*]{6,})(?=;|[\"']|$)",
}
_FORM = re.compile("|".join(f"(?:{form})" for form in _FORMS.values()))
_KINDS = tuple(_FORMS)
# An example repeats itself, `xxxx`, or is a word, `PASSWORD`.
_FEWEST_LETTERS = 5


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret, from `start` to `end`."""

    kind: str
    start: int
    end: int


def secrets_in(text: str) -> Iterator[Secret]:
    """Yield the secrets in a text."""
    for match in _FORM.finditer(text):
        number = match.lastindex or 1
        if len(set(match[number].lower())) >= _FEWEST_LETTERS and not match[number].isalpha():
            yield Secret(_KINDS[number - 1], match.start(number), match.end(number))
