"""Calls with too few, too many or wrong arguments. In: a call, what it calls, its arguments' types. Out: findings.

Source: the signatures of the catalogue's functions, which are Kusto.Language's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.catalog.model import FunctionKind
from kqlpack.catalog.types import ScalarType
from kqlpack.semantics.signatures import accepted_types
from kqlpack.semantics.type_checks.words import CONVERSIONS, a, one_of
from kqlpack.syntax.nodes import NamedExpression, Star, StringLiteral, unparenthesized

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kqlpack.catalog import Catalog
    from kqlpack.catalog.model import Function, Parameter, Signature
    from kqlpack.semantics.binder import Binder
    from kqlpack.semantics.findings import Findings
    from kqlpack.semantics.scopes import LetFunction
    from kqlpack.syntax.nodes import FunctionCall, Node

_DYNAMIC, _STRING = ScalarType.DYNAMIC, ScalarType.STRING

# `count(x)` stands in many queries of Microsoft's own, which the service takes: it counts the rows.
_LENIENT = frozenset({"count"})
# How many alternate with a last one over: `case(test, then, else)`; and how many come in pairs.
_ODD = frozenset({"case"})
_EVEN = frozenset({"bag_pack", "pack"})


def check_call(binder: Binder, call: FunctionCall, function: Function, types: Sequence[ScalarType]) -> None:
    """Report a call of a built-in function that no signature fits."""
    count = len(types)
    fitting = [signature for signature in function.signatures if _takes(signature, count)]
    if not fitting:
        _wrong_count(binder, call, function)
        return
    if (function.name in _ODD and count % 2 == 0) or (function.name in _EVEN and count % 2):
        _uneven(binder, call, function)
        return
    if function.name in _LENIENT or any(isinstance(argument, NamedExpression) for argument in call.arguments):
        return
    faults = [_first_mismatch(signature, call, types) for signature in fitting]
    if faults and all(fault is not None for fault in faults):
        _wrong_type(binder, call, function, fitting, types)


def check_let_call(binder: Binder, call: FunctionCall, function: LetFunction, given: int) -> None:
    """Report a call of a query's own function with too few or too many arguments; `given` are those that it has."""
    parameters = function.declaration.parameters
    least = sum(parameter.default is None for parameter in parameters)
    if least <= given <= len(parameters):
        return
    expected = f"{least}" if least == len(parameters) else f"{least} to {len(parameters)}"
    names = ", ".join(parameter.name.name for parameter in parameters)
    _report(
        binder,
        call.name,
        f"`{call.name.name}` takes {expected} {_arguments(len(parameters))} and is given {given}, so the query fails",
        f"write `{call.name.name}({names})`",
    )


def requires_arguments(catalog: Catalog, findings: Findings, node: Node, name: str) -> None:
    """Report the name of a function that stands where a value is meant."""
    function = catalog.function(name) or catalog.aggregate(name)
    shown = _shape(function.signatures[0]) if function is not None and function.signatures else ""
    findings.report(
        node,
        code="KQL104",
        rule="wrong-arguments",
        message=f"`{name}` is a function and no column here, so the query fails",
        help=f"call it: `{name}({shown})`",
    )


def _takes(signature: Signature, count: int) -> bool:
    return signature.min_arguments <= count and (signature.max_arguments is None or count <= signature.max_arguments)


def _wrong_count(binder: Binder, call: FunctionCall, function: Function) -> None:
    least, most = function.min_arguments, function.max_arguments
    if most is None:
        expected = f"at least {least} {_arguments(least)}"
    elif most == 0:
        expected = "no arguments"
    elif least == most:
        expected = f"{least} {_arguments(least)}"
    else:
        expected = f"{least} to {most} arguments"
    given = len(call.arguments)
    _report(
        binder,
        call,
        f"`{function.name}` takes {expected} and is given {given or 'none'}, so the query fails",
        f"write `{function.name}({_shape(function.signatures[0])})`",
    )


def _uneven(binder: Binder, call: FunctionCall, function: Function) -> None:
    if function.name in _ODD:
        message = f"`{function.name}` needs a last value for when no condition holds, and it is missing, "
        help_ = "add what it yields else: `case(condition, value, ..., else)`"
    else:
        message = f"`{function.name}` takes pairs of a name and a value, and one is missing, "
        help_ = f'write `{function.name}("name", value, ...)`'
    _report(binder, call, f"{message}so the query fails", help_)


def _first_mismatch(signature: Signature, call: FunctionCall, types: Sequence[ScalarType]) -> int | None:
    """Return the first argument that the signature doesn't take."""
    for index, parameters in enumerate(parameters_of(signature, len(types))):
        if isinstance(call.arguments[index], Star):
            continue
        if not any(takes_type(parameter, types[index]) for parameter in parameters):
            return index
    return None


