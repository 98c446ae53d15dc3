"""How a command that can't go on says so: in one line, with the exit code that the contract has for it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Ran

    Run = Callable[..., Ran]

PACK = """\
kqlpack: 1
name: p
version: 1.0.0
title: P
log_source: tenant
parameters:
  user: {type: string}
  n: {type: int, default: 1, max: 9}
  bag: {type: dynamic, default: {}}
queries:
  - {id: q, title: Q, timespan: P1D, query: 'print x = {{ user }}, n = {{ n }}, b = {{ bag }}'}
"""


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    (tmp_path / "p.yaml").write_text(PACK, encoding="utf-8")
    (tmp_path / "T.csv").write_text("a\n1\n", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("command", [("render",), ("run", "--data", "T.csv")], ids=["render", "run"])
@pytest.mark.parametrize(
    ("values", "words"),
    [
        ((), "`q` needs a value for `user`: -p user=..."),
        (("user=a", "n=10"), "is more than `max`"),
        (("user=a", "n=x"), "is not an int"),
        (("usr=a",), "did you mean `user`?"),
        (
            ("user=a", 'bag={"a": [1, }'),
            "is not JSON (expecting value at its character 11)",
        ),
    ],
    ids=["missing", "too large", "wrong", "unknown", "broken JSON"],
)
def test_a_missing_value_and_a_wrong_one_are_both_the_callers(
    kqlpack: Run, pack: Path, command: tuple[str, ...], values: tuple[str, ...], words: str
) -> None:
    assert pack.exists()
    given = [part for value in values for part in ("-p", value)]
    ran = kqlpack(command[0], "p.yaml", *command[1:], *given)
    assert ran.code == 2
    assert words in ran.err
    assert ran.err.startswith("kqlpack: ")
    assert len(ran.err.splitlines()) == 1
    assert ran.out == ""


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("v.json", '{"user": [1, ]}', "line 1, column 14"),
        ("v.json", '{"user": ' + "[" * 100_000, "nests too deeply"),
        ("v.yaml", "user: [1,\n", "line 1"),
        ("v.json", "[1]", "a mapping of parameter names to values"),
    ],
)
def test_values_from_a_file_that_is_broken_are_told(kqlpack: Run, pack: Path, name: str, text: str, words: str) -> None:
    (pack / name).write_text(text, encoding="utf-8")
    ran = kqlpack("render", "p.yaml", "--params", name)
    assert ran.code == 2
    assert words in ran.err
    assert "recursion" not in ran.err
    assert len(ran.err) < 300


def test_a_pack_that_publishes_what_has_no_value_is_at_fault_itself(kqlpack: Run, pack: Path) -> None:
    assert pack.exists()
    ran = kqlpack("build", "p.yaml", "--target", "arm")
    assert ran.code == 1
    assert "p.yaml:7:3 error [parameter-value]" in ran.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("render", "p.yaml:nosuch"),
        ("render", "p.yaml", "--params", "nosuch.yaml"),
        ("run", "nosuch.kql", "--data", "T.csv"),
        ("run", "q.kql", "--data", "nosuch"),
        ("run", "q.kql", "--data", "T.csv"),
        ("run", "p.yaml", "-p", "user=a", "--data", "T.csv", "--now", "yesterday"),
        ("build", "p.yaml", "p.yaml", "--target", "arm"),
    ],
)
def test_usage_is_shown_only_where_the_command_was_called_wrongly(
    kqlpack: Run, pack: Path, arguments: tuple[str, ...]
) -> None:
    (pack / "q.kql").write_text("Nosuch_CL | count", encoding="utf-8")
    ran = kqlpack(*arguments)
    assert ran.code in {1, 2}
    assert "Usage:" not in ran.err
    assert ran.err.startswith(("kqlpack: ", "p.yaml:"))


@pytest.mark.parametrize("arguments", [("run", "p.yaml"), ("build",), ("lint", "--nosuch"), ("lint", "--select", "x")])
def test_usage_is_shown_where_the_command_was_called_wrongly(kqlpack: Run, arguments: tuple[str, ...]) -> None:
    ran = kqlpack(*arguments)
    assert ran.code == 2
    assert "Usage:" in ran.err


def test_a_pack_that_is_not_there_is_told_without_an_empty_line_of_it(kqlpack: Run) -> None:
    ran = kqlpack("render", "nosuch")
    assert ran.code == 2
    assert "|" not in ran.err
    assert "nosuch" in ran.err


# ---- files that can't be read ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("name", ["w/pack.yaml", "q.kql", "s.yaml"])
def test_a_file_in_utf_16_is_told_with_the_remedy(kqlpack: Run, tmp_path: Path, encoding: str, name: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    texts = {"w/pack.yaml": "kqlpack: 1\nname: p\n", "q.kql": "SigninLogs | take 1\n", "s.yaml": "query: T\n"}
    path.write_bytes(texts[name].encode(encoding))
    for options in ((), ("--fix",), ("--diff",)):
        ran = kqlpack("lint", name, *options)
        said = [line for line in (ran.out + ran.err).splitlines() if "UTF-16" in line]
        assert said, ran
        assert "save it as UTF-8" in ran.out + ran.err
        assert ran.code != 0


def test_a_query_in_utf_16_is_not_run(kqlpack: Run, tmp_path: Path, stdin: Callable[[bytes], None]) -> None:
    (tmp_path / "q.kql").write_bytes("print 1".encode("utf-16"))
    (tmp_path / "T.csv").write_text("a\n", encoding="utf-8")
    stdin("print 1".encode("utf-16"))
    for name in ("q.kql", "-"):
        ran = kqlpack("run", name, "--data", "T.csv")
        assert ran.code == 2
        assert "is UTF-16: save it as UTF-8" in ran.err
        assert len(ran.err.splitlines()) == 1


@pytest.mark.parametrize(
    "command", [("lint",), ("lint", "--diff"), ("lint", "--fix"), ("format", "--diff"), ("format",)]
)
def test_a_file_that_can_not_be_read_is_no_success(kqlpack: Run, tmp_path: Path, command: tuple[str, ...]) -> None:
    (tmp_path / "q.kql").write_bytes(b"print \xff\n")
    (tmp_path / "ok.kql").write_text("print 1\n", encoding="utf-8")
    # Whoever names it is told that it was not checked; in a folder it is a finding.
    for names, code in ((("q.kql",), 2), (("q.kql", "ok.kql"), 2), ((".",), 1)):
        ran = kqlpack(command[0], *names, *command[1:])
        assert ran.code == code
        assert "q.kql" in ran.out + ran.err
        assert "UTF-8" in ran.out + ran.err


def test_checks_of_other_files_do_not_suffer(kqlpack: Run, tmp_path: Path) -> None:
    (tmp_path / "q.kql").write_bytes(b"print \xff\n")
    (tmp_path / "ok.kql").write_text("print 1\n", encoding="utf-8")
    found = json.loads(kqlpack("lint", ".", "--format", "json").out)
    assert found["checked"]["queries"] == 1
