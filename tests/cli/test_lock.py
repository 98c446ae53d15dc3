"""`kqlpack lock` writes down what was taken; the other commands take it, from where `--pack-path` says."""

from __future__ import annotations

import json
import tomllib
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Ran

    Run = Callable[..., Ran]

HEAD = "kqlpack: 1\nname: {name}\nversion: {version}\ntitle: {name}\nlog_source: tenant\n"
COMMON = HEAD + "functions:\n  - {{name: Failed, query: 'SigninLogs | where ResultType != \"0\"'}}\n"
TIME = "{% macro since(span) %}TimeGenerated > ago({{ span }}){% endmacro %}\n"
QUERY = """\
requires:
  packs: {common: "^1.0"}
parameters:
  lookback: {type: timespan, default: 1d}
queries:
  - id: q
    title: Q
    query: |
      {% import "common/time.kql.j2" as time %}
      Failed
      | where {{ time.since(lookback) }}
      | project UserPrincipalName
    tests:
      - name: one
        now: 2024-12-03T12:00:00Z
        tables:
          SigninLogs: [{TimeGenerated: 2024-12-03T11:00:00Z, ResultType: "1", UserPrincipalName: a}]
        expect: {rows: 1}
"""


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8", newline="")


@pytest.fixture
def packs(tmp_path: Path) -> Path:
    """Return a folder with the pack `a`, which requires `common` of the folder beside it."""
    write(tmp_path / "shelf/common/pack.yaml", COMMON.format(name="common", version="1.2.0"))
    write(tmp_path / "shelf/common/macros/time.kql.j2", TIME)
    write(tmp_path / "packs/a/pack.yaml", HEAD.format(name="a", version="1.0.0") + QUERY)
    return tmp_path / "packs"


def test_a_lock_is_written_and_then_fresh(kqlpack: Run, packs: Path) -> None:
    path = packs / "a" / "kqlpack.lock"
    ran = kqlpack("lock", "packs/a", "--pack-path", "shelf")
    assert (ran.code, ran.out) == (0, "")
    assert ran.err.replace("\\", "/") == "wrote packs/a/kqlpack.lock\n"
    text = path.read_bytes()
    (row,) = tomllib.loads(text.decode())["pack"]
    assert (row["name"], row["version"], row["required_by"]) == ("common", "1.2.0", ["a"])
    assert len(row["sha256"]) == 64
    assert kqlpack("lock", "packs/a", "--check", "--pack-path", "shelf").code == 0
    assert kqlpack("lock", "packs/a/pack.yaml", "--pack-path", "shelf/common").err.startswith("unchanged")
    assert path.read_bytes() == text


def test_a_lock_lists_packs_by_name_with_all_who_require_them(kqlpack: Run, tmp_path: Path) -> None:
    for name, requires in {"z": "{}", "b": '{z: "*"}', "a": '{z: "*", b: "*"}'}.items():
        head = HEAD.format(name=name, version="1.0.0")
        write(tmp_path / name / "pack.yaml", f"{head}requires:\n  packs: {requires}\n")
    assert kqlpack("lock", "a").code == 0
    rows = tomllib.loads((tmp_path / "a" / "kqlpack.lock").read_text("utf-8"))["pack"]
    assert [(row["name"], row["required_by"]) for row in rows] == [("b", ["a"]), ("z", ["a", "b"])]


def test_check_shows_what_would_change_and_changes_nothing(kqlpack: Run, packs: Path) -> None:
    ran = kqlpack("lock", "packs/a", "--check", "--pack-path", "shelf")
    assert ran.code == 1
    assert '+name = "common"' in ran.out
    assert not (packs / "a" / "kqlpack.lock").exists()
    kqlpack("lock", "packs/a", "--pack-path", "shelf")
    write(packs.parent / "shelf/newer/pack.yaml", COMMON.format(name="common", version="1.3.0"))
    ran = kqlpack("lock", "packs/a", "--check", "--pack-path", "shelf")
    assert ran.code == 1
    assert {'-version = "1.2.0"', '+version = "1.3.0"'} <= set(ran.out.splitlines())


def test_a_checkout_with_other_line_ends_is_fresh(kqlpack: Run, packs: Path) -> None:
    kqlpack("lock", "packs/a", "--pack-path", "shelf")
    for path in (packs / "a/kqlpack.lock", packs / "a/pack.yaml", packs.parent / "shelf/common/macros/time.kql.j2"):
        write(path, path.read_text("utf-8").replace("\n", "\r\n"))
    assert kqlpack("lock", "packs/a", "--check", "--pack-path", "shelf").code == 0
    assert kqlpack("lint", "packs/a", "--pack-path", "shelf", "--fail-on", "warning").code == 0


