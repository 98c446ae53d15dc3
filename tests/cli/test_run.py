"""`kqlpack run`, `test`, `build` and `render` as a person meets them, with every kind of bad input."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.execute.loopback import WORKSPACE, Loopback, answer, refusal, table

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Ran

    Run = Callable[..., Ran]

PACK = """\
kqlpack: 1
name: small
version: 1.2.3
title: Small
log_source: tenant
parameters:
  since: {type: timespan, default: 1d, max: 30d}
  users: {type: "list[string]", default: []}
  least: {type: int, default: 2, min: 1}
queries:
  - id: failures
    title: Failures by user
    timespan: P2D
    query: |
      SigninLogs
      | where TimeGenerated > ago({{ since }}) and ResultType != "0"
      {% if users %}
      | where UserPrincipalName in~ ({{ users }})
      {% endif %}
      | summarize Failures = count() by UserPrincipalName
      | where Failures >= {{ least }}
    columns: {UserPrincipalName: string, Failures: long}
    tests:
      - name: two failures are enough
        now: "2026-01-01T12:00:00Z"
        tables:
          SigninLogs:
            - {TimeGenerated: "2026-01-01T11:00:00Z", UserPrincipalName: a@contoso.example, ResultType: "50126"}
            - {TimeGenerated: "2026-01-01T11:10:00Z", UserPrincipalName: a@contoso.example, ResultType: "50126"}
            - {TimeGenerated: "2026-01-01T11:20:00Z", UserPrincipalName: b@contoso.example, ResultType: "50126"}
        expect:
          rows: 1
          contains: [{UserPrincipalName: a@contoso.example, Failures: 2}]
          absent: [{UserPrincipalName: b@contoso.example}]
