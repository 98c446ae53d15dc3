"""Every key and value of a TOML text has its place."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kqlpack.config.faults import ConfigError
from kqlpack.config.toml import compose
from kqlpack.pack.document import MappingNode, Node, ScalarNode, SequenceNode
from kqlpack.source import SourceFile

if TYPE_CHECKING:
    from collections.abc import Iterator

TEXT = """\
# select = "in a comment"
select = ["a", 'b', # ]
  "c"]
fail-on = "error"   # the least
severity = {no-time-bound = "info", "KQL301" = "error"}
metadata.required = [ "title" ]
text = \"\"\"
select = ["x"]
\"\"\"

[[overrides]]
paths = ["p/**"]
[overrides.severity]
a = "info"

[[overrides]]
'paths' = [
  "q/**", 'r',
]
n = 1_000
[ other . "dotted.key" ]
day = 2027-01-31
flag = true
"""


def nodes(
    node: Node, way: tuple[str | int, ...] = ()
) -> Iterator[tuple[tuple[str | int, ...], Node, ScalarNode | None]]:
    if isinstance(node, MappingNode):
        for key, entry in node.entries.items():
            yield (*way, key), entry.value, entry.key
            yield from nodes(entry.value, (*way, key))
    elif isinstance(node, SequenceNode):
        for number, item in enumerate(node.items):
            yield (*way, number), item, None
            yield from nodes(item, (*way, number))


def test_values_and_keys_stand_where_they_are_written() -> None:
    file = SourceFile("kqlpack.toml", TEXT)
    written = {}
    for way, value, key in nodes(compose(file)):
        place = TEXT[value.span.start : value.span.end]
        line = file.line_column(value.span.start)[0]
        written[way] = (line, place, TEXT[key.span.start : key.span.end] if key else "")
    assert written["select",] == (2, '["a", \'b\', # ]\n  "c"]', "select")
    assert written["select", 2] == (3, '"c"', "")
    assert written["fail-on",] == (4, '"error"', "fail-on")
    assert written["severity", "KQL301"] == (5, '"error"', '"KQL301"')
    assert written["metadata", "required", 0] == (6, '"title"', "")
    assert written["overrides", 0, "severity", "a"] == (14, '"info"', "a")
    assert written["overrides", 1, "paths", 1] == (18, "'r'", "")
    assert written["overrides", 1, "n"] == (20, "1_000", "n")
    assert written["other", "dotted.key", "day"] == (22, "2027-01-31", "day")
    assert written["other", "dotted.key", "flag"] == (23, "true", "flag")


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [("a = \n", 1, 5), ("a = 1\nb = [1\n", 3, 1), ("a = 1\na = 2\n", 2, 6), ('x = "a\nb"', 1, 7)],
)
def test_what_is_no_toml_is_told_at_its_place(text: str, line: int, column: int) -> None:
    file = SourceFile("kqlpack.toml", text)
    with pytest.raises(ConfigError) as error:
        compose(file)
    (found,) = error.value.diagnostics
    assert file.line_column(found.span.start) == (line, column)
    assert "no TOML" in found.message


def test_a_file_that_nests_beyond_reason_is_told() -> None:
    with pytest.raises(ConfigError):
        compose(SourceFile("kqlpack.toml", "a = " + "[" * 50_000))


NAMES = st.sampled_from(["a", "b-c", '"d e"', "'f.g'", "h1"])
SCALARS = st.one_of(
    st.text(st.characters(exclude_characters="'\r\n\t", exclude_categories=("Cc", "Cs"))).map(lambda text: f"'{text}'"),
    st.text(st.characters(exclude_characters='"\\\r', exclude_categories=("Cc", "Cs"))).map(
        lambda text: f'"""{text}"""'
    ),
    st.sampled_from(
        ['"a\\"b"', "1", "-1.5e3", "true", "2027-01-31", "1979-05-27T07:32:00Z", "'''\n'a' ''b''\n'''", '"""x"""""']
    ),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4).map(lambda items: "[ # ]}\n" + ",\n".join(items) + " ]"),
        st.dictionaries(NAMES, inner, max_size=3).map(
            lambda items: "{" + ", ".join(f"{key} = {value}" for key, value in items.items()) + "}"
        ),
    ),
    max_leaves=8,
)


@given(
    st.lists(
        st.tuples(st.sampled_from(["[a{}]", "[[l]]", "[l.'x'.y{}]", "# c"]), st.dictionaries(NAMES, VALUES, max_size=3))
    )
)
def test_what_stands_at_a_values_place_is_the_value(tables: list[tuple[str, dict[str, str]]]) -> None:
    lines = [
        header.format(n) + "\n" + "".join(f"{key} = {value}\n" for key, value in table.items() if header != "# c")
        for n, (header, table) in enumerate(tables)
    ]
    text = "".join(lines)
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    for _, node, key in nodes(compose(SourceFile("x", text))):
        if isinstance(node, MappingNode) and not text[node.span.start :].startswith("{"):
            continue
        if isinstance(node, SequenceNode) and not text[node.span.start :].startswith("["):
            continue  # the list that [[l]] makes
        assert _read(text[node.span.start : node.span.end]) == _plain(node)
        if key is not None:
            assert next(iter(tomllib.loads(text[key.span.start : key.span.end] + " = 0"))) == key.text


def _read(written: str) -> Any:
    return _as_text(tomllib.loads(f"x = {written}")["x"])


def _as_text(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _as_text(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_as_text(one) for one in value]
    return str(value).lower() if isinstance(value, bool) else str(value)


def _plain(node: Node) -> Any:
    if isinstance(node, MappingNode):
        return {key: _plain(entry.value) for key, entry in node.entries.items()}
    return [_plain(item) for item in node.items] if isinstance(node, SequenceNode) else node.text
