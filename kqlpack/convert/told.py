"""What a rule or a resource says, and what of it nobody took. In: a mapping's node. Out: values; keys that are left.

Whatever reads a value takes it, and only what it can keep. So what is left is what a pack does not hold, and none of it
can be forgotten. Names of keys count in any case, as Azure takes them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from kqlpack.pack.document import MappingNode, Node, ScalarNode, SequenceNode, plain_value
from kqlpack.pack.format.words import ISO_DURATION

if TYPE_CHECKING:
    from collections.abc import Iterator

Path: TypeAlias = tuple[str, ...]

_EXPRESSION: Final = re.compile(r"\[(?!\[).*\]\s*", re.DOTALL)
_IS_EXPRESSION: Final = "it is an ARM expression, which is evaluated when it is deployed"
_SHORT_DURATION: Final = re.compile(r"(\d+)([dhm])", re.IGNORECASE)
_NO_KEY: Final = "a pack has no such key"
_WHY: Final = {
    "version": "a pack has one version for all of its queries",
    "requireddataconnectors": "the tables that a query reads tell which connectors it needs",
    "metadata": "its author belongs under the pack's `maintainers:`",
    "dependson": "it belongs to the deployment",
    "condition": "it belongs to the deployment",
    "location": "it belongs to the deployment",
    "scope": "it belongs to the deployment",
    "copy": "it belongs to the deployment",
    "etag": "it belongs to the deployment",
}


@dataclass(slots=True)
class _Ledger:
    """What was taken, and why something was not; shared by all mappings of one file's query."""

    is_template: bool
    taken: set[Path] = field(default_factory=set)
    why: dict[Path, str] = field(default_factory=dict)
    names: dict[Path, str] = field(default_factory=dict)


