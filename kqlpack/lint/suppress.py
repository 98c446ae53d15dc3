"""Leave out what the author has judged. In: a file and its findings. Out: the rest, and what is wrong with the judging.

`judge` hands on what was left out too, with the reason.

A suppression is a comment, `// kqlpack: ignore[slug] reason` (in YAML also after `#`), for the line that it stands on,
or for the next one when it stands alone; `ignore-file[slug] reason` is for the whole file. Several slugs or codes are
parted by commas; `until=2031-01-01` before the reason ends the suppression with that day.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import TYPE_CHECKING

from kqlpack.diagnostics import Annotation, Applicability, Diagnostic, Edit, Fix, Severity, Suppressed
from kqlpack.lint.registry import all_rules, default_rules
from kqlpack.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kqlpack.lint.registry import Rule
    from kqlpack.source import SourceFile

# Slugs of what this module reports; their rules, under `rules/pack`, hold code, severity and documentation.
WITHOUT_REASON = "suppression-without-reason"
UNUSED = "unused-suppression"
EXPIRED = "expired-suppression"

_COMMENT = re.compile(r"(?://|#)[ \t]*kqlpack:[ \t]*(ignore|ignore-file)\[([^\]\r\n]*)\]([^\r\n]*)")
_UNTIL = re.compile(r"[ \t]*until=(\S*)")
_SYNTAX = "KQL0"
# What is wrong with suppressions can't be suppressed.
ABOUT_SUPPRESSIONS = frozenset({WITHOUT_REASON, UNUSED, EXPIRED})


@dataclass(frozen=True, slots=True)
class _Suppression:
    """One comment. `lines`: those that it is for, None for all; `names`: as written."""

    span: Span
    names: tuple[str, ...]
    lines: frozenset[int] | None
    until: str
    reason: str

    def is_for(self, line: int) -> bool:
        return self.lines is None or line in self.lines


def suppress(
    file: SourceFile, found: Iterable[Diagnostic], *, today: date, rules: tuple[Rule, ...] | None = None
) -> tuple[Diagnostic, ...]:
    """Return a file's findings without the suppressed ones, and with those about suppressions; else as `judge`."""
    return judge(file, found, today=today, rules=rules)[0]


def judge(
    file: SourceFile, found: Iterable[Diagnostic], *, today: date, rules: tuple[Rule, ...] | None = None
) -> tuple[tuple[Diagnostic, ...], tuple[Suppressed, ...]]:
    """Return a file's findings, with those about suppressions, and the suppressed ones.

    `rules` are the ones that have run: whether a suppression of another one is needed can't be told. Nor can it while
    the file has a syntax error.
    """
    diagnostics = list(found)
    run = {rule.slug: rule for rule in (default_rules() if rules is None else rules)}
    remaining = diagnostics
    reports: list[Diagnostic] = []
    suppressed: list[Suppressed] = []
    is_broken = any(one.code.startswith(_SYNTAX) for one in diagnostics)
    for suppression in _suppressions(file):
        expired = _is_past(suppression.until, today)
        used: set[str] = set()
        kept = []
        for one in remaining:
            names = {one.rule, one.code} & set(suppression.names)
            if names and suppression.is_for(file.line_column(one.span.start)[0]):
                used |= names
                if not expired:
                    suppressed.append(Suppressed(one, suppression.reason))
                    continue
            kept.append(one)
        remaining = kept
        if expired and used:
            reports.extend(_report(EXPIRED, file, suppression, run))
        if not suppression.reason:
            reports.extend(_report(WITHOUT_REASON, file, suppression, run))
        reports.extend(_unused(file, suppression, used, run, is_broken=is_broken))
    return tuple(sorted([*remaining, *reports], key=lambda one: one.sort_key)), tuple(suppressed)


def suppression(file: SourceFile, offset: int, name: str, mark: str) -> Edit:
    """Return the edit that suppresses a rule on the line of an offset; `mark` begins a comment there: `//` or `#`.

    A comment that the line has already gets the name as well; in a new one the reason is left for the author to write.
    """
    line, _ = file.line_column(offset)
    text, start = file.line_text(line), file.line_starts[line - 1]
    there = _COMMENT.search(text)
    if there is not None:
        end = start + there.end(2)
        return Edit(Span(end, end), f", {name}" if there[2].strip() else name)
    end = start + len(text.rstrip())
    return Edit(Span(end, start + len(text)), f" {mark} kqlpack: ignore[{name}] ")


