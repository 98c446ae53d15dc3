"""Numbers: rounding, powers, logarithms, bits, units."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from kqlpack.execute.duckdb import convert
from kqlpack.execute.duckdb.functions.rows import (
    DECIMAL,
    DYNAMIC,
    INT,
    INTEGERS,
    LONG,
    REAL,
    STRING,
    TIMES,
    TIMESPAN,
    Call,
    Row,
    python,
    text,
)
from kqlpack.execute.duckdb.sql import Sql, make
from kqlpack.semantics import promotion

if TYPE_CHECKING:
    from kqlpack.catalog.types import ScalarType


def _of_real(template: str) -> Row:
    """Return the row of a function of one real; outside of what it is defined for it gives null."""

    def write(call: Call) -> Sql:
        value = call.argument(0, REAL)
        return make(template.format(value), REAL, [value], nullable=True)

    return write


def _logarithm(function: str) -> Row:
    return _of_real(f"CASE WHEN {{0}} > 0 THEN {function}({{0}}) WHEN {{0}} = 0 THEN CAST('-inf' AS DOUBLE) END")


def _bin(call: Call) -> Sql:
    value, size = call.value(0), call.value(1)
    if value.type is DYNAMIC:
        raise call.refuse("convert the dynamic first")
    if value.type in TIMES:
        if size.type is not TIMESPAN:
            raise call.refuse()
        return _floored(value, size, value.type)
    type_ = promotion.widest([value.type, size.type])
    if type_ in INTEGERS:
        return _floored(value, size, type_)
    if type_ is not REAL:
        raise call.refuse()
    first, second = (convert.coerce(each, REAL, call.compiler, call.scope, call.span) for each in (value, size))
    return make(
        f"CASE WHEN {second} > 0 THEN kql_real_floor_to({first}, {second}) END", REAL, [first, second], nullable=True
    )


def _floored(value: Sql, size: Sql, type_: ScalarType) -> Sql:
    # No bin has the width 0; a width below it has no meaning either.
    text_ = f"CASE WHEN {size} > 0 THEN kql_floor_to({value}, {size}) END"
    if not size.row and size.text.startswith("CAST(") and not size.text.startswith(("CAST('-", "CAST(0 ", "CAST(NULL")):
        return make(f"(kql_floor_to({value}, {size}))", type_, [value, size])
    return make(text_, type_, [value, size], nullable=True)


def _floor(call: Call) -> Sql:
    if call.count == 2:
        return _bin(call)
    value = call.number(0)
    if value.type in INTEGERS:
        return value
    return make(f"floor({value})", value.type, [value])


def _bin_at(call: Call) -> Sql:
    value, size, fixed = call.value(0), call.value(1), call.value(2)
    if value.type in TIMES:
        if size.type is not TIMESPAN or fixed.type is not value.type:
            raise call.refuse()
        return make(f"({fixed} + kql_floor_to({value} - {fixed}, {size}))", value.type, [value, size, fixed])
    type_ = promotion.widest([value.type, size.type, fixed.type])
    if type_ in INTEGERS:
        return make(f"({fixed} + kql_floor_to({value} - {fixed}, {size}))", type_, [value, size, fixed])
    if type_ is not REAL:
        raise call.refuse()
    parts = [convert.coerce(each, REAL, call.compiler, call.scope, call.span) for each in (value, size, fixed)]
    return make(f"({parts[2]} + kql_real_floor_to({parts[0]} - {parts[2]}, {parts[1]}))", REAL, parts)


def _abs(call: Call) -> Sql:
    value = call.value(0)
    if value.type is not TIMESPAN:
        value = call.number(0)
    type_ = LONG if value.type is INT else value.type
    return make(f"abs({value})", type_, [value])


def _sign(call: Call) -> Sql:
    value = call.number(0)
    return make(f"CAST(sign({value}) AS DOUBLE)", REAL, [value])


def _round(call: Call) -> Sql:
    value = call.number(0)
    digits = call.argument(1, LONG) if call.count > 1 else None
    if value.type in INTEGERS:
        return value if digits is None else make(value.text, value.type, [value])
    if value.type is DECIMAL:
        raise call.refuse()
    places = f", CAST({digits} AS INTEGER)" if digits is not None else ""
    return make(f"round({value}{places})", REAL, [value])


def _ceiling(call: Call) -> Sql:
    value = call.number(0)
    if value.type in INTEGERS:
        return value
    return make(f"ceil({value})", value.type, [value])


def _bits(template: str) -> Row:
    return text(LONG, template, LONG, LONG)


def _pi(call: Call) -> Sql:
    if call.count:
        raise call.refuse()
    return make("pi()", REAL, nullable=False)


def _tohex(call: Call) -> Sql:
    value = call.value(0)
    if value.type is INT:
        # 32 bits of an int.
        found = f"lower(to_hex(CAST({value} AS BIGINT) & 4294967295))"
    else:
        value = call.argument(0, LONG)
        found = f"lower(to_hex({value}))"
    if call.count > 1:
        width = call.argument(1, LONG)
        found = (
            f"CASE WHEN length({found}) >= {width} THEN {found} ELSE lpad({found}, CAST({width} AS INTEGER), '0') END"
        )
    return make(f"coalesce({found}, '')", STRING, [value], nullable=False)


def _gamma(value: float) -> float | None:
    try:
        return math.gamma(value)
    except (ValueError, OverflowError):
        return math.nan


def _log_gamma(value: float) -> float | None:
    try:
        return math.lgamma(value)
    except (ValueError, OverflowError):
        return math.nan


# ---- units: convert_length(1.2, "Foot", "Meter") ---------------------------------------------------------------------
# Sources: the definitions of the units (SI brochure; the international yard and pound of 1959).

_LENGTHS: Final = {
    "angstrom": 1e-10,
    "astronomicalunit": 149_597_870_700.0,
    "centimeter": 1e-2,
    "chain": 20.1168,
    "decimeter": 1e-1,
    "fathom": 1.8288,
    "foot": 0.3048,
    "hand": 0.1016,
    "hectometer": 100.0,
    "inch": 0.0254,
    "kilometer": 1e3,
    "lightyear": 9_460_730_472_580_800.0,
    "meter": 1.0,
    "micrometer": 1e-6,
    "microinch": 2.54e-8,
    "mil": 2.54e-5,
    "mile": 1609.344,
    "millimeter": 1e-3,
    "nanometer": 1e-9,
    "nauticalmile": 1852.0,
    "yard": 0.9144,
}
_MASSES: Final = {
    "centigram": 1e-5,
    "decagram": 1e-2,
    "decigram": 1e-4,
    "grain": 6.479891e-5,
    "gram": 1e-3,
    "hectogram": 1e-1,
    "kilogram": 1.0,
    "kilotonne": 1e6,
    "longton": 1016.0469088,
    "megatonne": 1e9,
    "microgram": 1e-9,
    "milligram": 1e-6,
    "nanogram": 1e-12,
    "ounce": 0.028349523125,
    "pound": 0.45359237,
    "shortton": 907.18474,
    "stone": 6.35029318,
    "tonne": 1e3,
}
_ANGLES: Final = {
    "arcminute": math.pi / 10_800,
    "arcsecond": math.pi / 648_000,
    "degree": math.pi / 180,
    "gradian": math.pi / 200,
    "radian": 1.0,
    "revolution": 2 * math.pi,
}
_SPEEDS: Final = {
    "centimeterperhour": 1e-2 / 3600,
    "centimeterperminute": 1e-2 / 60,
    "centimeterpersecond": 1e-2,
    "footperhour": 0.3048 / 3600,
    "footperminute": 0.3048 / 60,
    "footpersecond": 0.3048,
    "kilometerperhour": 1000 / 3600,
    "kilometerperminute": 1000 / 60,
    "kilometerpersecond": 1000.0,
    "knot": 1852 / 3600,
    "mach": 340.29,
    "meterperhour": 1 / 3600,
    "meterperminute": 1 / 60,
    "meterpersecond": 1.0,
    "mileperhour": 1609.344 / 3600,
}
_FORCES: Final = {
    "decanewton": 10.0,
    "dyne": 1e-5,
    "kilogramforce": 9.80665,
    "kilonewton": 1e3,
    "kilopond": 9.80665,
    "meganewton": 1e6,
    "micronewton": 1e-6,
    "millinewton": 1e-3,
    "newton": 1.0,
    "ounceforce": 0.2780138509537812,
    "poundforce": 4.4482216152605,
    "tonneforce": 9806.65,
}
_ENERGIES: Final = {
    "britishthermalunit": 1055.05585262,
    "calorie": 4.184,
    "electronvolt": 1.602176634e-19,
    "erg": 1e-7,
    "gigajoule": 1e9,
    "joule": 1.0,
    "kilocalorie": 4184.0,
    "kilojoule": 1e3,
    "kilowatthour": 3.6e6,
    "megajoule": 1e6,
    "megawatthour": 3.6e9,
    "millijoule": 1e-3,
    "watthour": 3600.0,
}


def _unit(table: dict[str, float]) -> Row:
    def convert_unit(value: float, source: str, target: str) -> float:
        return value * table[source.lower()] / table[target.lower()]

    def write(call: Call) -> Sql:
        for index in (1, 2):
            unit = str(call.constant(index))
            if unit.lower() not in table:
                raise call.refuse(f"the unit `{unit}`")
        return compute(call)

    compute = python(REAL, convert_unit, REAL, STRING, STRING)
    return write


_TEMPERATURES: Final = {
    # The factor that makes kelvins of a unit, and what is then added.
    "kelvin": (1.0, 0.0), "degreecelsius": (1.0, 273.15), "degreefahrenheit": (5 / 9, 459.67 * 5 / 9),
    "degreerankine": (5 / 9, 0.0),
}  # fmt: skip


def _temperature(value: float, source: str, target: str) -> float:
    first, second = _TEMPERATURES[source.lower()], _TEMPERATURES[target.lower()]
    return (value * first[0] + first[1] - second[1]) / second[0]


def _convert_temperature(call: Call) -> Sql:
    for index in (1, 2):
        unit = str(call.constant(index))
        if unit.lower() not in _TEMPERATURES:
            raise call.refuse(f"the unit `{unit}`")
    return python(REAL, _temperature, REAL, STRING, STRING)(call)


ROWS: Final[dict[str, Row]] = {
    "abs": _abs,
    "acos": _of_real("CASE WHEN abs({0}) <= 1 THEN acos({0}) END"),
    "asin": _of_real("CASE WHEN abs({0}) <= 1 THEN asin({0}) END"),
    "atan": _of_real("atan({0})"),
    "atan2": text(REAL, "atan2({0}, {1})", REAL, REAL),
    "bin": _bin,
    "bin_at": _bin_at,
    "binary_and": _bits("({0} & {1})"),
    "binary_not": text(LONG, "(~{0})", LONG),
    "binary_or": _bits("({0} | {1})"),
    "binary_shift_left": text(LONG, "TRY(CAST({0} AS BIGINT) << CAST({1} AS BIGINT))", LONG, LONG),
    "binary_shift_right": _bits("({0} >> {1})"),
    "binary_xor": _bits("xor({0}, {1})"),
    "bitset_count_ones": text(LONG, "CAST(bit_count({0}) AS BIGINT)", LONG),
    "ceiling": _ceiling,
    "convert_angle": _unit(_ANGLES),
    "convert_energy": _unit(_ENERGIES),
    "convert_force": _unit(_FORCES),
    "convert_length": _unit(_LENGTHS),
    "convert_mass": _unit(_MASSES),
    "convert_speed": _unit(_SPEEDS),
    "convert_temperature": _convert_temperature,
    "cos": _of_real("cos({0})"),
    "cot": _of_real("(1 / tan({0}))"),
    "degrees": _of_real("degrees({0})"),
    "erf": python(REAL, math.erf, REAL),
    "erfc": python(REAL, math.erfc, REAL),
    "exp": _of_real("exp({0})"),
    "exp10": _of_real("pow(10, {0})"),
    "exp2": _of_real("pow(2, {0})"),
    "floor": _floor,
    "gamma": python(REAL, _gamma, REAL),
    "log": _logarithm("ln"),
    "log10": _logarithm("log10"),
    "log2": _logarithm("log2"),
    "loggamma": python(REAL, _log_gamma, REAL),
    "pi": _pi,
    "pow": text(REAL, "pow({0}, {1})", REAL, REAL),
    "radians": _of_real("radians({0})"),
    "round": _round,
    "sign": _sign,
    "sin": _of_real("sin({0})"),
    "sqrt": _of_real("CASE WHEN {0} >= 0 THEN sqrt({0}) END"),
    "tan": _of_real("tan({0})"),
    "tohex": _tohex,
}
