"""invalid-dynamic."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from kqlpack.diagnostics import Severity
from kqlpack.lint import operands
from kqlpack.lint.registry import Group, rule
from kqlpack.syntax.nodes import FunctionCall

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext

_FUNCTIONS = frozenset({"parse_json", "todynamic", "parsejson", "toobject"})
_QUOTED = re.compile(r"'((?:[^'\\]|\\.)*)'|(\"(?:[^\"\\]|\\.)*\")", re.DOTALL)
_BEFORE_CLOSING = re.compile(r",(\s*[\]}])")


@rule(code="KQL113", group=Group.BINDING, severity=Severity.WARNING, on=(FunctionCall,))
def invalid_dynamic(node: FunctionCall, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a text in `parse_json()` that begins like JSON and is none.

    No error is raised: the result is the text itself, and reading a property of it gives null. Wrong JSON inside
    `dynamic(...)` is a syntax error.

    ```kql bad
    print Scores = parse_json('{"low": 1, "high": }').low
    ```

    Write instead:

    ```kql good
    print Scores = parse_json('{"low": 1, "high": 9}').low
    ```
    """
    if len(node.arguments) != 1 or not operands.calls(node, context, _FUNCTIONS):
        return
    literal = operands.string(node.arguments[0], context)
    if literal is None or not literal.value.lstrip().startswith(("{", "[")):
        return
    reason = _wrong(literal.value)
    if reason:
        name = node.name.name
        yield context.finding(
            node.arguments[0].span,
            f"this text is no JSON ({reason}), so `{name}` returns it as plain text and its properties are null",
            help="mend the JSON, or write it as `dynamic(...)`, where mistakes are errors",
        )


def _wrong(text: str) -> str:
    """Say where a text stops being JSON; empty where it is JSON, or so near to it that some readers take it."""
    # Single quotes and a comma before the closing bracket pass in many readers of JSON.
    lenient = _BEFORE_CLOSING.sub(r"\1", _QUOTED.sub(_double_quoted, text))
    reason = ""
    for one in (text, lenient):
        try:
            json.loads(one, strict=False)
        except json.JSONDecodeError as fault:
            reason = reason or f"character {fault.pos + 1}"
        except RecursionError:
            return ""
        else:
            return ""
    return reason


def _double_quoted(match: re.Match[str]) -> str:
    return match.group(2) or json.dumps(match.group(1))
