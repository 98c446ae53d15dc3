"""What a pack declares wrongly is told where it stands, once, and not again wherever it is used."""

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
QUERY = "queries:\n  - {id: q, title: Q, timespan: P1D, query: 'TEXT'}\n"


def findings(kqlpack: Run, folder: Path, text: str) -> list[str]:
    (folder / "p.yaml").write_text(HEAD + text, encoding="utf-8")
    found = json.loads(kqlpack("lint", "p.yaml", "--format", "json").out)["diagnostics"]
    return [f"{one['range']['start']['line']} {one['rule']}: {one['message']}" for one in found]


# ---- parameters ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "declaration",
    ["{type: strng, default: x}", "string", "{default: x}", "[string]", "null"],
)
def test_a_wrong_declaration_is_not_told_again_where_the_parameter_is_used(
    kqlpack: Run, tmp_path: Path, declaration: str
) -> None:
    uses = "SigninLogs | where AppId == {{ a }} | where AppId in ({{ a | lower }})"
    found = findings(kqlpack, tmp_path, f"parameters:\n  a: {declaration}\n" + QUERY.replace("TEXT", uses))
    assert len(found) == 1, found
    assert found[0].startswith("7 schema-violation")


def test_parameters_that_are_a_list_are_told_once(kqlpack: Run, tmp_path: Path) -> None:
    text = "parameters:\n  - {name: a, type: string}\n" + QUERY.replace("TEXT", "T | where x == {{ a }}")
    assert [one.partition(":")[0] for one in findings(kqlpack, tmp_path, text)] == ["7 schema-violation"]


def test_a_misspelt_name_beside_a_wrong_declaration_is_told(kqlpack: Run, tmp_path: Path) -> None:
    uses = "SigninLogs | where AppId in ({{ b }}, {{ a }}, {{ since }})"
    found = findings(kqlpack, tmp_path, "parameters:\n  a: string\n" + QUERY.replace("TEXT", uses))
    assert [one.partition(":")[0] for one in found] == [
        "7 schema-violation",
        "9 undefined-variable",
        "9 undefined-variable",
    ]


def test_a_query_that_declares_it_well_is_checked(kqlpack: Run, tmp_path: Path) -> None:
    query = (
        "queries:\n  - id: q\n    title: Q\n    timespan: P1D\n"
        "    parameters: {a: {type: string, default: x}}\n    query: 'SigninLogs | where AppIdd == {{ a }}'\n"
    )
    found = findings(kqlpack, tmp_path, "parameters:\n  a: string\n" + query)
    assert [one.partition(":")[0] for one in found] == ["7 schema-violation", "13 unknown-column"]


@pytest.mark.parametrize(
    ("declaration", "message"),
    [
        ("{type: int, min: 5, max: 1, default: 3}", "`min` (5) is more than `max` (1), so that no value fits"),
        (
            "{type: timespan, min: 2d, max: 1h, default: 1d}",
            "`min` (2d) is more than `max` (1h), so that no value fits",
        ),
        (
            "{type: 'list[int]', min_items: 3, max_items: 2, default: []}",
            "`min_items` (3) is more than `max_items` (2)",
        ),
        ("{type: string, allowed: [], default: x}", "`allowed` is empty, so that no value fits"),
    ],
)
def test_limits_that_nothing_fits_are_told_alone(kqlpack: Run, tmp_path: Path, declaration: str, message: str) -> None:
    text = f"parameters:\n  a: {declaration}\n" + QUERY.replace("TEXT", "print a = dynamic([{{ a }}])")
    [found] = findings(kqlpack, tmp_path, text)
    assert found.startswith(f"7 schema-violation: {message}")


def test_a_querys_limit_that_the_packs_own_rules_out_is_told(kqlpack: Run, tmp_path: Path) -> None:
    text = "parameters:\n  a: {type: int, max: 5, default: 3}\nqueries:\n  - id: q\n    title: Q\n    timespan: P1D\n"
    text += "    parameters: {a: {min: 7}}\n    query: print a = {{ a }}\n"
    [found] = findings(kqlpack, tmp_path, text)
    assert found.startswith("12 schema-violation: `min` (7) is more than `max` (5)")


