"""Strings: joining, splitting, cutting, searching, replacing, regular expressions (RE2, as in the service)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from kqlpack.catalog.types import scalar_type
from kqlpack.errors import ExecutionError
from kqlpack.execute.duckdb import convert
from kqlpack.execute.duckdb.comparisons import count_groups, group_names, plain_text, re2_escape
from kqlpack.execute.duckdb.functions.rows import (
    BOOL,
    DYNAMIC,
    LONG,
    STRING,
    Call,
    Row,
    python,
    text,
)
from kqlpack.execute.duckdb.sql import Sql, make, string
from kqlpack.execute.duckdb.types import literal
from kqlpack.syntax.nodes import TypeOf, TypeReference

if TYPE_CHECKING:
    from kqlpack.catalog.types import ScalarType


def _strcat(call: Call) -> Sql:
    values = [convert.to_string(value) for value in call.values()]
    if not values:
        raise call.refuse()
    return make(f"({' || '.join(value.text for value in values)})", STRING, values, nullable=False)


def _strcat_delim(call: Call) -> Sql:
    call.node_at(1)  # at least one value
    delimiter, *values = [convert.to_string(value) for value in call.values()]
    listed = ", ".join(value.text for value in values)
    return make(f"concat_ws({delimiter}, {listed})", STRING, [delimiter, *values], nullable=False)


def _strcat_array(call: Call) -> Sql:
    array, delimiter = call.argument(0, DYNAMIC), convert.to_string(call.value(1))
    found = f"coalesce(array_to_string(kql_item_texts({array}), {delimiter}), '')"
    return make(found, STRING, [array, delimiter], nullable=False)


def _substring(call: Call) -> Sql:
    source, start = call.argument(0, STRING), call.argument(1, LONG)
    begin = start.text
    if start.row or begin.startswith(("CAST('-", "(-", "(CAST('-")):
        # A negative start counts from the end.
        begin = f"CASE WHEN {start} < 0 THEN greatest(length({source}) + {start}, 0) ELSE {start} END"
    if call.count < 3:
        return make(f"coalesce(substr({source}, {begin} + 1), '')", STRING, [source, start], nullable=False)
    length = call.argument(2, LONG)
    count = f"greatest({length}, 0)"
    return make(
        f"coalesce(substr({source}, {begin} + 1, {count}), '')", STRING, [source, start, length], nullable=False
    )


def _index_of(source: str, lookup: str, start: int = 0, length: int = -1, occurrence: int = 1) -> int | None:
    if occurrence < 1 or length < -1:
        return None
    begin = start if start >= 0 else max(len(source) + start, 0)
    end = len(source) if length == -1 else min(begin + length, len(source))
    found = begin - 1
    for _ in range(occurrence):
        found = source.find(lookup, found + 1, end)
        if found < 0:
            return -1
    return found


def _indexof(call: Call) -> Sql:
    source, lookup = (convert.to_string(call.value(index)) for index in (0, 1))
    if call.count == 2:
        return make(f"(strpos({source}, {lookup}) - 1)", LONG, [source, lookup], nullable=False)
    rest = [call.argument(index, LONG) for index in range(2, call.count)]
    return call.compiler.python(_index_of, [source, lookup, *rest], LONG, call.scope, call.span)


def _split(call: Call) -> Sql:
    source, delimiter = call.argument(0, STRING), call.argument(1, STRING)
    parts = f"string_split({source}, {delimiter})"
    if plain_text(delimiter) == "":
        parts = f"[{source}]"
    if call.count < 3:
        return make(f"to_json({parts})", DYNAMIC, [source, delimiter], nullable=False)
    index = call.argument(2, LONG)
    wanted = f"CASE WHEN {index} >= 0 AND {index} < len({parts}) THEN [{parts}[{index} + 1]] ELSE [] END"
    return make(f"to_json({wanted})", DYNAMIC, [source, delimiter, index], nullable=False)


def _trim(*, start: bool, end: bool) -> Row:
    def write(call: Call) -> Sql:
        pattern, source = call.argument(0, STRING), call.argument(1, STRING)
        found = source.text
        if start:
            found = f"regexp_replace({found}, '^(?:' || {pattern} || ')+', '')"
        if end:
            found = f"regexp_replace({found}, '(?:' || {pattern} || ')+$', '')"
        return make(found, STRING, [pattern, source], nullable=False)

    return write


def _extract(call: Call) -> Sql:
    pattern, group, source = call.argument(0, STRING), call.argument(1, LONG), call.argument(2, STRING)
    number = call.compiler.value_of(group, call.span)
    if number is None:
        raise call.refuse("the group must be a number")
    known = plain_text(pattern)
    if known is not None and number > count_groups(known):
        found = literal("", STRING)
    else:
        found = make(f"regexp_extract({source}, {pattern}, {number})", STRING, [pattern, source], nullable=False)
    return _typed(call, found, 3)


def type_argument(call: Call, index: int) -> ScalarType:
    """Return the type that `typeof(...)` names."""
    node = call.node_at(index)
    if isinstance(node, TypeOf) and isinstance(node.types[0], TypeReference):
        return scalar_type(node.types[0].name)
    raise ExecutionError("typeof() is wanted here", node.span)


def _typed(call: Call, found: Sql, index: int) -> Sql:
    if call.count <= index:
        return found
    target = type_argument(call, index)
    if target is DYNAMIC:
        return make(f"kql_parse_json({found})", DYNAMIC, [found], nullable=True)
    return convert.convert(found, target, call.compiler, call.scope, call.span)


def _extract_all(call: Call) -> Sql:
    pattern = call.argument(0, STRING)
    known = plain_text(pattern)
    if known is None:
        raise call.refuse("the pattern must be a literal")
    count = count_groups(known)
    if count == 0:
        raise ExecutionError("the pattern of extract_all has no group to capture", call.span)
    wanted = list(range(1, count + 1))
    source = call.argument(call.count - 1, STRING)
    if call.count == 3:
        named = {name: group for group, name in enumerate(group_names(known), 1) if name}
        groups: Any = call.constant(1)
        if not isinstance(groups, list):
            raise call.refuse("the groups must be a list")
        wanted = [named.get(each, 0) if isinstance(each, str) else each for each in groups]
        if not all(isinstance(each, int) and 0 < each <= count for each in wanted):
            raise call.refuse("the groups must be numbers")
    lists = [f"regexp_extract_all({source}, {pattern}, {group})" for group in wanted]
    if len(lists) == 1:
        inside = lists[0]
    else:
        items = ", ".join(f"{each}[n]" for each in lists)
        inside = f"list_transform(range(1, len({lists[0]}) + 1), lambda n: [{items}])"
    # No match: null.
    return make(f"CASE WHEN len({lists[0]}) > 0 THEN to_json({inside}) END", DYNAMIC, [pattern, source], nullable=True)


def _count_of(source: str, search: str) -> int:
    # Matches may overlap.
    return sum(source.startswith(search, index) for index in range(len(source))) if search else 0


def _countof(call: Call) -> Sql:
    source, search = call.argument(0, STRING), call.argument(1, STRING)
    kind = call.constant(2) if call.count > 2 else "normal"
    if kind == "regex":
        return make(f"len(regexp_extract_all({source}, {search}))", LONG, [source, search], nullable=False)
    if kind != "normal":
        raise call.refuse(f"the kind `{kind}`")
    return call.compiler.python(_count_of, [source, search], LONG, call.scope, call.span)


def _replace_regex(call: Call) -> Sql:
    source, pattern, rewrite = (call.argument(index, STRING) for index in range(3))
    found = f"regexp_replace({source}, {pattern}, {rewrite}, 'g')"
    return make(found, STRING, [source, pattern, rewrite], nullable=False)


def _replace_strings(source: str, lookups: Any, rewrites: Any) -> str | None:
    if not isinstance(lookups, list) or not isinstance(rewrites, list) or len(lookups) != len(rewrites):
        return None
    # In one pass: what was put in is not looked at again; what is no text is put in nowhere.
    pairs = {
        lookup: rewrite for lookup, rewrite in zip(lookups, rewrites, strict=True) if isinstance(lookup, str) and lookup
    }
    if not pairs:
        return source
    pattern = "|".join(re.escape(lookup) for lookup in pairs)

    def put(match: re.Match[str]) -> str:
        rewrite = pairs[match[0]]
        return rewrite if isinstance(rewrite, str) else match[0]

    return re.sub(pattern, put, source)


def _translate(search: str, replacement: str, source: str) -> str:
    if not replacement:
        return "".join(character for character in source if character not in search)
    padded = replacement + replacement[-1] * max(0, len(search) - len(replacement))
    return source.translate(
        {ord(old): new for old, new in zip(reversed(search), reversed(padded[: len(search)]), strict=True)}
    )


def _strrep(call: Call) -> Sql:
    value, count = convert.to_string(call.value(0)), call.argument(1, LONG)
    delimiter = convert.to_string(call.value(2)) if call.count > 2 else literal("", STRING)

    def repeat(item: str, times: int, between: str) -> str:
        return between.join([item] * min(max(times, 0), 1024))

    return call.compiler.python(repeat, [value, count, delimiter], STRING, call.scope, call.span)


def has_term(source: str, term: str) -> int:
    """Return where a term starts in a text, as `has` finds it; -1 where it doesn't."""
    start = r"(?<![^\W_])" if re.match(r"[^\W_]", term) else ""
    end = r"(?![^\W_])" if re.search(r"[^\W_]$", term) else ""
    found = re.search(start + re.escape(term) + end, source, re.IGNORECASE)
    return found.start() if found else -1


