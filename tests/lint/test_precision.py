"""What runs without being asked for is right: by the labels of those who looked at its findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kqlpack.lint import all_rules
from tools.precision import ENOUGH, Measured, measured, read, table
from tools.rule_docs import pages

if TYPE_CHECKING:
    from pathlib import Path

FOUND = measured()


@pytest.mark.parametrize("one", FOUND.values(), ids=lambda one: one.slug)
def test_a_rule_that_runs_unasked_is_right(one: Measured) -> None:
    rule = next(rule for rule in all_rules() if rule.slug == one.slug)
    assert one.labelled >= min(one.fires, 20)
    assert rule.opt_in or one.share >= ENOUGH
    assert one.sentence in pages()[f"{one.slug}.md"]


def test_labels_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "some-rule.tsv"
    path.write_text("# fires: 30 in 2025 queries\nab12\t7\tright\nab12\t90\twrong\n", "utf-8")
    one = read(path)
    assert (one.fires, one.queries, one.labelled, one.right, one.share) == (30, 2025, 2, 1, 0.5)
    assert one.sentence == "Measured: fires 30 times in 2,025 public queries; 1 of 2 looked at were right."
    assert table({"some-rule": one}).endswith("| some-rule | 30 | 2 | 50% |")


def test_a_rule_that_never_fires_has_no_share(tmp_path: Path) -> None:
    path = tmp_path / "some-rule.tsv"
    path.write_text("# fires: 1 in 2025 queries\n", "utf-8")
    assert read(path).sentence == "Measured: fires once in 2,025 public queries."
    assert table({"some-rule": read(path)}).endswith("| some-rule | 1 | 0 | - |")


def test_a_line_that_is_no_label_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "some-rule.tsv"
    path.write_text("# fires: 1 in 2025 queries\nab12\t7\tperhaps\n", "utf-8")
    with pytest.raises(ValueError, match=r"some-rule\.tsv"):
        read(path)
