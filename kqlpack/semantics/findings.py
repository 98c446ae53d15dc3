"""Collects what binding finds wrong. In: a node and words about it. Out: one diagnostic for each node and code."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kqlpack.diagnostics import Annotation, Diagnostic, Severity

if TYPE_CHECKING:
    from kqlpack.diagnostics import Fix
    from kqlpack.syntax.nodes import Node
    from kqlpack.syntax.parsed import Parsed


@dataclass(slots=True)
class Findings:
    """The diagnostics of one binding. While `is_quiet`, nothing is taken."""

    parsed: Parsed
    found: dict[tuple[Node, str], Diagnostic] = field(default_factory=dict)
    is_quiet: bool = False

    def has(self, node: Node, code: str) -> bool:
        """Tell whether something of this code is known about a node, or nobody wants to hear of it."""
        return self.is_quiet or (node, code) in self.found

    def report(
        self,
        node: Node,
        *,
        code: str,
        rule: str,
        message: str,
        help: str,
        related: tuple[Annotation, ...] = (),
        fix: Fix | None = None,
        severity: Severity = Severity.ERROR,
    ) -> None:
        """Take a finding at a node, once."""
        if self.has(node, code):
            return
        primary = Annotation(self.parsed.file, node.span)
        self.found[node, code] = Diagnostic(code, rule, severity, message, primary, related, help, fix)

    def text(self, node: Node) -> str:
        """Return a node as it is written, shortened where it is long."""
        written = " ".join(self.parsed.text[node.start : node.end].split())
        return written if len(written) <= _SHOWN else f"{written[: _SHOWN - 1]}…"


_SHOWN = 40
