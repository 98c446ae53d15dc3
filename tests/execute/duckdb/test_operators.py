"""Tabular operators: columns, names, order, rows."""

from __future__ import annotations

import pytest

from kqlpack.errors import ExecutionError, KqlSyntaxError, UnsupportedError
from tests.execute.duckdb.kql import at, columns, names, result, row, rows

PEOPLE = (
    "let People = datatable(id: long, name: string, team: string) [1, 'Ann', 'red', 2, 'Bob', 'blue', 3, 'Cy', 'red'];"
)


def test_extend_sees_its_inputs_columns_only() -> None:
    assert rows("print x = 1 | extend x = 2, y = x") == [(2, 1)]


def test_extend_replaces_a_column_in_its_place() -> None:
    assert columns("print a = 1, b = 2 | extend a = 'x', c = 3") == ["a:string", "b:long", "c:long"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("print 1, x = 2, 'a'", ["print_0", "x", "print_2"]),
        ("print d = dynamic({'a': 1}) | project d.a, d['a'], tolower('X')", ["d_a", "d_a1", "Column1"]),
        ("print x = 1 | summarize count(), sum(x), dcount(x), make_set(x)", ["count_", "sum_x", "dcount_x", "set_x"]),
        ("print x = 1, t = now() | summarize count() by bin(t, 1h), x", ["t", "x", "count_"]),
        ("print x = 1 | summarize percentiles(x, 50, 99.9)", ["percentile_x_50", "percentile_x_99_9"]),
        ("print x = 1, X = 2 | project X, x", ["X", "x"]),
        ("print ab = 1, ac = 2, b = 3 | project-away a*", ["b"]),
        ("print ab = 1, b = 3, ac = 2 | project-keep a*", ["ab", "ac"]),
        ('print ab = 1, b = 3, ac = 2 | project-by-names "b", "a*", dynamic(["b", "zz"])', ["b", "ab", "ac"]),
        ("print a = 1, b = 2, c1 = 3, c2 = 4 | project-reorder c* desc, b", ["c2", "c1", "b", "a"]),
        ("print a = 1, b = 2 | project-rename z = b", ["a", "z"]),
        ("print a = 1 | count", ["Count"]),
        ("print a = 1 | count as n", ["n"]),
    ],
)  # fmt: skip
def test_names_of_columns(query: str, expected: list[str]) -> None:
    assert names(query) == expected


def test_columns_that_differ_in_case_only_are_two() -> None:
    data = "datatable(x: long, X: long) [1, 10, 2, 20]"
    assert rows(f"{data} | where X > 10 | extend xX = x + X | summarize sum(x), sum(X) by xX") == [(22, 2, 20)]


def test_summarize_keeps_the_order_in_which_groups_appear() -> None:
    assert rows(f"{PEOPLE} People | summarize n = count(), names = make_list(name) by team") == [
        ("red", 2, ["Ann", "Cy"]),
        ("blue", 1, ["Bob"]),
    ]


def test_an_expression_over_aggregates() -> None:
    assert rows(f"{PEOPLE} People | summarize r = strcat_array(make_set(team), '+'), m = max(id) * 10 + count()") == [
        ("red+blue", 33)
    ]
    assert rows(f"{PEOPLE} People | summarize by team") == [("red",), ("blue",)]


def test_make_list_and_make_set_skip_nulls_and_keep_to_their_limit() -> None:
    data = "datatable(n: long) [1, long(null), 1, 2, 3]"
    assert row(f"{data} | summarize make_list(n), make_set(n), make_list(n, 2), make_set(n, 2), dcount(n)") == (
        [1, 1, 2, 3],
        [1, 2, 3],
        [1, 1],
        [1, 2],
        3,
    )
    assert row(f"{data} | summarize make_list_with_nulls(n)") == ([1, None, 1, 2, 3],)


def test_make_set_takes_arrays_apart() -> None:
    assert row("datatable(a: dynamic) [dynamic([1, 2]), dynamic([2, 3])] | summarize make_set(a)") == ([1, 2, 3],)


def test_make_bag_keeps_the_first_value_of_a_key() -> None:
    data = "datatable(b: dynamic) [dynamic({'a': 1}), dynamic({'a': 2, 'b/c': null})]"
    assert row(f"{data} | summarize make_bag(b)") == ({"a": 1, "b/c": None},)


