"""The catalogue's functions, aggregates and plugins."""

from __future__ import annotations

import pytest

from kqlpack.catalog import Catalog, Function, FunctionKind, ScalarType, load, scalar_type
from kqlpack.catalog.catalog import _function_lines


@pytest.fixture
def catalog() -> Catalog:
    return load()


def found(function: Function | None) -> Function:
    assert function is not None
    return function


def everything(catalog: Catalog) -> list[Function]:
    lines = _function_lines()
    return [
        *(found(catalog.function(name)) for name in lines["function"]),
        *(found(catalog.aggregate(name)) for name in lines["aggregate"]),
        *(found(catalog.plugin(name)) for name in lines["plugin"]),
    ]


def test_the_language_is_there_in_full() -> None:
    lines = _function_lines()

    assert len(lines["function"]) >= 429
    assert len(lines["aggregate"]) >= 61
    assert len(lines["plugin"]) >= 47


@pytest.mark.parametrize(
    ("name", "least", "most"),
    [("ago", 1, 1), ("now", 0, 1), ("strcat", 1, 64), ("case", 3, None), ("extract", 3, 4), ("bin", 2, 2)],
)
def test_arity_is_that_of_all_signatures(catalog: Catalog, name: str, least: int, most: int | None) -> None:
    function = found(catalog.function(name))

    assert (function.min_arguments, function.max_arguments) == (least, most)


@pytest.mark.parametrize(
    ("name", "returns"),
    [
        ("strlen", ["long"]),
        ("iff", ["CommonNonDynamic"]),
        ("bin", ["Widest", "timespan", "datetime", "datetime"]),
        ("column_ifexists", ["Parameter1"]),
        ("parse_json", ["dynamic"]),
    ],
)
def test_a_signature_says_what_it_returns(catalog: Catalog, name: str, returns: list[str]) -> None:
    assert [signature.returns for signature in found(catalog.function(name)).signatures] == returns


def test_a_parameter_says_what_it_accepts(catalog: Catalog) -> None:
    (signature,) = found(catalog.aggregate("arg_max")).signatures

    maximized, returned = signature.parameters
    assert maximized.accepts == "Orderable"
    assert not maximized.is_optional
    assert returned.argument == "StarAllowed"
    assert returned.is_optional
    assert returned.is_repeatable
    assert signature.max_arguments is None


def test_what_is_returned_is_a_type_or_a_rule(catalog: Catalog) -> None:
    for function in everything(catalog):
        for signature in function.signatures:
            is_type = scalar_type(signature.returns) is not ScalarType.UNKNOWN
            assert is_type or signature.returns[0].isupper(), (function.name, signature.returns)


def test_a_name_may_be_a_function_and_an_aggregate(catalog: Catalog) -> None:
    assert found(catalog.function("any")).kind is FunctionKind.SCALAR
    assert found(catalog.aggregate("any")).replacement == "take_any"
    assert catalog.function("make_set") is None
    assert catalog.aggregate("strlen") is None


@pytest.mark.parametrize("name", ["AGO", "agoo", "", "ago()", "pivot"])
def test_a_name_counts_exactly(catalog: Catalog, name: str) -> None:
    assert catalog.function(name) is None


def test_aggregates_name_their_columns(catalog: Catalog) -> None:
    dcount, make_set = found(catalog.aggregate("dcount")), found(catalog.aggregate("make_set"))

    assert (dcount.result_name_kind, dcount.result_name) == ("PrefixAndFirstArgument", "dcount")
    assert (make_set.result_name_kind, make_set.result_name) == ("PrefixAndFirstArgument", "set")


@pytest.mark.parametrize(
    ("name", "replacement"),
    [
        ("parsejson", "parse_json"),
        ("toobject", "parse_json"),
        ("columnifexists", "column_ifexists"),
        ("extractjson", "extract_json"),
        ("notempty", "isnotempty"),
        ("pack", "bag_pack"),
    ],
)
def test_a_deprecated_function_that_is_only_another_name_says_so(catalog: Catalog, name: str, replacement: str) -> None:
    function = found(catalog.function(name))

    assert function.replacement == replacement
    assert function.same_meaning