def holds_suppression(text: str) -> bool:
    """Tell whether a text has a comment that suppresses something."""
    return _COMMENT.search(text) is not None


def _suppressions(file: SourceFile) -> Iterator[_Suppression]:
    for match in _COMMENT.finditer(file.text):
        kind, listed, rest = match.groups()
        line, column = file.line_column(match.start())
        lines = None if kind == "ignore-file" else frozenset({line})
        if lines and not file.line_text(line)[: column - 1].strip():
            lines |= {_next_line(file, line)}
        until = _UNTIL.match(rest)
        yield _Suppression(
            Span(match.start(), match.end()),
            tuple(name.strip() for name in listed.split(",") if name.strip()),
            lines,
            until.group(1) if until else "",
            (rest[until.end() :] if until else rest).strip(),
        )


def _next_line(file: SourceFile, line: int) -> int:
    """Return the line below, or below the suppressions that stand there."""
    line += 1
    while line < len(file.line_starts) and _COMMENT.match(file.line_text(line).lstrip()):
        line += 1
    return line


def _is_past(until: str, today: date) -> bool:
    if not until:
        return False
    try:
        return date.fromisoformat(until) < today
    except ValueError:
        return True


def _unused(
    file: SourceFile, suppression: _Suppression, used: set[str], run: dict[str, Rule], *, is_broken: bool
) -> Iterator[Diagnostic]:
    known = {name for rule in all_rules() for name in (rule.slug, rule.code)}
    judged = {name for rule in run.values() for name in (rule.slug, rule.code)}
    unknown = [name for name in suppression.names if name not in known]
    needless = [name for name in suppression.names if name in judged and name not in used and not is_broken]
    superfluous = [*unknown, *needless]
    if not superfluous and suppression.names:
        return
    left = [name for name in suppression.names if name not in superfluous]
    fix: Fix | None = _removal(file, suppression, left)
    if unknown:
        close = get_close_matches(unknown[0].lower(), [rule.slug for rule in all_rules()], n=1)
        message = f"no rule is named `{unknown[0]}`, so this suppresses nothing"
        remedy = f"did you mean `{close[0]}`?" if close else "write the name of a rule, or remove the comment"
        fix = None if close else fix
    elif needless:
        message = f"`{needless[0]}` finds nothing here any more, so this suppresses nothing"
        remedy = "remove it, so that it can't hide a later finding"
    else:
        message, remedy = "no rule is named here, so this suppresses nothing", "name one: `ignore[slug] reason`"
    yield from _report(UNUSED, file, suppression, run, message, remedy, fix)


def _removal(file: SourceFile, suppression: _Suppression, left: list[str]) -> Fix:
    """Return the fix that takes names out of a comment, or the comment with its line when none is left."""
    text = file.text
    span = suppression.span
    if left:
        start = text.index("[", span.start) + 1
        return Fix("Remove what is not needed", (Edit(Span(start, text.index("]", start)), ", ".join(left)),))
    start, end = span.start, span.end
    while start > 0 and text[start - 1] in " \t":
        start -= 1
    if start == 0 or text[start - 1] in "\r\n":
        end += len(text[end:]) - len(text[end:].removeprefix("\r").removeprefix("\n"))
    return Fix("Remove the comment", (Edit(Span(start, end), ""),), Applicability.SAFE)


_MESSAGES = {
    WITHOUT_REASON: (
        "this suppression gives no reason, so nobody can tell when it may go",
        "write why, behind the `]`",
    ),
    EXPIRED: (
        "this suppression has ended, so what it was for is reported again",
        "mend the finding, or write a later day: `until=YYYY-MM-DD`",
    ),
}


def _report(
    slug: str,
    file: SourceFile,
    suppression: _Suppression,
    run: dict[str, Rule],
    message: str = "",
    remedy: str = "",
    fix: Fix | None = None,
) -> Iterator[Diagnostic]:
    rule = run.get(slug)
    if rule is None:
        return
    default_message, default_remedy = _MESSAGES.get(slug, ("", ""))
    yield Diagnostic(
        code=rule.code,
        rule=rule.slug,
        severity=Severity(rule.severity),
        message=message or default_message,
        primary=Annotation(file, suppression.span),
        help=remedy or default_remedy,
        fix=fix,
    )
