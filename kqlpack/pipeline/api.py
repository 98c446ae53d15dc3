"""The public functions, over texts and paths. In: what callers have. Out: what the contract says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kqlpack.catalog import Dialect
from kqlpack.catalog import load as load_catalog
from kqlpack.errors import Error, KqlSyntaxError
from kqlpack.pack import Pack
from kqlpack.pipeline.check import analyze_text, check, check_pack, current_day
from kqlpack.pipeline.discover import discover
from kqlpack.pipeline.load import load_or_raise
from kqlpack.source import SourceFile
from kqlpack.syntax import parse as parse_file

if TYPE_CHECKING:
    from collections.abc import Mapping
    from os import PathLike

    from kqlpack.catalog import Catalog
    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint import Rule
    from kqlpack.semantics import Bound
    from kqlpack.syntax import Parsed


_CONFIG_KEYS: Final = ("select", "ignore", "dialect")


def parse(text: str) -> Parsed:
    """Parse KQL. Never raises, whatever the string: look at `.ok` and `.diagnostics`."""
    return parse_file(SourceFile("<text>", text))


def analyze(text: str, catalog: Catalog | None = None) -> Bound:
    """Parse KQL and find out what its names mean. Never raises.

    `catalog` None: the bundled one, with Azure Monitor's tables and KQL's functions.
    """
    return analyze_text(SourceFile("<text>", text), catalog)


def lint(source: str | PathLike[str] | Pack, config: Mapping[str, object] | None = None) -> list[Diagnostic]:
    """Return the findings in KQL text, in a file or folder, or in a pack.

    A string is a path when something lies there, and KQL otherwise. `config` may hold `select` and `ignore`, lists of
    rule names, codes and groups, and `dialect`, where the queries run. Raises kqlpack.Error for a name in them that
    stands for no rule or dialect, and for a path where nothing can be checked.
    """
    from kqlpack.lint import select

    wanted = config or {}
    for key in wanted:
        if key not in _CONFIG_KEYS:
            raise Error(f"`config` has no `{key}`; it takes {' and '.join(f'`{known}`' for known in _CONFIG_KEYS)}")
    dialect = _dialect(wanted.get("dialect"))
    rules = select(_names(wanted.get("select")) or ("default",), _names(wanted.get("ignore")))
    if isinstance(source, Pack):
        return list(check_pack(source, rules, dialect=dialect).diagnostics)
    if not isinstance(source, str) or _is_path(source):
        return _lint_path(source, rules, dialect)
    from kqlpack.lint import lint as lint_bound
    from kqlpack.lint import suppress

    file = SourceFile("<text>", source)
    catalog = load_catalog().with_dialect(Dialect(dialect)) if dialect else None
    return list(suppress(file, lint_bound(analyze_text(file, catalog), rules=rules), today=current_day(), rules=rules))


def format(text: str) -> str:
    """Return KQL set in kqlpack's style: the same tokens, comments and meaning.

    Raises KqlSyntaxError when the text does not parse. A text that can't be set safely is returned as it is.
    """
    from kqlpack.format import FAILED
    from kqlpack.pipeline.format import format_text

    formatted = format_text(SourceFile("<text>", text))
    faults = [one for one in formatted.diagnostics if one.code != FAILED]
    if faults:
        raise KqlSyntaxError(faults)
    return formatted.text


def _dialect(given: object) -> str:
    if given is None:
        return ""
    if not isinstance(given, str) or given not in set(Dialect):
        raise Error(f"`dialect` can't be `{given}`; write one of {', '.join(f'`{each}`' for each in Dialect)}")
    return given


def _lint_path(path: str | PathLike[str], rules: tuple[Rule, ...], dialect: str) -> list[Diagnostic]:
    found = discover((path,))
    report = check(replace(found, targets=[replace(each, dialect=dialect) for each in found.targets]), rules)
    for refused in report.refused:
        raise Error(f"`{refused.path}` was not checked: {refused.reason}")
    if report.checked.is_nothing and not report.diagnostics:
        # No finding in nothing must not pass for a clean bill.
        raise Error(f"`{path}` holds no query to check")
    return list(report.diagnostics)


def load(path: str | PathLike[str]) -> Pack:
    """Load a pack. Raises PackError, with all its diagnostics, when it can't be used."""
    return load_or_raise(path)


def _names(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return tuple(str(item) for item in value) if isinstance(value, list | tuple | set | frozenset) else ()


def _is_path(text: str) -> bool:
    try:
        return "\n" not in text and Path(text).exists()
    except (OSError, ValueError):
        return False
