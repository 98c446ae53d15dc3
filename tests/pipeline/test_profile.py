"""A workspace's profile, read from a file, lets checks speak of plans, retention, volumes and what is not there."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import jsonschema
import pytest

from kqlpack.catalog import load
from kqlpack.catalog.profile import Profile, TableProfile
from kqlpack.cli.main import run
from kqlpack.pack.format import profile_json_schema
from kqlpack.pack.profile import load_profile
from kqlpack.pipeline import analyze_text, check, discover
from kqlpack.semantics.scanned import scans
from kqlpack.source import SourceFile
from kqlpack.values import TICKS_PER_DAY, Timespan

if TYPE_CHECKING:
    from pathlib import Path

PROFILE = {
    "kqlpack_profile": 1,
    "workspace": "soc",
    "complete": True,
    "tables": {
        "SigninLogs": {"plan": "basic", "retention_days": 30, "total_retention_days": 365, "gb_per_day": 2.5},
        "AuditLogs": {"retention_days": 90, "gb_per_day": 0.1},
        "Own_CL": {"columns": {"TimeGenerated": "datetime", "User": "string"}},
    },
    "functions": ["OwnParser"],
    "watchlists": {"VipUsers": {"columns": {"Department": "string"}}},
}


def write(folder: Path, content: object) -> Path:
    path = folder / "profile.json"
    path.write_text(json.dumps(content), "utf-8")
    return path


def found(folder: Path, query: str, **changed: object) -> list[tuple[str, str]]:
    profile, diagnostics = load_profile(write(folder, {**PROFILE, **changed}))
    assert diagnostics == ()
    path = folder / "q.kql"
    path.write_text(query, "utf-8")
    targets = discover((path,))
    targets.targets[:] = [type(one)(one.path, is_pack=False, profile=profile) for one in targets.targets]
    report = check(targets)
    names = {
        "range-exceeds-retention",
        "scan-cost",
        "table-not-in-workspace",
        "basic-plan-operator",
        "unknown-function",
    }
    return [(one.rule, one.file.text[one.span.start : one.span.end]) for one in report.diagnostics if one.rule in names]


def test_what_a_profile_knows_is_told(tmp_path: Path) -> None:
    query = (
        "SigninLogs | where TimeGenerated > ago(90d)"
        " | join kind=inner (Heartbeat | where TimeGenerated > ago(1d)) on TenantId"
    )
    assert found(tmp_path, query) == [
        ("range-exceeds-retention", "SigninLogs"),
        ("scan-cost", "SigninLogs"),
        ("basic-plan-operator", "join"),
        ("table-not-in-workspace", "Heartbeat"),
    ]


def test_a_profile_that_is_not_complete_says_nothing_of_other_tables(tmp_path: Path) -> None:
    assert found(tmp_path, "Heartbeat | where TimeGenerated > ago(1d)", complete=False) == []


def test_a_workspaces_own_functions_tables_and_watchlists_are_known(tmp_path: Path) -> None:
    assert found(tmp_path, "OwnParser() | take 1", complete=False) == []
    assert found(tmp_path, "OwnParse() | take 1", complete=False) == [("unknown-function", "OwnParse")]
    profile, _ = load_profile(write(tmp_path, PROFILE))
    bound = analyze_text(SourceFile("", "Own_CL | project User"), load().with_profile(profile))
    assert [(column.name, str(column.type)) for column in bound.columns or ()] == [("User", "string")]
    watchlist = load().with_profile(profile).watchlist("VipUsers")
    assert watchlist is not None
    assert watchlist.columns[-1].name == "Department"


@pytest.mark.parametrize(
    ("query", "timespan", "days", "gigabytes"),
    [
        ("T | where TimeGenerated > ago(2d)", None, 2, 6),
        ("T | where TimeGenerated > ago(2d)", 1, 1, 3),
        ("T | where TimeGenerated > ago(90d)", None, 10, 30),
        ("T", None, 10, 30),
        ("T", 4, 4, 12),
        ("T | where TimeGenerated > toscalar(print now())", None, None, None),
    ],
)
def test_what_is_scanned_is_volume_times_days(
    query: str, timespan: int | None, days: float | None, gigabytes: float | None
) -> None:
    profile = Profile({"SigninLogs": TableProfile("SigninLogs", "basic", 10, None, 3.0)})
    bound = analyze_text(SourceFile("", query.replace("T", "SigninLogs", 1)), load().with_profile(profile))
    (scan,) = scans(bound, Timespan(timespan * TICKS_PER_DAY) if timespan else None)
    assert (scan.days, scan.gigabytes) == (days, gigabytes)


def test_the_schema_takes_a_profile_and_refuses_what_the_reader_refuses(tmp_path: Path) -> None:
    schema = profile_json_schema()
    jsonschema.validate(PROFILE, schema)
    wrongs: list[dict[str, object]] = [
        {"tabels": {}},
        {"tables": {"A": {"plan": "free"}}},
        {"tables": {"A": {"gb_per_day": -1}}},
    ]
    for wrong in wrongs:
        content = PROFILE | wrong
        assert load_profile(write(tmp_path, content))[1]
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(content, schema)


@pytest.mark.parametrize("content", ["", "[]", "{", '"x"', '{"kqlpack_profile": 2}'])
def test_a_broken_profile_stops_lint_with_its_place(
    content: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "profile.json"
    path.write_text(content, "utf-8")
    (tmp_path / "q.kql").write_text("SigninLogs | take 1", "utf-8")
    assert run(["lint", str(tmp_path / "q.kql"), "--profile", str(path)]) == 2
    assert "profile.json:1:" in capsys.readouterr().err


def test_a_profile_may_be_yaml(tmp_path: Path) -> None:
    path = tmp_path / "profile.yaml"
    path.write_text("kqlpack_profile: 1\ntables:\n  SigninLogs: {plan: basic}\n", "utf-8")
    profile, diagnostics = load_profile(path)
    assert diagnostics == ()
    assert profile.tables["SigninLogs"].is_scanned
