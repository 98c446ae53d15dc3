"""docs/language.md says what the code does."""

from __future__ import annotations

from tools.language_doc import content, is_stale


def test_the_tables_of_the_page_are_those_of_the_code() -> None:
    assert not is_stale(), "run: python -m tools.language_doc"


def test_every_operator_stands_in_it_with_what_the_engine_makes_of_it() -> None:
    page = content()
    assert "| `summarize` | known | yes |" in page
    assert "| `fork` | known | no: it yields several tables |" in page or "| `fork` | not known | no" in page
