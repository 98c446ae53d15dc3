"""Arrays and bags. What DuckDB's JSON functions do exactly is SQL; the rest is Python over the decoded value."""

from __future__ import annotations

import json
import math
from itertools import pairwise
from typing import Any, Final

from kqlpack.execute.duckdb import convert
from kqlpack.execute.duckdb.functions.flow import common
from kqlpack.execute.duckdb.functions.rows import (
    BOOL,
    DATETIME,
    DYNAMIC,
    LONG,
    REAL,
    STRING,
    TIMESPAN,
    Call,
    Row,
    python,
    python_of_many,
    text,
)
from kqlpack.execute.duckdb.sql import Sql, make, string
from kqlpack.execute.duckdb.types import dump, literal
from kqlpack.syntax.nodes import StringLiteral
from kqlpack.values import Datetime, Timespan


def same(first: Any, second: Any) -> bool:
    """Tell whether two dynamic values are equal; true is not 1."""
    return isinstance(first, bool) == isinstance(second, bool) and bool(first == second)


def _key(value: Any) -> str:
    return dump(value)


# ---- making ----------------------------------------------------------------------------------------------------------


def _pack_array(call: Call) -> Sql:
    values = [convert.to_dynamic(value) for value in call.values()]
    listed = ", ".join(value.text for value in values)
    return make(f"json_array({listed})", DYNAMIC, values, nullable=False)


def _bag_pack(call: Call) -> Sql:
    if call.count % 2:
        raise call.refuse("pairs of key and value are wanted")
    keys = [call.node_at(index) for index in range(0, call.count, 2)]
    parts = []
    names = [key.value for key in keys if isinstance(key, StringLiteral)]
    if len(names) < len(keys) or len(set(names)) < len(names):
        # Keys that may be the same: the last value counts.
        arguments = [convert.to_dynamic(value) for value in call.values()]
        return call.compiler.python(_pack_pairs, arguments, DYNAMIC, call.scope, call.span, nulls=True)
    for index, value in enumerate(call.values()):
        parts.append(convert.to_dynamic(value) if index % 2 else value)
    listed = ", ".join(part.text for part in parts)
    return make(f"json_object({listed})", DYNAMIC, parts, nullable=False)


def _pack_pairs(*values: Any) -> dict[str, Any]:
    return {str(values[index]): values[index + 1] for index in range(0, len(values), 2)}


def _pack_columns(call: Call) -> Sql:
    parts = []
    values = []
    for index in range(call.count):
        node = call.node_at(index)
        value = call.value(index)
        values.append(value)
        parts.append(f"{string(getattr(node, 'name', ''))}, {convert.to_dynamic(value)}")
    return make(f"json_object({', '.join(parts)})", DYNAMIC, values, nullable=False)


def _pack_all(call: Call) -> Sql:
    row = call.scope.row
    if row is None:
        raise call.refuse("there are no columns here")
    columns = [(field.name, row.column(field)) for field in row.fields]
    listed = ", ".join(f"{string(name)}, {convert.to_dynamic(value)}" for name, value in columns)
    found = make(f"json_object({listed})", DYNAMIC, [value for _, value in columns], nullable=False)
    if call.count and call.constant(0):
        return call.compiler.python(_without_empty, [found], DYNAMIC, call.scope, call.span)
    return found


def _without_empty(bag: Any) -> Any:
    return {key: value for key, value in bag.items() if value is not None and value != ""}


def _range(call: Call) -> Sql:
    start, stop = call.value(0), call.value(1)
    step = call.value(2) if call.count > 2 else None
    if start.type in {DATETIME, TIMESPAN}:
        type_ = start.type
        parts = [start, stop, step] if step is not None else [start, stop]

        def times(first: int, last: int, by: int = 36_000_000_000) -> list[str]:
            write = Datetime if type_ is DATETIME else Timespan
            return [str(write(ticks)) for ticks in _numbers(first, last, by)]

        return call.compiler.python(times, parts, DYNAMIC, call.scope, call.span)
    values, _ = common(call, [start, stop, *([step] if step is not None else [])])
    return call.compiler.python(_numbers, values, DYNAMIC, call.scope, call.span)


def _numbers(first: Any, last: Any, by: Any = 1) -> list[Any]:
    if not by:
        return []
    count = math.floor((last - first) / by + 1e-9) + 1
    return [first + index * by for index in range(min(max(count, 0), 1_048_576))]


def _repeat(value: Any, count: int) -> list[Any] | None:
    return [value] * count if count >= 0 else None


# ---- arrays ----------------------------------------------------------------------------------------------------------


def _concat(*arrays: Any) -> list[Any] | None:
    found: list[Any] = []
    for array in arrays:
        if isinstance(array, list):
            found.extend(array)
        elif array is not None:
            return None
    return found


