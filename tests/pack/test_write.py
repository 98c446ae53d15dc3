"""YAML that kqlpack writes: it loads as what was given, and looks as people write it."""

from __future__ import annotations

import math
from typing import Any

import yaml
from hypothesis import given
from hypothesis import strategies as st

from kqlpack.pack.document import MappingNode, compose, plain_value
from kqlpack.pack.findings import Findings
from kqlpack.pack.write import to_yaml
from kqlpack.source import SourceFile

# Surrogates are no characters; everything else a YAML text can hold, if only as an escape.
CHARACTERS = st.characters(exclude_categories=["Cs"])
WORDS = st.sampled_from(
    [
        "",
        " ",
        "no",
        "1.10",
        "1e3",
        "null",
        "~",
        "=",
        "<<",
        "2024-01-01",
        "a: b",
        "a #b",
        "- a",
        "?",
        "a\n",
        "\n",
        "\na",
        "a\n\n",
        " a\nb",
        "a\n b\n",
        "a \nb",
        "a\t\nb",
        "a\r\nb",
        "\x85",
        "\u2028",
        "\ufeff",
        "'",
        '"',
        "\\",
        "|",
        "é😀",
        "a\n\n\nb",
        "...",
        "---",
        "%a",
        "@a",
        "`a",
        "a,b",
        "[a]",
        "{a}",
        "*a",
        "&a",
        "!a",
        "0x1f",
        "1:30",
        "y",
        "Off",
    ]
)
TEXTS = WORDS | st.text(CHARACTERS) | st.text(st.sampled_from("a \n\t:#-'\"{}[]|>\\\x85\u2028"), max_size=12)
NUMBERS = st.integers() | st.floats(allow_nan=False)
VALUES = st.recursive(
    TEXTS | NUMBERS | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=15,
)
MAPPINGS = st.dictionaries(TEXTS, VALUES, max_size=5)


@given(values=MAPPINGS)
def test_it_loads_as_what_was_given(values: dict[str, Any]) -> None:
    text = to_yaml(values)
    loaded = yaml.safe_load(text) or {}
    assert same(loaded, values)
    assert list(loaded) == list(values)


def same(one: object, other: object) -> bool:
    """Compare values, and their types: to Python `1 == True == 1.0`."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return one == other


@given(values=MAPPINGS)
def test_kqlpack_reads_it_too(values: dict[str, Any]) -> None:
    findings = Findings()
    root = compose(SourceFile("pack.yaml", to_yaml(values)), findings).root
    assert findings.items == []
    assert isinstance(root, MappingNode) or not values
    assert root is None or same(plain_value(root), values)


@given(values=MAPPINGS)
def test_written_again_it_is_the_same(values: dict[str, Any]) -> None:
    text = to_yaml(values)
    assert to_yaml(yaml.safe_load(text) or {}) == text


def test_numbers_that_are_none() -> None:
    loaded = yaml.safe_load(to_yaml({"a": math.inf, "b": -math.inf, "c": math.nan, "d": 1e300, "e": 1e-7}))
    assert (loaded["a"], loaded["b"], loaded["d"], loaded["e"]) == (math.inf, -math.inf, 1e300, 1e-7)
    assert math.isnan(loaded["c"])


def test_a_broken_character_is_written_and_does_not_break_the_file() -> None:
    to_yaml({"a": "\ud800", "b\udfff": "\n\ud800\n"}).encode()


def test_it_looks_as_people_write() -> None:
    values = {
        "id": "password-spray",
        "title": "Password spray: many users",
        "description": "Many users, one address.\nFew attempts each.\n",
        "version": "1.10",
        "count": 5,
        "ratio": 0.5,
        "enabled": True,
        "nothing": None,
        "empty": {},
        "none": [],
        "tactics": ["CredentialAccess", "InitialAccess"],
        "techniques": ["T1110.003"],
        "references": ["https://attack.mitre.org/techniques/T1110/003/"],
        "parameters": {"lookback": {"type": "timespan", "default": "1d"}, "users": {"type": "list[string]"}},
        "query": "SigninLogs\n\n| where ResultType != \"0\" // 'x'\n    | take 5\n",
        "entities": [{"type": "IP", "fields": {"Address": "IPAddress"}}],
        "publish": {"saved_search": {"category": "Entra ID"}, "hunting": True},
        "long": ["a text that is rather long, so that several of it don't fit on a line"] * 2,
        "trailing": "no line end\nat the end",
    }
    assert to_yaml(values) == LOOKS


LOOKS = """\
id: password-spray
title: "Password spray: many users"
description: |
  Many users, one address.
  Few attempts each.
version: "1.10"
count: 5
ratio: 0.5
enabled: true
nothing: null
empty: {}
none: []
tactics: [CredentialAccess, InitialAccess]
techniques: [T1110.003]
references: ["https://attack.mitre.org/techniques/T1110/003/"]
parameters:
  lookback: {type: timespan, default: 1d}
  users: {type: "list[string]"}
query: |
  SigninLogs

  | where ResultType != "0" // 'x'
      | take 5
entities:
  - type: IP
    fields: {Address: IPAddress}
publish:
  saved_search: {category: Entra ID}
  hunting: true
long:
  - "a text that is rather long, so that several of it don't fit on a line"
  - "a text that is rather long, so that several of it don't fit on a line"
trailing: |-
  no line end
  at the end
"""
