"""What a rule is given beside its node. In: the stages' outcomes. Out: findings that carry the rule's own metadata."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kqlpack.diagnostics import Annotation, Applicability, Diagnostic, Edit, Fix
from kqlpack.lint.settings import NO_SETTINGS, RuleSettings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kqlpack.diagnostics import Severity
    from kqlpack.lint.registry import Rule
    from kqlpack.pack import Pack, Query
    from kqlpack.semantics.bound import Bound
    from kqlpack.source import SourceFile, Span
    from kqlpack.syntax.nodes import Node


@dataclass(frozen=True, slots=True)
class Context:
    """Where a rule stands. `query` and `pack` are None for a text that belongs to none."""

    rule: Rule
    file: SourceFile
    query: Query | None
    pack: Pack | None
    settings: RuleSettings = field(default=NO_SETTINGS, kw_only=True)

    def finding(
        self,
        span: Span,
        message: str,
        *,
        help: str,
        fix: Fix | None = None,
        related: Iterable[Annotation] = (),
        severity: Severity | None = None,
    ) -> Diagnostic:
        """Return a diagnostic of this rule. `severity`: where this one differs from the rule's own."""
        return Diagnostic(
            code=self.rule.code,
            rule=self.rule.slug,
            severity=severity or self.rule.severity,
            message=message,
            primary=Annotation(self.file, span),
            related=tuple(related),
            help=help,
            fix=fix,
            query=self.query.id if self.query else None,
        )

    def note(self, span: Span, text: str) -> Annotation:
        """Return a word about another place of the same text."""
        return Annotation(self.file, span, text)


@dataclass(frozen=True, slots=True)
class KqlContext(Context):
    """Where a rule on tree nodes stands: places count characters of the rendered text."""

    bound: Bound

    def text(self, node: Node) -> str:
        """Return a node as it is written."""
        return self.file.text[node.start : node.end]


def replacing(title: str, *edits: tuple[Span, str], applicability: Applicability = Applicability.SAFE) -> Fix:
    """Return a fix that puts new text in the places of old."""
    return Fix(title, tuple(Edit(span, text) for span, text in edits), applicability)