def _index_of(array: Any, wanted: Any, start: int = 0, length: int = -1, occurrence: int = 1) -> int | None:
    if not isinstance(array, list):
        return None
    begin = start if start >= 0 else max(len(array) + start, 0)
    end = len(array) if length < 0 else min(begin + length, len(array))
    for index in range(begin, end):
        if same(array[index], wanted):
            occurrence -= 1
            if not occurrence:
                return index
    return -1


def _array_index_of(call: Call) -> Sql:
    arguments = [call.argument(0, DYNAMIC), convert.to_dynamic(call.value(1))]
    arguments += [call.argument(index, LONG) for index in range(2, call.count)]
    return call.compiler.python(_index_of, arguments, LONG, call.scope, call.span)


def _slice(array: Any, start: int, end: int) -> list[Any] | None:
    if not isinstance(array, list):
        return None
    size = len(array)
    first = start if start >= 0 else size + start
    last = end if end >= 0 else size + end
    return array[max(first, 0) : last + 1] if last >= max(first, 0) else []


def _array_split(array: Any, positions: Any) -> list[Any] | None:
    if not isinstance(array, list):
        return None
    listed = positions if isinstance(positions, list) else [positions]
    size = len(array)
    cuts = [min(max(each if each >= 0 else size + each, 0), size) for each in listed]
    edges = [0, *cuts, size]
    return [array[first:last] for first, last in pairwise(edges)]


def _shift(array: Any, count: int, filling: Any = None) -> list[Any] | None:
    if not isinstance(array, list):
        return None
    size = len(array)
    if abs(count) >= size:
        return [filling] * size
    return array[count:] + [filling] * count if count >= 0 else [filling] * -count + array[:count]


def _shifted(sign: int) -> Row:
    def write(call: Call) -> Sql:
        arguments = [call.argument(0, DYNAMIC), call.argument(1, LONG)]
        if call.count > 2:
            arguments.append(convert.to_dynamic(call.value(2)))

        def shift(array: Any, count: int, filling: Any = None) -> list[Any] | None:
            return _shift(array, sign * count, filling)

        return call.compiler.python(shift, arguments, DYNAMIC, call.scope, call.span)

    return write


def _rotated(sign: int) -> Row:
    def rotate(array: Any, count: int) -> list[Any] | None:
        if not isinstance(array, list):
            return None
        count = sign * count % len(array) if array else 0
        return array[count:] + array[:count]

    return python(DYNAMIC, rotate, DYNAMIC, LONG)


def _sorted(*, descending: bool) -> Row:
    def write(call: Call) -> Sql:
        arguments = [call.value(0)]
        last = True
        if call.count == 2 and call.value(1).type is BOOL:
            last = bool(call.constant(1))
        elif call.count > 1:
            return _sorted_together(call, descending=descending)

        def sort(array: Any) -> list[Any] | None:
            return sort_values(array, descending=descending, nulls_last=last)

        return call.compiler.python(sort, arguments, DYNAMIC, call.scope, call.span)

    return write


def _sorted_together(call: Call, *, descending: bool) -> Sql:
    """Compile the sort of several arrays by the first one: an array of arrays, of which an element may be taken."""
    arguments = call.values()
    last = True
    if arguments[-1].type is BOOL:
        last = bool(call.constant(call.count - 1))
        arguments.pop()

    def sort(*arrays: Any) -> list[Any] | None:
        first = arrays[0]
        if any(not isinstance(array, list) or len(array) != len(first) for array in arrays):
            return None
        present = [index for index, item in enumerate(first) if item is not None]
        present.sort(key=lambda index: _sort_key(first[index]), reverse=descending)
        nulls = [index for index, item in enumerate(first) if item is None]
        order = present + nulls if last else nulls + present
        return [[array[index] for index in order] for array in arrays]

    return call.compiler.python(sort, arguments, DYNAMIC, call.scope, call.span)


def _sort_key(value: Any) -> tuple[int, Any]:
    if isinstance(value, (int, float)):
        return (0, value)
    return (1, value) if isinstance(value, str) else (2, dump(value))


def sort_values(array: Any, *, descending: bool, nulls_last: bool) -> list[Any] | None:
    """Sort an array; numbers before texts where both are there."""
    if not isinstance(array, list):
        return None
    present = [item for item in array if item is not None]
    nulls = [None] * (len(array) - len(present))
    numbers = [item for item in present if isinstance(item, (int, float))]
    texts = [item for item in present if isinstance(item, str)]
    rest = [item for item in present if not isinstance(item, (int, float, str))]
    numbers.sort(reverse=descending)
    texts.sort(reverse=descending)
    found = [*numbers, *texts, *rest]
    return found + nulls if nulls_last else nulls + found


