"""String operators, and functions on strings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kqlpack.execute.duckdb.comparisons import count_groups, re2_escape
from kqlpack.execute.duckdb.sql import string
from tests.execute.duckdb.kql import row, rows, value


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("'North-America' has 'america'", True),
        ("'NorthAmerica' has 'America'", False),
        ("'a.exe run' has '.exe'", True),
        ("'x1 y2' has 'x'", False),
        ("'größe' has 'GRÖSSE'", False),
        ("'Größe 4' has 'größe'", True),
        ("'North' has_cs 'north'", False),
        ("'one two' hasprefix 'tw'", True),
        ("'one two' hasprefix 'wo'", False),
        ("'one two' hassuffix 'NE'", True),
        ("'one' !has 'two'", True),
        ("'one two' has_any ('THREE', 'two')", True),
        ("'one two' has_all ('one', 'three')", False),
        ("'one two' has_any (dynamic(['x', 'one']))", True),
        ("'Kusto' contains 'UST'", True),
        ("'Kusto' contains_cs 'UST'", False),
        ("'Kusto' !contains 'UST'", False),
        ("'Kusto' startswith 'ku'", True),
        ("'Kusto' endswith_cs 'TO'", False),
        ("'abc' =~ 'ABC'", True),
        ("'abc' == 'ABC'", False),
        ("'abc' !~ 'ABC'", False),
        ("'a' in ('A')", False),
        ("'a' in~ ('A')", True),
        ("'a' !in~ ('A', 'b')", False),
        ("'a1b' matches regex '[0-9]'", True),
        ("'100%_x' contains '%_'", True),
    ],
)
def test_string_operators(expression: str, expected: object) -> None:
    assert value(expression) is expected


def test_a_term_may_come_from_a_column() -> None:
    data = "datatable(text: string, term: string) ['a-b c', 'b', 'ab c', 'b', 'x.y', 'x.', 'q', '']"
    assert rows(f"{data} | where text has term | project text") == [("a-b c",), ("x.y",), ("q",)]
    lists = "datatable(text: string, terms: dynamic) ['a-b', dynamic(['B']), 'ab', dynamic(['b'])]"
    assert rows(f"{lists} | where text has_any (terms) | project text") == [("a-b",)]
    assert rows(f"{lists} | where text in (terms)") == []


def test_in_takes_the_first_column_of_a_table() -> None:
    assert rows("let t = datatable(a: string, b: long) ['x', 1]; print a = 'x' | where a in (t)") == [("x",)]
    assert rows("let t = datatable(a: string) ['X']; datatable(a: string) ['x', 'y'] | where a !in~ (t)") == [("y",)]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("strlen('héé')", 3),
        ("string_size('é')", 2),
        ("substring('abcdef', 2)", "cdef"),
        ("substring('abcdef', 1, 2)", "bc"),
        ("substring('abcdef', -2)", "ef"),
        ("substring('abc', 7)", ""),
        ("indexof('abcabc', 'c')", 2),
        ("indexof('abcabc', 'c', 3)", 5),
        ("indexof('abc', 'x')", -1),
        ("indexof('abcabc', 'a', 0, -1, 2)", 3),
        ("split('a_b', '_')", ["a", "b"]),
        ("split('a_b_c', '_', 1)", ["b"]),
        ("split('', ',')", [""]),
        ("trim('-+', '--a-b--')", "a-b"),
        ("trim_start('[^a-z]', '12a1')", "a1"),
        ("trim_end('x', 'axx')", "a"),
        ("replace_string('a.b.c', '.', '-')", "a-b-c"),
        (r"replace_regex('ab12', @'([a-z]+)(\d+)', @'\2\1')", "12ab"),
        ("replace_strings('cat dog', dynamic(['cat', 'dog']), dynamic(['dog', 'cow']))", "dog cow"),
        (r"extract(@'(\d+)-(\d+)', 2, 'a 12-34')", "34"),
        (r"extract(@'(\d+)', 1, 'none')", ""),
        (r"extract(@'(\d+)', 1, 'n 5', typeof(long))", 5),
        (r"extract_all(@'(\d)', 'a1b2')", ["1", "2"]),
        (r"extract_all(@'([a-z])(\d)', 'a1b2')", [["a", "1"], ["b", "2"]]),
        (r"extract_all(@'([a-z])(\d)', dynamic([2]), 'a1b2')", ["1", "2"]),
        ("countof('aaaa', 'aa')", 3),
        ("countof('a1b2', '[0-9]', 'regex')", 2),
        ("strcat_delim('-', 1, 'a', true)", "1-a-true"),
        ("strcat_array(dynamic([1, 'a']), '|')", "1|a"),
        ("reverse('abc')", "cba"),
        ("strrep('ab', 2, '-')", "ab-ab"),
        ("tolower('ÀB')", "àb"),
        ("has_any_index('one two', dynamic(['x', 'two']))", 1),
        ("isascii('é')", False),
        ("translate('abc', 'xyz', 'aabbx')", "xxyyx"),
    ],
)
def test_functions_on_strings(expression: str, expected: object) -> None:
    assert value(expression) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("base64_encode_tostring('Köln')", "S8O2bG4="),
        ("base64_decode_tostring('S8O2bG4=')", "Köln"),
        ("base64_decode_tostring('!!')", ""),
        ("url_encode_component('a b&é')", "a%20b%26%c3%a9"),
        ("url_decode('a%20b%26')", "a b&"),
        ("hash_md5('a')", "0cc175b9c0f1b6a831c399e269772661"),
        ("hash_sha256('')", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("parse_url('https://u:p@h.example:8443/p/q?x=1&y=a%20b#f').Host", "h.example"),
        ("tostring(parse_url('https://h/p?x=1&y=a%20b')['Query Parameters'])", '{"x":"1","y":"a b"}'),
        (r"tostring(parse_path(@'C:\dir\file.tar.gz').Extension)", "gz"),
        ("parse_csv('a,\"b,c\"')", ["a", "b,c"]),
    ],
)
def test_encodings(expression: str, expected: object) -> None:
    assert value(expression) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("parse_ipv4('10.1.2.3')", 167838211),
        ("parse_ipv4('10.1.2.300')", None),
        ("ipv4_is_private('172.31.0.1')", True),
        ("ipv4_is_private('172.32.0.1')", False),
        ("ipv4_is_in_range('192.168.1.7', '192.168.1.0/24')", True),
        ("ipv4_is_in_any_range('8.8.8.8', dynamic(['10.0.0.0/8', '8.8.0.0/16']))", True),
        ("ipv4_is_match('10.0.0.1', '10.0.0.255', 24)", True),
        ("ipv4_compare('10.0.0.1', '10.0.0.2')", -1),
        ("ipv6_is_match('fe80::1', 'fe80::2', 64)", True),
        ("has_ipv4('from 10.0.0.1:80', '10.0.0.1')", True),
        ("format_ipv4_mask('10.1.2.3', 16)", "10.1.0.0/16"),
    ],
)
def test_addresses(expression: str, expected: object) -> None:
    assert value(expression) == expected


def test_a_python_function_is_computed_for_every_row() -> None:
    data = "datatable(ip: string) ['10.0.0.1', '8.8.8.8', 'none', '10.0.0.1']"
    assert rows(f"{data} | extend p = ipv4_is_private(ip) | where p") == [("10.0.0.1", True), ("10.0.0.1", True)]
    assert row(f"{data} | summarize countif(ipv4_is_private(ip)), max(parse_ipv4(ip))") == (2, 167772161)


@given(st.text())
def test_a_text_survives_the_way_through_sql(text: str) -> None:
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        return
    literal = '"' + "".join(f"\\u{ord(c):04x}" if ord(c) < 0x10000 else c for c in text) + '"'
    assert value(literal) == text
    assert string(text).count("'") % 2 == 0


@given(st.text(alphabet="ab.*+?()[]{}|^$\\-", max_size=12))
def test_an_escaped_text_matches_itself(text: str) -> None:
    literal = "'" + text.replace("\\", "\\\\") + "'"
    assert value(f"{literal} contains {literal}") is True
    assert value(f"{literal} matches regex regex_quote({literal})") is True
    assert count_groups(re2_escape(text)) == 0
