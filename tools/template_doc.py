"""Write the tables of docs/templates.md: filters, tests, methods. `--check` writes nothing and fails if they are stale.

In: the names of kqlpack/template/functions.py, and a line and an example for each, which stand here. Out: the page. A
name without a line, or a line without a name, is an error. What an example gives is worked out, not written.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from kqlpack.pipeline import load
from kqlpack.template import render
from kqlpack.template.functions import FILTERS, GLOBALS, METHODS, TESTS

if TYPE_CHECKING:
    from collections.abc import Iterable

PATH: Final = Path(__file__).resolve().parents[1] / "docs" / "templates.md"
_PART: Final = re.compile(r"(<!-- (filters|tests|methods|functions) -->).*?(<!-- end -->)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Row:
    """What a name does, and an expression with it; `users`, `title`, `number` and `bag` are declared in the page."""

    about: str
    example: str


_FILTERS: Final = {
    "abs": Row("the number without its sign", "-3 | abs"),
    "capitalize": Row("the first letter large, the others small", '"aDA" | capitalize'),
    "count": Row("as `length`", "users | count"),
    "d": Row("as `default`", 'missing | d("x")'),
    "default": Row(
        "another value for a name that is not there; with `true`, for an empty one too", '"" | default("x", true)'
    ),
    "dictsort": Row("a mapping's pairs, sorted by key", "(bag | dictsort)[0][0]"),
    "first": Row("the first item", "users | first"),
    "float": Row("a text or number as a real; else `0.0`, or the value given", '"1.5" | float'),
    "int": Row("a text or number as a whole number; else `0`, or the value given", '"7" | int'),
    "items": Row("a mapping's pairs", "(bag | items)[0][1]"),
    "join": Row("one text of the items, with a text between them", 'users | join("-")'),
    "last": Row("the last item", "users | last"),
    "length": Row("the number of items, or of characters", "users | length"),
    "list": Row("a list of the items", "range(3) | list"),
    "lower": Row("small letters", "title | lower"),
    "map": Row("each item through a filter, or its `attribute=`", 'users | map("upper")'),
    "max": Row("the largest item", "[3, 1, 2] | max"),
    "min": Row("the smallest item", "[3, 1, 2] | min"),
    "raw": Row("the text itself, unquoted; needs `allow_raw:` on the query", "title | raw"),
    "reject": Row("the items that do not pass a test", '["a", ""] | reject("eq", "")'),
    "rejectattr": Row(
        "the items whose attribute does not pass a test", '[{"n": 1}, {"n": 2}] | rejectattr("n", "eq", 1)'
    ),
    "replace": Row("a text put for another one", 'title | replace("-", "_")'),
    "reverse": Row("the items backwards", "users | reverse"),
    "round": Row("to so many digits, 0 by itself; `common`, `ceil` or `floor`", '2.25 | round(1, "ceil")'),
    "select": Row("the items that pass a test; without one, those that are not empty", '["a", ""] | select'),
    "selectattr": Row(
        "the items whose attribute passes a test", '([{"n": 1}, {"n": 2}] | selectattr("n", "gt", 1))[0].n'
    ),
    "sort": Row("the items sorted; `reverse=`, `case_sensitive=`, `attribute=`", "users | sort"),
    "string": Row("as a text", "number | string"),
    "sum": Row("the items added; `attribute=`, `start=`", "[1, 2] | sum"),
    "title": Row("the first letter of each word large", "title | title"),
    "trim": Row("without white space, or other characters, at the ends", '" a " | trim'),
    "unique": Row("each item once; `A` and `a` are one, but with `case_sensitive=true`", '["a", "A", "b"] | unique'),
    "upper": Row("large letters", "title | upper"),
}
_TESTS: Final = {
    "boolean": Row("true or false", "true is boolean"),
    "defined": Row("the name is there", "missing is defined"),
    "divisibleby": Row("a multiple of a number", "number is divisibleby 7"),
    "eq": Row("equal; also `equalto`, `==`", "number is eq 7"),
    "equalto": Row("as `eq`", "number is equalto 8"),
    "==": Row("as `eq`, for `select`", '[1, 2] | select("==", 2) | first'),
    "even": Row("a multiple of two", "number is even"),
    "false": Row("false itself, and nothing else that is empty", "0 is false"),
    "float": Row("a real", "1.5 is float"),
    "ge": Row("greater or equal", "number is ge 7"),
    "greaterthan": Row("as `gt`", "number is greaterthan 7"),
    "gt": Row("greater", "number is gt 6"),
    "in": Row("one of a list's items, or a part of a text", '"ada" is in users'),
    "integer": Row("a whole number", "number is integer"),
    "iterable": Row("a list or a mapping; a text is none", "title is iterable"),
    "le": Row("less or equal", "number is le 7"),
    "lessthan": Row("as `lt`", "number is lessthan 7"),
    "lt": Row("less", "number is lt 8"),
    "mapping": Row("a mapping", "bag is mapping"),
    "ne": Row("not equal; also `!=`", "number is ne 7"),
    "!=": Row("as `ne`, for `select`", '[1, 2] | select("!=", 2) | first'),
    "none": Row("none", "none is none"),
    "number": Row("a number of any kind", "number is number"),
    "odd": Row("no multiple of two", "number is odd"),
    "sequence": Row("a list", "users is sequence"),
    "string": Row("a text", "title is string"),
    "true": Row("true itself, and nothing else that is not empty", "1 is true"),
    "undefined": Row("the name is not there", "missing is undefined"),
}
_METHODS: Final = {
    "str.capitalize": Row("as the filter", "title.capitalize()"),
    "str.endswith": Row("ends with a text", 'title.endswith("ins")'),
    "str.lower": Row("as the filter", "title.lower()"),
    "str.lstrip": Row("without white space, or other characters, at the start", '"xa".lstrip("x")'),
    "str.replace": Row("as the filter", 'title.replace("Sign", "Log")'),
    "str.rstrip": Row("the same at the end", '"ax".rstrip("x")'),
    "str.split": Row("a list of the parts between white space, or a text", '"a,b".split(",")'),
    "str.startswith": Row("begins with a text", 'title.startswith("x")'),
    "str.strip": Row("as the filter `trim`", '" a ".strip()'),
    "str.title": Row("as the filter", "title.title()"),
    "str.upper": Row("as the filter", "title.upper()"),
    "dict.get": Row("the value of a key, or another one", 'bag.get("z", 0)'),
    "dict.items": Row("the pairs", "bag.items()[0][0]"),
    "dict.keys": Row("the keys", "bag.keys()"),
    "dict.values": Row("the values", "bag.values()"),
}
_FUNCTIONS: Final = {"range": Row("whole numbers from 0, or from another, up to the last but one", "range(3)")}
_TYPES: Final = {"str": "text", "dict": "mapping"}


@cache
def result_of(expression: str) -> str:
    """Return what a query gets for an expression, with the parameters that the page declares."""
    raw = "    allow_raw: to show it\n" if "raw" in expression else ""
    declared = re.search(r"(?m)^parameters:\n(?:  .*\n)+", PATH.read_text(encoding="utf-8"))
    if declared is None:
        raise ValueError("the page declares no parameters")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pack.yaml"
        query = f"queries:\n  - id: q\n{raw}    query: |\n      print x = {{{{ {expression} }}}}\n"
        path.write_text(f"kqlpack: 1\nname: p\n{declared[0]}{query}", encoding="utf-8")
        outcome = render(load(path).queries["q"])
    if not outcome.ok:
        raise ValueError(f"{expression}: {outcome.diagnostics[0].message}")
    return outcome.text.removeprefix("print x = ").strip()


def _table(what: str, names: Iterable[str], rows: dict[str, Row]) -> list[str]:
    known = set(names)
    if known != set(rows):
        raise ValueError(f"{what}: these have no line, or are no longer there: {sorted(known ^ set(rows))}")
    lines = [f"| {what} | gives | example | becomes |", "| --- | --- | --- | --- |"]
    for name, row in rows.items():
        kind, dot, method = name.rpartition(".")
        shown = f"{_TYPES[kind]}: `{method}`" if dot else f"`{name}`"
        example, result = (text.replace("|", r"\|") for text in (row.example, result_of(row.example)))
        lines.append(f"| {shown} | {row.about} | `{{{{ {example} }}}}` | `{result}` |")
    return lines


def content() -> str:
    """Return the page with today's tables."""
    methods = [f"{type.__name__}.{name}" for type, named in METHODS.items() for name in named]
    parts = {
        "filters": _table("filter", FILTERS, _FILTERS),
        "tests": _table("test", TESTS, _TESTS),
        "methods": _table("method", methods, _METHODS),
        "functions": _table("function", GLOBALS, _FUNCTIONS),
    }
    text = PATH.read_text(encoding="utf-8")
    return _PART.sub(lambda match: "\n".join([match[1], *parts[match[2]], match[3]]), text)


def is_stale() -> bool:
    """Tell whether the page is not what would be written."""
    return PATH.read_text(encoding="utf-8") != content()


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail if the page is stale")
    if parser.parse_args().check:
        return int(is_stale())
    PATH.write_text(content(), encoding="utf-8", newline="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
