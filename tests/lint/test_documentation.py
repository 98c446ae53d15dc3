"""docs/rules says what the rules say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.lint import all_rules
from tools.rule_docs import FOLDER, pages, stale

if TYPE_CHECKING:
    from pathlib import Path


def test_the_pages_are_fresh() -> None:
    assert stale() == [], "run: python -m tools.rule_docs"


def test_every_rule_has_a_page_and_a_line_in_the_index() -> None:
    for rule in all_rules():
        assert (FOLDER / f"{rule.slug}.md").exists()
        assert f"[{rule.slug}]({rule.slug}.md)" in pages()["index.md"]


def test_a_page_that_differs_is_stale_and_so_is_one_too_many(tmp_path: Path) -> None:
    for name, text in pages().items():
        (tmp_path / name).write_text(text, "utf-8")
    assert stale(tmp_path) == []
    (tmp_path / "index.md").write_text("old", "utf-8")
    (tmp_path / "no-such-rule.md").write_text("x", "utf-8")
    assert stale(tmp_path) == ["index.md", "no-such-rule.md"]
