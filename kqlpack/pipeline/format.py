"""Sets the KQL of packs and files. In: what `discover` found. Out: for each file that changes, its new text.

Nothing is written here. In packs only the lines inside of `query: |` change. A template's tags are hidden while its
text is set; then all variants of the query, before and after, must render to the same tokens, and the file must load as
the same pack. What fails is left as it was, and said.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from kqlpack.diagnostics import Diagnostic, Edit, Skipped, relocate
from kqlpack.format import FAILED, Formatted, failed
from kqlpack.format import format as format_file
from kqlpack.format.trivia import comments
from kqlpack.pipeline.blocks import edit_block, expected
from kqlpack.pipeline.load import load_target, translated
from kqlpack.pipeline.masks import mask
from kqlpack.pipeline.split import split
from kqlpack.source import Notation, SourceFile, SourceMap, Span
from kqlpack.syntax import parse
from kqlpack.template import render, variants
from kqlpack.template.faults import TemplateFault
from kqlpack.template.parsing import parse as parse_template

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kqlpack.pack import Pack, Query, Value
    from kqlpack.pipeline.discover import Found, Target

_SET: Final = frozenset({Notation.BLOCK, Notation.VERBATIM, Notation.JSON, Notation.FENCE})
# What keeps a file from being read at all: these findings are not lint's alone.
_UNREAD: Final = frozenset({"invalid-yaml", "unreadable-file"})
_REGION: Final = re.compile(
    r"^[ \t]*//\s*kqlpack:\s*format\s+off\b.*?(?:^[ \t]*//\s*kqlpack:\s*format\s+on\b|\Z)", re.MULTILINE | re.DOTALL
)


@dataclass(frozen=True, slots=True)
class NewText:
    """A file and the text that it should have."""

    file: SourceFile
    text: str


@dataclass(slots=True)
class Outcome:
    """The files that change, and how many queries in how many files were looked at.

    `skipped` says of queries that could not be set why.
    """

    changed: list[NewText] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    files: set[str] = field(default_factory=set)
    queries: int = 0


class _CannotSetError(Exception):
    """The query can't be set, for a reason that is no fault in it."""


def format_found(found: Found) -> Outcome:
    """Set everything that was found."""
    outcome = Outcome()
    for target in found.targets:
        format_target(target, outcome)
    outcome.diagnostics.sort(key=lambda one: one.sort_key)
    return outcome


def format_target(target: Target, outcome: Outcome, texts: Mapping[str, str] | None = None) -> None:
    """Set one target; what comes of it is added to `outcome`. `texts` stand for what files of these paths hold."""
    pack = load_target(target, texts)
    outcome.diagnostics.extend(one for one in pack.diagnostics if one.rule in _UNREAD)
    edits: dict[str, list[tuple[Query, str, Edit]]] = {}
    for query in _queries(pack):
        path = query.file.path
        if not target.asks_for(path):
            continue
        outcome.files.add(path)
        outcome.queries += 1
        try:
            text, diagnostics = _format_query(query)
            outcome.diagnostics.extend(replace(one, query=_name(query, pack)) for one in diagnostics)
            if text != query.text:
                edit = _edit(query, text)
                edits.setdefault(path, []).append((query, text, edit))
        except _CannotSetError as reason:
            outcome.skipped.append(Skipped(_place(query, pack), str(reason)))
    for path, of_file in edits.items():
        file = of_file[0][0].file
        text = _edited(file.text, [edit for _, _, edit in of_file])
        if _is_same_pack(pack, load_target(target, {**(texts or {}), path: text}), of_file):
            outcome.changed.append(NewText(file, text))
        else:
            outcome.diagnostics.append(failed(file, Span(0, 0), "the file would not load as the same pack"))


def format_text(file: SourceFile) -> Formatted:
    """Set a text of one query, or of several that are parted by blank lines."""
    parts = split(file)
    if len(parts) == 1:
        return format_file(file)
    regions = [match.span() for match in _REGION.finditer(file.text)]
    text, diagnostics, done = "", list[Diagnostic](), 0
    for part in parts:
        start, end = part.map.segments[0].origin.start, part.map.segments[0].origin.end
        formatted = format_file(part.file)
        diagnostics.extend(relocate(one, part.file, part.map) for one in formatted.diagnostics)
        is_kept = any(start < stop and begin < end for begin, stop in regions)
        new = part.file.text if is_kept else formatted.text.rstrip("\r\n")
        text, done = text + file.text[done:start] + new, end
    rest = file.text[done:]
    line_end = "\r\n" if "\r\n" in file.text else "\n"
    text += rest if rest.endswith(("\n", "\r")) else rest + line_end
    return Formatted(file, text, tuple(diagnostics))


