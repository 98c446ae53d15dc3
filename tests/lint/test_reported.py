"""What the rooms of packs and templates report has a rule to be selected, documented and suppressed by."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kqlpack.lint import all_rules, select
from kqlpack.pack import findings, load
from kqlpack.pipeline.check import check_pack
from kqlpack.template import faults

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType


def test_a_file_that_cannot_be_read_is_reported(tmp_path: Path) -> None:
    (tmp_path / "pack.yaml").write_bytes(b"kqlpack: 1\nname: \xff\n")
    (found,) = check_pack(load(tmp_path), select(["unreadable-file"])).diagnostics
    assert (found.code, found.rule) == ("KQL605", "unreadable-file")


def test_a_pack_that_is_not_there_is_reported_and_raises_nothing(tmp_path: Path) -> None:
    assert "unreadable-file" in {found.rule for found in check_pack(load(tmp_path / "no-such-pack")).diagnostics}


@pytest.mark.parametrize("room", [findings, faults], ids=["pack", "template"])
def test_everything_that_another_room_can_say_has_a_rule(room: ModuleType) -> None:
    said = {value for name, value in vars(room).items() if name.isupper() and isinstance(value, tuple)}
    assert said <= {(rule.code, rule.slug) for rule in all_rules()}
    assert said
