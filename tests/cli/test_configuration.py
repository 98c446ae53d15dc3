"""`kqlpack lint` with a project's configuration."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import jsonschema
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Ran

    Run = Callable[..., Ran]

COMPARED = "SigninLogs\n| where ResultType == 0\n"
PACK = """\
kqlpack: 1
name: p
version: 1.0.0
title: P
log_source: tenant
queries:
  - id: q
    title: Q
    query: SigninLogs | where TimeGenerated > ago(1d) | where UserPrincipalName == "a"
"""


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str], None]:
    def written(name: str, text: str) -> None:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")

    written("a.kql", COMPARED)
    return written


def rules(ran: Ran) -> list[tuple[str, str, str]]:
    found = json.loads(ran.out)["diagnostics"]
    return [(one["path"], one["rule"], one["severity"]) for one in found]


def test_rules_severities_and_the_exit_code_come_from_the_file(kqlpack: Run, write: Callable[[str, str], None]) -> None:
    write(
        "kqlpack.toml",
        'select = ["string-number-equality"]\nseverity = {string-number-equality = "error"}\nformat = "json"',
    )
    ran = kqlpack("lint", "a.kql")
    assert rules(ran) == [("a.kql", "string-number-equality", "error")]
    assert ran.code == 1
    write("kqlpack.toml", 'select = ["string-number-equality"]\nfail-on = "warning"')
    assert kqlpack("lint").code == 1


def test_the_command_line_comes_before_the_file(kqlpack: Run, write: Callable[[str, str], None]) -> None:
    write(
        "kqlpack.toml",
        'select = ["syntax"]\nfail-on = "info"\nformat = "json"\n[[overrides]]\npaths = ["a.kql"]\n'
        'select = ["binding"]\nignore = ["string-number-equality"]\n',
    )
    assert rules(kqlpack("lint")) == []
    ran = kqlpack("lint", "--select", "string-number-equality", "--fail-on", "error", "--format", "concise")
    assert ran.code == 0
    assert "a.kql:2:9 warning [string-number-equality]" in ran.out
    assert rules(kqlpack("lint", "--extend-select", "string-number-equality"))
    assert rules(kqlpack("lint", "--extend-select", "string-number-equality", "--ignore", "binding"))
    assert not rules(kqlpack("lint", "--extend-select", "binding", "--ignore", "string-number-equality"))


def test_what_is_wrong_in_the_file_exits_with_2_and_its_place(kqlpack: Run, write: Callable[[str, str], None]) -> None:
    write("kqlpack.toml", '# ours\nselect = ["string-number-equalty"]\nfial-on = "x"\n')
    ran = kqlpack("lint", "a.kql")
    assert (ran.code, ran.out) == (2, "")
    assert "kqlpack.toml:2:11 error [configuration]" in ran.err
    assert "did you mean `string-number-equality`?" in ran.err
    assert "kqlpack.toml:3:1 error [configuration]" in ran.err
    assert "did you mean `fail-on`?" in ran.err
    assert kqlpack("lint", "-", "--stdin-filename", "x.kql").code == 2


def test_the_variable_names_a_file(
    kqlpack: Run, write: Callable[[str, str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    write("ci.toml", 'ignore = ["all"]')
    monkeypatch.setenv("KQLPACK_CONFIG", "ci.toml")
    assert "[" not in kqlpack("lint", "--format", "concise").out
    monkeypatch.setenv("KQLPACK_CONFIG", "nowhere.toml")
    ran = kqlpack("lint")
    assert ran.code == 2
    assert "`nowhere.toml` can't be read" in ran.err


def test_overrides_hold_for_files_of_a_pack(kqlpack: Run, write: Callable[[str, str], None]) -> None:
    head, _, _ = PACK.partition("queries:")
    write("p/pack.yaml", head)
    for name in ("old", "new"):
        text = "SigninLogs | where TimeGenerated > ago(1d) | where ResultType == 0"
        write(f"p/queries/{name}.yaml", f"id: {name}\ntitle: T\nquery: {text}\n")
    override = '[[overrides]]\npaths = ["p/queries/old.yaml"]\n'
    write("kqlpack.toml", 'format = "json"\nselect = ["binding"]\n' + override + 'ignore = ["string-number-equality"]')
    new = ("p/queries/new.yaml", "string-number-equality", "warning")
    assert rules(kqlpack("lint", "p")) == [new]
    write("kqlpack.toml", 'format = "json"\nselect = ["binding"]\n' + override + 'severity = {KQL107 = "info"}')
    assert rules(kqlpack("lint", "p")) == [new, ("p/queries/old.yaml", "string-number-equality", "info")]
    write("kqlpack.toml", 'format = "json"\nselect = ["syntax"]\n' + override + 'extend-select = ["binding"]')
    assert rules(kqlpack("lint", "p")) == [("p/queries/old.yaml", "string-number-equality", "warning")]


def test_a_comment_for_a_rule_that_does_not_run_there_is_not_needless(
    kqlpack: Run, write: Callable[[str, str], None]
) -> None:
    write("old.kql", "SigninLogs | take 1 // kqlpack: ignore[string-number-equality] why\n")
    write("kqlpack.toml", 'format = "json"\nselect = ["binding", "unused-suppression"]\n')
    assert ("old.kql", "unused-suppression", "warning") in rules(kqlpack("lint", "old.kql"))
    write(
        "kqlpack.toml",
        'format = "json"\nselect = ["binding", "unused-suppression"]\n[[overrides]]\npaths = ["old.kql"]\n'
        'ignore = ["string-number-equality"]\n',
    )
    assert rules(kqlpack("lint", "old.kql")) == []


def test_what_is_excluded_is_skipped_unless_it_is_named(kqlpack: Run, write: Callable[[str, str], None]) -> None:
    write("generated/g.kql", COMPARED)
    write("kqlpack.toml", 'exclude = ["generated"]')
    ran = kqlpack("lint", "--explain-skips", "--format", "text")
    assert "g.kql:" not in ran.out
    assert "g.kql: `exclude` of kqlpack.toml names it" in ran.err
    assert "g.kql:2:" in kqlpack("lint", "generated/g.kql").out


def test_a_file_of_a_pack_that_is_excluded_says_nothing(kqlpack: Run, write: Callable[[str, str], None]) -> None:
    write("p/pack.yaml", PACK.partition("queries:")[0])
    text = "SigninLogs | where TimeGenerated > ago(1d) and ResultType == 0 # kqlpack: ignore[join-without-kind]"
    write("p/queries/a.yaml", f"id: a\ntitle: T\nquery: {text}\n")
    write("p/queries/b.yaml", f"id: b\ntitle: T\nquery: {text}\n")
    write("kqlpack.toml", 'format = "json"\nselect = ["binding", "pack"]\nexclude = ["b.yaml"]\n')
    assert {path for path, _, _ in rules(kqlpack("lint", "p"))} >= {"p/queries/a.yaml", "p/queries/b.yaml"}
    assert {path for path, _, _ in rules(kqlpack("lint"))} - {"p/pack.yaml", "a.kql"} == {"p/queries/a.yaml"}


def test_a_dialect_is_for_what_names_none(kqlpack: Run, write: Callable[[str, str], None]) -> None:
    elsewhere = 'cluster("help").database("Samples").StormEvents | take 1'
    pack = PACK.partition("SigninLogs")[0] + f"'{elsewhere}'\n"
    chosen = 'format = "json"\nselect = ["not-in-dialect"]\n'
    write("a.kql", elsewhere)
    write("p/pack.yaml", pack)
    in_file, in_pack = (("a.kql", "not-in-dialect", "warning"), ("p/pack.yaml", "not-in-dialect", "warning"))
    write("kqlpack.toml", chosen)
    assert rules(kqlpack("lint")) == [in_file, in_pack]
    write("kqlpack.toml", chosen + 'dialect = "azure-data-explorer"\n')
    assert rules(kqlpack("lint")) == []
    assert rules(kqlpack("lint", "--dialect", "log-analytics")) == [
        ("a.kql", "not-in-dialect", "error"),
        ("p/pack.yaml", "not-in-dialect", "error"),
    ]
    write("p/pack.yaml", pack.replace("queries:", "dialect: log-analytics\nqueries:"))
    assert rules(kqlpack("lint")) == [("p/pack.yaml", "not-in-dialect", "error")]
    write("p/pack.yaml", pack)
    write("kqlpack.toml", chosen + '[[overrides]]\npaths = ["*.kql"]\ndialect = "azure-data-explorer"\n')
    assert rules(kqlpack("lint")) == [in_pack]


def test_a_query_in_a_file_of_its_own_has_the_dialect_of_that_file(
    kqlpack: Run, write: Callable[[str, str], None]
) -> None:
    write("p/pack.yaml", PACK.partition("queries:")[0])
    query = "title: T\nquery: cluster('help').database('Samples').StormEvents | take 1\n"
    write("p/queries/a.yaml", "id: a\n" + query)
    write("p/queries/b.yaml", "id: b\n" + query)
    override = '[[overrides]]\npaths = ["p/queries/a.yaml"]\ndialect = "azure-data-explorer"\n'
    write("kqlpack.toml", 'format = "json"\nselect = ["not-in-dialect"]\n' + override)
    assert [path for path, _, _ in rules(kqlpack("lint", "p"))] == ["p/queries/b.yaml"]


def test_metadata_that_is_required_is_missed(kqlpack: Run, write: Callable[[str, str], None]) -> None:
    write("p/pack.yaml", PACK)
    write("kqlpack.toml", 'format = "json"\nselect = ["missing-metadata"]\n')
    assert rules(kqlpack("lint", "p")) == []
    write("kqlpack.toml", 'select = ["missing-metadata"]\n[metadata]\nrequired = ["title", "severity", "references"]\n')
    ran = kqlpack("lint", "p")
    assert ran.out.count("[missing-metadata]") == 2
    assert "`q` has no `severity`, which the configuration requires of every query" in ran.out
    assert "`q` has no `references`" in ran.out


def test_packs_that_others_require_are_found(kqlpack: Run, write: Callable[[str, str], None]) -> None:
    write("vendor/common/pack.yaml", "kqlpack: 1\nname: common\nversion: 1.0.0\ntitle: C\nqueries: []\n")
    write("packs/p/pack.yaml", PACK.replace("queries:", 'requires: {packs: {common: "*"}}\nqueries:'))
    assert "dependency-missing" in kqlpack("lint", "packs").out
    write("kqlpack.toml", 'pack-path = ["vendor"]\n')
    assert "dependency-missing" not in kqlpack("lint", "packs").out


def test_standard_input_has_the_configuration_of_its_name(
    kqlpack: Run, write: Callable[[str, str], None], stdin: Callable[[bytes], None]
) -> None:
    write("sub/kqlpack.toml", 'ignore = ["all"]\n')
    stdin(COMPARED.encode())
    assert "string-number-equality" in kqlpack("lint", "-").out
    stdin(COMPARED.encode())
    assert "string-number-equality" not in kqlpack("lint", "-", "--stdin-filename", "sub/x.kql").out


def test_severities_do_not_decide_what_is_mended(
    kqlpack: Run, write: Callable[[str, str], None], tmp_path: Path
) -> None:
    write("kqlpack.toml", 'severity = {string-number-equality = "error", unknown-column = "info"}\n')
    kqlpack("lint", "a.kql", "--fix")
    assert (tmp_path / "a.kql").read_text("utf-8") == COMPARED.replace("0", '"0"')


def test_the_schema_is_printed(kqlpack: Run) -> None:
    schema = json.loads(kqlpack("schema", "config").out)
    jsonschema.Draft7Validator.check_schema(schema)
    assert schema["properties"]["extend"]["description"]
