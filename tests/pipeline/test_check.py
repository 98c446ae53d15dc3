"""What is found across packs, and in files of other formats."""

from __future__ import annotations

from pathlib import Path

import pytest

from kqlpack.lint import select
from kqlpack.pipeline.check import check, check_target
from kqlpack.pipeline.discover import Target, discover, target_of

PACK = """\
kqlpack: 1
name: {name}
version: 1.0.0
title: Sign-ins
queries:
  - id: failed
    title: Failed sign-ins
    query: SigninLogs | where TimeGenerated > ago(1d) and ResultType != "0"
"""
RULE = """\
id: 6f9619ff-8b86-d011-b42d-00c04fc964ff
name: Failed sign-ins
version: {version}
query: |
  SigninLogs | where TimeGenerated > ago(1d) and ResultType != "0"
"""


def found(folder: Path, rule: str) -> list[tuple[str, str]]:
    """Return the rule's findings: the file's name, and the text that they point at."""
    report = check(discover([folder]), select([rule]))
    return [
        (one.file.path.rsplit("/", 1)[-1], one.file.text[one.span.start : one.span.end]) for one in report.diagnostics
    ]


def test_two_packs_of_one_name_are_told_at_the_second(tmp_path: Path) -> None:
    for file, name in (("a.yaml", "sign-ins"), ("b.yaml", "sign-ins"), ("c.yaml", "others")):
        (tmp_path / file).write_text(PACK.format(name=name), "utf-8")
    assert found(tmp_path, "duplicate-name") == [("b.yaml", "sign-ins")]
    assert found(tmp_path, "duplicate-id") == []


def test_a_name_that_is_taken_on_purpose_can_be_suppressed(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(PACK.format(name="sign-ins"), "utf-8")
    text = PACK.format(name="sign-ins # kqlpack: ignore[duplicate-name] one of them is the older version")
    (tmp_path / "b.yaml").write_text(text, "utf-8")
    assert found(tmp_path, "duplicate-name") == []
    assert found(tmp_path, "unused-suppression") == []


def test_rules_of_one_name_are_no_packs(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "rule.yaml").write_text(RULE.format(version="1.0.0"), "utf-8")
    assert found(tmp_path, "duplicate-name") == []


def test_a_rules_version_may_be_a_number_to_yaml(tmp_path: Path) -> None:
    for name, version in (("lost", "1.10"), ("kept", "1.1"), ("text", "1.0.10"), ("quoted", '"1.10"')):
        (tmp_path / f"{name}.yaml").write_text(RULE.format(version=version), "utf-8")
    assert found(tmp_path, "yaml-implicit-type") == [("lost.yaml", "1.10")]


CONNECTED = """\
id: 6f9619ff-8b86-d011-b42d-00c04fc964ff
name: Failed sign-ins
requiredDataConnectors:
  - connectorId: AzureActiveDirectory
    dataTypes: [AuditLogs, SigninLogs (interactive), SomethingElse]
query: |
  {query}
"""


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SigninLogs | where TimeGenerated > ago(1d)", ["AuditLogs"]),
        ("let t = AuditLogs; SigninLogs | join kind=inner (t) on CorrelationId", []),
        ("SigninLogs | union (AuditLogs)", []),
        ("SigninLogs | union (TheirFunction())", []),
        ("SigninLogs | union (TheirFunction)", []),
        ("_Im_Authentication(starttime=ago(1d))", []),
        ("print 1", []),
    ],
)
def test_a_rule_asks_for_a_table_that_its_query_does_not_read(tmp_path: Path, query: str, expected: list[str]) -> None:
    (tmp_path / "rule.yaml").write_text(CONNECTED.replace("{query}", query), "utf-8")
    assert [text for _, text in found(tmp_path, "tables-mismatch")] == expected


def test_a_rules_tactics_and_techniques_are_looked_up(tmp_path: Path) -> None:
    text = RULE.format(version="1.0.0") + "tactics: [Ransomware, Impact]\nrelevantTechniques: [t1486, T1110]\n"
    (tmp_path / "rule.yaml").write_text(text, "utf-8")
    assert [text for _, text in found(tmp_path, "mitre-invalid")] == ["Ransomware", "t1486"]
    (tmp_path / "rule.yaml").write_text(text.replace("Ransomware, ", ""), "utf-8")
    assert [text for _, text in found(tmp_path, "mitre-mismatch")] == ["T1110"]