@dataclass(slots=True)
class Told:
    """A mapping that is being read. `is_template`: a text in brackets is an ARM expression."""

    node: MappingNode
    path: Path
    _ledger: _Ledger

    @classmethod
    def of(cls, node: MappingNode, *, is_template: bool = False) -> Told:
        """Begin to read a mapping."""
        return cls(node, (), _Ledger(is_template))

    def value(self, key: str) -> Node | None:
        """Look at a value without taking it."""
        found = self._key(key)
        return self.node.get(found) if found is not None else None

    def take(self, *keys: str) -> None:
        """Take values, whatever they are."""
        for key in keys:
            self._ledger.taken.add((*self.path, self._key(key) or key))

    def refuse(self, key: str, why: str) -> None:
        """Say why a value can't be kept."""
        self._ledger.why.setdefault((*self.path, self._key(key) or key), why)

    def release(self) -> None:
        """Give back all that was taken."""
        self._ledger.taken.clear()

    def call(self, name: str) -> None:
        """Name this mapping, an item of a list, in what is said of its keys."""
        self._ledger.names[self.path] = name

    def peek(self, key: str) -> str:
        """Look at a text; empty for anything else, and for an expression."""
        node = self.value(key)
        if not isinstance(node, ScalarNode) or node.tag == "null":
            return ""
        return self._plain(node.text, key)

    def text(self, key: str) -> str:
        """Take a text, as `peek` sees it."""
        found = self.peek(key)
        if found:
            self.take(key)
        return found

    def choice(self, key: str, choices: dict[str, str]) -> str:
        """Take one of several words, whose case does not matter, and return what it is in a pack."""
        found = self.peek(key)
        if found.lower() in choices:
            self.take(key)
            return choices[found.lower()]
        if found:
            self.refuse(key, f"a pack has no `{found}` there")
        return ""

    def flag(self, key: str) -> bool | None:
        """Take a boolean; None for anything else."""
        node = self.value(key)
        if not isinstance(node, ScalarNode) or node.tag != "bool":
            return None
        self.take(key)
        return plain_value(node) is True

    def count(self, key: str) -> int | None:
        """Take a whole number that is not negative, also one in quotes; None for anything else."""
        found = self.peek(key)
        if not re.fullmatch(r"[0-9]{1,18}", found):
            return None
        self.take(key)
        return int(found)

    def number(self, key: str) -> int | float | None:
        """Take a number; None for anything else."""
        found = self.peek(key)
        if not re.fullmatch(r"-?[0-9]{1,15}(?:\.[0-9]{1,15})?", found):
            return None
        self.take(key)
        return float(found) if "." in found else int(found)

    def duration(self, key: str) -> str:
        """Take a duration as ISO 8601 has it: `P1D`, or `1d` of Microsoft Sentinel's files."""
        found = self.peek(key).strip()
        short = _SHORT_DURATION.fullmatch(found)
        if short:
            unit = short[2].upper()
            result = f"P{short[1]}D" if unit == "D" else f"PT{short[1]}{unit}"
        else:
            result = found.upper()
        if re.fullmatch(ISO_DURATION.pattern, result, re.ASCII):
            self.take(key)
            return result
        if found:
            self.refuse(key, f"`{found}` is no duration that a pack takes; write one as `PT1H`")
        return ""

    def texts(self, key: str) -> list[str]:
        """Take a list of texts, one by one."""
        result = []
        for place, node in enumerate(self._items(key)):
            text = self._plain(node.text, key) if isinstance(node, ScalarNode) and node.tag != "null" else ""
            if text.strip():
                self._ledger.taken.add((*self.path, self._key(key) or key, str(place)))
                result.append(text)
        return result

    def within(self, key: str) -> Told | None:
        """Read the mapping under a key."""
        node = self.value(key)
        return Told(node, (*self.path, self._key(key) or key), self._ledger) if isinstance(node, MappingNode) else None

    def items(self, key: str) -> list[Told]:
        """Read the mappings in the list under a key."""
        path = (*self.path, self._key(key) or key)
        return [
            Told(node, (*path, str(place)), self._ledger)
            for place, node in enumerate(self._items(key))
            if isinstance(node, MappingNode)
        ]

    def whole(self, key: str) -> Any:
        """Take a value with all that is in it, as Python values; None where an expression is a part of it."""
        node = self.value(key)
        if node is None or (isinstance(node, ScalarNode) and node.tag == "null"):
            return None
        found = plain_value(node)
        if self._ledger.is_template and any(_EXPRESSION.fullmatch(text) for text in _texts(found)):
            self.refuse(key, _IS_EXPRESSION)
            return None
        self.take(key)
        return found

    def lost(self) -> Iterator[str]:
        """Say in sentences which keys are left, and why; one sentence for those of one reason."""
        reasons: dict[str, list[str]] = {}
        for path in _left(self.node, self.path, self._ledger):
            reasons.setdefault(self._reason(path), []).append(self._shown(path))
        for reason, names in reasons.items():
            keys = [f"`{name}:`" for name in dict.fromkeys(names)]
            listed = keys[0] if len(keys) == 1 else f"{', '.join(keys[:-1])} and {keys[-1]}"
            yield f"{listed} {'is' if len(keys) == 1 else 'are'} not kept: {reason}"

    def _shown(self, path: Path) -> str:
        """Return the keys that lead to a value; a named item stands for all that is in it."""
        named = next((end for end in range(1, len(path) + 1) if path[:end] in self._ledger.names), None)
        if named:
            path = (*path[: named - 1], self._ledger.names[path[:named]])
        return ".".join(part for part in path if not part.isdecimal())

    def _reason(self, path: Path) -> str:
        for end in range(len(path), 0, -1):
            found = self._ledger.why.get(path[:end]) or _WHY.get(path[end - 1].lower() if end <= 2 else "")
            if found:
                return found
        return _NO_KEY

    def _items(self, key: str) -> tuple[Node, ...]:
        node = self.value(key)
        return node.items if isinstance(node, SequenceNode) else ()

    def _key(self, key: str) -> str | None:
        if key in self.node.entries:
            return key
        return next((name for name in self.node.entries if name.lower() == key.lower()), None)

    def _plain(self, text: str, key: str) -> str:
        """Return a text as a deployment reads it; empty, with the reason, for an expression."""
        if self._ledger.is_template:
            if _EXPRESSION.fullmatch(text):
                self.refuse(key, _IS_EXPRESSION)
                return ""
            if text.startswith("[[") and text.endswith("]"):
                return text[1:]
        return text


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)


def _left(node: Node, path: Path, ledger: _Ledger) -> list[Path]:
    """Return the paths of what was not taken; of a value in which nothing was looked for, its own alone."""
    if path in ledger.taken or _is_empty(node):
        return []
    if isinstance(node, MappingNode):
        children = [((*path, key), entry.value) for key, entry in node.entries.items()]
    elif isinstance(node, SequenceNode):
        children = [((*path, str(place)), item) for place, item in enumerate(node.items)]
    else:
        return [path]
    known = (*ledger.taken, *ledger.why)
    is_touched = not path or any(len(one) > len(path) and one[: len(path)] == path for one in known)
    return [left for where, child in children for left in _left(child, where, ledger)] if is_touched else [path]


def _is_empty(node: Node) -> bool:
    """Tell whether a value says nothing: to lose it loses nothing."""
    if isinstance(node, ScalarNode):
        return node.tag == "null" or not node.text.strip()
    return not (node.items if isinstance(node, SequenceNode) else node.entries)
