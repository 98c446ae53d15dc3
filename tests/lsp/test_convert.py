"""Places and paths go from LSP to kqlpack and back."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types

from kqlpack.lsp.convert import Places, path_of, uri_of
from kqlpack.lsp.documents import Documents
from kqlpack.source import SourceFile, Span

ENCODINGS = ["utf-8", "utf-16", "utf-32"]
TEXTS = st.text(st.sampled_from("ab\u00e9\u2028\x0c\U0001f600\r\n"), max_size=30)


@pytest.mark.parametrize(("encoding", "character"), [("utf-8", 7), ("utf-16", 5), ("utf-32", 4)])
def test_a_line_is_counted_in_the_units_that_were_agreed_on(encoding: str, character: int) -> None:
    places = Places(encoding)
    file = SourceFile("a.kql", 'T\r\nx="\U0001f600"')

    assert places.position(file, 7) == types.Position(1, character)
    assert places.offset(file, types.Position(1, character)) == 7


@given(TEXTS, st.sampled_from(ENCODINGS), st.data())
def test_any_offset_survives_the_way_there_and_back(text: str, encoding: str, data: st.DataObject) -> None:
    places, file = Places(encoding), SourceFile("a.kql", text)
    offset = data.draw(st.integers(0, len(text)))
    # Within a line's end there is no position.
    if text[offset - 1 : offset + 1] != "\r\n":
        assert places.offset(file, places.position(file, offset)) == offset


@pytest.mark.parametrize(("position", "offset"), [((0, 99), 2), ((1, 0), 3), ((99, 0), 5), ((1, 1), 3)])
def test_a_position_that_is_not_there_is_the_nearest(position: tuple[int, int], offset: int) -> None:
    assert Places().offset(SourceFile("a.kql", "ab\n\U0001f600c"), types.Position(*position)) == offset


@given(TEXTS, TEXTS, st.sampled_from(ENCODINGS))
def test_edits_make_one_text_the_other(old: str, new: str, encoding: str) -> None:
    places, file = Places(encoding), SourceFile("a.kql", old)
    text = old
    for edit in reversed(places.edits(file, new)):
        span = places.span(file, edit.range)
        text = text[: span.start] + edit.new_text + text[span.end :]
    assert text == new


@given(TEXTS, TEXTS, st.sampled_from(ENCODINGS), st.data())
def test_a_change_by_its_range_changes_what_the_editor_changed(
    text: str, written: str, encoding: str, data: st.DataObject
) -> None:
    documents = Documents()
    documents.places = Places(encoding)
    documents.open(types.TextDocumentItem("file:///a.kql", "kusto", 1, text))
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    if any(text[at - 1 : at + 1] == "\r\n" for at in (start, end)):
        return
    range = documents.places.range(SourceFile("a.kql", text), Span(start, end))
    documents.change(
        types.VersionedTextDocumentIdentifier(2, "file:///a.kql"),
        [types.TextDocumentContentChangePartial(range=range, text=written)],
    )
    document = documents.get("file:///a.kql")
    assert document is not None
    assert (document.version, document.file.text) == (2, text[:start] + written + text[end:])


@pytest.mark.parametrize(
    ("uri", "language", "path"),
    [
        ("file:///a%20b/q.kql", "kusto", Path("/a b/q.kql")),
        ("untitled:Untitled-1", "kusto", Path("untitledUntitled-1.kql")),
        ("untitled:Untitled-1", "python", None),
        ("git:/a/q.kql?x", "plaintext", None),
        ("file:///a%00b.kql", "kusto", None),
        ("http://[", "kusto", None),
        ("", "yaml", None),
    ],
)
def test_a_uri_is_a_path_or_nothing(uri: str, language: str, path: Path | None) -> None:
    assert path_of(uri, language) == path


def test_a_path_is_a_uri() -> None:
    assert uri_of("/a b/q.kql") == "file:///a%20b/q.kql"
