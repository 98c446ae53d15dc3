"""A compiler and linter for KQL query packs. In: texts, paths, rows. Out: trees, findings, packs, results.

What stands in `__all__` is public; all else is not. Each name is imported when it is first used, so that
`import kqlpack` costs next to nothing.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kqlpack.catalog import Catalog, Column, ScalarType
    from kqlpack.diagnostics import Diagnostic
    from kqlpack.errors import (
        Error,
        ExecutionError,
        KqlSyntaxError,
        LiveError,
        PackError,
        RenderError,
        UnsupportedError,
    )
    from kqlpack.execute import run
    from kqlpack.execute.result import Result
    from kqlpack.pack import Pack
    from kqlpack.pipeline.api import analyze, format, lint, load, parse
    from kqlpack.semantics import Bound
    from kqlpack.syntax import Parsed
    from kqlpack.template import Rendered
    from kqlpack.values import Datetime, Timespan

__version__ = "0.1.0"

_HOMES = {
    "Bound": "kqlpack.semantics",
    "Catalog": "kqlpack.catalog",
    "Column": "kqlpack.catalog",
    "Datetime": "kqlpack.values",
    "Diagnostic": "kqlpack.diagnostics",
    "Error": "kqlpack.errors",
    "ExecutionError": "kqlpack.errors",
    "KqlSyntaxError": "kqlpack.errors",
    "LiveError": "kqlpack.errors",
    "Pack": "kqlpack.pack",
    "PackError": "kqlpack.errors",
    "Parsed": "kqlpack.syntax",
    "RenderError": "kqlpack.errors",
    "Rendered": "kqlpack.template",
    "Result": "kqlpack.execute.result",
    "ScalarType": "kqlpack.catalog",
    "Timespan": "kqlpack.values",
    "UnsupportedError": "kqlpack.errors",
    "analyze": "kqlpack.pipeline.api",
    "format": "kqlpack.pipeline.api",
    "lint": "kqlpack.pipeline.api",
    "load": "kqlpack.pipeline.api",
    "parse": "kqlpack.pipeline.api",
    "run": "kqlpack.execute",
}

__all__ = [
    "Bound",
    "Catalog",
    "Column",
    "Datetime",
    "Diagnostic",
    "Error",
    "ExecutionError",
    "KqlSyntaxError",
    "LiveError",
    "Pack",
    "PackError",
    "Parsed",
    "RenderError",
    "Rendered",
    "Result",
    "ScalarType",
    "Timespan",
    "UnsupportedError",
    "__version__",
    "analyze",
    "format",
    "lint",
    "load",
    "parse",
    "run",
]


class _Package(ModuleType):
    """The package as a module whose public names are not taken by folders: `kqlpack.lint` is the function."""

    def __setattr__(self, name: str, value: object) -> None:
        """Leave a public name alone when the import system hands in the folder that is called the same."""
        if name not in _HOMES or not isinstance(value, ModuleType):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package


def __getattr__(name: str) -> Any:
    """Import a public name."""
    if name not in _HOMES:
        raise AttributeError(f"module 'kqlpack' has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names."""
    return list(__all__)
