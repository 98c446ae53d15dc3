"""Makes comments that suppress what is found. In: targets, and findings in them. Out: new texts; nothing is written.

A comment stays only if it is proven to be nothing else: every query has the tokens that it had, with all variants of
its template; YAML has the values that it had; and a new check finds the same without what the comment is for.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import TYPE_CHECKING, TypeAlias

from kqlpack.diagnostics import apply
from kqlpack.diagnostics.model import Fix
from kqlpack.lint.ignores import comments
from kqlpack.lint.suppress import ABOUT_SUPPRESSIONS
from kqlpack.pack.foreign import JSON_SUFFIXES, YAML_SUFFIXES
from kqlpack.pipeline.check import check_target
from kqlpack.pipeline.fix import Mended
from kqlpack.pipeline.load import load_target
from kqlpack.source import SourceFile
from kqlpack.syntax import parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kqlpack.diagnostics import Diagnostic, Edit
    from kqlpack.pack import Pack, Query
    from kqlpack.pack.document import Node
    from kqlpack.pipeline.discover import Found, Target

# A line and the rules that its comment is for, with the edit that writes it.
_Comment: TypeAlias = "tuple[int, frozenset[str], Edit]"
_Amounts: TypeAlias = "Counter[tuple[str, str, str]]"


@dataclass(frozen=True, slots=True)
class Left:
    """A finding that no comment can suppress, and why."""

    diagnostic: Diagnostic
    reason: str


def add_ignores(
    found: Found, diagnostics: Iterable[Diagnostic], reason: str
) -> tuple[tuple[Mended, ...], tuple[Left, ...]]:
    """Return the texts of files with comments for these findings, and the findings that none is possible for."""
    by_path: dict[str, list[Diagnostic]] = {}
    for one in diagnostics:
        by_path.setdefault(one.file.path, []).append(one)
    mended: list[Mended] = []
    for target in found.targets:
        # Nothing but the file's own comments decides here; and what is found is the same by any name.
        proving = replace(target, only=(), config=target.config.without_severities())
        before = check_target(proving).diagnostics
        for path in dict.fromkeys(one.file.path for one in before):
            mine = by_path.pop(path, [])
            if mine and (file := _File(proving, mine, before, reason).mend()):
                mended.append(file)
    done = {id(one) for file in mended for one in file.applied}
    left = [one for one in diagnostics if id(one) not in done]
    return tuple(mended), tuple(Left(one, _why(one)) for one in left)


def _why(one: Diagnostic) -> str:
    if one.rule in ABOUT_SUPPRESSIONS:
        return "what is wrong with a comment is not suppressed by another"
    if PurePath(one.file.path).suffix.lower() in JSON_SUFFIXES:
        return "JSON has no comments; a baseline can hide it"
    return "no comment can stand there without changing the text; a baseline can hide it"


class _File:
    """One file of a target, and the findings in it that are to be suppressed."""

    def __init__(self, target: Target, mine: Sequence[Diagnostic], before: Sequence[Diagnostic], reason: str) -> None:
        self.target = target
        self.file = mine[0].file
        self.mine = [one for one in mine if one.rule not in ABOUT_SUPPRESSIONS]
        self.before = before
        self.reason = reason
        self.pack = load_target(target, {self.file.path: self.file.text})

    def mend(self) -> Mended | None:
        """Return the file with the comments that prove themselves."""
        chosen = list(self._comments())
        if not chosen:
            return None
        if not self._is_proven(chosen):
            kept: list[_Comment] = []
            for one in chosen:
                if self._is_proven([*kept, one]):
                    kept.append(one)
            chosen = kept
        rules = {line: names for line, names, _ in chosen}
        applied = tuple(one for one in self.mine if one.rule in rules.get(_line(one), ()))
        return Mended(self.file, self._text(chosen), applied) if applied else None

    def _comments(self) -> Iterator[_Comment]:
        """Yield for each line the first comment that leaves the text as it is."""
        lines: dict[int, set[str]] = {}
        for one in self.mine:
            lines.setdefault(_line(one), set()).add(one.rule)
        for line, rules in sorted(lines.items()):
            for edit in comments(self.file, line, sorted(rules), self.reason):
                text = self._text([(line, frozenset(rules), edit)])
                # Kusto takes a line that begins with `#` for a directive, not for a comment.
                if self._means_the_same(text, in_query="//" in edit.text.partition("kqlpack:")[0]):
                    yield line, frozenset(rules), edit
                    break

    def _text(self, chosen: Iterable[_Comment]) -> str:
        text, _ = apply(self.file.text, [Fix("", (edit,)) for _, _, edit in chosen])
        return text

    def _is_proven(self, chosen: Sequence[_Comment]) -> bool:
        """Tell whether a new check finds what it found, without what the comments are for."""
        text = self._text(chosen)
        if len(chosen) > 1 and not self._means_the_same(text):
            return False
        suppressed = {(line, rule) for line, rules, _ in chosen for rule in rules}
        rest = [
            one for one in self.before if one.file.path != self.file.path or (_line(one), one.rule) not in suppressed
        ]
        return _amounts(check_target(self.target, texts={self.file.path: text}).diagnostics) == _amounts(rest)

    def _means_the_same(self, text: str, *, in_query: bool = True) -> bool:
        after = load_target(self.target, {self.file.path: text})
        before = list(_queries(self.pack))
        now = list(_queries(after))
        if [name for name, _ in before] != [name for name, _ in now]:
            return False
        changed = [(old, new) for (_, old), (_, new) in zip(before, now, strict=True) if old.text != new.text]
        if changed and not in_query:
            return False
        if not all(_has_same_tokens(old, new) for old, new in changed):
            return False
        if PurePath(self.file.path).suffix.lower() not in YAML_SUFFIXES:
            return True
        texts = {(old.text.strip(), new.text.strip()) for old, new in changed}
        return _has_same_values(self.file.text, text, texts)


def _line(one: Diagnostic) -> int:
    return one.file.line_column(one.span.start)[0]


def _amounts(found: Iterable[Diagnostic]) -> _Amounts:
    return Counter((one.file.path, one.code, one.message) for one in found)


def _queries(pack: Pack) -> Iterator[tuple[str, Query]]:
    yield from pack.queries.items()
    yield from ((name, function.body) for name, function in pack.functions.items())


def _has_same_tokens(old: Query, new: Query) -> bool:
    if not old.is_template:
        return _tokens(old.text) == _tokens(new.text)
    from kqlpack.template import render, variants

    for values in variants(old):
        before, after = render(old, values), render(new, values)
        if len(before.diagnostics) != len(after.diagnostics) or _tokens(before.text) != _tokens(after.text):
            return False
    return True


def _tokens(text: str) -> list[tuple[str, str]]:
    return [token[:2] for token in parse(SourceFile("", text)).tokens]


def _has_same_values(old: str, new: str, queries: set[tuple[str, str]]) -> bool:
    """Tell whether two texts of YAML hold the same, except for queries that changed from this to that."""
    before, after = list(_values(old)), list(_values(new))
    return len(before) == len(after) and all(
        one == other or (one[0] == other[0] and (one[1].strip(), other[1].strip()) in queries)
        for one, other in zip(before, after, strict=True)
    )


def _values(text: str) -> Iterator[tuple[str, str]]:
    from kqlpack.pack.document import MappingNode, ScalarNode, SequenceNode, compose_all
    from kqlpack.pack.findings import Findings

    # What PyYAML can't read has no values to compare: the first of two such texts is as good as the other.
    stack: list[Node] = [one.root for one in compose_all(SourceFile("", text), Findings()) if one.root is not None]
    while stack:
        node = stack.pop()
        if isinstance(node, ScalarNode):
            yield node.tag, node.text
        elif isinstance(node, SequenceNode):
            yield "list", str(len(node.items))
            stack.extend(node.items)
        elif isinstance(node, MappingNode):
            yield "mapping", "\0".join(node.entries)
            stack.extend(entry.value for entry in node.entries.values())