def _array_iff(conditions: Any, then: Any, otherwise: Any) -> list[Any] | None:
    if not isinstance(conditions, list):
        return None

    def pick(source: Any, index: int) -> Any:
        if isinstance(source, list):
            return source[index] if index < len(source) else None
        return source

    result: list[Any] = []
    for index, condition in enumerate(conditions):
        truth = (
            condition
            if isinstance(condition, bool)
            else bool(condition)
            if isinstance(condition, (int, float))
            else None
        )
        result.append(None if truth is None else pick(then if truth else otherwise, index))
    return result


def _array_iff_call(call: Call) -> Sql:
    arguments = [convert.to_dynamic(call.value(index)) for index in range(3)]
    return call.compiler.python(_array_iff, arguments, DYNAMIC, call.scope, call.span)


def _array_sum(array: Any) -> float | None:
    if not isinstance(array, list) or any(isinstance(item, (str, list, dict)) for item in array):
        return None
    return float(sum(item for item in array if item is not None))


def _column_names_of(call: Call) -> Sql:
    relation = call.compiler.tabular(call.node_at(0), call.scope.without_row())
    return literal([field.name for field in relation.fields], DYNAMIC)


def _zip(*arrays: Any) -> list[Any]:
    listed = [array if isinstance(array, list) else [array] for array in arrays]
    size = max((len(array) for array in listed), default=0)
    return [[array[index] if index < len(array) else None for array in listed] for index in range(size)]


# ---- sets ------------------------------------------------------------------------------------------------------------


def _union(*arrays: Any) -> list[Any] | None:
    found: list[Any] = []
    for array in arrays:
        if not isinstance(array, list):
            return None
        found.extend(array)
    return _unique(found)


def _unique(items: list[Any]) -> list[Any]:
    seen: dict[str, Any] = {}
    for item in items:
        seen.setdefault(_key(item), item)
    return list(seen.values())


def _intersect(*arrays: Any) -> list[Any] | None:
    if any(not isinstance(array, list) for array in arrays):
        return None
    others = [{_key(item) for item in array} for array in arrays[1:]]
    return [item for item in _unique(arrays[0]) if all(_key(item) in other for other in others)]


def _difference(*arrays: Any) -> list[Any] | None:
    if any(not isinstance(array, list) for array in arrays):
        return None
    gone = {_key(item) for array in arrays[1:] for item in array}
    return [item for item in _unique(arrays[0]) if _key(item) not in gone]


def _set_equals(first: Any, second: Any) -> bool | None:
    if not isinstance(first, list) or not isinstance(second, list):
        return None
    return {_key(item) for item in first} == {_key(item) for item in second}


def _jaccard(first: Any, second: Any) -> float | None:
    if not isinstance(first, list) or not isinstance(second, list):
        return None
    left, right = {_key(item) for item in first}, {_key(item) for item in second}
    return len(left & right) / len(left | right) if left | right else math.nan


def _has_element(call: Call) -> Sql:
    array, value = call.argument(0, DYNAMIC), convert.to_dynamic(call.value(1))

    def has(items: Any, wanted: Any) -> bool | None:
        return any(same(item, wanted) for item in items) if isinstance(items, list) else None

    return call.compiler.python(has, [array, value], BOOL, call.scope, call.span)


# ---- bags ------------------------------------------------------------------------------------------------------------


def _merge(*bags: Any) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for bag in bags:
        if isinstance(bag, dict):
            for key, value in bag.items():
                result.setdefault(key, value)
    return result


def _remove_keys(bag: Any, keys: Any) -> Any:
    if not isinstance(bag, dict) or not isinstance(keys, list):
        return None
    result = json.loads(json.dumps(bag))
    for key in keys:
        parts = str(key).removeprefix("$.").split(".") if str(key).startswith("$") else [str(key)]
        inside = result
        for part in parts[:-1]:
            inside = inside.get(part) if isinstance(inside, dict) else None
        if isinstance(inside, dict):
            inside.pop(parts[-1].strip("['\"]"), None)
    return result


def _has_key(bag: Any, key: str) -> bool | None:
    if not isinstance(bag, dict):
        return None
    if not key.startswith("$"):
        return key in bag
    inside: Any = bag
    for part in key.removeprefix("$.").split("."):
        if not isinstance(inside, dict) or part not in inside:
            return False
        inside = inside[part]
    return True


def _set_key(call: Call) -> Sql:
    arguments = [call.argument(0, DYNAMIC), call.argument(1, STRING), convert.to_dynamic(call.value(2))]

    def put(bag: Any, key: str, value: Any) -> Any:
        if not isinstance(bag, dict) or key.startswith("$"):
            return None
        return {**bag, key: value}

    if (call.constant(1) or "").startswith("$"):
        raise call.refuse("a path is not set here")
    return call.compiler.python(put, arguments, DYNAMIC, call.scope, call.span, nulls=True)


