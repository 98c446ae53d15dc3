"""`kqlpack lint --changed-since`: what git says has changed, and what depends on it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Ran

    Run = Callable[..., Ran]

COMPARED = "SigninLogs | where TimeGenerated > ago(1d) and ResultType == 0"
HEAD = "kqlpack: 1\nname: {name}\nversion: 1.0.0\ntitle: T\nlog_source: tenant\n"

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def git(folder: Path, *arguments: str) -> None:
    settings = ("-c", "user.name=a", "-c", "user.email=a@b.example", "-c", "init.defaultBranch=main")
    # A hook that runs the tests says where its own repository is.
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    command = ["git", *settings, "-C", str(folder), *arguments]
    subprocess.run(command, check=True, capture_output=True, env=clean)


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def query(name: str, text: str = COMPARED) -> str:
    return f"id: {name}\ntitle: T\nquery: |\n  {text}\n"


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"):
        monkeypatch.delenv(name, raising=False)
    write(tmp_path / "a.kql", COMPARED)
    write(tmp_path / "b.kql", COMPARED)
    pack = HEAD.format(name="p") + "requires: {packs: {common: '*'}}\nqueries:\n  - "
    write(tmp_path / "packs/p/pack.yaml", pack + query("z").replace("\n", "\n    ") + "\n")
    write(tmp_path / "packs/p/queries/x.yaml", query("x"))
    write(tmp_path / "packs/p/queries/y.yaml", query("y"))
    write(tmp_path / "packs/p/macros/m.kql.j2", "{% macro m() %}1{% endmacro %}\n")
    write(tmp_path / "packs/p/README.md", "# P\n")
    write(tmp_path / "packs/common/pack.yaml", HEAD.format(name="common") + "queries: []\n")
    write(tmp_path / "packs/common/macros/c.kql.j2", "{% macro c() %}1{% endmacro %}\n")
    write(tmp_path / ".gitignore", "ignored.kql\n")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "first")
    return tmp_path


PACK = ["packs/p/pack.yaml", "packs/p/queries/x.yaml", "packs/p/queries/y.yaml"]


def found(kqlpack: Run, *arguments: str) -> list[str]:
    ran = kqlpack("lint", "--select", "string-number-equality", "--format", "json", *arguments)
    assert ran.code == 0, ran.err
    return [one["path"] for one in json.loads(ran.out)["diagnostics"]]


def test_nothing_changed_is_a_success(kqlpack: Run, repository: Path) -> None:
    ran = kqlpack("lint", "--changed-since", "HEAD")
    assert (ran.code, ran.err) == (0, "kqlpack: nothing has changed since `HEAD`\n")
    assert len(found(kqlpack)) == 5
    assert kqlpack("lint", "--changed-since", "HEAD", "nowhere.kql").code == 2
    assert repository.exists()


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ("a.kql", ["a.kql"]),
        ("new.kql", ["new.kql"]),
        ("ignored.kql", []),
        ("packs/p/queries/x.yaml", ["packs/p/queries/x.yaml"]),
        ("packs/p/queries/new.yaml", ["packs/p/queries/new.yaml"]),
        ("packs/p/macros/m.kql.j2", PACK),
        ("packs/p/fixtures/f.csv", PACK),
        ("packs/p/README.md", []),
        ("packs/common/macros/c.kql.j2", PACK),
        ("packs/common/pack.yaml", PACK),
    ],
)
def test_what_changed_is_told_and_what_depends_on_it(
    kqlpack: Run, repository: Path, changed: str, told: list[str]
) -> None:
    path = repository / changed
    text = query("new") if path.suffix == ".yaml" else COMPARED
    write(path, path.read_text("utf-8") + "# more\n" if path.exists() and path.suffix != ".kql" else text + "\n")
    assert found(kqlpack, "--changed-since", "HEAD") == told
    assert found(kqlpack, "--changed-since", "HEAD", "packs") == [one for one in told if one.startswith("packs")]


def test_staged_and_committed_changes_count(kqlpack: Run, repository: Path) -> None:
    write(repository / "a.kql", COMPARED + "\n")
    git(repository, "add", "a.kql")
    assert found(kqlpack, "--changed-since", "HEAD") == ["a.kql"]
    git(repository, "commit", "-qm", "second")
    assert found(kqlpack, "--changed-since", "HEAD~1") == ["a.kql"]
    assert found(kqlpack, "--changed-since", "HEAD") == []


def test_what_others_did_on_the_branch_does_not_count(kqlpack: Run, repository: Path) -> None:
    git(repository, "checkout", "-qb", "mine")
    write(repository / "a.kql", COMPARED + "\n")
    git(repository, "commit", "-qam", "mine")
    git(repository, "checkout", "-q", "main")
    write(repository / "b.kql", COMPARED + "\n")
    git(repository, "commit", "-qam", "theirs")
    git(repository, "checkout", "-q", "mine")
    assert found(kqlpack, "--changed-since", "main") == ["a.kql"]


def test_a_query_that_went_away_counts_for_the_pack(kqlpack: Run, repository: Path) -> None:
    (repository / "packs/p/queries/x.yaml").unlink()
    assert found(kqlpack, "--changed-since", "HEAD") == [PACK[0], PACK[2]]


def test_a_file_that_is_named_is_told_if_it_changed(kqlpack: Run, repository: Path) -> None:
    write(repository / "packs/p/queries/x.yaml", query("x") + "# more\n")
    assert found(kqlpack, "--changed-since", "HEAD", "packs/p/queries/y.yaml") == []
    assert found(kqlpack, "--changed-since", "HEAD", "packs/p/queries/x.yaml") == PACK[1:2]
    write(repository / "packs/p/macros/m.kql.j2", "{% macro m() %}2{% endmacro %}\n")
    assert found(kqlpack, "--changed-since", "HEAD", "packs/p/queries/y.yaml") == PACK[2:]


@pytest.mark.parametrize("revision", ["nowhere", "", "-h", "--output=x", "HEAD:a.kql"])
def test_a_revision_that_git_does_not_know_exits_with_2(kqlpack: Run, repository: Path, revision: str) -> None:
    ran = kqlpack("lint", f"--changed-since={revision}")
    assert ran.code == 2
    assert f"git knows no revision `{revision}` in `{os.path.realpath(repository)}`" in ran.err.replace("\\", "/")


def test_a_folder_that_is_no_repository_exits_with_2(kqlpack: Run, tmp_path: Path) -> None:
    write(tmp_path / "a.kql", COMPARED)
    ran = kqlpack("lint", "--changed-since", "HEAD")
    assert ran.code == 2
    assert "not a git repository" in ran.err


def test_where_git_is_missing_it_is_told(kqlpack: Run, repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _: None)
    ran = kqlpack("lint", "--changed-since", "HEAD")
    assert (ran.code, "git is not installed" in ran.err) == (2, True)
    assert repository.exists()


def test_only_what_changed_is_mended(kqlpack: Run, repository: Path) -> None:
    write(repository / "a.kql", COMPARED + "\n")
    kqlpack("lint", "--changed-since", "HEAD", "--fix")
    assert '"0"' in (repository / "a.kql").read_text("utf-8")
    assert '"0"' not in (repository / "b.kql").read_text("utf-8")


@pytest.mark.parametrize("arguments", [("-",), ("--update-baseline", "--baseline", "b.json")])
def test_what_does_not_go_together_exits_with_2(kqlpack: Run, arguments: tuple[str, ...]) -> None:
    assert kqlpack("lint", "--changed-since", "HEAD", *arguments).code == 2
