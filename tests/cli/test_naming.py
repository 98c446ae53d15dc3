"""What a command takes as the name of something to work on."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Ran

    Run = Callable[..., Ran]

HEAD = "kqlpack: 1\nname: p\nversion: 1.0.0\ntitle: P\nlog_source: tenant\n"


def write(folder: Path, text: str, name: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


# ---- a pack's query by its file --------------------------------------------------------------------------------------


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    write(tmp_path, HEAD + "parameters: {n: {type: int, default: 1}}\n", "w/pack.yaml")
    for name in ("a", "b"):
        query = f"id: {name}\ntitle: A\ntimespan: P1D\nquery: print x = {{{{ n }}}}, name = '{name}'\n"
        write(tmp_path, query, f"w/queries/{name}.yaml")
        write(tmp_path, "- {name: one, expect: {rows: 1}}\n", f"w/tests/{name}.yaml")
    return tmp_path


@pytest.mark.parametrize("name", ["w/queries/a.yaml", "w/tests/a.yaml", "./w/queries/a.yaml"])
def test_a_query_is_found_with_the_pack_around_its_file(kqlpack: Run, pack: Path, name: str) -> None:
    write(pack, "x\n", "data/T.csv")
    assert kqlpack("render", name).out == "print x = 1, name = 'a'\n"
    assert json.loads(kqlpack("run", name, "--data", "data", "--format", "json").out) == [{"x": 1, "name": "a"}]
    ran = kqlpack("test", name, "-v")
    assert ran.code == 0
    assert "passed   p:a" in ran.out
    assert "p:b" not in ran.out


def test_a_query_is_found_from_inside_its_folder(kqlpack: Run, pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(pack / "w" / "queries")
    assert kqlpack("render", "b.yaml").out == "print x = 1, name = 'b'\n"


@pytest.mark.parametrize("name", ["w/pack.yaml", "w"])
def test_a_packs_own_file_stands_for_the_pack(kqlpack: Run, pack: Path, name: str) -> None:
    assert pack.exists()
    assert len(json.loads(kqlpack("render", name, "--format", "json").out)["queries"]) == 2
    assert kqlpack("render", f"{name}:b").out == "print x = 1, name = 'b'\n"


def test_a_file_beside_the_queries_that_holds_none_is_told(kqlpack: Run, pack: Path) -> None:
    write(pack, "- {name: one, expect: {rows: 1}}\n", "w/tests/c.yaml")
    ran = kqlpack("render", "w/tests/c.yaml")
    assert ran.code != 0
    assert "`c`" in ran.err


@pytest.mark.parametrize("arguments", [("lint",), ("format",), ("render",), ("test",), ("run", "--data", "T.csv")])
def test_an_empty_name_stands_for_nothing(kqlpack: Run, pack: Path, arguments: tuple[str, ...]) -> None:
    write(pack, "x\n", "T.csv")
    ran = kqlpack(arguments[0], "", *arguments[1:])
    assert ran.code == 2
    assert "empty" in ran.err


# ---- one of several queries in a file --------------------------------------------------------------------------------

SEVERAL = "// the first\nprint x = 1\n\nprint x = 2\n| extend y = 1\n\nprint x = nosuch(3)\n"


def test_a_file_of_several_queries_says_which_there_are(kqlpack: Run, tmp_path: Path) -> None:
    write(tmp_path, SEVERAL, "q.kql")
    write(tmp_path, "x\n", "T.csv")
    ran = kqlpack("run", "q.kql", "--data", "T.csv")
    assert ran.code == 2
    assert "`q.kql` holds 3 queries" in ran.err
    assert "q.kql:2  (line 4) print x = 2" in ran.err
    assert json.loads(kqlpack("run", "q.kql:2", "--data", "T.csv", "--format", "json").out) == [{"x": 2, "y": 1}]


def test_a_fault_in_one_of_several_queries_is_told_at_its_place_in_the_file(kqlpack: Run, tmp_path: Path) -> None:
    write(tmp_path, SEVERAL, "q.kql")
    write(tmp_path, "x\n", "T.csv")
    assert "q.kql:7:11 error [unknown-function]" in kqlpack("run", "q.kql:3", "--data", "T.csv").err


@pytest.mark.parametrize("number", ["0", "4", "x"])
def test_a_query_that_a_file_does_not_have_is_told(kqlpack: Run, tmp_path: Path, number: str) -> None:
    write(tmp_path, SEVERAL, "q.kql")
    write(tmp_path, "x\n", "T.csv")
    ran = kqlpack("run", f"q.kql:{number}", "--data", "T.csv")
    assert ran.code == 2
    assert f"no query `{number}`" in ran.err


def test_several_queries_from_standard_input_are_told(
    kqlpack: Run, tmp_path: Path, stdin: Callable[[bytes], None]
) -> None:
    write(tmp_path, "x\n", "T.csv")
    stdin(SEVERAL.encode())
    ran = kqlpack("run", "-", "--data", "T.csv")
    assert ran.code == 2
    assert "3 queries" in ran.err


# ---- one thing under several names -----------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["lint", "format"])
def test_what_is_named_twice_is_looked_at_once(kqlpack: Run, pack: Path, command: str) -> None:
    write(pack, "print x=1\n", "q.kql")
    names = ["w", str(pack / "w"), "./w/", "w/pack.yaml", "w/queries/a.yaml", "q.kql", str(pack / "q.kql"), "."]
    for given in (names, names[::-1], ["w/queries/a.yaml", str(pack / "w" / "queries" / "a.yaml"), "w", "q.kql"]):
        ran = kqlpack(command, *given, *(["--check"] if command == "format" else []))
        if command == "lint":
            assert "Checked 3 queries in 1 pack" in ran.out
        else:
            assert "would change, 3 queries looked at" in ran.err
            assert ran.err.count("would format q.kql") + ran.err.count("/q.kql") == 1


def test_two_files_of_a_pack_are_both_looked_at(kqlpack: Run, pack: Path) -> None:
    for name in ("a", "b"):
        write(pack, f"id: {name}\ntitle: A\nquery: SigninLogs | where ResultType == 0\n", f"w/queries/{name}.yaml")
    ran = kqlpack("lint", "w/queries/a.yaml", "w/queries/b.yaml")
    assert ran.out.count("warning [string-number-equality]") == 2
    assert "Checked 2 queries in 1 pack" in ran.out
    assert kqlpack("lint", "w/queries/a.yaml").out.count("warning [string-number-equality]") == 1


def test_a_query_is_set_from_inside_its_folder(kqlpack: Run, pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(pack, "id: a\ntitle: A\nquery: |\n  print  x=1\n", "w/queries/a.yaml")
    monkeypatch.chdir(path.parent)
    assert kqlpack("format", "a.yaml").code == 0
    assert "  print x = 1\n" in path.read_text("utf-8")
