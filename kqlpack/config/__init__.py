"""What a project asks of `kqlpack lint`, in a file. In: paths. Out: `Config`: rules, severities, dialects by path."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.lazy import exports

if TYPE_CHECKING:
    from kqlpack.config.faults import ConfigError
    from kqlpack.config.find import Configs
    from kqlpack.config.keys import json_schema
    from kqlpack.config.model import NO_CONFIG, Choice, Config, Override
    from kqlpack.config.read import read

__all__ = ["NO_CONFIG", "Choice", "Config", "ConfigError", "Configs", "Override", "json_schema", "read"]

__getattr__ = exports(
    __name__,
    {
        "faults": ("ConfigError",),
        "find": ("Configs",),
        "keys": ("json_schema",),
        "model": ("NO_CONFIG", "Choice", "Config", "Override"),
        "read": ("read",),
    },
)