def _queries(pack: Pack) -> list[Query]:
    return [*pack.queries.values(), *(function.body for function in pack.functions.values())]


def _name(query: Query, pack: Pack) -> str | None:
    return None if pack.is_foreign else query.id


def _place(query: Query, pack: Pack) -> str:
    return query.file.path if pack.is_foreign else f"{query.file.path} ({query.id})"


# ---- one query -------------------------------------------------------------------------------------------------------


def _format_query(query: Query) -> tuple[str, tuple[Diagnostic, ...]]:
    """Return the query's text as it should be, or as it was with findings."""
    if query.map.notation not in _SET:
        raise _CannotSetError(f"the query is a {query.map.notation.value}: only `|` blocks are set")
    if translated(query) is not query:
        raise _CannotSetError("it has placeholders, which are no KQL")
    if not query.is_template:
        formatted = format_text(SourceFile(query.file.path, query.text))
    else:
        formatted = _format_template(query)
    diagnostics = tuple(relocate(one, formatted.file, query.map) for one in formatted.diagnostics)
    text = formatted.text if query.map.notation is Notation.VERBATIM else expected(query, formatted.text)
    return text, diagnostics


def _format_template(query: Query) -> Formatted:
    file = SourceFile(query.file.path, query.text)
    try:
        tags = parse_template(query.text).tags
    except TemplateFault:
        raise _CannotSetError("its template can't be read: see `kqlpack lint`") from None
    if not tags:
        return format_file(file)
    masked = mask(query.text, tags)
    if masked is None:
        raise _CannotSetError("a `{% %}` stands in the midst of a line")
    formatted = format_file(SourceFile(file.path, masked.text), pinned=masked.pinned)
    if any(one.code != FAILED for one in formatted.diagnostics):
        raise _CannotSetError("its template is KQL only once it is rendered")
    if formatted.diagnostics:
        return replace(formatted, file=file, text=file.text)
    text = masked.restore(formatted.text)
    if text is None or not _renders_alike(query, expected(query, text)):
        return Formatted(file, file.text, (failed(file, Span(0, 0), "it would render to another query"),))
    return Formatted(file, text)


def _renders_alike(query: Query, text: str) -> bool:
    """Tell whether every variant of the query renders to the same tokens and comments with its new text."""
    new = replace(query, text=text, map=SourceMap.identity(SourceFile(query.file.path, text)))
    assignments = variants(query)
    before = [_rendered(query, values) for values in assignments]
    if all(one is None for one in before):
        raise _CannotSetError("no variant of it renders: see `kqlpack lint`")
    return before == [_rendered(new, values) for values in assignments]


def _rendered(query: Query, values: Mapping[str, Value]) -> tuple[list[str], list[str]] | None:
    """Return the tokens and comments of what the query renders to with these values; None if it does not."""
    rendered = render(query, values)
    if not rendered.ok:
        return None
    parsed = parse(rendered.file)
    return [token.text for token in parsed.tokens], comments(parsed)


# ---- files -----------------------------------------------------------------------------------------------------------


def _edit(query: Query, text: str) -> Edit:
    if query.map.notation is Notation.VERBATIM:
        return Edit(Span(0, len(query.text)), text)
    edit = edit_block(query, text)
    if edit is None:
        raise _CannotSetError("the lines of its block can't be told from the file")
    return edit


def _edited(text: str, edits: list[Edit]) -> str:
    for edit in sorted(set(edits), key=lambda edit: edit.span, reverse=True):  # two queries may share a text
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return text


def _is_same_pack(old: Pack, new: Pack, edits: list[tuple[Query, str, Edit]]) -> bool:
    """Tell whether the new file holds the same queries, with exactly the new texts."""
    texts = {id(query): text for query, text, _ in edits}
    wanted = [(query.id, texts.get(id(query), query.text)) for query in _queries(old)]
    found = [(query.id, query.text) for query in _queries(new)]
    return wanted == found and len(old.diagnostics) == len(new.diagnostics)
