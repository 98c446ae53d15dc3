"""docs/configuration.md says what happens: its files are written, its commands run, in the order of the page."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from kqlpack.cli.main import run
from kqlpack.config import read
from kqlpack.config.keys import CONFIG

if TYPE_CHECKING:
    import pytest

PAGE = Path(__file__).parents[2] / "docs" / "configuration.md"
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_NAME = re.compile(r"(?:#|//) (\S+\.\w+)\n")


def test_the_examples_of_the_page_do_what_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KQLPACK_CONFIG", raising=False)
    commands = 0
    for language, text in _BLOCK.findall(PAGE.read_text("utf-8")):
        if language == "console":
            command, _, expected = text.removeprefix("$ kqlpack ").partition("\n")
            run(shlex.split(command))
            captured = capsys.readouterr()
            assert captured.err + captured.out == expected
            commands += 1
        elif language in {"toml", "kql"}:
            name = _NAME.match(text)
            assert name, text
            path = tmp_path / name[1]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
            if language == "toml" and "wrong" not in path.parts:
                read(path)
    assert commands >= 4
    assert run(["lint", "legacy", "--fail-on", "info"]) == 0, capsys.readouterr().out


def test_every_key_stands_in_the_table_of_the_page() -> None:
    listed = re.findall(r"^\| `([a-z-]+)` \|", PAGE.read_text("utf-8"), re.MULTILINE)
    assert sorted(listed) == sorted(CONFIG.fields)
