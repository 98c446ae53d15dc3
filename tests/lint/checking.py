"""Checks a text as the command line would, with some rules. In: KQL, or a pack's YAML. Out: findings in that text."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from kqlpack.catalog import load as load_catalog
from kqlpack.lint import lint, suppress
from kqlpack.pack.foreign import load_foreign
from kqlpack.pipeline.check import check_pack as check_loaded
from kqlpack.pipeline.load import load as load_pack
from kqlpack.semantics import bind
from kqlpack.source import SourceFile
from kqlpack.syntax import parse

if TYPE_CHECKING:
    from pathlib import Path

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint import Rule

TODAY = date(2024, 12, 3)


def check_kql(text: str, rules: tuple[Rule, ...] | None = None) -> list[Diagnostic]:
    bound = bind(parse(SourceFile("query.kql", text)), load_catalog())
    return list(suppress(bound.parsed.file, lint(bound, rules=rules), today=TODAY, rules=rules))


def check_pack(text: str, folder: Path, rules: tuple[Rule, ...] | None = None) -> list[Diagnostic]:
    path = folder / "pack.yaml"
    path.write_text(text, "utf-8", newline="")
    pack = load_pack(path)
    return list(check_loaded(pack, rules, today=TODAY).diagnostics)


def check_json(text: str, folder: Path, rules: tuple[Rule, ...] | None = None) -> list[Diagnostic]:
    path = folder / "template.json"
    path.write_text(text, "utf-8", newline="")
    return list(check_loaded(load_foreign(path), rules, today=TODAY).diagnostics)


def check(language: str, text: str, folder: Path, rules: tuple[Rule, ...] | None = None) -> list[Diagnostic]:
    if language == "json":
        return check_json(text, folder, rules)
    return check_kql(text, rules) if language == "kql" else check_pack(text, folder, rules)
