"""A character of a query's text is found at its place in the YAML file, in every way of writing it down."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kqlpack.pack.document import MappingNode, ScalarNode, SequenceNode, compose
from kqlpack.pack.findings import Findings
from kqlpack.pack.scalar import scalar_map, with_plain_line_ends
from kqlpack.source import Notation, SourceFile, SourceMap, Span

LOADERS = [yaml.SafeLoader, getattr(yaml, "CSafeLoader", yaml.SafeLoader)]
CHARACTERS = st.text(st.sampled_from("ab|\t \n'\"\\/#:-{}%é😀\u2028\x85"), max_size=20)


def query_node(text: str, loader: type[yaml.SafeLoader] = LOADERS[0]) -> ScalarNode:
    root = compose(SourceFile("pack.yaml", text), Findings(), loader).root
    assert isinstance(root, MappingNode)
    node = root.get("query")
    if node is None:
        queries = root.get("queries")
        assert isinstance(queries, SequenceNode)
        item = queries.items[0]
        assert isinstance(item, MappingNode)
        node = item.get("query")
    assert isinstance(node, ScalarNode)
    return node


def check(node: ScalarNode) -> SourceMap:
    """Assert that the map covers the value, and that exact parts are the same characters in both."""
    source_map = scalar_map(node)
    covered = 0
    for segment in source_map.segments:
        assert segment.derived.start == covered
        covered = segment.derived.end
        if segment.exact:
            value = node.text[segment.derived.start : segment.derived.end]
            assert value == node.file.text[segment.origin.start : segment.origin.end]
    assert covered == len(node.text)
    return source_map


@pytest.mark.parametrize("loader", LOADERS)
@given(
    text=CHARACTERS,
    style=st.sampled_from(["|", ">", '"', "'", None]),
    width=st.sampled_from([5, 80]),
    line_break=st.sampled_from(["\n", "\r\n", "\r"]),
    allow_unicode=st.booleans(),
)
def test_whatever_yaml_writes_maps_back(
    loader: type[yaml.SafeLoader], text: str, style: str | None, width: int, line_break: str, *, allow_unicode: bool
) -> None:
    written = yaml.dump(
        {"queries": [{"query": text + "x", "z": 1}]},
        default_style=style,
        width=width,
        line_break=line_break,
        allow_unicode=allow_unicode,
    )
    node = query_node(written, loader)
    source_map = check(node)
    whole = [segment for segment in source_map.segments if not segment.exact and segment.origin == node.span]
    assert not whole, "mapped as a whole only"


LINES = st.lists(st.text(st.sampled_from("ab |\t#:\"'{}é"), max_size=8), min_size=1, max_size=6)


@given(
    lines=LINES,
    header=st.sampled_from(["|", "|-", "|+", "|2", "|2-", ">", ">-", ">2+", "|  # comment"]),
    line_end=st.sampled_from(["\n", "\r\n"]),
    head=st.sampled_from(["query: ", "query: &q ", "queries:\n  - query: ", "queries:\n  - query: !!str &q "]),
    tail=st.sampled_from(["", "\n", "\n\n", "\n  \n"]),
)
def test_blocks_as_people_write_them_map_back(
    lines: list[str], header: str, line_end: str, head: str, tail: str
) -> None:
    indent = "  " if head.startswith("query: ") else "      "
    body = "".join(indent + line + "\n" if line.strip() else "\n" for line in ["q", *lines])
    text = (f"{head}{header}\n{body}{tail}").replace("\n", line_end)
    for loader in LOADERS:
        node = query_node(text, loader)
        assert all(segment.exact or segment.origin != node.span for segment in check(node).segments)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("query: |\n  T\n  | take 5\n", "take"),
        ("query: |+\n\n\n  T\n    | take 5\n\n\n", "take"),
        ("query: |2-\n    T\n  | take 5", "take"),
        ("query: |\r\n  T\r\n  | take 5\r\n", "take"),
        ("query: >\n  T\n  | take 5\n", "take"),
        ("query: T\n  | take 5\n", "take"),
        ("query: 'T\n\n  | where a == ''x'' | take 5'\n", "take"),
        ('query: "T\\n  | where a == \\"x\\" \\\n   | take 5"\n', "take"),
        ('query: "\\U0001F600 \\u00e9 é 😀 take 5"\n', "take"),
        ("queries:\n- a: b\n  query: |\n\n     T\n\n\n     | take 5\n  c: d\n", "take"),
        ("query: |\n  T\t\n  \t| take 5\n", "take"),
        ("query: &q |\n  T\n  | take 5\n", "take"),
        ("query: !!str &q >-\n  T\n  | take 5\n", "take"),
        ("query: &q !!str 'T | take 5'\n", "take"),
        ('query: &q "T | take 5"\n', "take"),
        ("query: &q\n  T | take 5\n", "take"),
        ("first: &q |\n  T\n  | take 5\nquery: *q\n", "take"),
    ],
)
@pytest.mark.parametrize("loader", LOADERS)
def test_a_word_is_found_where_it_stands(loader: type[yaml.SafeLoader], text: str, word: str) -> None:
    node = query_node(text, loader)
    where = check(node).locate(Span(node.text.index(word), node.text.index(word) + len(word)))
    assert where.exact
    assert (where.span.start, where.span.end) == (text.index(word), text.index(word) + len(word))


def test_an_escape_maps_as_a_whole_and_its_edges_are_exact() -> None:
    text = 'query: "a \\"b"\n'
    source_map = check(query_node(text))
    quote = source_map.locate(Span(2, 3))
    assert text[quote.span.start : quote.span.end] == '\\"'
    before = source_map.locate(Span(2, 2))
    assert before.exact
    assert before.span == Span(text.index("\\"), text.index("\\"))


def test_a_line_end_of_two_characters_is_one_place() -> None:
    text = "query: |\r\n  T\r\n  | take 5\r\n"
    source_map = check(query_node(text))
    where = source_map.locate(Span(1, 2))
    assert text[where.span.start : where.span.end] == "\r\n"
    at_line_end = source_map.locate(Span(1, 1))
    assert at_line_end.span == Span(text.index("T\r") + 1, text.index("T\r") + 1)


def test_an_anchor_without_a_value_has_a_place() -> None:
    assert scalar_map(query_node("query: &q\nother: *q\n")).locate(Span(0, 0)).span.start <= len("query: &q")


def test_an_empty_text_has_a_place() -> None:
    node = query_node("query: ''\n")
    assert scalar_map(node).locate(Span(0, 0)).span == Span(9, 9)


@pytest.mark.parametrize(
    ("style", "notation"),
    [
        ("|\n  T\n", Notation.BLOCK),
        (">\n  T\n", Notation.FOLDED),
        ("'T'\n", Notation.SINGLE_QUOTED),
        ('"T"\n', Notation.DOUBLE_QUOTED),
        ("T\n", Notation.PLAIN),
    ],
)
def test_the_map_knows_how_the_text_is_written(style: str, notation: Notation) -> None:
    assert scalar_map(query_node("query: " + style)).notation is notation


def test_carriage_returns_of_an_escaped_text_become_line_ends() -> None:
    text = 'query: "a\\r\\nb\\rc"\n'
    node = query_node(text)
    plain, source_map = with_plain_line_ends(node.text, scalar_map(node))
    assert plain == "a\nb\nc"
    where = source_map.locate(Span(1, 2))
    assert text[where.span.start : where.span.end] == "\\r\\n"
    assert text[source_map.locate(Span(4, 5)).span.start] == "c"
