"""What can be done about findings. In: textDocument/codeAction. Out: fixes, "fix all that is safe", suppressions.

What is offered has proven itself, as on the command line: with it, the finding is gone and no error is new.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from lsprotocol import types

from kqlpack.diagnostics import Applicability, Severity
from kqlpack.lint import fix_all
from kqlpack.lint.suppress import suppression
from kqlpack.lsp.features.diagnostics import convert
from kqlpack.pack.foreign import YAML_SUFFIXES
from kqlpack.pipeline import check_target, kql_at, query_at
from kqlpack.source import Notation
from kqlpack.syntax import parse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kqlpack.diagnostics import Diagnostic, Edit
    from kqlpack.lsp.documents import Snapshot
    from kqlpack.lsp.server import Server
    from kqlpack.pack import Pack, Query
    from kqlpack.source import SourceFile

_FIX_ALL: Final = f"{types.CodeActionKind.SourceFixAll.value}.kqlpack"
# Within these, `//` at the end of a line begins a comment of KQL.
_LINES: Final = frozenset({Notation.BLOCK, Notation.VERBATIM, Notation.FENCE})
_SYNTAX: Final = "KQL0"


def actions(
    snapshot: Snapshot, found: Sequence[Diagnostic], params: types.CodeActionParams, *, resolves: bool
) -> list[types.CodeAction]:
    """Return what can be done about the findings in a range. `resolves`: the client asks again for what takes long."""
    wanted = params.context.only
    here = snapshot.places.span(snapshot.file, params.range)
    made: list[types.CodeAction] = []
    if _is_wanted(types.CodeActionKind.QuickFix.value, wanted):
        touched = [one for one in found if one.span.touches(here)]
        made += [action for one in touched if (action := _fix(snapshot, found, one))]
        made += _suppressions(snapshot, found, touched)
    is_fixable = any(one.fix and one.fix.applicability is Applicability.SAFE for one in found)
    if is_fixable and _is_wanted(_FIX_ALL, wanted):
        action = types.CodeAction("Fix all that is safe to fix", _FIX_ALL)
        action.data = {"uri": snapshot.document.uri, "version": snapshot.document.version}
        if not resolves:
            action.edit = _fix_all(snapshot)
        made.append(action)
    return made


def _is_wanted(kind: str, wanted: Sequence[Any] | None) -> bool:
    """Tell whether an editor asks for a kind of actions: by its name, or by what that begins with."""
    names = [getattr(one, "value", one) for one in wanted or ()]
    return not names or any(kind == name or kind.startswith(f"{name}.") or not name for name in names)


def _fix(snapshot: Snapshot, found: Sequence[Diagnostic], one: Diagnostic) -> types.CodeAction | None:
    fix = one.fix
    if fix is None or not fix.edits or fix.applicability is Applicability.DISPLAY_ONLY:
        return None
    if not _is_proven(snapshot, found, one):
        return None
    is_safe = fix.applicability is Applicability.SAFE
    return types.CodeAction(
        fix.title if is_safe else f"{fix.title} (unsafe: may change what the query finds)",
        types.CodeActionKind.QuickFix,
        diagnostics=[convert(one, snapshot.places)],
        is_preferred=is_safe or None,
        edit=_edit(snapshot, fix.edits),
    )


def _is_proven(snapshot: Snapshot, found: Sequence[Diagnostic], one: Diagnostic) -> bool:
    """Tell whether a fix proves itself alone."""
    target = snapshot.target()
    if target is None:
        return False

    def check(text: str) -> Sequence[Diagnostic]:
        if text == snapshot.file.text:
            return [each if each is one else replace(each, fix=None) for each in found]
        # One step is enough: what is found after it has no fix here.
        return [replace(each, fix=None) for each in _findings(snapshot, text)]

    text, _ = fix_all(snapshot.file.text, check, Applicability.UNSAFE)
    return text != snapshot.file.text


def _findings(snapshot: Snapshot, text: str) -> list[Diagnostic]:
    target = snapshot.target()
    if target is None:
        return []
    report = check_target(target, texts={**snapshot.texts, snapshot.path: text})
    return [one for one in report.diagnostics if one.file.path == snapshot.path]


def _fix_all(snapshot: Snapshot) -> types.WorkspaceEdit:
    text, _ = fix_all(snapshot.file.text, lambda text: _findings(snapshot, text), Applicability.SAFE)
    return types.WorkspaceEdit(changes={snapshot.document.uri: snapshot.places.edits(snapshot.file, text)})


def _edit(snapshot: Snapshot, edits: Sequence[Edit]) -> types.WorkspaceEdit:
    changes = [types.TextEdit(snapshot.places.range(snapshot.file, edit.span), edit.text) for edit in edits]
    return types.WorkspaceEdit(changes={snapshot.document.uri: changes})


def _suppressions(
    snapshot: Snapshot, found: Sequence[Diagnostic], touched: Sequence[Diagnostic]
) -> list[types.CodeAction]:
    """Return a suppression for each rule that finds something here; a syntax error is no matter of judgement."""
    rules = {one.rule: one for one in reversed(touched) if not one.code.startswith(_SYNTAX)}
    made = []
    for rule, one in rules.items():
        mark = _comment_mark(snapshot, one.span.start)
        if mark is None:
            continue
        edit = suppression(snapshot.file, one.span.start, rule, mark)
        if not _suppresses(snapshot, found, one, edit):
            continue
        made.append(
            types.CodeAction(
                f"Ignore `{rule}` on this line",
                types.CodeActionKind.QuickFix,
                diagnostics=[convert(one, snapshot.places)],
                edit=_edit(snapshot, [edit]),
            )
        )
    return made


def _suppresses(snapshot: Snapshot, found: Sequence[Diagnostic], one: Diagnostic, edit: Edit) -> bool:
    """Tell whether a comment does what it should."""
    text = snapshot.file.text
    after = Counter(
        each.code for each in _findings(snapshot, text[: edit.span.start] + edit.text + text[edit.span.end :])
    )
    before = Counter(each.code for each in found)
    errors = {each.code for each in found if each.severity is Severity.ERROR}
    is_broken = any(code.startswith(_SYNTAX) and count > before[code] for code, count in after.items())
    return after[one.code] < before[one.code] and not is_broken and all(after[each] <= before[each] for each in errors)


def _comment_mark(snapshot: Snapshot, offset: int) -> str | None:
    """Return what begins a comment at the end of a line; None where there can't be one."""
    pack = snapshot.pack()
    place = query_at(pack, snapshot.path, offset) if pack is not None else None
    if pack is not None and place is not None and place.query.map.notation in _LINES:
        return "//" if _is_between_tokens(pack, place.query, _line_end(snapshot.file, offset)) else None
    if snapshot.document.path.suffix.lower() not in YAML_SUFFIXES:
        return None
    # A scalar of several lines that is no block has no place for a comment, unless it ends in this line.
    if place is not None and "\n" in place.query.text[place.offset :].rstrip("\n"):
        return None
    return None if place is not None and place.query.map.notation is Notation.FOLDED else "#"