def test_arg_max_gives_one_whole_row() -> None:
    data = "datatable(k: string, t: long, v: string, w: long) ['a', 1, 'x', 5, 'a', 2, '', long(null), 'b', 7, 'z', 1]"
    assert columns(f"{data} | summarize arg_max(t, *) by k") == ["k:string", "t:long", "v:string", "w:long"]
    assert rows(f"{data} | summarize arg_max(t, *) by k") == [("a", 2, "", None), ("b", 7, "z", 1)]
    assert rows(f"{data} | summarize least = arg_min(t, w) by k | project k, least, w") == [("a", 1, 5), ("b", 7, 1)]


def test_conditional_aggregates() -> None:
    data = "datatable(n: long, s: string) [1, 'a', 2, '', 3, 'b']"
    assert row(
        f"{data} | summarize countif(n > 1), sumif(n, n > 1), avgif(n, n > 1), dcountif(s, n > 1), maxif(s, n < 2),"
        " take_anyif(s, n > 1)"
    ) == (2, 5, 2.5, 2, "a", "b")


def test_distinct_and_take_keep_the_order() -> None:
    data = "datatable(a: long, b: string) [2, 'x', 1, 'y', 2, 'x']"
    assert rows(f"{data} | distinct a, b") == [(2, "x"), (1, "y")]
    assert rows(f"{data} | distinct *") == [(2, "x"), (1, "y")]
    assert rows(f"{data} | take 1") == [(2, "x")]
    assert rows(f"{data} | top 2 by a asc") == [(1, "y"), (2, "x")]


LEFT = "let L = datatable(k: long, s: string) [1, 'a', 1, 'b', 2, 'c', long(null), 'n'];"
RIGHT = "let R = datatable(k: long, s: string, n: long) [1, 'x', 10, 1, 'y', 20, 3, 'z', 30, long(null), 'm', 40];"


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("", [(1, "a", 1, "x", 10), (1, "a", 1, "y", 20), (None, "n", None, "m", 40)]),
        (
            "kind=inner",
            [
                (1, "a", 1, "x", 10),
                (1, "a", 1, "y", 20),
                (1, "b", 1, "x", 10),
                (1, "b", 1, "y", 20),
                (None, "n", None, "m", 40),
            ],
        ),
        (
            "kind=leftouter",
            [
                (1, "a", 1, "x", 10),
                (1, "a", 1, "y", 20),
                (1, "b", 1, "x", 10),
                (1, "b", 1, "y", 20),
                (2, "c", None, "", None),
                (None, "n", None, "m", 40),
            ],
        ),
        ("kind=leftsemi", [(1, "a"), (1, "b"), (None, "n")]),
        ("kind=leftanti", [(2, "c")]),
        ("kind=anti", [(2, "c")]),
        ("kind=rightsemi", [(1, "x", 10), (1, "y", 20), (None, "m", 40)]),
        ("kind=rightanti", [(3, "z", 30)]),
    ],
)
def test_kinds_of_join(kind: str, expected: list[tuple[object, ...]]) -> None:
    assert rows(f"{LEFT} {RIGHT} L | join {kind} R on k") == expected


def test_an_outer_join_fills_strings_with_nothing_and_others_with_null() -> None:
    found = rows(f"{LEFT} {RIGHT} L | where k == 2 | join kind=fullouter (R | where k == 3) on k")
    assert sorted(found, key=str) == sorted([(2, "c", None, "", None), (None, "", 3, "z", 30)], key=str)
    assert names(f"{LEFT} {RIGHT} L | join R on k") == ["k", "s", "k1", "s1", "n"]


def test_a_join_on_two_names_and_on_several_conditions() -> None:
    query = (
        f"{LEFT} {RIGHT} L | join kind=inner (R | project key = k, s1 = s, n) on $left.k == $right.key | project s, n"
    )
    assert rows(query) == [("a", 10), ("a", 20), ("b", 10), ("b", 20), ("n", 40)]
    assert rows(f"{LEFT} {RIGHT} L | join kind=inner (R | extend s = 'b') on k, s | project n") == [(10,), (20,)]


def test_lookup_is_an_outer_join_without_the_right_hand_keys() -> None:
    query = f"{LEFT} L | lookup (datatable(k: long, t: string) [1, 'one']) on k"
    assert names(query) == ["k", "s", "t"]
    assert rows(query) == [(1, "a", "one"), (1, "b", "one"), (2, "c", ""), (None, "n", "")]
    assert len(rows(query.replace("lookup", "lookup kind=inner"))) == 2


