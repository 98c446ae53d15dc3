"""What a format may want to know of the run beside its findings. In: what the command line was told. Out: `Run`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from kqlpack.diagnostics.model import Diagnostic, Severity


class RuleSheet(Protocol):
    """What formats tell of a rule; `kqlpack.lint.Rule` has it all."""

    @property
    def code(self) -> str:
        """KQLnnn."""

    @property
    def slug(self) -> str:
        """The rule's name."""

    @property
    def title(self) -> str:
        """What it finds, on one line."""

    @property
    def documentation(self) -> str:
        """Its page, in Markdown."""

    @property
    def severity(self) -> Severity:
        """How bad its findings are, if nobody says otherwise."""

    @property
    def group(self) -> str:
        """The group of rules that it is in."""

    @property
    def opt_in(self) -> bool:
        """Whether it runs only where somebody asks for it."""


@dataclass(frozen=True, slots=True)
class Run:
    """How kqlpack was run. `rules`: those that were checked; `exit_code`: the one that it will end with.

    `fail_on`: the least severity that fails the run, None where nothing does. `root`: the folder that paths are told
    from, empty for the current one: services know files by their places in the repository. `width`: the columns of the
    terminal that the findings are shown on, 0 where they are shown on none.
    """

    version: str = ""
    rules: tuple[RuleSheet, ...] = ()
    fail_on: Severity | None = None
    exit_code: int = 0
    root: str = ""
    width: int = 0

    def fails(self, diagnostic: Diagnostic) -> bool:
        """Tell whether a finding is one that fails the run."""
        return self.fail_on is not None and diagnostic.severity.rank >= self.fail_on.rank


UNKNOWN_RUN: Final = Run()
