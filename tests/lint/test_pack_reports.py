"""What the pack's reader says comes through the rules of the same name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.lint import all_rules, lint, select
from kqlpack.pack import load

if TYPE_CHECKING:
    from pathlib import Path


def test_a_file_that_cannot_be_read_is_reported(tmp_path: Path) -> None:
    (tmp_path / "pack.yaml").write_bytes(b"kqlpack: 1\nname: \xff\n")
    (found,) = lint(load(tmp_path), rules=select(["unreadable-file"]))
    assert (found.code, found.rule) == ("KQL605", "unreadable-file")


def test_a_pack_that_is_not_there_is_reported_and_raises_nothing(tmp_path: Path) -> None:
    assert "unreadable-file" in {found.rule for found in lint(load(tmp_path / "no-such-pack"))}


def test_everything_that_the_reader_can_say_has_a_rule() -> None:
    from kqlpack.pack import findings

    said = {value for name, value in vars(findings).items() if name.isupper() and isinstance(value, tuple)}
    assert said <= {(rule.code, rule.slug) for rule in all_rules()}
    assert said