@pytest.mark.parametrize(
    ("name", "replacement", "reason"),
    [
        ("makeset", "make_set", "keeps 128 items"),
        ("makelist", "make_list", "keeps 128 items"),
        ("any", "take_any", "names its column any_x"),
        ("argmax", "arg_max", "names its columns max_x"),
        ("cnt", "count", "names its column cnt_"),
    ],
)
def test_a_deprecated_aggregate_whose_replacement_differs_says_so(
    catalog: Catalog, name: str, replacement: str, reason: str
) -> None:
    aggregate = found(catalog.aggregate(name))

    assert aggregate.replacement == replacement, reason
    assert not aggregate.same_meaning, reason


def test_replace_has_its_arguments_in_another_order_than_its_replacement(catalog: Catalog) -> None:
    function = found(catalog.function("replace"))

    assert function.replacement == "replace_regex"
    assert not function.same_meaning


@pytest.mark.parametrize("name", ["todynamic", "parse_json", "iif", "strlen"])
def test_an_alias_in_good_standing_is_not_deprecated(catalog: Catalog, name: str) -> None:
    assert found(catalog.function(name)).replacement is None


def test_a_replacement_exists_and_is_not_deprecated_itself(catalog: Catalog) -> None:
    lookups = {
        FunctionKind.SCALAR: catalog.function,
        FunctionKind.TABULAR: catalog.function,
        FunctionKind.AGGREGATE: catalog.aggregate,
        FunctionKind.PLUGIN: catalog.plugin,
    }
    deprecated = [function for function in everything(catalog) if function.replacement]
    assert len(deprecated) > 25
    for function in deprecated:
        assert function.replacement
        assert found(lookups[function.kind](function.replacement)).replacement is None, function.name


@pytest.mark.parametrize(
    ("function", "page"),
    [
        ("ago", "ago-function"),
        ("parse_json", "parse-json-function"),
        ("dayofweek", "day-of-week-function"),
        ("replace", "replace-regex-function"),
    ],
)
def test_a_function_knows_its_page(catalog: Catalog, function: str, page: str) -> None:
    assert found(catalog.function(function)).page == f"https://learn.microsoft.com/kusto/query/{page}"


def test_aggregates_and_plugins_know_their_pages_and_the_obscure_have_none(catalog: Catalog) -> None:
    assert found(catalog.aggregate("count")).page.endswith("/count-aggregation-function")
    assert found(catalog.plugin("bag_unpack")).page.endswith("/bag-unpack-plugin")
    assert not found(catalog.function("__cast")).page


@pytest.mark.parametrize("name", ["workspace", "app", "resource", "adx", "arg", "_GetWatchlist", "FileProfile"])
def test_azure_monitors_own_functions_are_tabular(catalog: Catalog, name: str) -> None:
    assert found(catalog.function(name)).kind is FunctionKind.TABULAR


def test_a_tabular_function_of_known_columns_tells_them(catalog: Catalog) -> None:
    watchlist = catalog.result_table(found(catalog.function("_GetWatchlist")))
    narrow = catalog.result_table(found(catalog.plugin("narrow")))

    assert watchlist is not None
    assert "SearchKey" in {column.name for column in watchlist.columns}
    assert watchlist.is_open
    assert narrow is not None
    assert [column.name for column in narrow.columns] == ["Row", "Column", "Value"]
    assert not narrow.is_open
    assert catalog.result_table(found(catalog.plugin("pivot"))) is None
    assert catalog.result_table(found(catalog.function("ago"))) is None


@pytest.mark.parametrize(
    "name",
    [
        *("ago", "count", "makeset", "workspace", "_GetWatchlist", "_GetWatchlistAlias", "materialize", "toscalar"),
        *("_Im_Dns", "_ASim_Dns", "ASimAuthentication", "imNetworkSession", "vimDnsCiscoUmbrella", "_ASIM_ResolveX"),
    ],
)
def test_a_known_name_and_a_sentinel_parsers_name_are_known(catalog: Catalog, name: str) -> None:
    assert catalog.is_known_function_name(name)


@pytest.mark.parametrize("name", ["agoo", "image", "impact", "import", "vimeo", "_Im_", "im", "Ago", "pivot", ""])
def test_a_name_that_only_begins_alike_is_not_known(catalog: Catalog, name: str) -> None:
    assert not catalog.is_known_function_name(name)


def test_names_to_write_are_those_that_are_not_deprecated(catalog: Catalog) -> None:
    names = catalog.function_names()

    assert {"arg_max", "ago", "countif"} <= set(names)
    assert all(
        function is None or function.replacement is None
        for function in (catalog.function(name) or catalog.aggregate(name) for name in names)
    )
    assert "bag_unpack" in catalog.plugin_names()
