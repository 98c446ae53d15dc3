"""SQL macros that keep the written SQL short. In: SQL text. Out: the definitions of the macros that it uses.

Ticks of a datetime are never negative, so that DuckDB's `//`, which cuts towards zero, is a floor for them.
"""

from __future__ import annotations

import re
from typing import Final

from kqlpack.execute.duckdb.literals import MAX_TICKS, OUT_OF_TIME

_DAY: Final = "864000000000"
# What is part of a term for `has`, and what is not (RE2).
WORD: Final = r"[\pL\pN]"
NO_WORD: Final = r"[^\pL\pN]"

_DEFINITIONS: Final[dict[str, str]] = {
    # datetime and timespan
    "kql_timestamp(t)": "make_timestamp(t // 10 - 62135596800000000)",
    "kql_ticks(moment)": "(epoch_us(moment) + 62135596800000000) * 10",
    "kql_datetime_text(t)": (
        f"CASE WHEN t < 0 OR t > {MAX_TICKS} THEN error('{OUT_OF_TIME}')"
        " ELSE strftime(kql_timestamp(t), '%Y-%m-%dT%H:%M:%S.') || lpad(CAST(t % 10000000 AS VARCHAR), 7, '0')"
        " || 'Z' END"
    ),
    "kql_two(n)": "lpad(CAST(n AS VARCHAR), 2, '0')",
    "kql_timespan_text(t)": (
        "CASE WHEN t < 0 THEN '-' ELSE '' END"
        f" || CASE WHEN abs(t) >= {_DAY} THEN CAST(abs(t) // {_DAY} AS VARCHAR) || '.' ELSE '' END"
        f" || kql_two(abs(t) % {_DAY} // 36000000000) || ':' || kql_two(abs(t) % 36000000000 // 600000000)"
        " || ':' || kql_two(abs(t) % 600000000 // 10000000)"
        " || CASE WHEN t % 10000000 <> 0 THEN '.' || lpad(CAST(abs(t) % 10000000 AS VARCHAR), 7, '0') ELSE '' END"
    ),
    # numbers
    "kql_modulo(a, b)": "((a % b) + abs(b)) % abs(b)",
    "kql_floor_to(a, b)": "a - kql_modulo(a, b)",
    "kql_real_floor_to(a, b)": "floor(a / b) * b",
    "kql_real_text(x)": (
        "CASE WHEN isnan(x) THEN 'NaN' WHEN isinf(x) THEN CASE WHEN x > 0 THEN 'Infinity' ELSE '-Infinity' END"
        " ELSE replace(CAST(x AS VARCHAR), 'e', 'E') END"
    ),
    "kql_decimal_text(x)": "regexp_replace(CAST(x AS VARCHAR), '\\.?0+$', '')",
    "kql_whole(x)": "TRY_CAST(trunc(x) AS BIGINT)",
    # texts to values; a text that is no value gives null
    "kql_long(s)": (
        "CASE WHEN regexp_full_match(s, '\\s*[+-]?(\\d+|0[xX][0-9a-fA-F]+)\\s*') THEN TRY_CAST(s AS BIGINT) END"
    ),
    "kql_real(s)": (
        "CASE WHEN regexp_full_match(s, '\\s*[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?\\s*')"
        " THEN TRY_CAST(s AS DOUBLE)"
        " WHEN lower(s) IN ('nan', 'inf', '+inf', '-inf') THEN TRY_CAST(s AS DOUBLE) END"
    ),
    "kql_bool(s)": (
        "CASE lower(trim(s)) WHEN 'true' THEN TRUE WHEN 'false' THEN FALSE WHEN '1' THEN TRUE WHEN '0' THEN FALSE END"
    ),
    "kql_decimal(s)": (
        "CASE WHEN regexp_full_match(s, '\\s*[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?\\s*')"
        " THEN CAST(s AS DECIMAL(38,18)) END"
    ),
    # dynamic: JSON text
    "kql_parse_json(s)": (
        "CASE WHEN s = '' THEN NULL WHEN json_valid(s) THEN nullif(json(s), 'null') ELSE to_json(s) END"
    ),
    "kql_at(j, path)": "nullif(json_extract(j, path), 'null')",
    "kql_text(j)": "coalesce(j ->> '$', '')",
    "kql_dynamic_long(j)": (
        "CASE json_type(j) WHEN 'VARCHAR' THEN kql_long(j ->> '$')"
        " WHEN 'BOOLEAN' THEN CAST(CAST(j AS BOOLEAN) AS BIGINT)"
        " WHEN 'DOUBLE' THEN kql_whole(CAST(j AS DOUBLE)) WHEN 'BIGINT' THEN TRY_CAST(j AS BIGINT)"
        " WHEN 'UBIGINT' THEN TRY_CAST(j AS BIGINT) END"
    ),
    # dynamic arithmetic with a whole number: one that has a fraction would change the result's type.
    "kql_strict_long(j)": (
        "CASE WHEN json_type(j) = 'DOUBLE' THEN error('arithmetic between a whole number and a dynamic that holds a"
        " fraction: convert it with todouble()') ELSE kql_dynamic_long(j) END"
    ),
    "kql_dynamic_real(j)": (
        "CASE json_type(j) WHEN 'VARCHAR' THEN kql_real(j ->> '$')"
        " WHEN 'BOOLEAN' THEN CAST(CAST(j AS BOOLEAN) AS DOUBLE)"
        " WHEN 'DOUBLE' THEN TRY_CAST(j AS DOUBLE) WHEN 'BIGINT' THEN TRY_CAST(j AS DOUBLE)"
        " WHEN 'UBIGINT' THEN TRY_CAST(j AS DOUBLE) END"
    ),
    "kql_dynamic_bool(j)": (
        "CASE json_type(j) WHEN 'BOOLEAN' THEN CAST(j AS BOOLEAN) WHEN 'VARCHAR' THEN kql_bool(j ->> '$')"
        " WHEN 'BIGINT' THEN j <> '0' WHEN 'UBIGINT' THEN j <> '0' WHEN 'DOUBLE' THEN CAST(j AS DOUBLE) <> 0 END"
    ),
    "kql_items(j)": "CASE WHEN json_type(j) = 'ARRAY' THEN from_json(j, '[\"JSON\"]') END",
    "kql_item_texts(j)": "list_transform(kql_items(j), lambda item: kql_text(item))",
    # lists and bags
    "kql_distinct(items)": "list_filter(items, lambda item, n: list_position(items, item) = n)",
    "kql_entries(bag)": ("list_transform(json_keys(bag), lambda k: {'k': k, 'v': json_extract(bag, kql_pointer(k))})"),
    "kql_bag(entries)": "to_json(map_from_entries(entries))",
    # Of the values of one key the first counts.
    "kql_first_of_each(entries)": (
        "list_filter(entries, lambda entry, n:"
        " list_position(list_transform(entries, lambda other: other.k), entry.k) = n)"
    ),
    "kql_merge_bags(bags)": ("kql_bag(kql_first_of_each(flatten(list_transform(bags, lambda bag: kql_entries(bag)))))"),
    # The value at which the weights so far, of all items in order, reach their share of the whole.
    "kql_weighted(items, share)": (
        "list_filter(items, lambda item, n: list_sum(list_transform(items[1:n], lambda other: other.w))"
        " >= share * list_sum(list_transform(items, lambda other: other.w)))[1].v"
    ),
    # mv-expand
    "kql_expand(j)": (
        "CASE WHEN j IS NULL THEN [NULL] WHEN json_type(j) = 'ARRAY' THEN from_json(j, '[\"JSON\"]')"
        " WHEN json_type(j) = 'OBJECT' THEN"
        " list_transform(json_keys(j), lambda k: json_object(k, json_extract(j, kql_pointer(k))))"
        " ELSE [j] END"
    ),
    "kql_expand_to_arrays(j)": (
        "CASE WHEN j IS NULL THEN [NULL] WHEN json_type(j) = 'ARRAY' THEN from_json(j, '[\"JSON\"]')"
        " WHEN json_type(j) = 'OBJECT' THEN"
        " list_transform(json_keys(j), lambda k: json_array(k, json_extract(j, kql_pointer(k))))"
        " ELSE [j] END"
    ),
    "kql_pointer(k)": "'/' || replace(replace(k, '~', '~0'), '/', '~1')",
    # terms
    "kql_has(s, term, flags)": (
        "regexp_matches(s, flags"
        f" || CASE WHEN regexp_matches(term, '^{WORD}') THEN '(^|{NO_WORD})' ELSE '' END || regexp_escape(term)"
        f" || CASE WHEN regexp_matches(term, '{WORD}$') THEN '($|{NO_WORD})' ELSE '' END)"
    ),
    "kql_hasprefix(s, term, flags)": (
        "regexp_matches(s, flags"
        f" || CASE WHEN regexp_matches(term, '^{WORD}') THEN '(^|{NO_WORD})' ELSE '' END || regexp_escape(term))"
    ),
    "kql_hassuffix(s, term, flags)": (
        "regexp_matches(s, flags || regexp_escape(term)"
        f" || CASE WHEN regexp_matches(term, '{WORD}$') THEN '($|{NO_WORD})' ELSE '' END)"
    ),
}
_BY_NAME: Final = {signature.split("(")[0]: (signature, body) for signature, body in _DEFINITIONS.items()}
_USE: Final = re.compile(r"\bkql_[a-z_]+(?=\()")


def used(text: str) -> list[str]:
    """Return the names of the macros that some SQL uses, those first that others build on."""
    found: list[str] = []

    def visit(sql: str) -> None:
        for name in _USE.findall(sql):
            if name in _BY_NAME and name not in found:
                visit(_BY_NAME[name][1])
                if name not in found:
                    found.append(name)

    visit(text)
    return found


def definition(name: str) -> str:
    """Return the statement that defines a macro."""
    signature, body = _BY_NAME[name]
    return f"CREATE TEMP MACRO {signature} AS ({body})"
