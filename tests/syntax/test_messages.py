"""A slip is named in a sentence, at the words that must change, and its fix makes KQL of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kqlpack.diagnostics import apply
from kqlpack.source import SourceFile
from kqlpack.syntax import parse

CASES = re.findall(
    r"```kql\n(.*?)\n```\s+```finding\n(.*?)\n(.*?)\n(.*?)\n(.*?)\n```",
    (Path(__file__).parent / "messages.md").read_text("utf-8"),
    re.DOTALL,
)


@pytest.mark.parametrize(("text", "place", "message", "help_", "fixed"), CASES, ids=[case[0] for case in CASES])
def test_the_finding_is_the_one_in_messages_md(text: str, place: str, message: str, help_: str, fixed: str) -> None:
    (diagnostic,) = parse(SourceFile("query.kql", text)).diagnostics
    assert text[diagnostic.span.start : diagnostic.span.end] == place
    assert (diagnostic.message, diagnostic.help) == (message, help_)
    if fixed == "-":
        assert diagnostic.fix is None
        return
    assert diagnostic.fix is not None
    mended, _ = apply(text, [diagnostic.fix])
    assert mended == fixed
    assert parse(SourceFile("query.kql", mended)).ok


def test_a_missing_semicolon_after_let_is_mended_where_it_belongs() -> None:
    text = "let a = 1\nT | take 1"
    (diagnostic,) = parse(SourceFile("query.kql", text)).diagnostics
    assert diagnostic.fix is not None
    assert apply(text, [diagnostic.fix])[0] == "let a = 1;\nT | take 1"


def test_no_message_leaks_what_the_parser_calls_things() -> None:
    words = "T | where project by ( ) [ { } , ; . = == and in 1 a * let : @ #".split()
    for first in words:
        for second in words:
            for diagnostic in parse(SourceFile("query.kql", f"T {first} {second}")).diagnostics:
                assert not re.search(r"[A-Z]{3,}_|\$END|__ANON|Expected:", diagnostic.message + diagnostic.help)


def test_cases_were_read() -> None:
    assert len(CASES) >= 17