def test_a_table_joins_itself() -> None:
    assert rows(f"{LEFT} L | join kind=inner L on k, s | count") == [(4,)]


def test_union_matches_by_name_and_splits_by_type() -> None:
    query = "union (print a = 1, b = 'x'), (print b = 'y', a = 2.5)"
    assert columns(query) == ["a_long:long", "a_real:real", "b:string"]
    assert rows(query) == [(1, None, "x"), (None, 2.5, "y")]
    assert rows("union (print a = 1), (print b = 'x')") == [(1, ""), (None, "x")]
    assert names("union kind=inner (print a = 1, b = 2), (print b = 3)") == ["b"]


def test_union_tells_the_source_and_drops_what_is_missing() -> None:
    tables = {"A": [{"x": 1}], "B": [{"x": 2}]}
    assert rows("union withsource=T A, B | sort by T asc", tables) == [("A", 1), ("B", 2)]
    assert rows("union isfuzzy=true A, Nowhere | project x", tables) == [(1,)]
    assert rows("A | union B", tables) == [(1,), (2,)]
    with pytest.raises(ExecutionError, match="Nowhere"):
        rows("union A, Nowhere", tables)


def test_mv_expand_goes_through_several_columns_side_by_side() -> None:
    data = (
        "datatable(id: long, a: dynamic, b: dynamic)"
        " [1, dynamic([1, 2]), dynamic(['x']), 2, dynamic(null), dynamic([])]"
    )
    assert rows(f"{data} | mv-expand a, b") == [(1, 1, "x"), (1, 2, None), (2, None, None)]
    assert rows(f"{data} | mv-expand b | project id") == [(1,)]
    assert rows(f"{data} | mv-expand with_itemindex=i a to typeof(long) limit 1 | project a, i") == [(1, 0), (None, 0)]
    assert columns(f"{data} | mv-expand a to typeof(long)") == ["id:long", "a:long", "b:dynamic"]


def test_mv_expand_of_a_bag_gives_bags_of_one_key() -> None:
    assert rows("print b = dynamic({'x': 1, 'y/z': [2]}) | mv-expand b") == [({"x": 1},), ({"y/z": [2]},)]
    assert rows("print b = dynamic({'x': 1}) | mv-expand kind=array b") == [(["x", 1],)]


def test_mv_apply_runs_its_query_for_each_row() -> None:
    data = "datatable(id: long, l: dynamic) [1, dynamic([3, 9, 4]), 2, dynamic([8, 7])]"
    assert rows(f"{data} | mv-apply e = l to typeof(long) on (top 1 by e) | project id, e") == [(1, 9), (2, 8)]
    assert rows(f"{data} | mv-apply e = l to typeof(long) on (summarize s = sum(e)) | project id, s") == [
        (1, 16),
        (2, 15),
    ]
    assert rows(f"{data} | mv-apply e = l to typeof(long) on (where e > id * 4 | order by e asc) | project id, e") == [
        (1, 9),
    ]


def test_partition_runs_its_query_for_each_group() -> None:
    assert rows(f"{PEOPLE} People | partition by team (top 1 by id)") == [(2, "Bob", "blue"), (3, "Cy", "red")]


def test_parse_takes_all_or_nothing() -> None:
    data = "datatable(t: string) ['user=ann id=7 end', 'user=bob id=x end', 'nothing']"
    query = f"{data} | parse t with 'user=' user ' id=' id: long ' ' * | project user, id"
    assert rows(query) == [("ann", 7), ("", None), ("", None)]
    assert rows(query.replace("parse t", "parse kind=relaxed t")) == [("ann", 7), ("bob", None), ("", None)]
    assert rows(query.replace("parse t", "parse-where t")) == [("ann", 7)]
    regex = f"{data} | parse kind=regex t with 'user=([a-z]+)\\\\s' 'id=' rest | project rest"
    assert rows(regex) == [("7 end",), ("x end",), ("",)]


def test_parse_kv() -> None:
    settings = "pair_delimiter=', ', kv_delimiter='=', quote='\"'"
    query = f"print t = 'a=1, b=\"x, y\"' | parse-kv t as (a: long, b: string, c: real) with ({settings})"
    assert rows(f"{query} | project a, b, c") == [(1, "x, y", None)]


