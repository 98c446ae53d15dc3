"""What names stand for, what operators read and yield, and which tables are read."""

from __future__ import annotations

import pytest

from kqlpack.semantics import SymbolKind
from kqlpack.syntax.nodes import (
    FunctionCall,
    JoinOperator,
    LetStatement,
    NameDeclaration,
    ProjectOperator,
    WhereOperator,
)
from tests.semantics.queries import all_of, bound, symbols


def _tables_of(text: str, name: str) -> list[str | None]:
    """Return for each use of a name which table's column it is."""
    found = []
    for symbol in symbols(bound(text), name):
        assert symbol is not None
        assert symbol.kind is SymbolKind.COLUMN
        found.append(symbol.table.name if symbol.table is not None else None)
    return found


_ORIGINS = [
    (
        "Logins | where Code == '1' | sort by Code | take 1 | extend x = 1 | project Code, User | distinct Code",
        "Logins",
    ),
    ("let T = Logins | project Code; T | where Code == '1'", "Logins"),
    ("Logins | join Machines on Address | where Code == '1'", "Logins"),
    ("Machines | join Logins on Address | where Code == '1'", "Logins"),
    ("Logins | summarize count() by Code | where Code == '1'", "Logins"),
    ("Logins | summarize arg_max(TimeGenerated, *) by User | where Code == '1'", "Logins"),
    ("union Logins, (Logins | take 1) | where Code == '1'", "Logins"),
    ("union Logins, Alerts | where Code == '1'", "Logins"),
    ("workspace('w').Logins | where Code == '1'", "Logins"),
    ("table('Logins') | where Code == '1'", "Logins"),
    ("Logins | mv-apply Details on (where Code == '1') | where Code == '1'", "Logins"),
    ("Logins | invoke f() | where Code == '1'; ", None),
    ("union Logins, Countries | where Code == '1'", None),
    ("Logins | extend Code = strcat(User, 'x') | where Code == '1'", None),
    ("Logins | project Code = User | where Code == '1'", None),
    ("Logins | project-rename Code = User | where Code == '1'", None),
    ("Logins | parse User with Code '@' * | where Code == '1'", None),
    ("Logins | summarize Code = max(User) | where Code == '1'", None),
]


@pytest.mark.parametrize(("query", "expected"), _ORIGINS)
def test_a_column_read_unchanged_is_its_table_s(query: str, expected: str | None) -> None:
    text = "let f = (T: (*)) { T | extend Code = User };" + query if "invoke f" in query else query
    uses = _tables_of(text, "Code")
    assert uses[-1] == expected
    if expected is not None:
        assert set(uses) == {expected}


def test_a_column_that_a_join_renamed_is_no_longer_the_table_s() -> None:
    text = "Logins | join Logins on User | where Code1 == '1'"
    assert _tables_of(text, "Code1") == [None]


def test_a_column_hides_a_let_of_the_same_name() -> None:
    found = bound("let User = 'x'; Logins | where User == 'y' | take 1; print User")
    kinds = [symbol.kind for symbol in symbols(found, "User") if symbol is not None]
    assert kinds == [SymbolKind.COLUMN, SymbolKind.VARIABLE]


def test_names_differ_by_case() -> None:
    found = bound("let user = 'x'; Logins | where User == user")
    (symbol,) = symbols(found, "user")
    assert symbol is not None
    assert symbol.kind is SymbolKind.VARIABLE


def test_a_let_hides_a_table() -> None:
    found = bound("let Logins = Countries; Logins | where Name == 'x'")
    (symbol,) = symbols(found, "Logins")
    assert symbol is not None
    assert symbol.kind is SymbolKind.VARIABLE
    assert symbol.schema is not None
    assert [column.name for column in symbol.schema.columns] == ["Code", "Name"]
    assert found.tables == ("Countries",)


def test_each_kind_of_name_has_its_symbol() -> None:
    found = bound("let f = (n: long) { n + 1 }; let x = f(2); Logins | where Tries > x and strlen(User) > f(1)")
    kinds = {
        name: {symbol.kind.value for symbol in symbols(found, name) if symbol} for name in ("n", "f", "x", "Logins")
    }
    assert kinds == {"n": {"parameter"}, "f": {"function"}, "x": {"variable"}, "Logins": {"table"}}
    (built_in,) = symbols(found, "strlen")
    assert built_in is not None
    assert built_in.function is not None
    assert built_in.function.name == "strlen"


def test_a_symbol_knows_where_its_name_was_given() -> None:
    text = "let x = 1; Logins | extend y = x | where y == 1"
    found = bound(text)
    for name in ("x", "y"):
        symbol = symbols(found, name)[-1]
        assert symbol is not None
        assert isinstance(symbol.declaration, NameDeclaration)
        assert symbol.declaration.start == text.index(f"{name} =")


def test_sides_of_a_join_are_told_apart() -> None:
    found = bound("Logins | join Alerts on $left.User == $right.User")
    left, right = symbols(found, "User")
    assert left is not None
    assert right is not None
    assert (left.table, right.table) != (None, None)
    assert left.table is not None
    assert left.table.name == "Logins"
    assert right.table is not None
    assert right.table.name == "Alerts"


def test_an_operator_knows_what_it_reads_and_yields() -> None:
    found = bound("Countries | where Code == 'x' | project Name")
    (where,) = all_of(found, WhereOperator)
    (project,) = all_of(found, ProjectOperator)
    assert [column.name for column in found.schema_before(where).columns] == ["Code", "Name"]
    assert found.schema_after(where) == found.schema_before(project)
    assert [column.name for column in found.schema_after(project).columns] == ["Name"]


def test_operators_inside_join_let_and_functions_are_bound_too() -> None:
    lets = "let f = (T: (*)) { T | where Anything == 1 }; let x = Logins | where Code == '1';"
    found = bound(f"{lets} x | join (Alerts | where Score > 1) on User")
    schemas = [found.schema_before(where) for where in all_of(found, WhereOperator)]
    assert [schema.is_open for schema in schemas] == [True, False, False]
    (join,) = all_of(found, JoinOperator)
    assert len(found.schema_after(join).columns) == 9
    assert found.is_tabular(join.right)


def test_what_is_no_tabular_expression_yields_nothing_known() -> None:
    found = bound("print 1")
    assert found.schema_after(found.parsed.root).is_open
    assert not found.is_tabular(found.parsed.root)
    assert found.symbol_of(found.parsed.root) is None


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("Logins | join (Alerts) on User | where User in (Countries | project Code)", "Logins Alerts Countries"),
        ("let a = Logins; let b = Alerts; b | union a, Logins", "Logins Alerts"),
        ("NotThere | union Logins", "NotThere Logins"),
        ("workspace('x').Logins | union table('Alerts'), cluster('c').database('d').Other", "Logins Alerts Other"),
        ("search in (Logins, Alerts) 'x'", "Logins Alerts"),
        ("let f = () { Alerts }; f() | extend x = toscalar(Logins | count)", "Alerts Logins"),
        ("print 1", ""),
    ],
)
def test_the_tables_read_are_listed_once_in_order(query: str, expected: str) -> None:
    assert " ".join(bound(query).tables) == expected


def test_a_function_call_of_the_query_leads_to_its_let() -> None:
    found = bound("let f = (T: (*)) { T }; let g = () { 1 }; f(Logins) | extend x = g()")
    lets = {let.name for let in all_of(found, LetStatement)}
    for call in all_of(found, FunctionCall):
        symbol = found.symbol_of(call.name)
        assert symbol is not None
        assert symbol.declaration in lets
