"""What rules may be told by a project. In: a configuration. Out: values that a rule reads from its context."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RuleSettings:
    """`required_metadata`: keys that every query must have (missing-metadata)."""

    required_metadata: tuple[str, ...] = ()


NO_SETTINGS = RuleSettings()
