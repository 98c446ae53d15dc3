"""What comes in and goes out keeps its characters, whatever encoding the system has."""

from __future__ import annotations

import io
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from kqlpack.cli.streams import has_colors

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Ran

    Run = Callable[..., Ran]

MARK = b"\xef\xbb\xbf"


@pytest.fixture
def data(tmp_path: Path) -> None:
    (tmp_path / "T.csv").write_text("a\n1\n", encoding="utf-8")


@pytest.mark.usefixtures("data")
def test_a_query_from_standard_input_is_utf_8(kqlpack: Run, stdin: Callable[[bytes], None]) -> None:
    stdin(MARK + "print x = 'grün →'".encode())
    assert kqlpack("run", "-", "--data", "T.csv", "--format", "csv").out == "x\r\ngrün →\r\n"


@pytest.mark.usefixtures("data")
@pytest.mark.parametrize("arguments", [("run", "-", "--data", "T.csv"), ("lint", "-"), ("format", "-")])
def test_what_is_not_utf_8_is_told_in_words(
    kqlpack: Run, stdin: Callable[[bytes], None], arguments: tuple[str, ...]
) -> None:
    stdin(b"print x = '\xff'")
    ran = kqlpack(*arguments)
    assert ran.code == 2
    assert "standard input is not UTF-8" in ran.err


@pytest.mark.parametrize("arguments", [("lint", "-", "--fix", "--unsafe-fixes"), ("format", "-")])
def test_line_ends_and_the_byte_order_mark_come_out_again(arguments: tuple[str, ...]) -> None:
    given = MARK + b"SigninLogs\r\n| where TimeGenerated > ago(1d)\r\n"
    ran = subprocess.run([sys.executable, "-m", "kqlpack", *arguments], input=given, capture_output=True, check=True)
    assert ran.stdout == given


def test_a_character_that_the_output_lacks_becomes_an_escape(
    kqlpack: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "a.kql").write_text("SigninLogs | where a→b == 1", encoding="utf-8")
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding="cp1252"))
    assert kqlpack("lint", "a.kql").code == 1
    sys.stdout.flush()
    assert b"a\\u2192b" in written.getvalue()


@pytest.mark.parametrize(
    ("is_terminal", "no_color", "colors"), [(True, "", True), (True, "1", False), (False, "", False)]
)
def test_colours_go_to_terminals_where_nobody_forbids_them(
    monkeypatch: pytest.MonkeyPatch, *, is_terminal: bool, no_color: str, colors: bool
) -> None:
    monkeypatch.setenv("NO_COLOR", no_color)
    stream = io.StringIO()
    monkeypatch.setattr(stream, "isatty", lambda: is_terminal)
    assert has_colors(stream) is colors