def test_variants_that_are_not_checked_are_told(tmp_path: Path) -> None:
    loops = "{% for a in range(250) %}{% for b in range(250) %}{% if strict %}{% endif %}{% endfor %}{% endfor %}"
    asked = "".join(f"{{% if f{n} %}}| take {n} {{% endif %}}" for n in range(6))
    flags = "".join(f"  f{n}: {{type: bool, default: false}}\n" for n in range(6))
    parameters = f"parameters:\n  strict: {{type: bool, default: false}}\n{flags}"
    text = f"kqlpack: 1\nname: p\n{parameters}queries:\n  - id: q\n    query: |\n      SigninLogs {asked}{loops}\n"
    (tmp_path / "pack.yaml").write_text(text, "utf-8")
    report = check(discover([tmp_path]))
    told = [one for one in report.diagnostics if one.rule == "render-limit"]
    assert len(told) == 1
    assert f"only {report.checked.variants} of " in told[0].message
    assert not [one for one in report.diagnostics if one.rule == "unreached-template"]


def test_what_was_looked_at_is_named_query_by_query_and_told_as_it_goes(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(PACK.format(name="sign-ins"), "utf-8")
    (tmp_path / "b.kql").write_text("SigninLogs\n| take 1\n\nAuditLogs\n| take 1\n", "utf-8")
    told: list[None] = []
    report = check(discover([tmp_path]), after_each=lambda: told.append(None))
    assert len(told) == 2
    names = [(one.path.rsplit("/", 1)[-1], one.query) for one in report.checked.subjects]
    assert names == [("a.yaml", "failed"), ("b.kql", "")]


def test_what_is_suppressed_is_handed_on(tmp_path: Path) -> None:
    join = "SigninLogs\n| join (AuditLogs) on CorrelationId // kqlpack: ignore[join-without-kind] why\n"
    (tmp_path / "a.kql").write_text(join, "utf-8")
    report = check(discover([tmp_path]), select(["join-without-kind"]))
    assert report.diagnostics == ()
    assert [(one.diagnostic.rule, one.reason) for one in report.checked.suppressed] == [("join-without-kind", "why")]


QUERY = """\
id: {id}
title: {id}
query: |
  {{% from "m.j2" import since %}}
  SigninLogs | where {{{{ since() }}}} | sort by TimeGenerated
"""


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """Two queries that share a macro, each with a sort of everything."""
    for folder in ("queries", "macros"):
        (tmp_path / folder).mkdir()
    (tmp_path / "pack.yaml").write_text("kqlpack: 1\nname: p\nversion: 1.0.0\ntitle: P\n", "utf-8")
    (tmp_path / "macros" / "m.j2").write_text("{% macro since() %}Nowhere > 1{% endmacro %}", "utf-8")
    for id in ("a", "b"):
        (tmp_path / "queries" / f"{id}.yaml").write_text(QUERY.format(id=id), "utf-8")
    return tmp_path


def test_a_file_of_a_query_is_checked_without_the_queries_beside_it(pack: Path) -> None:
    target = target_of(pack / "queries" / "a.yaml", "")
    assert isinstance(target, Target)
    report = check_target(target)
    whole = check_target(Target(pack, is_pack=True))

    assert report.checked.queries == 1
    assert whole.checked.queries == 2
    assert [one.rule for one in report.diagnostics] == [
        one.rule for one in whole.diagnostics if one.file.path.endswith("a.yaml")
    ]


def test_files_of_queries_have_the_same_findings_alone_as_in_their_pack() -> None:
    folder = Path(__file__).parents[2] / "packs" / "entra-signins"
    files = sorted((folder / "queries").iterdir())[:3]
    texts = {str(file): file.read_text("utf-8").replace("| where", "| sort by Nope | where", 1) for file in files}
    whole = check_target(Target(folder, is_pack=True), texts=texts)
    for file in files:
        alone = check_target(Target(folder, is_pack=True, only=(file,)), texts=texts)
        assert alone.diagnostics
        assert [one.sort_key for one in alone.diagnostics] == [
            one.sort_key for one in whole.diagnostics if one.file.path == str(file)
        ]


def test_a_file_of_macros_is_checked_in_all_queries_of_its_pack(pack: Path) -> None:
    target = target_of(pack / "macros" / "m.j2", "")
    assert isinstance(target, Target)
    report = check_target(target)

    assert report.checked.queries == 2
    assert [one.rule for one in report.diagnostics] == ["unknown-column"]


def test_a_template_of_somebody_elses_is_no_file_of_macros(tmp_path: Path) -> None:
    assert isinstance(target_of(tmp_path / "macros" / "m.j2", ""), str)
