"""docs/templates.md: its tables are fresh, and every block of code in it does what stands there.

A block that begins with a path in a comment is a file. `jinja` is a query of the page's pack, and the `kql` after it is
what it becomes. `console` holds commands, each with what it prints.
"""

from __future__ import annotations

import re
import shlex
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import pytest
from click.testing import CliRunner

from kqlpack.cli.main import _kqlpack
from kqlpack.pack.document import MAX_NODES as MAX_VALUES
from kqlpack.pipeline import load
from kqlpack.template import faults, parsing, render
from tools.template_doc import PATH, is_stale

if TYPE_CHECKING:
    from pathlib import Path

    from kqlpack.template import Rendered

PAGE: Final = PATH.read_text(encoding="utf-8")
BLOCK: Final = re.compile(r"(?ms)^```(\w+)\n(.*?)^```$")
FILE: Final = re.compile(r"(?:#|\{#) (\S+)(?: #\})?\n")
BLOCKS: Final = [(kind, text) for kind, text in BLOCK.findall(PAGE)]


def test_the_tables_are_fresh() -> None:
    assert not is_stale(), "run: python -m tools.template_doc"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with all files of the page."""
    for _, text in BLOCKS:
        if found := FILE.match(text):
            target = tmp_path / found[1]
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def rendered(folder: Path, template: str) -> Rendered:
    """Return what a template becomes as a query of the page's pack."""
    path = folder / "pack.yaml"
    head = path.read_text(encoding="utf-8").split("queries:")[0]
    body = "".join(" " * 6 + line for line in template.splitlines(keepends=True))
    whole = f"{head}queries:\n  - id: q\n    query: |2\n{body}"
    return render(load(folder, texts={str(path): whole}).queries["q"])


def test_every_block_is_of_a_kind_that_is_run() -> None:
    kinds = [kind for kind, _ in BLOCKS]
    assert set(kinds) == {"yaml", "jinja", "kql", "console"}
    for (kind, text), (following, _) in pairwise(BLOCKS):
        assert kind != "jinja" or FILE.match(text) or following == "kql"


@pytest.mark.parametrize("index", [index for index, (kind, _) in enumerate(BLOCKS) if kind == "kql"])
def test_a_template_becomes_what_stands_after_it(index: int, folder: Path) -> None:
    outcome = rendered(folder, BLOCKS[index - 1][1])
    assert [one.message for one in outcome.diagnostics] == []
    assert outcome.text == BLOCKS[index][1]


@pytest.mark.parametrize("text", [text for kind, text in BLOCKS if kind == "yaml"])
def test_a_pack_loads(text: str, folder: Path) -> None:
    found = FILE.match(text)
    assert found
    assert [one.message for one in load(folder / found[1]).diagnostics] == []


@pytest.mark.parametrize("block", [text for kind, text in BLOCKS if kind == "console"])
def test_a_command_prints_what_stands_there(block: str, folder: Path) -> None:
    del folder
    for command, output in re.findall(r"(?m)^\$ (.*)\n((?:(?!\$ ).*\n)*)", block):
        words = shlex.split(command)
        begins = words.index("kqlpack")
        environment = dict(word.split("=", 1) for word in words[:begins])
        outcome = CliRunner().invoke(_kqlpack, words[begins + 1 :], env=environment)
        assert outcome.output.rstrip("\n") == output.rstrip("\n")


def test_the_limits_are_those_of_the_code() -> None:
    for limit in (
        faults.MAX_OUTPUT,
        faults.MAX_TAGS,
        faults.MAX_WORK,
        faults.MAX_TOGETHER,
        faults.MAX_TEXT,
        faults.MAX_ITEMS,
        faults.MAX_DEPTH,
        parsing.MAX_NESTING,
        MAX_VALUES,
    ):
        assert re.search(rf"\b{limit:,}\b", PAGE), limit


@pytest.mark.parametrize(
    ("place", "template", "outcome"),
    [
        ("an operator", "{{ source }} | {{ title }}", "hole-in-structure"),
        ("a word", "T | where x{{ number }} == 1", "hole-in-structure"),
        ("a string, a list", "T | where a == 'x{{ users }}'", "hole-in-literal"),
        ("a string, a table", "T | where a == 'x{{ source }}'", "hole-in-literal"),
        ("datetime( ), a text", "T | where a > datetime({{ title }})", "hole-in-literal"),
        ("dynamic( ), a table", "T | extend a = dynamic([{{ source }}])", "hole-in-literal"),
        ("raw", "T | where {{ title | raw }}", "raw-filter"),
        ("an empty list", "T | where a in ({{ users | reject('in', users) }})", "empty-list"),
    ],
)
def test_what_is_called_refused_is(place: str, template: str, outcome: str, folder: Path) -> None:
    del place
    assert [one.rule for one in rendered(folder, template).diagnostics] == [outcome]