def _bag_keys(call: Call) -> Sql:
    bag = call.argument(0, DYNAMIC)
    found = f"CASE WHEN json_type({bag}) = 'OBJECT' THEN to_json(json_keys({bag})) END"
    return make(found, DYNAMIC, [bag], nullable=True)


def _bag_zip(keys: Any, values: Any) -> Any:
    if not isinstance(keys, list) or not isinstance(values, list):
        return None
    return {
        str(key): values[index] if index < len(values) else None
        for index, key in enumerate(keys)
        if isinstance(key, str)
    }


def _tree_path(value: Any) -> list[str]:
    found: list[str] = []

    def visit(item: Any, path: str) -> None:
        if isinstance(item, dict):
            for key, inner in item.items():
                found.append(f"{path}['{key}']")
                visit(inner, found[-1])
        elif isinstance(item, list) and item:
            found.append(f"{path}[0]")
            visit(item[0], found[-1])

    visit(value, "")
    return found


def _extract_json(call: Call) -> Sql:
    from kqlpack.execute.duckdb.functions.strings import type_argument

    path = str(call.constant(0))
    value = call.value(1)
    if value.type is STRING:
        value = make(f"kql_parse_json({value})", DYNAMIC, [value], nullable=True)
    if not path.startswith("$"):
        raise call.refuse(f"the path `{path}`")
    found = make(f"kql_at({value}, {string(path)})", DYNAMIC, [value], nullable=True)
    if call.count < 3:
        return convert.to_string(found)
    return convert.convert(found, type_argument(call, 2), call.compiler, call.scope, call.span)


_ARRAY_LENGTH: Final = text(
    LONG,
    "CASE WHEN json_type({0}) = 'ARRAY' THEN CAST(json_array_length({0}) AS BIGINT) END",
    DYNAMIC,
    nullable=True,
)

ROWS: Final[dict[str, Row]] = {
    "array_concat": python_of_many(DYNAMIC, _concat, DYNAMIC, nulls=True),
    "array_iff": _array_iff_call,
    "array_iif": _array_iff_call,
    "array_index_of": _array_index_of,
    "array_length": _ARRAY_LENGTH,
    "array_reverse": python(DYNAMIC, lambda array: array[::-1] if isinstance(array, list) else None, DYNAMIC),
    "array_rotate_left": _rotated(1),
    "array_rotate_right": _rotated(-1),
    "array_shift_left": _shifted(1),
    "array_shift_right": _shifted(-1),
    "array_slice": python(DYNAMIC, _slice, DYNAMIC, LONG, LONG),
    "array_sort_asc": _sorted(descending=False),
    "array_sort_desc": _sorted(descending=True),
    "array_split": python(DYNAMIC, _array_split, DYNAMIC, DYNAMIC),
    "array_sum": python(REAL, _array_sum, DYNAMIC),
    "arraylength": _ARRAY_LENGTH,
    "bag_has_key": python(BOOL, _has_key, DYNAMIC, STRING),
    "bag_keys": _bag_keys,
    "bag_merge": python_of_many(DYNAMIC, _merge, DYNAMIC, nulls=True),
    "bag_pack": _bag_pack,
    "bag_pack_columns": _pack_columns,
    "bag_remove_keys": python(DYNAMIC, _remove_keys, DYNAMIC, DYNAMIC),
    "bag_set_key": _set_key,
    "bag_zip": python(DYNAMIC, _bag_zip, DYNAMIC, DYNAMIC),
    "column_names_of": _column_names_of,
    "extract_json": _extract_json,
    "extractjson": _extract_json,
    "jaccard_index": python(REAL, _jaccard, DYNAMIC, DYNAMIC),
    "pack": _bag_pack,
    "pack_all": _pack_all,
    "pack_array": _pack_array,
    "pack_dictionary": _bag_pack,
    "range": _range,
    "repeat": lambda call: call.compiler.python(
        _repeat, [convert.to_dynamic(call.value(0)), call.argument(1, LONG)], DYNAMIC, call.scope, call.span, nulls=True
    ),
    "set_difference": python_of_many(DYNAMIC, _difference, DYNAMIC),
    "set_equals": python(BOOL, _set_equals, DYNAMIC, DYNAMIC),
    "set_has_element": _has_element,
    "set_intersect": python_of_many(DYNAMIC, _intersect, DYNAMIC),
    "set_union": python_of_many(DYNAMIC, _union, DYNAMIC),
    "treepath": python(DYNAMIC, _tree_path, DYNAMIC),
    "zip": python_of_many(DYNAMIC, _zip, DYNAMIC, nulls=True),
}