def _line_end(file: SourceFile, offset: int) -> int:
    line, _ = file.line_column(offset)
    return file.line_starts[line - 1] + len(file.line_text(line).rstrip())


def _is_between_tokens(pack: Pack, query: Query, offset: int) -> bool:
    """Tell whether a place is in the KQL and within none of its tokens: a string may go on in the next line."""
    kql = kql_at(pack, query, offset)
    if kql is None:
        return False
    return not any(token.span.start < kql.offset < token.span.end for token in parse(kql.file).tokens)


def register(server: Server) -> None:
    """Offer the actions."""

    async def offer(params: types.CodeActionParams) -> list[types.CodeAction] | None:
        snapshot = server.documents.snapshot(params.text_document.uri)
        if snapshot is None:
            return None
        found = await server.checker.findings(snapshot)
        resolves = _resolves(server.client_capabilities)
        return await server.in_thread(lambda: actions(snapshot, found, params, resolves=resolves))

    async def resolve(action: types.CodeAction) -> types.CodeAction:
        data = action.data if isinstance(action.data, dict) else {}
        snapshot = server.documents.snapshot(str(data.get("uri", "")))
        # What was changed since is checked anew, and offered anew.
        if snapshot is not None and snapshot.document.version == data.get("version"):
            action.edit = await server.in_thread(lambda: _fix_all(snapshot))
        return action

    kinds = [types.CodeActionKind.QuickFix, _FIX_ALL]
    options = types.CodeActionOptions(code_action_kinds=kinds, resolve_provider=True)
    server.answer(types.TEXT_DOCUMENT_CODE_ACTION, offer, options)
    server.answer(types.CODE_ACTION_RESOLVE, resolve)


def _resolves(capabilities: types.ClientCapabilities) -> bool:
    text_document = capabilities.text_document
    action = text_document.code_action if text_document else None
    support = action.resolve_support if action else None
    return support is not None and "edit" in support.properties