@pytest.mark.parametrize("limits", ["min: 5, max: 5, default: 5", "min: 1, default: 3", "allowed: [1], default: 1"])
def test_limits_that_something_fits_are_good(kqlpack: Run, tmp_path: Path, limits: str) -> None:
    text = f"parameters:\n  a: {{type: int, {limits}}}\n" + QUERY.replace("TEXT", "print a = {{ a }}")
    assert findings(kqlpack, tmp_path, text) == []


# ---- references ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reference", "is_good"),
    [
        ("https://contoso.example/a?b=c#d", True),
        ("../docs/spray.md", True),
        ("Handbook: chapter 3", True),
        ("javascript:alert(1)", False),
        ("https:/contoso.example", False),
        ("file:///etc/passwd", False),
    ],
)
def test_a_reference_is_an_address_of_the_web_or_has_no_scheme(
    kqlpack: Run,
    tmp_path: Path,
    reference: str,
    is_good: bool,  # noqa: FBT001 - a column of the table above
) -> None:
    text = f"queries:\n  - {{id: q, title: Q, timespan: P1D, query: print 1, references: ['{reference}']}}\n"
    assert [one.partition(":")[0] for one in findings(kqlpack, tmp_path, text)] == (
        [] if is_good else ["7 schema-violation"]
    )


# ---- one text, used twice --------------------------------------------------------------------------------------------

SHARED = """\
queries:
  - id: a
    title: A
    timespan: P1D
    query: &q |
      SigninLogs
      | where ResultType==0
  - {id: b, title: B, timespan: P1D, query: *q}
"""


def test_what_is_wrong_in_a_text_that_two_queries_share_is_told_once_at_its_place(kqlpack: Run, tmp_path: Path) -> None:
    assert [one.partition(":")[0] for one in findings(kqlpack, tmp_path, SHARED)] == ["12 string-number-equality"]
    assert kqlpack("lint", "p.yaml", "--fix").code == 0
    assert 'where ResultType=="0"\n' in (tmp_path / "p.yaml").read_text("utf-8")
    assert kqlpack("format", "p.yaml").code == 0
    assert 'where ResultType == "0"\n' in (tmp_path / "p.yaml").read_text("utf-8")


# ---- functions -------------------------------------------------------------------------------------------------------

ALIASES = """\
functions:
  - {name: Failed, query: 'SigninLogs | where TimeGenerated > ago(1d)'}
queries:
  - {id: a, title: A, timespan: P1D, query: SigninLogs, publish: {function: {alias: Spray}}}
  - {id: b, title: B, timespan: P1D, query: SigninLogs, publish: {function: {alias: SECOND}}}
"""


def test_two_queries_of_one_alias_are_told(kqlpack: Run, tmp_path: Path) -> None:
    [found] = findings(kqlpack, tmp_path, ALIASES.replace("SECOND", "Spray"))
    assert found.startswith("10 duplicate-id: the alias `Spray` is taken by the query `a`")


def test_two_queries_that_share_what_they_publish_are_told(kqlpack: Run, tmp_path: Path) -> None:
    shared = ALIASES.replace("{function: {alias: Spray}}", "&x {function: {alias: Spray}}")
    found = findings(kqlpack, tmp_path, shared.replace("{function: {alias: SECOND}}", "*x"))
    assert [one.partition(":")[0] for one in found] == ["9 duplicate-id"]


def test_an_alias_that_a_function_has_is_told(kqlpack: Run, tmp_path: Path) -> None:
    [found] = findings(kqlpack, tmp_path, ALIASES.replace("SECOND", "Failed"))
    assert found.startswith("10 duplicate-id: the alias `Failed` is taken by the function `Failed`")


def test_two_aliases_are_two(kqlpack: Run, tmp_path: Path) -> None:
    assert findings(kqlpack, tmp_path, ALIASES.replace("SECOND", "Spray2")) == []
