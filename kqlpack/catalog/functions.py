"""A function as a line of text. In: `FunctionRow`. Out: a line of tab-separated fields; and back.

The fields, in order (an empty one stands for nothing):

* name
* kind: `scalar`, `aggregate`, `tabular` or `plugin`
* signatures, joined by `; `: `parameters -> returns [least..most]`, where most is `*` for no limit, and a parameter is
  `name`, then `?` if it is optional, `*` if it is repeatable, `:accepts` and `@argument`
* result name: `kind:prefix` (see `Function.result_name`)
* replacement: the name to use instead, after `=` where nothing else changes
* `hidden`: never to be suggested
* columns of a tabular result: `Name:type` joined by commas; a last `*` where there are more that nobody can tell
* page
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from kqlpack.catalog.model import Function, FunctionKind, Parameter, Signature, Table
from kqlpack.catalog.tables import columns_from_text, columns_to_text

_WORDS = {
    "scalar": FunctionKind.SCALAR,
    "aggregate": FunctionKind.AGGREGATE,
    "tabular": FunctionKind.TABULAR,
    "plugin": FunctionKind.PLUGIN,
}
_KIND_WORDS = {kind: word for word, kind in _WORDS.items()}
_PARAMETER = re.compile(r"(\w+)(\?)?(\*)?(?::([\w|]+))?(?:@(\w+))?")
_SIGNATURE = re.compile(r"(?P<parameters>.*?) ?-> (?P<returns>\w+) \[(?P<least>\d+)\.\.(?P<most>\d+|\*)\]")


@dataclass(frozen=True, slots=True)
class FunctionRow:
    """A function and what else its line says.

    `is_hidden`: it works, and nobody should be told to use it. `result` holds the columns of what a tabular function or
    a plugin yields, where they do not depend on what it reads.
    """

    function: Function
    is_hidden: bool = False
    result: Table | None = None


def function_to_text(row: FunctionRow) -> str:
    """Return a function as a line. Raises ValueError for a name that can't be written."""
    function, result = row.function, row.result
    fields = [
        function.name,
        _KIND_WORDS[function.kind],
        "; ".join(_signature_to_text(signature) for signature in function.signatures),
        f"{function.result_name_kind}:{function.result_name}".removesuffix(":"),
        ("=" if function.same_meaning else "") + (function.replacement or ""),
        "hidden" if row.is_hidden else "",
        "" if result is None else columns_to_text(result) + (",*" if result.is_open else ""),
        function.page,
    ]
    line = "\t".join(fields)
    if function_from_text(line) != row:
        raise ValueError(f"a function that can't be written: {line!r}")
    return line


def function_from_text(line: str) -> FunctionRow:
    """Read a function's line. Raises ValueError for anything else."""
    name, kind, signatures, result_name, replacement, hidden, columns, page = line.split("\t")
    result_name_kind, _, prefix = result_name.partition(":")
    function = Function(
        name=name,
        kind=_WORDS[kind],
        signatures=tuple(_signature_from_text(text) for text in signatures.split("; ") if text),
        replacement=replacement.removeprefix("=") or None,
        same_meaning=replacement.startswith("="),
        result_name=prefix,
        result_name_kind=result_name_kind,
        page=page,
    )
    if not columns:
        return FunctionRow(function, is_hidden=bool(hidden))
    known = columns_from_text(columns.removesuffix("*"))
    return FunctionRow(function, bool(hidden), Table(name, known, is_open=columns.endswith("*")))


def _signature_to_text(signature: Signature) -> str:
    parameters = ", ".join(_parameter_to_text(parameter) for parameter in signature.parameters)
    most = "*" if signature.max_arguments is None else signature.max_arguments
    return f"{parameters} -> {signature.returns} [{signature.min_arguments}..{most}]".lstrip()


def _parameter_to_text(parameter: Parameter) -> str:
    text = parameter.name + "?" * parameter.is_optional + "*" * parameter.is_repeatable
    text += f":{parameter.accepts}" if parameter.accepts else ""
    return text + (f"@{parameter.argument}" if parameter.argument else "")


def _signature_from_text(text: str) -> Signature:
    match = _SIGNATURE.fullmatch(text)
    if match is None:
        raise ValueError(f"not a signature: {text!r}")
    return Signature(
        parameters=tuple(_parameter_from_text(part) for part in match["parameters"].split(", ") if part),
        returns=match["returns"],
        min_arguments=int(match["least"]),
        max_arguments=None if match["most"] == "*" else int(match["most"]),
    )


def _parameter_from_text(text: str) -> Parameter:
    match = _PARAMETER.fullmatch(text)
    if match is None:
        raise ValueError(f"not a parameter: {text!r}")
    name, optional, repeatable, accepts, argument = match.groups()
    return Parameter(name, accepts or "", argument or "", is_optional=bool(optional), is_repeatable=bool(repeatable))