def test_window_functions_want_an_order() -> None:
    data = "datatable(k: string, n: long) ['a', 1, 'a', 2, 'b', 3]"
    query = (
        f"{data} | serialize | extend i = row_number(), p = prev(n), q = next(n, 1, 0), s = row_cumsum(n, k != prev(k))"
    )
    assert rows(f"{query} | project i, p, q, s") == [(1, None, 2, 1), (2, 1, 3, 3), (3, 2, 0, 3)]
    assert rows(f"{data} | sort by n desc | project i = row_number(0, n == 1)") == [(0,), (1,), (0,)]
    with pytest.raises(ExecutionError, match="in an order"):
        rows(f"{data} | extend i = row_number()")


def test_make_series_fills_what_is_missing() -> None:
    data = (
        "datatable(t: datetime, k: string, n: long) [datetime(2024-05-01T01:00), 'a', 3, datetime(2024-05-03), 'a', 4]"
    )
    query = f"{data} | make-series s = sum(n) on t from datetime(2024-05-01) to datetime(2024-05-04) step 1d by k"
    assert rows(f"{query} | project k, s") == [("a", [3, 0, 4])]
    assert rows(f"{query} | mv-expand t to typeof(datetime) | project t | take 1") == [(at("2024-05-01"),)]
    assert rows(f"{data} | make-series c = count() default=-1 on n from 3 to 6 step 1 | project c") == [([1, 1, -1],)]


def test_plugins() -> None:
    assert result("print d = dynamic({'b': 'x', 'a': 1}), z = 2 | evaluate bag_unpack(d)").rows == ((2, 1, "x"),)
    assert names("print d = dynamic({'b': 'x', 'a': 1}) | evaluate bag_unpack(d, 'p_')") == ["p_a", "p_b"]
    data = "datatable(k: string, v: string, n: long) ['a', 'x', 1, 'a', 'y', 2, 'b', 'x', 3]"
    assert rows(f"{data} | evaluate pivot(v, sum(n))") == [("a", 1, 2), ("b", 3, 0)]
    assert names(f"{data} | evaluate pivot(v, sum(n))") == ["k", "x", "y"]


def test_render_is_told_and_changes_nothing() -> None:
    found = result("print x = 1 | render timechart with (title='T', xcolumn=x)")
    assert found.rows == ((1,),)
    assert found.render == {"visualization": "timechart", "title": "T", "xcolumn": "x"}


def test_getschema() -> None:
    assert rows("print a = 1, b = 'x' | getschema | project ColumnName, ColumnType") == [("a", "long"), ("b", "string")]


# ---- let -------------------------------------------------------------------------------------------------------------


def test_let_binds_scalars_tables_and_functions() -> None:
    query = """
        let low = 2;
        let twice = (x: long, times: long = 2) { x * times };
        let above = (T: (n: long), limit: long) { T | where n > limit };
        let numbers = range n from 1 to 5 step 1;
        above(numbers, low) | extend d = twice(n), t = twice(n, times=3) | project d, t
    """
    assert rows(query) == [(6, 9), (8, 12), (10, 15)]


def test_a_column_shadows_a_let() -> None:
    assert rows("let x = 5; print x = 1 | extend y = x") == [(1, 1)]


def test_a_function_does_not_see_the_columns_where_it_is_called() -> None:
    with pytest.raises(ExecutionError, match="`hidden`"):
        rows("let f = () { hidden }; print hidden = 1 | extend y = f()")


def test_toscalar_and_materialize() -> None:
    numbers = "let T = materialize(range x from 1 to 4 step 1);"
    assert rows(f"{numbers} let most = toscalar(T | summarize max(x)); T | where x == most") == [(4,)]
    assert rows("print v = toscalar(range x from 1 to 0 step 1)") == [(None,)]


def test_as_names_the_rows_so_far() -> None:
    assert rows("range x from 1 to 3 step 1 | as T | where x > 1 | extend n = toscalar(T | count)") == [(2, 3), (3, 3)]


def test_invoke_passes_the_rows() -> None:
    assert rows("let f = (T: (x: long), y: long) { T | extend z = x + y }; print x = 1 | invoke f(2)") == [(1, 3)]


def test_column_ifexists() -> None:
    assert row("print a = 1 | extend b = column_ifexists('a', 0), c = column_ifexists('zz', 'none')") == (1, 1, "none")