def _has_any_index(source: str, terms: Any) -> int:
    if not isinstance(terms, list):
        return -1
    return next((index for index, term in enumerate(terms) if has_term(source, str(term)) >= 0), -1)


def _strcmp(first: str, second: str) -> int:
    return (first > second) - (first < second)


def _to_utf8(source: str) -> list[int]:
    return [ord(character) for character in source]


def _from_code_points(*points: Any) -> str | None:
    flat: list[Any] = []
    for point in points:
        flat.extend(point if isinstance(point, list) else [point])
    try:
        return "".join(chr(point) for point in flat)
    except (TypeError, ValueError):
        return None


def _make_string(call: Call) -> Sql:
    arguments = [convert.to_dynamic(value) for value in call.values()]
    return call.compiler.python(_from_code_points, arguments, STRING, call.scope, call.span)


def _indexof_regex(call: Call) -> Sql:
    if call.count != 2:
        raise call.refuse("only the text and the pattern are taken")
    source, pattern = call.argument(0, STRING), call.argument(1, STRING)
    # What stands before the first match, and the match itself.
    before = f"regexp_extract({source}, '(?s)^(.*?)(?:' || {pattern} || ')', 1)"
    found = f"CASE WHEN regexp_matches({source}, {pattern}) THEN length({before}) ELSE -1 END"
    return make(found, LONG, [source, pattern], nullable=False)


