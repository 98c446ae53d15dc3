"""Values for parameters keep to the declaration's limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kqlpack.pack import Parameter, ValueFault, load, read_value

if TYPE_CHECKING:
    from pathlib import Path


def declared(folder: Path, declaration: str) -> Parameter:
    path = folder / "pack.yaml"
    path.write_text(f"kqlpack: 1\nname: p\nparameters:\n  p: {declaration}\n", "utf-8")
    pack = load(path)
    assert pack.diagnostics == ()
    return pack.parameters["p"]


@pytest.mark.parametrize(
    ("declaration", "good", "bad", "rule"),
    [
        ("{type: int, min: 1}", "1", "0", "`min`"),
        ("{type: timespan, min: 5m, max: 90d}", "90d", "91d", "`max`"),
        ("{type: datetime, max: 2024-12-31}", "2024-12-31", "2025-01-01", "`max`"),
        ("{type: string, allowed: [all, external]}", "all", "other", "`all`, `external` (`allowed`)"),
        ('{type: string, pattern: "[a-z]+"}', "abc", "abc1", "`pattern`"),
        ('{type: "list[string]", max_items: 1}', "a", "a,b", "`max_items`"),
        ('{type: "list[string]", min_items: 1}', "a", "", "`min_items`"),
        ('{type: "list[int]", min: 1}', "1,2", "2,0", "`min`"),
        ("{type: table, allowed: [A, B]}", "B", "C", "`allowed`"),
    ],
)
def test_a_limit_is_kept_and_named(tmp_path: Path, declaration: str, good: str, bad: str, rule: str) -> None:
    parameter = declared(tmp_path, declaration)
    read_value(parameter, good)
    with pytest.raises(ValueFault) as caught:
        read_value(parameter, bad)
    assert "`p`" in str(caught.value)
    assert rule in f"{caught.value} {caught.value.help}"


def test_a_secret_value_is_not_in_the_message(tmp_path: Path) -> None:
    parameter = declared(tmp_path, '{type: string, secret: true, pattern: "[0-9]+"}')
    with pytest.raises(ValueFault) as caught:
        read_value(parameter, "hunter2")
    assert "hunter2" not in f"{caught.value} {caught.value.help} {caught.value.__cause__}"
    assert read_value(parameter, "12").secret


def test_yaml_reads_dates_and_times_as_their_text(tmp_path: Path) -> None:
    assert declared(tmp_path, "{type: timespan, default: 12:30:00}").default is not None
    default = declared(tmp_path, "{type: datetime, default: 2024-12-03T12:00:00Z}").default
    assert default is not None
    assert default.to_kql() == "datetime(2024-12-03T12:00:00Z)"


def test_a_querys_narrower_limits_hold_for_the_packs_default(tmp_path: Path) -> None:
    path = tmp_path / "pack.yaml"
    path.write_text(
        "kqlpack: 1\nname: p\nparameters:\n  n: {type: int, default: 5}\n"
        "queries:\n  - id: q\n    query: T\n    parameters: {n: {min: 10}}\n",
        "utf-8",
    )
    (found,) = load(path).diagnostics
    assert found.code == "KQL604"
    assert "taken over from the pack" in found.message