@pytest.mark.parametrize("content", [b"<<<<<<< HEAD\n", b"\xff\xfe\x00"])
def test_a_broken_lock_is_written_anew(kqlpack: Run, packs: Path, content: bytes) -> None:
    (packs / "a" / "kqlpack.lock").write_bytes(content)
    assert "dependency-drift" in kqlpack("lint", "packs/a", "--pack-path", "shelf").out
    assert kqlpack("lock", "packs/a", "--pack-path", "shelf").code == 0
    assert kqlpack("lint", "packs/a", "--pack-path", "shelf", "--fail-on", "warning").code == 0


def test_packs_in_one_file_have_a_lock_each(kqlpack: Run, tmp_path: Path) -> None:
    write(tmp_path / "common.yaml", COMMON.format(name="common", version="1.2.0"))
    write(tmp_path / "one.yaml", HEAD.format(name="one", version="1.0.0") + 'requires: {packs: {common: "*"}}\n')
    assert kqlpack("lock", "one.yaml").code == 0
    assert (tmp_path / "one.kqlpack.lock").exists()


def test_a_pack_that_requires_none_needs_no_lock(kqlpack: Run, packs: Path) -> None:
    ran = kqlpack("lock", "shelf/common")
    assert (ran.code, ran.err) == (0, "`shelf/common` requires no packs: there is nothing to lock\n")
    assert not list(packs.parent.glob("shelf/common/*.lock"))


def test_what_is_missing_is_told_and_nothing_is_locked(kqlpack: Run, packs: Path) -> None:
    ran = kqlpack("lock", "packs/a")
    assert ran.code == 1
    assert "dependency-missing" in ran.err
    assert not (packs / "a" / "kqlpack.lock").exists()
    assert kqlpack("lock", "no-such-pack").code == 2
    ran = kqlpack("lock", "packs/a", "no-such-pack", "shelf/common")
    assert ran.code == 2
    assert "dependency-missing" in ran.err
    assert "`shelf/common` requires no packs" in ran.err
    assert kqlpack("lock").code == 2


def test_a_pack_path_that_is_not_there_is_a_slip(kqlpack: Run, packs: Path) -> None:
    assert packs.exists()
    ran = kqlpack("lint", "packs/a", "--pack-path", "shlef")
    assert ran.code == 2
    assert "there is no `shlef`" in ran.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("lint", "packs/a"),
        ("render", "packs/a"),
        ("render", "packs/a:q", "--format", "json"),
        ("test", "packs/a"),
        ("run", "packs/a:q", "--data", "data"),
        ("build", "packs/a", "--target", "arm", "-o", "out"),
        ("format", "packs/a", "--check"),
    ],
    ids=" ".join,
)
def test_all_commands_that_load_packs_look_where_they_are_told(
    kqlpack: Run, packs: Path, arguments: tuple[str, ...]
) -> None:
    write(packs.parent / "data/SigninLogs.csv", "TimeGenerated,ResultType,UserPrincipalName\n")
    kqlpack("lock", "packs/a", "--pack-path", "shelf")
    ran = kqlpack(*arguments, "--pack-path", "shelf")
    assert (ran.code, ran.err.count("dependency")) == (0, 0), ran.out + ran.err
    # What sets a query's lines has no use for what other packs hold.
    assert kqlpack(*arguments).code == (0 if arguments[0] == "format" else 1)


def test_a_published_pack_does_not_publish_anothers_functions(kqlpack: Run, packs: Path) -> None:
    assert kqlpack("build", "packs/a", "--target", "arm", "-o", "out", "--pack-path", "shelf").code == 0
    texts = [path.read_text("utf-8") for path in (packs.parent / "out").rglob("*.json")]
    aliases = [text for text in texts if '"functionAlias"' in text]
    assert texts
    assert aliases == []


def test_standard_input_is_checked_with_the_packs_that_it_requires(
    kqlpack: Run, packs: Path, stdin: Callable[[bytes], None]
) -> None:
    content = (packs / "a" / "pack.yaml").read_bytes()
    for options, code in ((["--pack-path", "shelf"], 0), ([], 1)):
        stdin(content)
        ran = kqlpack("lint", "-", "--stdin-filename", "packs/a/pack.yaml", "--format", "json", *options)
        assert ran.code == code
        rules = [one["rule"] for one in json.loads(ran.out)["diagnostics"]]
        assert rules == (["dependency-unpinned"] if options else ["dependency-missing"])