# ---- refusals and errors ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "construct"),
    [
        ("print x = 1 | sample 1", "`sample`"),
        ("print x = rand()", "the function `rand`"),
        ("print x = 1 | evaluate autocluster()", "the plugin `autocluster`"),
        ("print x = 1 | summarize tdigest(x)", "the aggregate `tdigest`"),
        ("externaldata(a: string) ['https://example.com/a.csv']", "`externaldata`"),
        ("print a = dynamic(1), b = dynamic(1) | where a == b", "a comparison of two dynamics"),
        ("print a = 1; print b = 2", "several results in one query"),
    ],
)
def test_what_is_not_done_exactly_is_refused_by_name(query: str, construct: str) -> None:
    with pytest.raises(UnsupportedError) as refusal:
        rows(query)
    assert refusal.value.construct == construct
    assert refusal.value.span.start < refusal.value.span.end


def test_a_row_may_ask_for_what_is_refused_and_no_row_may_not() -> None:
    data = "datatable(s: string, b: bool) ['', bool(null), 'x', true]"
    for expression, construct in (
        ("isempty(s.member)", "a member of a value of type string"),
        ("b != 'False'", "a comparison of bool and string"),
        ("isnull(geo_info_from_ip_address(s))", "the function `geo_info_from_ip_address`"),
    ):
        assert rows(f"{data} | where isempty(s) | where {expression} | count") == [(1,)]
        with pytest.raises(UnsupportedError) as refusal:
            rows(f"{data} | where {expression} | count")
        assert refusal.value.construct == construct
    assert rows("SigninLogs | where ingestion_time() > ago(1h)") == []
    with pytest.raises(UnsupportedError, match="ingestion_time"):
        rows("print x = 1 | where ingestion_time() > ago(1h)")


def test_a_text_that_does_not_parse_is_a_syntax_error() -> None:
    with pytest.raises(KqlSyntaxError):
        rows("print | | x")


def test_an_unknown_table_and_an_unknown_column_are_named() -> None:
    with pytest.raises(ExecutionError, match="`Nowhere`"):
        rows("Nowhere | take 1")
    with pytest.raises(ExecutionError, match="`absent`"):
        rows("print x = 1 | where absent == 1")


def test_a_whole_number_that_overflows_is_an_error_and_no_wrong_answer() -> None:
    with pytest.raises(ExecutionError, match="beyond what 64 bits hold"):
        rows("print x = 9223372036854775807 | extend y = x + 1")


def test_an_expression_of_any_depth_is_answered_or_refused() -> None:
    assert rows("print x = 1 | where " + " or ".join(f"x == {number}" for number in range(3000)) + " | count") == [(1,)]
    assert row("print x = " + "+".join(["1"] * 500)) == (500,)
    deep = "print x = " + "iff(true, " * 3000 + "1" + ", 0)" * 3000
    with pytest.raises((UnsupportedError, ExecutionError, KqlSyntaxError)):
        rows(deep)


def test_search_looks_into_all_columns_of_all_tables() -> None:
    tables = {"A": [{"x": "one two", "n": 5}, {"x": "three", "n": 7}], "B": [{"y": "TWO", "d": {"k": "two-fold"}}]}
    assert rows("search 'two' | project ['$table']", tables) == [("A",), ("B",)]
    assert rows("search in (A) x:'thr*' | project n", tables) == [(7,)]
    assert rows("search kind=case_sensitive 'TWO' or 'three' | project ['$table']", tables) == [("A",), ("B",)]
    with pytest.raises(UnsupportedError, match="no text"):
        rows("search '7'", tables)


def test_several_arrays_are_sorted_by_the_first() -> None:
    assert row("print x = array_sort_desc(dynamic([1, 3, 2]), dynamic(['a', 'b', 'c']))[1]") == (["b", "c", "a"],)
    with pytest.raises(UnsupportedError, match="several columns"):
        rows("print array_sort_asc(dynamic([1]), dynamic([2]))")


def test_weighted_percentiles_and_greedy_pairs() -> None:
    data = "datatable(v: long, w: long) [1, 1, 5, 8, 9, 1]"
    assert row(f"{data} | summarize percentilesw(v, w, 5, 50, 95)") == (1, 5, 9)
    text = "print t = 'a=one two b=three c=' | parse-kv t as (a: string, b: string, c: string)"
    assert rows(f"{text} with (pair_delimiter=' ', kv_delimiter='=', greedy=true) | project a, b, c") == [
        ("one two", "three", "")
    ]
