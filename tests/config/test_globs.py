"""Patterns fit the paths that people mean by them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kqlpack.config.globs import Glob

HERE = Path.cwd() / "project"


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("*.json", "a.json"),
        ("*.json", "deep/er/a.json"),
        ("legacy", "legacy/queries/a.yaml"),
        ("legacy", "packs/legacy/a.yaml"),
        ("packs/legacy", "packs/legacy/queries/a.yaml"),
        ("./packs/legacy/", "packs/legacy/queries/a.yaml"),
        ("/packs", "packs/a.yaml"),
        ("packs/*/queries", "packs/a/queries/q.yaml"),
        ("packs/**", "packs/a/queries/q.yaml"),
        ("**/queries/*.yaml", "queries/q.yaml"),
        ("**/queries/*.yaml", "packs/a/queries/q.yaml"),
        ("a?c.[jk]*", "abc.kql"),
        ("[!a]*.kql", "b.kql"),
        ("a[b", "a[b"),
        ("**", "anything/at/all"),
    ],
)
def test_it_fits(pattern: str, path: str) -> None:
    assert Glob(HERE, pattern).fits(HERE / path)


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("*.json", "a.json5"),
        ("packs/legacy", "other/packs/legacy/a.yaml"),
        ("packs/*.yaml", "packs/a/b.yaml"),
        ("/packs", "other/packs/a.yaml"),
        ("a?c", "a/c"),
        ("[!a]*.kql", "a.kql"),
        ("**", "../outside.yaml"),
        ("*", "../outside.yaml"),
        ("*.yaml", "../outside.yaml"),
        ("legacy", "legacy2/a.yaml"),
    ],
)
def test_it_does_not_fit(pattern: str, path: str) -> None:
    assert not Glob(HERE, pattern).fits(HERE / path)


def test_a_path_is_taken_from_the_current_folder() -> None:
    assert Glob(Path.cwd(), "a/*.kql").fits("a/b.kql")
    assert Glob(Path.cwd(), "a/*.kql").fits(os.path.join(".", "x", "..", "a", "b.kql"))  # noqa: PTH118 - as somebody writes it


@given(st.text(st.sampled_from("ab*?[]!^-./\\(+|"), min_size=1))
def test_no_pattern_breaks(pattern: str) -> None:
    Glob(HERE, pattern).fits(HERE / "a" / "b.kql")
