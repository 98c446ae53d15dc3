"""`kqlpack import` makes packs of other people's files, says what it leaves, and stops with a sentence."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import yaml

from tests.convert.exchange import saved_search, template, written
from tests.convert.samples import HUNTING, MSTICPY, RULE, WORKBOOK, alert_rule

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Ran

    Run = Callable[..., Ran]

SEARCHES = json.dumps({"value": [saved_search(displayName="One"), saved_search(displayName="Two")]})


@pytest.mark.parametrize(
    ("kind", "name", "text", "queries"),
    [
        ("sentinel", "rule.yaml", RULE, ["mfa-rejected-by-user"]),
        ("sentinel", "hunting.yml", HUNTING, ["rare-things"]),
        ("arm", "azuredeploy.json", template(alert_rule(), saved_search()), ["mfa-rejected-by-user", "one"]),
        ("arm", "x.workbook", WORKBOOK, ["count"]),
        ("saved-search", "export.json", SEARCHES, ["one", "two"]),
        ("msticpy", "kql.yaml", MSTICPY, ["list-user-signins"]),
        ("kql", "failed.kql", "SigninLogs\n| where ResultType != '0'\n", ["failed"]),
        ("kql", "two.csl", "SigninLogs | take 1\n\n// the second\nAuditLogs\n| take 2\n", ["two-1", "two-2"]),
    ],
)
def test_every_kind_becomes_a_pack_that_lints(
    kind: str, name: str, text: str, queries: list[str], kqlpack: Run, tmp_path: Path
) -> None:
    written(tmp_path, {name: text})
    ran = kqlpack("import", kind, name, "-o", "made")
    count = f"{len(queries)} quer{'y' if len(queries) == 1 else 'ies'}"
    assert (ran.code, ran.out) == (0, f"wrote {count} to made; next: kqlpack lint made\n")
    assert sorted(path.stem for path in (tmp_path / "made/queries").iterdir()) == queries
    # What the rich rules name need not be in their short queries.
    assert " error " not in kqlpack("lint", "made", "--ignore", "mapped-column-missing").out


def test_what_is_not_kept_is_listed_on_standard_error(kqlpack: Run, tmp_path: Path) -> None:
    written(tmp_path, {"rule.yaml": RULE})
    ran = kqlpack("import", "sentinel", "rule.yaml")
    assert ran.err == (
        "mfa-rejected-by-user: `requiredDataConnectors:` is not kept: the tables that a query reads tell which"
        " connectors it needs\n"
        "mfa-rejected-by-user: `status:` and `sentinelEntitiesMappings:` are not kept: a pack has no such key\n"
        "mfa-rejected-by-user: `metadata:` is not kept: its author belongs under the pack's `maintainers:`\n"
        "mfa-rejected-by-user: `version:` is not kept: a pack has one version for all of its queries\n"
    )
    assert (tmp_path / "rule/pack.yaml").is_file()


def test_the_name_is_the_folders_and_the_packs(kqlpack: Run, tmp_path: Path) -> None:
    written(tmp_path, {"a.kql": "print 1\n"})
    assert kqlpack("import", "kql", "a.kql", "--name", "My Pack").code == 0
    head = yaml.safe_load((tmp_path / "my-pack/pack.yaml").read_text())
    assert (head["name"], head["title"]) == ("my-pack", "My Pack")


def test_without_a_name_it_is_the_first_files(kqlpack: Run, tmp_path: Path) -> None:
    written(tmp_path, {"Über uns.kql": "print 1\n", "b.kql": "print 2\n"})
    assert kqlpack("import", "kql", "Über uns.kql", "b.kql").code == 0
    assert yaml.safe_load((tmp_path / "uber-uns/pack.yaml").read_text())["name"] == "uber-uns"


def test_what_is_there_is_only_written_over_by_force(kqlpack: Run, tmp_path: Path) -> None:
    written(tmp_path, {"a.kql": "print 1\n", "made/queries/a.yaml": "mine\n"})
    ran = kqlpack("import", "kql", "a.kql", "-o", "made")
    assert ran.code == 2
    assert "is there already, and nothing was written; --force writes over it" in ran.err
    assert (tmp_path / "made/queries/a.yaml").read_text() == "mine\n"
    assert not (tmp_path / "made/pack.yaml").exists()
    assert kqlpack("import", "kql", "a.kql", "-o", "made", "--force").code == 0
    assert "print 1" in (tmp_path / "made/queries/a.yaml").read_text()


def test_a_folder_stands_for_all_files_of_the_kind_in_it(kqlpack: Run, tmp_path: Path) -> None:
    written(
        tmp_path, {"given/b.kql": "print 1\n", "given/sub/a.KQL": "print 2\n", "given/c.txt": "", "given/d.yaml": ""}
    )
    assert kqlpack("import", "kql", "given", "-o", "made").out.startswith("wrote 2 queries")
    assert sorted(path.name for path in (tmp_path / "made/queries").iterdir()) == ["a.yaml", "b.yaml"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("kql", "missing.kql"), "there is no file `missing.kql`"),
        (("kql", "x" * 5000), "there is no file"),
        (("kql", "empty"), "no file ending in .kql or .csl or .kusto was found"),
        (("sentinel", "empty"), "no file ending in .yaml or .yml was found"),
        (("nothing", "empty"), "'nothing' is not one of"),
        (("kql",), "Missing argument"),
    ],
)
def test_nothing_found_is_wrong_usage(arguments: tuple[str, ...], said: str, kqlpack: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    ran = kqlpack("import", *arguments)
    assert ran.code == 2
    assert said in ran.err
    assert list(tmp_path.iterdir()) == [tmp_path / "empty"]


JUNK = {
    "empty": b"",
    "blank": b"  \n\n",
    "binary": b"\x00\xff\xfe\x80\x00",
    "nul": b"a: \x00",
    "list": b'[1, {"a": 2}]',
    "scalar": b"just a text",
    "cut": b'{"query": ',
    "unclosed": b"a: [1,\n b: {",
    "mark": b"\xef\xbb\xbf",
    "deep": b"[" * 100_000,
    "query is a mapping": b"query:\n  a: 1\n",
    "query is a number": b'{"properties": {"query": 5, "category": "x"}}',
    "sources": b"sources:\n  a: {args: {query: [1]}}\n  b: 5\n",
}


@pytest.mark.parametrize("content", [pytest.param(content, id=name) for name, content in JUNK.items()])
@pytest.mark.parametrize(
    ("kind", "suffix"), [("sentinel", "yaml"), ("arm", "json"), ("saved-search", "json"), ("msticpy", "yaml")]
)
def test_junk_is_no_query_and_no_traceback(
    kind: str, suffix: str, content: bytes, kqlpack: Run, tmp_path: Path
) -> None:
    (tmp_path / f"x.{suffix}").write_bytes(content)
    ran = kqlpack("import", kind, f"x.{suffix}")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.endswith("kqlpack: no query was found to import\n")


@pytest.mark.parametrize("content", [JUNK["empty"], JUNK["blank"], JUNK["mark"]])
def test_an_empty_file_of_kql_is_left_out(content: bytes, kqlpack: Run, tmp_path: Path) -> None:
    (tmp_path / "x.kql").write_bytes(content)
    ran = kqlpack("import", "kql", "x.kql")
    assert (ran.code, ran.err) == (2, "x: it was left out: it is empty\nkqlpack: no query was found to import\n")


@pytest.mark.parametrize("name", ["x.yaml", "x.json"])
def test_values_of_any_shape_are_no_traceback(name: str, kqlpack: Run, tmp_path: Path) -> None:
    shapes = [None, 5, "[x]", [], [1, {"a": 2}], {}, {"a": [1]}, True]
    keys = (
        "name id kind severity tactics techniques relevantTechniques tags triggerOperator triggerThreshold"
        " entityMappings customDetails alertDetailsOverride incidentConfiguration eventGroupingSettings"
        " suppressionEnabled suppressionDuration queryFrequency queryPeriod displayName description category"
        " functionAlias functionParameters version etag criteria source ruleDefinition related"
    ).split()
    for shape in shapes:
        flat = {"query": "SigninLogs", "severity": "High", **dict.fromkeys(keys, shape)}
        given = [
            {"properties": flat, "type": f"x/{kind}"} for kind in ("alertRules", "savedSearches", "queryPacks", "x")
        ]
        (tmp_path / name).write_text(json.dumps(flat if name == "x.yaml" else [flat, *given]))
        kind = "sentinel" if name == "x.yaml" else "arm"
        assert kqlpack("import", kind, name, "-o", "made", "--force").code in {0, 2}


def test_a_broken_file_is_told_and_the_others_are_taken(kqlpack: Run, tmp_path: Path) -> None:
    written(tmp_path, {"given/a.yaml": "query: [", "given/b.yaml": RULE})
    ran = kqlpack("import", "sentinel", "given", "-o", "made")
    assert ran.code == 0
    assert "given/a.yaml:1:8 error [invalid-yaml]" in ran.err.replace("\\", "/")
    assert ran.out.startswith("wrote 1 query")


def test_half_of_a_character_does_not_break_the_pack(kqlpack: Run, tmp_path: Path) -> None:
    search = saved_search(displayName="Half \ud800", query="SigninLogs // \udfff")
    (tmp_path / "x.json").write_text(template(search))
    assert kqlpack("import", "arm", "x.json", "-o", "made").code == 0
    assert kqlpack("lint", "made").code == 0


def test_a_folder_that_can_not_be_written_is_told(kqlpack: Run, tmp_path: Path) -> None:
    written(tmp_path, {"a.kql": "print 1\n", "made": "a file"})
    ran = kqlpack("import", "kql", "a.kql", "-o", "made")
    assert ran.code == 2
    assert "can't be written" in ran.err


def test_what_was_built_comes_back_under_its_own_name(kqlpack: Run, tmp_path: Path) -> None:
    written(tmp_path, {"a.kql": "print 1\n"})
    kqlpack("import", "kql", "a.kql", "--name", "ours")
    for target in ("arm", "kql", "saved-search"):
        assert kqlpack("build", "ours", "--target", target, "-o", f"built-{target}").code == 0
        ran = kqlpack("import", target, f"built-{target}", "-o", f"again-{target}")
        assert (ran.code, ran.err) == (0, "")
        for path in (tmp_path / "ours").rglob("*.yaml"):
            again = tmp_path / f"again-{target}" / path.relative_to(tmp_path / "ours")
            assert again.read_bytes() == path.read_bytes()