"""
CSV = """\
TimeGenerated,UserPrincipalName,ResultType
2026-01-01T11:00:00Z,a@contoso.example,50126
2026-01-01T11:10:00Z,a@contoso.example,50126
2026-01-01T11:20:00Z,b@contoso.example,0
"""
NOW = "2026-01-01T12:00:00Z"
PACKS = Path(__file__).resolve().parents[2] / "packs"
AT = ("--data", "data", "--now", NOW)


@pytest.fixture(autouse=True)
def pack(tmp_path: Path) -> Path:
    path = tmp_path / "small.yaml"
    path.write_text(PACK, encoding="utf-8")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "SigninLogs.csv").write_text(CSV, encoding="utf-8")
    return path


# ---- embedded --------------------------------------------------------------------------------------------------------


def test_a_query_answers_from_files(kqlpack: Run) -> None:
    ran = kqlpack("run", "small.yaml:failures", *AT, "--format", "json")
    assert ran.code == 0
    assert json.loads(ran.out) == [{"UserPrincipalName": "a@contoso.example", "Failures": 2}]


def test_the_table_is_readable_and_csv_is_csv(kqlpack: Run) -> None:
    table_text = kqlpack("run", "small.yaml", *AT).out
    assert "UserPrincipalName" in table_text
    assert "1 row" in table_text
    assert kqlpack("run", "small.yaml", *AT, "--format", "csv").out == (
        "UserPrincipalName,Failures\r\na@contoso.example,2\r\n"
    )


def test_parameters_come_from_the_command_line_and_from_a_file(kqlpack: Run, tmp_path: Path) -> None:
    assert json.loads(kqlpack("run", "small.yaml", *AT, "-p", "least=3", "--format", "json").out) == []
    (tmp_path / "values.yaml").write_text("least: 1\nusers: [A@contoso.example]\n", encoding="utf-8")
    ran = kqlpack("run", "small.yaml", *AT, "--params", "values.yaml", "--format", "jsonl")
    assert json.loads(ran.out)["Failures"] == 2
    ran = kqlpack("run", "small.yaml", *AT, "--params", "values.yaml", "-p", "least=3", "--format", "jsonl")
    assert ran.out == ""


def test_a_file_of_kql_runs_on_tables_that_nobody_declared(kqlpack: Run, tmp_path: Path) -> None:
    (tmp_path / "data" / "Own.jsonl").write_text('{"n": 1}\n{"n": 2}\n', encoding="utf-8")
    (tmp_path / "q.kql").write_text("Own | summarize Total = sum(n)", encoding="utf-8")
    assert json.loads(kqlpack("run", "q.kql", "--data", "data", "--format", "json").out) == [{"Total": 3}]


def test_show_sql_prints_what_runs(kqlpack: Run) -> None:
    ran = kqlpack("run", "small.yaml", *AT, "--show-sql")
    assert "SELECT" in ran.err
    assert "a@contoso.example" in ran.out


def test_an_operator_that_the_engine_lacks_is_refused_by_name_and_place(kqlpack: Run, tmp_path: Path) -> None:
    (tmp_path / "q.kql").write_text("SigninLogs\n| reduce by UserPrincipalName", encoding="utf-8")
    ran = kqlpack("run", "q.kql", "--data", "data")
    assert ran.code == 2
    assert "q.kql:2:3" in ran.err
    assert "reduce" in ran.err


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("small.yaml:failure", *AT), 2, "did you mean `failures`?"),
        (("missing.yaml:a", *AT), 2, "can't be read"),
        (("missing.kql", *AT), 2, "no such file"),
        (("small.yaml", *AT, "-p", "least=many"), 2, "`least`"),
        (("small.yaml", *AT, "-p", "least=0"), 2, "`least`"),
        (("small.yaml", *AT, "-p", "leest=1"), 2, "did you mean `least`?"),
        (("small.yaml", *AT, "-p", "least"), 2, "NAME=VALUE"),
        (("small.yaml", *AT, "--params", "missing.yaml"), 2, "can't be read"),
        (("small.yaml", "--data", "nowhere"), 2, "there is no such file or folder"),
        (("small.yaml", "--data", "small.yaml"), 2, "holds no table"),
        (("small.yaml",), 2, "say where to run"),
        (("small.yaml", *AT, "--workspace", WORKSPACE), 2, "say where to run"),
        (("small.yaml", "--data", "data", "--now", "soon"), 2, "a clock is a time"),
        (("small.yaml", *AT, "--timespan", "P1D"), 2, "--timespan goes with --workspace"),
        (("small.yaml", "--workspace", WORKSPACE, "--now", NOW), 2, "--now goes with --data"),
        (("small.yaml", "--workspace", WORKSPACE, "--show-sql"), 2, "--show-sql goes with --data"),
        (("broken.kql", *AT), 1, "`joi` is not a tabular operator"),
        (("unknown.kql", *AT), 1, "`SignInLogs`"),
        (("audit.kql", *AT), 2, "`AuditLogs`"),
        (("template.yaml", *AT), 1, "template"),
        (("yaml.yaml", *AT), 1, "yaml.yaml:"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else str(value),
)
def test_bad_input_is_one_clear_message(
    kqlpack: Run, tmp_path: Path, arguments: tuple[str, ...], code: int, words: str
) -> None:
    (tmp_path / "broken.kql").write_text("SigninLogs | joi x", encoding="utf-8")
    (tmp_path / "unknown.kql").write_text("SignInLogs | take 1", encoding="utf-8")
    (tmp_path / "audit.kql").write_text("AuditLogs | take 1", encoding="utf-8")
    (tmp_path / "template.yaml").write_text(PACK.replace("{% endif %}", ""), encoding="utf-8")
    (tmp_path / "yaml.yaml").write_text("kqlpack: 1\nqueries: [", encoding="utf-8")
    ran = kqlpack("run", *arguments)
    assert ran.code == code, ran.err
    assert words in ran.err
    assert ran.out == ""


# ---- live ------------------------------------------------------------------------------------------------------------


def test_the_same_query_answers_from_a_workspace(kqlpack: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KQLPACK_ACCESS_TOKEN", "secret-token")
    rows = answer(table({"UserPrincipalName": "string", "Failures": "long"}, ["a@contoso.example", 2]))
    with Loopback(rows) as server:
        ran = kqlpack("run", "small.yaml", "--workspace", WORKSPACE, "--endpoint", server.url, "--format", "json")
        (asked,) = server.asked
    assert ran.code == 0
    assert json.loads(ran.out) == [{"UserPrincipalName": "a@contoso.example", "Failures": 2}]
    assert "ago(1d)" in asked.body["query"]
    assert asked.body["timespan"] == "PT172800.0S"  # the query's own P2D
    assert "timespan: P2D" in ran.err
    assert "secret-token" not in ran.out + ran.err


def test_a_partial_answer_exits_with_3_unless_it_is_allowed(kqlpack: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KQLPACK_ACCESS_TOKEN", "t")
    error = {"code": "PartialError", "message": "too much", "details": [{"code": "X", "message": "too many rows"}]}
    with Loopback(answer(table({"n": "long"}, [1]), error=error)) as server:
        live = ("run", "small.yaml", "--workspace", WORKSPACE, "--endpoint", server.url)
        ran = kqlpack(*live)
        allowed = kqlpack(*live, "--allow-partial")
    assert ran.code == 3
    assert "PARTIAL RESULT" in ran.err
    assert allowed.code == 0


def test_an_error_of_the_service_leads_back_to_the_line_of_the_pack(
    kqlpack: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KQLPACK_ACCESS_TOKEN", "t")
    syntax = {"code": "SYN0002", "message": "Query could not be parsed", "line": 2, "pos": 5, "token": "x"}
    error = {
        "code": "BadArgumentError",
        "message": "The request had some invalid properties",
        "innererror": {"code": "SyntaxError", "message": "A recognition error", "innererror": syntax},
    }
    with Loopback(refusal(400, error)) as server:
        ran = kqlpack("run", "small.yaml", "--workspace", WORKSPACE, "--endpoint", server.url)
    assert ran.code == 2
    assert "small.yaml:16:" in ran.err


def test_no_network_is_one_clear_message(kqlpack: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KQLPACK_ACCESS_TOKEN", "t")
    with Loopback(answer(table({"n": "long"}, [1]))) as server:
        url = server.url
    ran = kqlpack("run", "small.yaml", "--workspace", WORKSPACE, "--endpoint", url)
    assert ran.code == 2
    assert "127.0.0.1" in ran.err


# ---- render, test, build ---------------------------------------------------------------------------------------------


def test_render_prints_what_would_be_sent(kqlpack: Run) -> None:
    ran = kqlpack("render", "small.yaml:failures", "-p", 'users=["a\\"b"]', "-p", "since=2h")
    assert ran.code == 0
    assert ran.out == (
        'SigninLogs\n| where TimeGenerated > ago(2h) and ResultType != "0"\n'
        '| where UserPrincipalName in~ ("a\\"b")\n'
        "| summarize Failures = count() by UserPrincipalName\n| where Failures >= 2\n"
    )


def test_render_never_prints_a_secret(kqlpack: Run, pack: Path) -> None:
    text = PACK.replace("queries:", '  key: {type: string, secret: true, default: "hunter2"}\nqueries:')
    pack.write_text(text.replace('ResultType != "0"', "ResultType != {{ key }}"), encoding="utf-8")
    ran = kqlpack("render", "small.yaml:failures")
    assert "ResultType != ***" in ran.out
    assert "hunter2" not in ran.out + ran.err


def test_the_packs_tests_run_and_a_wrong_expectation_fails(kqlpack: Run, pack: Path) -> None:
    ran = kqlpack("test", "small.yaml")
    assert ran.code == 0
    assert "1 passed, 0 failed" in ran.out
    pack.write_text(PACK.replace("Failures: 2}]", "Failures: 3}]"), encoding="utf-8")
    ran = kqlpack("test", "small.yaml")
    assert ran.code == 1
    assert "0 passed, 1 failed" in ran.out
    assert "`Failures` is 2" in ran.out


def test_a_contract_of_columns_that_does_not_hold_fails(kqlpack: Run, pack: Path) -> None:
    pack.write_text(PACK.replace("Failures: long}", "Failures: int}"), encoding="utf-8")
    assert "`columns:` says" in kqlpack("test", "small.yaml").out


def test_a_pack_without_tests_is_no_success(kqlpack: Run, pack: Path) -> None:
    pack.write_text(PACK.partition("    tests:")[0], encoding="utf-8")
    ran = kqlpack("test", "small.yaml")
    assert ran.code == 2
    assert "no test  small:failures" in ran.out


def test_build_writes_one_template_and_the_same_bytes_again(kqlpack: Run, tmp_path: Path) -> None:
    ran = kqlpack("build", "small.yaml", "--target", "arm", "-o", "out")
    assert ran.code == 0
    (path,) = (tmp_path / "out").iterdir()
    first = path.read_bytes()
    (resource,) = json.loads(first)["resources"]
    assert resource["properties"]["displayName"] == "Failures by user"
    assert "ago(1d)" in resource["properties"]["query"]
    assert kqlpack("build", "small.yaml", "--target", "arm", "-o", "out").code == 0
    assert path.read_bytes() == first


def test_build_without_a_target_says_which_there_are(kqlpack: Run) -> None:
    assert "--target arm" in kqlpack("build", "small.yaml").err
    assert "arm" in kqlpack("build", "--list-targets").out


# ---- the group -------------------------------------------------------------------------------------------------------


def test_every_module_with_a_command_is_one() -> None:
    import importlib
    import pkgutil

    from kqlpack import cli
    from kqlpack.cli.main import COMMANDS

    names = [module.name for module in pkgutil.iter_modules(cli.__path__)]
    modules = {name: importlib.import_module(f"kqlpack.cli.{name}") for name in names}
    # `import` is a word of Python: its module has an underscore more.
    found = {name.rstrip("_") for name, module in modules.items() if hasattr(module, "command")}
    assert found == set(COMMANDS)


def test_every_command_has_help_with_examples(kqlpack: Run) -> None:
    from kqlpack.cli.main import COMMANDS

    for name in COMMANDS:
        ran = kqlpack(name, "--help")
        assert ran.code == 0
        assert "Examples:" in ran.out, name


def test_an_unknown_command_has_a_did_you_mean(kqlpack: Run) -> None:
    ran = kqlpack("lnit")
    assert ran.code == 2
    assert "Did you mean `lint`?" in ran.err


def test_rules_are_listed(kqlpack: Run) -> None:
    assert "string-number-equality" in kqlpack("rules").out
    assert any(rule["rule"] == "join-without-kind" for rule in json.loads(kqlpack("rules", "--format", "json").out))


def test_the_schemas_accept_the_packs_that_come_along(kqlpack: Run) -> None:
    import jsonschema
    import yaml

    from kqlpack.pipeline.discover import PACK_FILES

    folders = [path for path in PACKS.iterdir() if any((path / name).exists() for name in PACK_FILES)]
    assert folders
    pack_schema = json.loads(kqlpack("schema", "pack").out)
    query_schema = json.loads(kqlpack("schema", "query").out)
    for folder in folders:
        jsonschema.validate(yaml.safe_load((folder / "pack.yaml").read_text("utf-8")), pack_schema)
        for path in (folder / "queries").glob("*.yaml"):
            jsonschema.validate(yaml.safe_load(path.read_text("utf-8")), query_schema)


def test_a_pack_that_can_not_be_loaded_does_not_hide_the_tests_of_the_others(kqlpack: Run, tmp_path: Path) -> None:
    (tmp_path / "a-broken.yaml").write_text("kqlpack: 1\nname: [\n", encoding="utf-8")
    ran = kqlpack("test")
    assert ran.code == 1
    assert "1 passed, 0 failed" in ran.out
    assert "1 pack could not be loaded" in ran.err
    assert "a-broken.yaml:2:7" in ran.err


def test_an_expression_that_is_too_deep_for_the_engine_is_told_in_words(kqlpack: Run, tmp_path: Path) -> None:
    (tmp_path / "q.kql").write_text("print x = " + "+".join(["1"] * 3000), encoding="utf-8")
    ran = kqlpack("run", "q.kql", "--data", "data")
    assert ran.code == 2
    assert "nests deeper" in ran.err or "nested this deeply" in ran.err