def parameters_of(signature: Signature, count: int) -> list[tuple[Parameter, ...]]:
    """Return for each of so many arguments the parameters that it may be: several where some may be left out."""
    parameters = signature.parameters
    repeated = [index for index, parameter in enumerate(parameters) if parameter.is_repeatable]
    if not repeated:
        return [(parameters[index],) if index < len(parameters) else () for index in range(count)]
    first, last = repeated[0], repeated[-1]
    before, group, after = parameters[:first], parameters[first : last + 1], parameters[last + 1 :]
    result: list[tuple[Parameter, ...]] = []
    for index in range(count):
        if index < len(before):
            result.append((before[index],))
        elif after and index >= count - len(after):
            parameter = after[index - count + len(after)]
            result.append((parameter, *group) if parameter.is_optional else (parameter,))
        else:
            result.append((group[(index - len(before)) % len(group)],))
    return result


def takes_type(parameter: Parameter, type_: ScalarType) -> bool:
    """Tell whether a parameter takes a value of a type, by itself or by an implicit conversion."""
    if type_ is ScalarType.UNKNOWN:
        return True
    accepted = accepted_types(parameter.accepts)
    if accepted is None or type_ in accepted:
        return True
    if type_ is _DYNAMIC:
        return _STRING in accepted and parameter.accepts not in {"NotDynamic", "Orderable"}
    # Numbers are narrowed and widened where a type is named, not where whole numbers are asked for.
    return type_.is_numeric and parameter.accepts in {"int", "long", "real", "decimal"}


def _wrong_type(
    binder: Binder, call: FunctionCall, function: Function, fitting: Sequence[Signature], types: Sequence[ScalarType]
) -> None:
    """Report the argument that is furthest to the right among the first misfits of each signature."""
    faults = [_first_mismatch(signature, call, types) or 0 for signature in fitting]
    index = max(faults)
    signature = fitting[faults.index(index)]
    argument = call.arguments[index]
    parameter = parameters_of(signature, len(types))[index][0]
    others = [each for each, fault in zip(fitting, faults, strict=True) if fault == index]
    wanted = _wanted_by([parameters_of(each, len(types))[index][0] for each in others])
    written = binder.findings.text(argument)
    _report(
        binder,
        argument,
        f"`{function.name}` needs {wanted} here, and `{written}` is {a(types[index])}, so the query fails",
        _type_help(binder, function, argument, types[index], parameter),
    )


def _type_help(binder: Binder, function: Function, argument: Node, type_: ScalarType, parameter: Parameter) -> str:
    written = binder.findings.text(unparenthesized(argument))
    accepted = accepted_types(parameter.accepts) or frozenset()
    if accepted == {ScalarType.TIMESPAN} and type_.is_numeric:
        return f"write a timespan: `{function.name}({written}d)`"
    if accepted == {ScalarType.TIMESPAN} and isinstance(argument, StringLiteral):
        return f"write it without quotes: `{function.name}({argument.value})`"
    if accepted == {ScalarType.BOOL}:
        if function.kind is FunctionKind.AGGREGATE or type_ is not _DYNAMIC:
            return "write a condition"
        return f"convert it: `tobool({written})`"
    for target in (ScalarType.DATETIME, ScalarType.TIMESPAN, ScalarType.LONG, ScalarType.STRING, ScalarType.DYNAMIC):
        if target in accepted:
            return f"convert it: `{CONVERSIONS[target]}({written})`"
    return f"write {_wanted(parameter)}"


_WANTED = {
    "Number": "a number",
    "NumberOrBool": "a number or a bool",
    "Integer": "a whole number",
    "RealOrDecimal": "a real or a decimal",
    "IntegerOrArray": "a whole number or an array",
    "Summable": "a number, a datetime or a timespan",
    "Orderable": "something that has an order",
    "NotDynamic": "a plain value",
    "NotBool": "no bool",
    "NotRealOrBool": "neither a real nor a bool",
    "StringOrDynamic": "text",
    "StringOrArray": "text or an array",
    "DynamicArray": "an array",
    "DynamicBag": "a bag (a JSON object)",
    "DynamicArrayOrBag": "an array or a bag",
}


def _wanted_by(parameters: Sequence[Parameter]) -> str:
    """Return what several signatures ask for, each once; a whole number is a number."""
    wanted = list(dict.fromkeys(_wanted(parameter) for parameter in parameters))
    if _WANTED["Number"] in wanted and _WANTED["Integer"] in wanted:
        wanted.remove(_WANTED["Integer"])
    return one_of(wanted)


def _wanted(parameter: Parameter) -> str:
    if parameter.accepts in _WANTED:
        return _WANTED[parameter.accepts]
    return one_of([a(ScalarType(name)) for name in parameter.accepts.split("|")])


def _shape(signature: Signature) -> str:
    shown = []
    for parameter in signature.parameters:
        name = f"{parameter.name}, ..." if parameter.is_repeatable else parameter.name
        shown.append(f"[{name}]" if parameter.is_optional else name)
    return ", ".join(shown)


def _arguments(count: int) -> str:
    return "argument" if count == 1 else "arguments"


def _report(binder: Binder, node: Node, message: str, help_: str) -> None:
    binder.findings.report(node, code="KQL104", rule="wrong-arguments", message=message, help=help_)
