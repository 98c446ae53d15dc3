"""The words of the pack format that several of its keys share: shapes of single values. In: nothing. Out: shapes."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from kqlpack.catalog.types import TYPE_ALIASES, ScalarType
from kqlpack.pack.document import Node, ScalarNode
from kqlpack.pack.findings import SCHEMA_VIOLATION
from kqlpack.pack.shapes import ListOf, MapOf, Text, Typed
from kqlpack.pack.value import Kind, ValueType
from kqlpack.pack.versions import Range, RangeError

if TYPE_CHECKING:
    from kqlpack.pack.findings import Findings

SLUG: Final = Text(pattern="[a-z0-9]+(?:-[a-z0-9]+)*", hint="lower-case words joined by hyphens, as `password-spray`")
_NUMBER: Final = r"(?:0|[1-9]\d*)"
VERSION: Final = Text(
    pattern=rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?",
    hint="three numbers, as `1.2.0`",
)
# What a pack may call itself, and another one by.
PACK_NAME: Final = SLUG.pattern
_RANGE_HINT: Final = "a range of versions, as `^1.2`, `~1.2.3`, `>=1.0 <2` or `*`, in quotes"
_DURATION: Final = r"P(?=\d|T\d)(?:\d+[YMWD])*(?:T(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?"
ISO_DURATION: Final = Text(pattern=_DURATION, hint="an ISO 8601 duration, as `PT1H` or `P1D`")
TIMESPAN: Final = Text(
    pattern=rf"{_DURATION}|[^/\s]+/[^/\s]+", hint="an ISO 8601 duration (`P1D`), or start and end with `/` between"
)
TEXT: Final = Text()
# An address of the web, or anything without a scheme: a path, a title.
REFERENCE: Final = Text(
    pattern=r"https?://\S+|(?![A-Za-z][A-Za-z0-9+.\-]*:\S).+",
    hint="an address that begins with `https://`, or a path relative to the pack",
)
FLAG: Final = Typed("bool")
COUNT: Final = Typed("int", 0)
TEXTS: Final = ListOf(TEXT)
NAME_PATTERN: Final = r"[A-Za-z_][A-Za-z0-9_]*"
NAME_HINT: Final = "a name of letters, digits and `_`"
NAME: Final = Text(pattern=NAME_PATTERN, hint=NAME_HINT)
COLUMN_TYPE: Final = Text(choices=(*(type.value for type in ScalarType if type.is_known), *TYPE_ALIASES))
COLUMNS: Final = MapOf(COLUMN_TYPE)
OPERATOR: Final = Text(
    choices=("GreaterThan", "GreaterThanOrEqual", "LessThan", "LessThanOrEqual", "Equal", "NotEqual")
)

_TYPE_NAMES: Final = tuple(kind.value for kind in Kind) + tuple(f"list[{kind}]" for kind in Kind)


class TypeName:
    """The name of a parameter's type."""

    def check(self, node: Node, what: str, findings: Findings) -> None:
        """Report a name that is no type's; spaces inside `list[ ]` don't matter."""
        if not isinstance(node, ScalarNode) or ValueType.parse(node.text) is None:
            Text(choices=_TYPE_NAMES).check(node, what, findings)

    def json_schema(self) -> dict[str, Any]:
        """Return the JSON Schema."""
        return {"enum": list(_TYPE_NAMES)}


class VersionRange:
    """A range of versions."""

    def check(self, node: Node, what: str, findings: Findings) -> None:
        """Report a text that is no range."""
        # A range alone is often a number to YAML: Text says to quote it.
        if not isinstance(node, ScalarNode) or node.tag != "str" or not node.text.strip():
            Text(hint=_RANGE_HINT).check(node, what, findings)
            return
        try:
            Range.parse(node.text)
        except RangeError as error:
            message = f"{what} holds `{error}`, which is no range of versions, so that any version is taken"
            findings.add(SCHEMA_VIOLATION, node.file, node.span, message, f"write {_RANGE_HINT}")

    def json_schema(self) -> dict[str, Any]:
        """Return the JSON Schema."""
        return {"type": "string"}


# Fits nothing: what is no day gets the message of a text of the wrong form.
_NO_DAY: Final = Text(pattern=r"(?!)", hint="a day, as `2027-01-31`")


class Day:
    """A day of the calendar, as `2027-01-31`."""

    def check(self, node: Node, what: str, findings: Findings) -> None:
        """Report what is no day; YAML takes a bare one for a date, which is meant."""
        if isinstance(node, ScalarNode):
            if day(node.text) is not None:
                return
            node = ScalarNode(node.file, node.span, node.text)
        _NO_DAY.check(node, what, findings)

    def json_schema(self) -> dict[str, Any]:
        """Return the JSON Schema."""
        return {"type": "string", "format": "date"}


def day(text: str) -> date | None:
    """Read a day as `2027-01-31`; None for anything else."""
    try:
        return date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else None
    except ValueError:
        return None
