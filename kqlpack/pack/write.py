"""Packs as YAML that people would have written. In: Python values. Out: text that loads as the same values.

Texts of several lines become `|` blocks; a text that a block or a plain scalar can't hold is double-quoted. The keys
stay in their order.
"""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Any, Final

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_WIDTH: Final = 110
# What is written bare: it begins with a letter, and nothing in it has a meaning in YAML; or a span of time (`1d`), a
# version, a GUID. A lone `y` or `n` is a boolean to some.
_BARE: Final = re.compile(
    r"(?![yYnN]$)[A-Za-z][\w ./()+@-]*(?<! )|\d+(?:d|h|m|s|ms)|\d+\.\d+\.\d+"
    r"|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    re.ASCII,
)
_BLOCK_LINE: Final = re.compile("[\t\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]*")


def to_yaml(values: Mapping[str, Any]) -> str:
    """Write a mapping of texts, numbers, booleans, None, lists and mappings."""
    return "".join(f"{line}\n" if line else "\n" for line in _mapping(values, ""))


def _mapping(values: Mapping[str, Any], indent: str) -> Iterator[str]:
    for key, value in values.items():
        yield from _entry(f"{indent}{_scalar(str(key))}:", value, indent + "  ")


def _entry(head: str, value: Any, indent: str) -> Iterator[str]:
    if isinstance(value, dict) and value:
        flow = _flow(value)
        if flow and len(head) + len(flow) < _WIDTH and all(not isinstance(one, dict) for one in value.values()):
            yield f"{head} {flow}"
            return
        yield head
        yield from _mapping(value, indent)
    elif isinstance(value, (list, tuple)) and value:
        flow = _flow(value)
        if flow and len(head) + len(flow) < _WIDTH and all(not isinstance(one, (dict, list, tuple)) for one in value):
            yield f"{head} {flow}"
            return
        yield head
        for item in value:
            yield from _item(item, indent)
    elif isinstance(value, str) and "\n" in value and (block := _block(value, indent)):
        yield f"{head} {block[0]}"
        yield from block[1:]
    else:
        yield f"{head} {_flow(value) or _scalar(value)}"


def _item(value: Any, indent: str) -> Iterator[str]:
    lines = list(_mapping(value, indent + "  ")) if isinstance(value, dict) and value else []
    if lines:
        yield f"{indent}- {lines[0][len(indent) + 2 :]}"
        yield from lines[1:]
    else:
        yield from _entry(f"{indent}-", value, indent + "  ")


def _flow(value: Any) -> str:
    """Write a value on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_scalar(str(key))}: {_flow(one)}" for key, one in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_flow(one) for one in value) + "]"
    return _scalar(value)


def _scalar(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _float(value)
    if isinstance(value, int):
        return str(value)
    text = str(value)
    if _BARE.fullmatch(text) and _reads_as_text(text):
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    # JSON leaves some characters bare that YAML does not take, or takes for line ends; and halves of characters.
    return re.sub(
        "[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]", lambda match: f"\\u{ord(match[0]):04x}", quoted
    )


def _float(value: float) -> str:
    """Write a number with the point that YAML 1.1 wants in each: `1.0e-07`."""
    if not math.isfinite(value):
        return ".nan" if math.isnan(value) else (".inf" if value > 0 else "-.inf")
    mantissa, e, exponent = repr(value).partition("e")
    return f"{mantissa}{'' if '.' in mantissa or not e else '.0'}{e}{exponent}"


def _reads_as_text(text: str) -> bool:
    """Tell whether YAML 1.1 takes a bare text for a text: `no`, `null` and `1.10` it does not."""
    resolved: str = yaml.SafeLoader("").resolve(yaml.ScalarNode, text, (True, False))  # type: ignore[no-untyped-call]
    return resolved == "tag:yaml.org,2002:str"


def _block(text: str, indent: str) -> list[str]:
    """Return the lines of a `|` block, its head first; none where a block can't hold the text."""
    lines = text.split("\n")
    if not all(_BLOCK_LINE.fullmatch(line) for line in lines) or not text.strip():
        return []
    if not lines[0].strip() or lines[0].startswith((" ", "\t")):
        return []  # it would take a digit to say how far it is indented
    head = "|"
    if lines[-1]:
        head = "|-"
    else:
        lines.pop()
        if not lines[-1]:
            return []
    return [head, *(indent + line if line else "" for line in lines)]
