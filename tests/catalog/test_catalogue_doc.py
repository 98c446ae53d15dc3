"""docs/catalogue.md says what the catalogue holds today."""

from __future__ import annotations

from tools.catalogue_doc import is_stale


def test_the_page_is_fresh() -> None:
    assert not is_stale(), "run: python -m tools.catalogue_doc"
