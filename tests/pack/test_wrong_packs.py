"""Each file in wrong/ says in its first line what is found in it, by line and code."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from kqlpack.pack import load
from kqlpack.pack.document import compose
from kqlpack.pack.findings import Findings
from kqlpack.source import SourceFile

WRONG = sorted((Path(__file__).parent / "wrong").glob("*.yaml"))


def found_in(path: Path) -> set[str]:
    return {f"{found.file.line_column(found.span.start)[0]}:{found.code}" for found in load(path).diagnostics}


@pytest.mark.parametrize("path", WRONG, ids=lambda path: path.stem)
def test_what_is_wrong_is_found_on_its_line_and_nothing_else(path: Path) -> None:
    first_line = path.read_text("utf-8").partition("\n")[0]
    assert found_in(path) == set(first_line.removeprefix("# expected:").split())


@pytest.mark.parametrize("path", WRONG, ids=lambda path: path.stem)
def test_every_finding_says_what_to_do(path: Path) -> None:
    for found in load(path).diagnostics:
        assert found.help
        assert found.message[0] not in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@pytest.mark.parametrize("path", WRONG, ids=lambda path: path.stem)
def test_both_of_pyyamls_readers_name_the_same_line_of_broken_yaml(path: Path) -> None:
    text = path.read_text("utf-8")
    places = []
    for loader in (yaml.SafeLoader, getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        findings = Findings()
        compose(SourceFile("pack.yaml", text), findings, loader)
        places.append({(item.code, item.file.line_column(item.span.start)[0]) for item in findings.items})
    assert places[0] == places[1]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name: 'it's'\n", "the text goes on after the closing `'`"),
        ("name: @x\n", "a plain text can't begin with `@`"),
        ("tags: [a, b\n", "the list that opens with `[` is not closed"),
        ("tags: {a: b\n", "the mapping that opens with `{` is not closed"),
        ("query: |text\n", "text follows the block's `|` or `>`"),
        ("name: - a\n", "a list can't begin on this line"),
        ("a: &x 1\nb: &x 2\n", "the same anchor is defined twice"),
        ("[" * 5000, "the file nests too deeply to be read"),
        ("name: a\x01b\n", "the character U+0001 may not stand in a YAML file, so nothing of the file is read"),
        ("just words\nmore: x\n", "a `:` follows where no key can stand"),
    ],
)
def test_broken_yaml_is_explained_in_own_words(text: str, message: str) -> None:
    findings = Findings()
    compose(SourceFile("pack.yaml", text), findings)
    assert [item.message for item in findings.items] == [message]


def test_an_endless_alias_or_a_bomb_takes_no_time_and_no_memory(tmp_path: Path) -> None:
    lines = ["kqlpack: 1", "name: bomb", "tags: &a0 [x]"]
    lines += [f"k{n}: &a{n} [" + ", ".join([f"*a{n - 1}"] * 10) + "]" for n in range(1, 60)]
    path = tmp_path / "pack.yaml"
    path.write_text("\n".join(lines), "utf-8")
    assert "KQL600" in {found.code for found in load(path).diagnostics}


@pytest.mark.parametrize("name", ["no-such-folder", "no/such/file.yaml", "nul\0byte", "a" * 5000])
def test_what_is_not_there_is_a_finding(tmp_path: Path, name: str) -> None:
    (found,) = load(tmp_path / name).diagnostics
    assert (found.code, found.rule) == ("KQL605", "unreadable-file")


def test_a_file_that_is_not_utf_8_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "pack.yaml").write_bytes("kqlpack: 1\nname: stra\xdfe\n".encode("latin-1"))
    (found,) = load(tmp_path).diagnostics
    assert found.code == "KQL605"
    assert "UTF-8" in found.message


def test_a_key_with_a_slip_of_case_has_a_fix(tmp_path: Path) -> None:
    path = tmp_path / "pack.yaml"
    path.write_text("kqlpack: 1\nName: x\n", "utf-8")
    fixes = [found.fix for found in load(path).diagnostics if found.fix]
    assert [edit.text for fix in fixes for edit in fix.edits] == ["name"]
