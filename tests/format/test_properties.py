"""What holds for every text: tokens and comments stay, a second run changes nothing, spaces don't count."""

from __future__ import annotations

from pathlib import Path

from hypothesis import assume, given
from hypothesis import strategies as st

from kqlpack.format import Formatted, format
from kqlpack.format.trivia import comments
from kqlpack.source import SourceFile
from kqlpack.syntax import Parsed, parse

QUERIES = [
    text
    for text in (Path(__file__).parents[1] / "syntax" / "valid.kql").read_text("utf-8").split("\n\n")
    if text.strip() and "//" not in text and "#" not in text
]
SPACES = ["", " ", "   ", "\t", "\n", "\r\n", "\n    ", " \n\t"]
REMARKS = [
    " // behind\n",
    "\n// alone\n",
    "\n\n  // after a blank line\n\n",
    "\n// one\n// two\n",
    "//close\n",
]


def parsed(text: str) -> Parsed:
    return parse(SourceFile("text.kql", text))


def formatted(text: str) -> Formatted:
    return format(SourceFile("text.kql", text))


@st.composite
def rewritten(draw: st.DrawFn, gaps: list[str]) -> tuple[str, str]:
    """Return a query, and the same one with other gaps between its tokens."""
    query = draw(st.sampled_from(QUERIES))
    tokens = parsed(query).tokens
    pieces = []
    for index, token in enumerate(tokens):
        loose = token.trivia or (index and tokens[index - 1].text in {",", ";", "|", "(", ")"})
        gap = draw(st.sampled_from(gaps)) if loose or not index else ""
        # White space that parts two tokens stays some white space.
        pieces.append(gap if gap or not token.trivia else " ")
        pieces.append(token.text)
    pieces.append(draw(st.sampled_from(gaps)))
    return query, "".join(pieces)


@given(rewritten(SPACES))
def test_a_query_looks_the_same_however_its_lines_were_broken(pair: tuple[str, str]) -> None:
    query, text = pair
    result = formatted(text)
    assert result.ok
    assert result.text.replace("\r\n", "\n") == formatted(query).text


@given(rewritten([*SPACES, *REMARKS, "\n\n"]))
def test_tokens_and_comments_stay_and_a_second_run_changes_nothing(pair: tuple[str, str]) -> None:
    _, text = pair
    before = parsed(text)
    result = formatted(text)
    assert result.ok, result.diagnostics
    after = parsed(result.text)
    assert [token.text for token in after.tokens] == [token.text for token in before.tokens]
    assert comments(after) == comments(before)
    assert formatted(result.text).text == result.text


@given(rewritten([*SPACES, " // behind\n", "\n// alone\n"]), st.data())
def test_a_region_stays_character_by_character(pair: tuple[str, str], data: st.DataObject) -> None:
    assume("```" not in pair[1] and "~~~" not in pair[1])  # inside of a string, the comments would be none
    lines = pair[1].replace("\r\n", "\n").split("\n")
    first = data.draw(st.integers(0, len(lines)))
    last = data.draw(st.integers(first, len(lines)))
    region = ["  // kqlpack: format off", *lines[first:last], " // kqlpack: format on"]
    text = "\n".join([*lines[:first], *region, *lines[last:]])
    result = formatted(text)
    assert result.ok
    assert "\n".join(region) in result.text
    assert [token.text for token in parsed(result.text).tokens] == [token.text for token in parsed(text).tokens]
    assert formatted(result.text).text == result.text


@given(st.text())
def test_whatever_the_text_it_comes_back_set_or_as_it_was(text: str) -> None:
    result = formatted(text)
    assert result.ok or result.text == text


@given(rewritten(SPACES))
def test_no_line_ends_in_white_space_that_the_formatter_wrote(pair: tuple[str, str]) -> None:
    text = formatted(pair[1]).text
    if "```" not in text:
        assert all(line == line.rstrip() for line in text.splitlines())
    assert text.endswith("\n")
