"""What a first user met and must not meet again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

import kqlpack as api
from tests.execute.loopback import WORKSPACE, Loopback, answer, table

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Ran

    Run = Callable[..., Ran]

HEAD = "kqlpack: 1\nname: p\nversion: 1.0.0\ntitle: P\nlog_source: tenant\n"
FUNCTIONS = (
    HEAD
    + """\
functions:
  - name: Failed
    parameters: [{name: since, type: timespan, default: 1d}]
    query: |
      SigninLogs | where TimeGenerated > ago(since) and ResultType != "0"  // all of them
  - name: FailedUsers
    query: Failed(7d) | distinct UserPrincipalName
queries:
  - id: users
    title: Users
    timespan: P7D
    query: FailedUsers() | summarize Users = count()
    tests:
      - name: one user failed
        now: "2026-01-02T00:00:00Z"
        tables:
          SigninLogs:
            - {TimeGenerated: "2026-01-01T00:00:00Z", UserPrincipalName: a, ResultType: "50126"}
            - {TimeGenerated: "2026-01-01T00:00:00Z", UserPrincipalName: b, ResultType: "0"}
        expect: {equals: [{Users: 1}]}
"""
)


def write(folder: Path, text: str, name: str = "p.yaml") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


# ---- functions -------------------------------------------------------------------------------------------------------


def test_a_packs_functions_know_their_parameters_and_its_queries_know_them(kqlpack: Run, tmp_path: Path) -> None:
    write(tmp_path, FUNCTIONS)
    assert json.loads(kqlpack("lint", "p.yaml", "--format", "json").out)["diagnostics"] == []
    assert kqlpack("test", "p.yaml").code == 0
    assert kqlpack("build", "p.yaml", "--target", "arm").code == 0


def test_a_fault_in_a_functions_body_is_told_at_its_place(kqlpack: Run, tmp_path: Path) -> None:
    write(tmp_path, FUNCTIONS.replace("ago(since)", "ago(sinse)"))
    ran = kqlpack("lint", "p.yaml")
    assert "p.yaml:10:46 error [unknown-column]" in ran.out


# ---- secrets and what is published -----------------------------------------------------------------------------------

SECRET = HEAD + (
    "parameters: {key: {type: string, secret: true, default: hunter2}}\n"
    "queries:\n  - {id: q, title: Q, timespan: P1D, query: 'SigninLogs | where AppId == \"{{ key | upper }}\"'}\n"
)


def test_a_secret_is_not_published(kqlpack: Run, tmp_path: Path) -> None:
    write(tmp_path, SECRET)
    ran = kqlpack("build", "p.yaml", "--target", "arm", "-o", "out")
    assert ran.code == 1
    assert "`key`" in ran.err
    assert not (tmp_path / "out").exists()


def test_a_secret_is_in_no_output_of_render_and_run(kqlpack: Run, tmp_path: Path) -> None:
    write(tmp_path, SECRET)
    write(tmp_path, "AppId\n", "data/SigninLogs.csv")
    for arguments in (("render", "p.yaml"), ("run", "p.yaml", "--data", "data", "--show-sql"), ("lint", "p.yaml")):
        ran = kqlpack(*arguments)
        assert ran.code == 0
        assert "hunter2" not in (ran.out + ran.err).lower()


def test_a_query_that_does_not_parse_is_not_published(kqlpack: Run, tmp_path: Path) -> None:
    write(tmp_path, HEAD + "queries:\n  - {id: q, title: Q, query: SigninLogs | whre x}\n")
    ran = kqlpack("build", "p.yaml", "--target", "arm", "-o", "out")
    assert ran.code == 1
    assert "`whre` is not a tabular operator" in ran.err
    assert not (tmp_path / "out").exists()


def test_a_query_that_is_not_to_be_published_needs_no_values(kqlpack: Run, tmp_path: Path) -> None:
    text = (
        "parameters: {n: {type: int}}\n"
        "queries:\n  - {id: q, title: Q, query: 'SigninLogs | take {{ n }}', publish: %s}\n"
        "  - {id: r, title: R, query: SigninLogs | take 1}\n"
    )
    write(tmp_path, HEAD + text % "{saved_search: {}}")
    assert kqlpack("build", "p.yaml", "--target", "arm", "-o", "out").code == 1
    write(tmp_path, HEAD + text % "{}")
    assert kqlpack("build", "p.yaml", "--target", "arm", "-o", "out").code == 0


def test_two_packs_of_one_name_do_not_overwrite_each_other(kqlpack: Run, tmp_path: Path) -> None:
    text = HEAD + "queries:\n  - {id: q, title: Q, query: SigninLogs | take 1}\n"
    write(tmp_path, text, "a.yaml")
    write(tmp_path, text, "b.yaml")
    ran = kqlpack("build", "a.yaml", "b.yaml", "--target", "arm", "-o", "out")
    assert ran.code == 2
    assert "two packs" in ran.err
    assert not (tmp_path / "out").exists()


# ---- data ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    write(folder, "a\n1\n2\n", "T_One.csv")
    write(folder, "a\n3\n", "T_Two.csv")
    write(folder, '{"ub": 18446744073709551615}\n', "Bad_CL.jsonl")
    write(folder, "x", ".git/HEAD")
    write(folder, "# notes", "notes/readme.md")
    return folder


def test_what_a_query_does_not_name_does_not_stop_it(kqlpack: Run, data: Path) -> None:
    assert data.exists()
    write(data.parent, "print x = 1", "q.kql")
    assert json.loads(kqlpack("run", "q.kql", "--data", "data", "--format", "json").out) == [{"x": 1}]


def test_wildcards_find_the_tables_that_are_there(kqlpack: Run, data: Path) -> None:
    write(data.parent, "union T_* | count", "q.kql")
    (data / "Bad_CL.jsonl").unlink()
    assert json.loads(kqlpack("run", "q.kql", "--data", "data", "--format", "json").out) == [{"Count": 3}]


def test_a_table_that_is_there_twice_is_told(kqlpack: Run, data: Path) -> None:
    write(data, "[]", "T_One.json")
    write(data.parent, "T_One | count", "q.kql")
    ran = kqlpack("run", "q.kql", "--data", "data")
    assert ran.code == 2
    assert "two tables `T_One`" in ran.err


def test_rows_that_come_but_once_are_not_lost() -> None:
    assert api.run("T | count", {"T": ({"a": number} for number in range(3))}).rows == ((3,),)


# ---- places ----------------------------------------------------------------------------------------------------------


def test_a_query_file_is_checked_with_its_pack_from_inside_its_folder(
    kqlpack: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, HEAD + "parameters: {since: {type: timespan, default: 1d, max: 9d}}\n", "p/pack.yaml")
    text = "id: a\ntitle: A\nquery: SigninLogs | where TimeGenerated > ago({{ since }}) | where ResultType == 0\n"
    write(tmp_path, text, "p/queries/a.yaml")
    monkeypatch.chdir(tmp_path / "p" / "queries")
    for arguments in (("a.yaml",), ("./a.yaml",), ()):
        ran = kqlpack("lint", *arguments)
        assert ran.code == 0, ran.out
        assert "string-number-equality" in ran.out


def test_a_failing_test_shows_the_authors_line_on_standard_output(kqlpack: Run, tmp_path: Path) -> None:
    write(tmp_path, FUNCTIONS.replace("| summarize Users = count()", "| whre x"))
    ran = kqlpack("test", "p.yaml")
    assert ran.code == 1
    assert "p.yaml:17:28 error [syntax-error]" in ran.out
    assert "whre" in ran.out


def test_a_test_that_expects_nothing_fails(kqlpack: Run, tmp_path: Path) -> None:
    write(tmp_path, FUNCTIONS.replace("{equals: [{Users: 1}]}", "{}"))
    ran = kqlpack("test", "p.yaml")
    assert ran.code == 1
    assert "expects nothing" in ran.out


# ---- live ------------------------------------------------------------------------------------------------------------


def test_a_name_that_only_the_workspace_knows_is_asked_for(kqlpack: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KQLPACK_ACCESS_TOKEN", "t")
    with Loopback(answer(table({"n": "long"}, [1]))) as server:
        with open("q.kql", "w", encoding="utf-8") as stream:
            stream.write("MyFunc | take 1")
        ran = kqlpack("run", "q.kql", "--workspace", WORKSPACE, "--endpoint", server.url, "--format", "csv")
        assert len(server.asked) == 1
    assert ran.code == 0
    assert "as far as is known here" in ran.err


# ---- files -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [("lint",), ("run", "--data", "."), ("render",), ("test",)])
def test_a_name_longer_than_names_may_be_is_just_not_there(kqlpack: Run, command: tuple[str, ...]) -> None:
    assert kqlpack(command[0], "x" * 5000, *command[1:]).code == 2


def test_a_file_of_comments_is_nothing_checked(kqlpack: Run, tmp_path: Path) -> None:
    write(tmp_path, "// nothing here\n", "a.kql")
    assert kqlpack("lint", "a.kql").code == 2


def test_several_queries_in_a_file_are_counted(kqlpack: Run, tmp_path: Path) -> None:
    write(tmp_path, "SigninLogs | take 1\n\nAuditLogs | take 1\n\nSyslog | take 1\n", "a.kql")
    assert json.loads(kqlpack("lint", "a.kql", "--format", "json").out)["checked"]["queries"] == 3


@pytest.mark.parametrize("options", [("--timespan", "P1D"), ("--allow-partial",)])
def test_an_option_that_means_nothing_here_is_refused(kqlpack: Run, data: Path, options: tuple[str, ...]) -> None:
    write(data.parent, "print 1", "q.kql")
    ran = kqlpack("run", "q.kql", "--data", "data", *options)
    assert ran.code == 2
    assert "--workspace" in ran.err


def test_custom_columns_of_azures_tables_may_exist() -> None:
    assert api.analyze("Syslog | where Site_CF == 1 | summarize count() by Site_CF").diagnostics == ()
    assert api.analyze("Syslog | where Site == 1").diagnostics


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("T.csv", "a,b\n1,2,3\n", "more fields"),
        ("T.csv", "a,a\n1,2\n", "twice"),
        ("T.json", '{"tables": [{"rows": [[1]]}]}', "lacks columns"),
        ("T.json", "[" * 100_000, "nests too deeply"),
        ("AADRiskyUsers.csv", "IsDeleted\nmaybe\n", "is no bool"),
    ],
)
def test_data_that_would_be_lost_or_misread_is_told(
    kqlpack: Run, tmp_path: Path, name: str, text: str, words: str
) -> None:
    write(tmp_path, text, f"data/{name}")
    write(tmp_path, f"{name.partition('.')[0]} | count", "q.kql")
    ran = kqlpack("run", "q.kql", "--data", "data")
    assert ran.code == 2
    assert words in ran.err


def test_the_time_column_of_a_table_of_ones_own_is_a_time(kqlpack: Run, tmp_path: Path) -> None:
    write(tmp_path, "TimeGenerated,a\n2026-01-01T00:00:00Z,x\n", "data/My_CL.csv")
    write(tmp_path, "My_CL | where TimeGenerated > ago(7d) | count", "q.kql")
    ran = kqlpack("run", "q.kql", "--data", "data", "--now", "2026-01-02T00:00:00Z", "--format", "csv")
    assert ran.out == "Count\r\n1\r\n"


def test_what_the_library_is_given_wrongly_is_told_in_its_own_error() -> None:
    for call in (
        lambda: api.run("print 1", now=5),  # type: ignore[arg-type]
        lambda: api.run("T | count", {"T": [{"": 1}]}),
        lambda: api.run("T | count", {"T": [{1: 2}]}),
        lambda: api.lint("SigninLogs", {"selct": ["cost"]}),
    ):
        with pytest.raises(api.Error):
            call()
