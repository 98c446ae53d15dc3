"""What a call of a built-in function yields. In: its signatures and its arguments' types. Out: a scalar type.

The words of `Parameter.accepts` and `Signature.returns` are explained in `kqlpack.catalog.model`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.catalog.types import ScalarType, scalar_type
from kqlpack.semantics import promotion
from kqlpack.syntax.nodes import TypeOf, TypeReference

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kqlpack.catalog.model import Function, Parameter, Signature
    from kqlpack.syntax.nodes import Node

_ALL = frozenset(ScalarType) - {ScalarType.UNKNOWN}
_NUMBER = frozenset({ScalarType.INT, ScalarType.LONG, ScalarType.REAL, ScalarType.DECIMAL})
_DYNAMIC = frozenset({ScalarType.DYNAMIC})

_CLASSES: dict[str, frozenset[ScalarType]] = {
    "Number": _NUMBER,
    "NumberOrBool": _NUMBER | {ScalarType.BOOL},
    "Integer": frozenset({ScalarType.INT, ScalarType.LONG}),
    "RealOrDecimal": frozenset({ScalarType.REAL, ScalarType.DECIMAL}),
    "IntegerOrArray": frozenset({ScalarType.INT, ScalarType.LONG, ScalarType.DYNAMIC}),
    "Summable": _NUMBER | {ScalarType.DATETIME, ScalarType.TIMESPAN},
    "Orderable": _ALL - _DYNAMIC,
    "NotDynamic": _ALL - _DYNAMIC,
    "NotBool": _ALL - {ScalarType.BOOL},
    "NotRealOrBool": _ALL - {ScalarType.BOOL, ScalarType.REAL},
    "StringOrDynamic": frozenset({ScalarType.STRING, ScalarType.DYNAMIC}),
    "StringOrArray": frozenset({ScalarType.STRING, ScalarType.DYNAMIC}),
    "DynamicArray": _DYNAMIC,
    "DynamicBag": _DYNAMIC,
    "DynamicArrayOrBag": _DYNAMIC,
}

# A value of the first type is taken where the others are asked for.
_WIDENS_TO: dict[ScalarType, frozenset[ScalarType]] = {
    ScalarType.INT: frozenset({ScalarType.LONG, ScalarType.REAL, ScalarType.DECIMAL}),
    ScalarType.LONG: frozenset({ScalarType.REAL, ScalarType.DECIMAL}),
    ScalarType.REAL: frozenset({ScalarType.DECIMAL}),
}

_EXACT, _WIDENED, _MISMATCH = 0, 1, 100


def return_type(function: Function, arguments: Sequence[Node], types: Sequence[ScalarType]) -> ScalarType:
    """Return the type of a call; UNKNOWN where it depends on what isn't known."""
    fitting = [signature for signature in function.signatures if _takes(signature, len(types))]
    candidates = fitting or list(function.signatures)
    if not candidates:
        return ScalarType.UNKNOWN
    costs = [_cost(signature, types) for signature in candidates]
    least = min(costs)
    outcomes = [
        _returned(signature, arguments, types)
        for signature, cost in zip(candidates, costs, strict=True)
        if cost == least
    ]
    if least < _MISMATCH and all(type_.is_known for type_ in types):
        return outcomes[0]
    # Several signatures fit where an argument's type is unknown, none where one is wrong: what they agree on is known.
    return outcomes[0] if len(set(outcomes)) == 1 else ScalarType.UNKNOWN


def _takes(signature: Signature, count: int) -> bool:
    return signature.min_arguments <= count and (signature.max_arguments is None or count <= signature.max_arguments)


def _cost(signature: Signature, types: Sequence[ScalarType]) -> int:
    if not signature.parameters:
        return 0
    last = signature.parameters[-1]
    padded = (*signature.parameters, *(last for _ in types))
    return sum(_mismatch(parameter, type_) for parameter, type_ in zip(padded, types, strict=False))


def _mismatch(parameter: Parameter, type_: ScalarType) -> int:
    if not type_.is_known:
        return _EXACT
    accepted = accepted_types(parameter.accepts)
    if accepted is None or type_ in accepted:
        return _EXACT
    return _WIDENED if _WIDENS_TO.get(type_, frozenset()) & accepted else _MISMATCH


def accepted_types(accepts: str) -> frozenset[ScalarType] | None:
    """Return the types that a parameter takes; None: any."""
    if accepts in _CLASSES:
        return _CLASSES[accepts]
    types = frozenset(scalar_type(name) for name in accepts.split("|"))
    return None if ScalarType.UNKNOWN in types else types


def _returned(signature: Signature, arguments: Sequence[Node], types: Sequence[ScalarType]) -> ScalarType:  # noqa: PLR0911 - one line per rule
    match signature.returns:
        case "Parameter0":
            return _at(types, 0)
        case "Parameter1":
            return _at(types, 1)
        case "Parameter0Promoted":
            return promotion.promoted(_at(types, 0))
        case "Parameter0Array" | "dynamic":
            return ScalarType.DYNAMIC
        case "Common":
            return promotion.common(types)
        case "CommonNonDynamic":
            return promotion.common_not_dynamic(_alternatives(types))
        case "Widest":
            return promotion.widest(types)
        case "ParameterNLiteral":
            return type_literal(arguments[-1]) if arguments else ScalarType.UNKNOWN
        case "Parameter0Literal":
            return type_literal(arguments[0]) if arguments else ScalarType.UNKNOWN
        case "Parameter1Literal":
            return type_literal(arguments[1]) if len(arguments) > 1 else ScalarType.UNKNOWN
        case name:
            return scalar_type(name)


def _at(types: Sequence[ScalarType], index: int) -> ScalarType:
    return types[index] if index < len(types) else ScalarType.UNKNOWN


def _alternatives(types: Sequence[ScalarType]) -> list[ScalarType]:
    """Return the outcomes of `iff(test, a, b)` and `case(test, a, test, b, else)`: every second, and the last."""
    return [type_ for index, type_ in enumerate(types) if index % 2 == 1 or index == len(types) - 1]


def type_literal(node: Node) -> ScalarType:
    """Return what `typeof(long)` names."""
    if isinstance(node, TypeOf) and len(node.types) == 1 and isinstance(node.types[0], TypeReference):
        return scalar_type(node.types[0].name)
    return ScalarType.UNKNOWN
