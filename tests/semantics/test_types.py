"""The type of each kind of expression."""

from __future__ import annotations

import pytest

from kqlpack.catalog import ScalarType
from kqlpack.semantics import promotion
from kqlpack.syntax.nodes import BinaryExpression, FunctionCall, InExpression, NameReference, ParenthesizedExpression
from tests.semantics.queries import all_of, bound, type_of

_EXPRESSIONS = [
    # literals
    ("1", "long"),
    ("int(1)", "int"),
    ("1.5", "real"),
    ("decimal(1.5)", "decimal"),
    ("'x'", "string"),
    ("true", "bool"),
    ("1d", "timespan"),
    ("datetime(2024-01-01)", "datetime"),
    ("guid(74be27de-1e4e-49d9-b579-fe0b331d3642)", "guid"),
    ("dynamic({'a': 1})", "dynamic"),
    ("long(null)", "long"),
    # numbers
    ("Tries + Tries", "long"),
    ("-Tries", "long"),
    ("Tries + Memory", "long"),
    ("Memory / 2", "long"),
    ("Memory * Load", "real"),
    ("Load + share", "decimal"),
    ("Tries % 2", "long"),
    # time
    ("TimeGenerated - TimeGenerated1", "timespan"),
    ("TimeGenerated - 1d", "datetime"),
    ("since + TimeGenerated", "datetime"),
    ("since / 1h", "real"),
    ("since / 2", "timespan"),
    ("2 * since", "timespan"),
    ("TimeGenerated % 1d", "timespan"),
    # what yields a bool
    ("User == 'x' and Tries > 1", "bool"),
    ("User has 'x' or User !contains 'y'", "bool"),
    ("User in ('a', 'b')", "bool"),
    ("User has_any ('a', 'b')", "bool"),
    ("TimeGenerated between (ago(1d) .. now())", "bool"),
    ("User matches regex 'x'", "bool"),
    # dynamic
    ("Details.a", "dynamic"),
    ("Details['a'][0].b", "dynamic"),
    ("Details.a + Details.b", "dynamic"),
    ("Details.a * 2", "long"),
    ("Details.a * 2.0", "real"),
    ("TimeGenerated - Details.a", "timespan"),
    # functions
    ("strcat(User, 1)", "string"),
    ("tolong(Code)", "long"),
    ("ago(1d)", "datetime"),
    ("split(User, ',')", "dynamic"),
    ("split(User, ',')[0]", "dynamic"),
    ("bin(TimeGenerated, 1h)", "datetime"),
    ("bin(Load, 5)", "real"),
    ("bin(Tries, 5)", "long"),
    ("abs(Tries)", "long"),
    ("abs(Load)", "real"),
    ("abs(since)", "timespan"),
    ("round(Load, 2)", "real"),
    ("iff(ok, 1, 2.5)", "real"),
    ("iff(ok, Details.a, 'x')", "string"),
    ("iff(ok, Details.a, Details.b)", "dynamic"),
    ("case(ok, 'a', Tries > 1, 'b', 'c')", "string"),
    ("case(ok, Tries, ok, Memory, 1)", "long"),
    ("coalesce(User, 'x')", "string"),
    ("coalesce(Tries, Memory)", "long"),
    ("iff(ok, 1, 'x')", "unknown"),
    ("max_of(1, 2.0)", "real"),
    ("extract('a', 0, User)", "string"),
    ("extract('a', 0, User, typeof(long))", "long"),
    ("column_ifexists('Tries', 'x')", "int"),
    ("column_ifexists('Nothing', 'x')", "string"),
    ("prev(User)", "string"),
    ("row_number()", "long"),
    ("bag_pack('a', 1)", "dynamic"),
    ("range(1, 10, 2)", "dynamic"),
    ("array_length(Details)", "long"),
    ("series_fit_line_dynamic(Details).rsquare", "dynamic"),
    ("series_stats(Details)", "real"),
    ("toscalar(Machines | summarize max(Load))", "real"),
    ("toscalar(5)", "long"),
    ("((User))", "string"),
    ("['a b']", "string"),
]


@pytest.mark.parametrize(("expression", "expected"), _EXPRESSIONS)
def test_an_expression_has_a_type(expression: str, expected: str) -> None:
    assert type_of(expression) == expected


def test_every_part_of_an_expression_has_its_type() -> None:
    found = bound("Logins | where (Tries + 1) * 0.5 > 2 and User in ('a')")
    binaries = {node.operator: found.type_of(node) for node in all_of(found, BinaryExpression)}
    assert binaries == {"and": "bool", ">": "bool", "*": "real", "+": "long"}
    assert [found.type_of(node) for node in all_of(found, ParenthesizedExpression)] == ["long"]
    assert [found.type_of(node) for node in all_of(found, InExpression)] == ["bool"]
    assert {node.name: found.type_of(node) for node in all_of(found, NameReference)} == {
        "Logins": "unknown",
        "Tries": "int",
        "User": "string",
    }


def test_a_function_of_the_query_has_its_body_s_type() -> None:
    found = bound("let half = (x: long) { x / 2.0 }; print half(3)")
    assert [found.type_of(call) for call in all_of(found, FunctionCall)] == [ScalarType.REAL]


def test_what_is_built_of_something_unknown_is_unknown() -> None:
    found = bound("Everything | project a = Anything + 1, b = iff(Anything > 1, Anything, 'x'), c = strcat(Anything)")
    assert found.columns is not None
    assert [column.type for column in found.columns] == ["unknown", "unknown", "string"]


@pytest.mark.parametrize("operator", ["==", "has", "and", "=~", "startswith"])
def test_whatever_is_compared_the_outcome_is_a_bool(operator: str) -> None:
    assert promotion.binary(ScalarType.UNKNOWN, operator, ScalarType.DYNAMIC) is ScalarType.BOOL


@pytest.mark.parametrize("left", list(ScalarType))
@pytest.mark.parametrize("right", list(ScalarType))
def test_addition_does_not_mind_the_order(left: ScalarType, right: ScalarType) -> None:
    assert promotion.binary(left, "+", right) is promotion.binary(right, "+", left)