def _regex_quote(call: Call) -> Sql:
    value = call.argument(0, STRING)
    known = plain_text(value)
    if known is not None:
        return make(string(re2_escape(known)), STRING, [value], nullable=False)
    return call.compiler.python(re2_escape, [value], STRING, call.scope, call.span)


ROWS: Final[dict[str, Row]] = {
    "array_strcat": _strcat_array,
    "countof": _countof,
    "extract": _extract,
    "extract_all": _extract_all,
    "extractall": _extract_all,
    "has_any_index": python(LONG, _has_any_index, STRING, DYNAMIC),
    "indexof": _indexof,
    "indexof_regex": _indexof_regex,
    "isascii": python(BOOL, str.isascii, STRING),
    "isutf8": text(BOOL, "({0} IS NOT NULL)", STRING),
    "make_string": _make_string,
    "regex_quote": _regex_quote,
    "replace": _replace_regex,
    "replace_regex": _replace_regex,
    "replace_string": text(STRING, "replace({0}, {1}, {2})", STRING, STRING, STRING),
    "replace_strings": python(STRING, _replace_strings, STRING, DYNAMIC, DYNAMIC),
    "reverse": lambda call: make(
        f"reverse({convert.to_string(call.value(0))})", STRING, [call.value(0)], nullable=False
    ),
    "split": _split,
    "strcat": _strcat,
    "strcat_array": _strcat_array,
    "strcat_delim": _strcat_delim,
    "strcmp": python(LONG, _strcmp, STRING, STRING),
    "string_size": text(LONG, "strlen({0})", STRING),
    "strlen": text(LONG, "length({0})", STRING),
    "strrep": _strrep,
    "substring": _substring,
    "to_utf8": python(DYNAMIC, _to_utf8, STRING),
    "tolower": text(STRING, "lower({0})", STRING),
    "toupper": text(STRING, "upper({0})", STRING),
    "translate": python(STRING, _translate, STRING, STRING, STRING),
    "trim": _trim(start=True, end=True),
    "trim_end": _trim(start=False, end=True),
    "trim_start": _trim(start=True, end=False),
    "unicode_codepoints_from_string": python(DYNAMIC, _to_utf8, STRING),
    "unicode_codepoints_to_string": _make_string,
}
