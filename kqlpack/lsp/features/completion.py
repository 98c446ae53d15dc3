"""What could be written here. In: textDocument/completion. Out: words, and names that are in scope.

Which words and kinds of names fit tells `syntax.expected_at`; which names there are tells the binder, with a mark put
in where the cursor stands.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lsprotocol import types

from kqlpack.catalog import FunctionKind
from kqlpack.pack.quoting import entity_name
from kqlpack.pipeline import kql_at, query_at
from kqlpack.semantics import bind
from kqlpack.source import SourceFile
from kqlpack.syntax import parse
from kqlpack.syntax.expected import expected_at
from kqlpack.syntax.nodes import (
    FunctionDeclaration,
    JoinOperator,
    LetStatement,
    LookupOperator,
    MakeSeriesOperator,
    NameReference,
    Node,
    PathExpression,
    SummarizeOperator,
    TabularOperator,
    children,
    walk,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kqlpack.catalog import Catalog
    from kqlpack.lsp.documents import Snapshot
    from kqlpack.lsp.server import Server
    from kqlpack.pack import Pack
    from kqlpack.pipeline import KqlPlace, Place
    from kqlpack.semantics import Bound, Schema
    from kqlpack.syntax.expected import Expected

# More than a person looks through; an editor asks again when more is written.
MOST_ITEMS: Final = 200
_MARK: Final = "kqlpack_cursor"
_WORD_BEFORE: Final = re.compile(r"\w*\Z")
_AGGREGATING: Final = (SummarizeOperator, MakeSeriesOperator)
_TRIGGERS: Final = ["|", ".", "{", "$"]


@dataclass(frozen=True, slots=True)
class Item:
    """Something that fits. `rank` orders the kinds: what is in scope stands before what is always there."""

    label: str
    kind: types.CompletionItemKind
    detail: str = ""
    rank: int = 0
    written: str = ""
    documentation: str = ""


def complete(snapshot: Snapshot, position: types.Position) -> types.CompletionList | None:
    """Return what fits at a place; None where nothing is known of it."""
    offset = snapshot.places.offset(snapshot.file, position)
    pack = snapshot.pack()
    place = query_at(pack, snapshot.path, offset) if pack is not None else None
    if pack is None or place is None:
        return None
    if place.hole is not None:
        word = _last_word(place.hole)
        return _listed(snapshot, offset, word, _in_hole(place, word))
    kql = kql_at(pack, place.query, offset)
    if kql is None:
        return None
    expected = expected_at(kql.file.text, kql.offset)
    word = kql.file.text[expected.span.start : kql.offset]
    # What came out of a `{{ }}` before the cursor is no text of the file.
    if not snapshot.file.text.endswith(word, 0, offset):
        return None
    return _listed(snapshot, offset, word, _in_kql(kql, expected, pack))


def _last_word(text: str) -> str:
    found = _WORD_BEFORE.search(text)
    return found.group() if found else ""


def _listed(snapshot: Snapshot, offset: int, word: str, items: Iterable[Item]) -> types.CompletionList:
    range = types.Range(
        snapshot.places.position(snapshot.file, offset - len(word)), snapshot.places.position(snapshot.file, offset)
    )
    wanted = word.lower()
    fitting = {item.label: item for item in items if wanted in item.label.lower()}
    ordered = sorted(
        fitting.values(), key=lambda item: (not item.label.lower().startswith(wanted), item.rank, item.label.lower())
    )
    return types.CompletionList(
        is_incomplete=len(ordered) > MOST_ITEMS,
        items=[
            types.CompletionItem(
                item.label,
                kind=item.kind,
                detail=item.detail or None,
                documentation=item.documentation or None,
                sort_text=f"{index:04}",
                text_edit=types.TextEdit(range, item.written or item.label),
            )
            for index, item in enumerate(ordered[:MOST_ITEMS])
        ],
    )


def _in_hole(place: Place, word: str) -> Iterator[Item]:
    from kqlpack.template.functions import FILTERS

    before = (place.hole or "").removesuffix(word).rstrip()
    if before.endswith("|"):
        for name in FILTERS:
            yield Item(name, types.CompletionItemKind.Function, "filter")
        return
    for name, parameter in place.query.parameters.items():
        detail = f"{parameter.type}" + (f" = {parameter.default}" if parameter.default is not None else "")
        yield Item(name, types.CompletionItemKind.Variable, detail, documentation=parameter.description)


# ---- KQL -------------------------------------------------------------------------------------------------------------


def _in_kql(kql: KqlPlace, expected: Expected, pack: Pack) -> Iterator[Item]:
    for word in (*expected.settings, *expected.values):
        if word[:1] != "<":
            yield Item(word, types.CompletionItemKind.Property)
    for word in expected.keywords:
        yield Item(word, types.CompletionItemKind.Keyword, rank=2)
    names = expected.names
    if not names or names == {"new"}:
        return
    text = f"{kql.file.text[: expected.span.start]}{_MARK}"
    bound = bind(parse(SourceFile(kql.file.path, text)), kql.catalog)
    path = _path_to_mark(bound.parsed.root)
    if "member" in names:
        yield from _columns(_side(path, bound))
        return
    if "column" in names:
        yield from _columns(_scope(path, bound))
    if names & {"table", "function", "column"}:
        yield from _declared(path, bound, pack)
    if "table" in names:
        yield from _tables(kql.catalog)
    if "function" in names:
        yield from _functions(kql.catalog, path, is_tabular="table" in names)
    if "plugin" in names:
        for name in kql.catalog.plugin_names():
            yield _function(kql.catalog, name, "plugin")


def _path_to_mark(root: Node) -> list[Node]:
    """Return the nodes that hold the mark, from the outside in; nothing where the parser skipped it."""
    stack: list[tuple[Node, ...]] = [(root,)]
    while stack:
        path = stack.pop()
        if isinstance(path[-1], NameReference) and path[-1].name == _MARK:
            return list(path)
        # The mark ends the text: it is in what comes last, mostly.
        stack.extend((*path, child) for child in children(path[-1]) if child.end >= root.end)
    return []


def _operator(path: list[Node], kind: type | tuple[type, ...] = TabularOperator) -> Node | None:
    return next((node for node in reversed(path) if isinstance(node, kind)), None)


def _scope(path: list[Node], bound: Bound) -> Schema | None:
    operator = _operator(path)
    return bound.schema_before(operator) if operator is not None else None


def _side(path: list[Node], bound: Bound) -> Schema | None:
    """Return the columns behind `$left.` and `$right.`; the members of a value are not known."""
    member = _operator(path, PathExpression)
    join = _operator(path, (JoinOperator, LookupOperator))
    if not isinstance(member, PathExpression) or not isinstance(join, JoinOperator | LookupOperator):
        return None
    side = member.expression.name if isinstance(member.expression, NameReference) else ""
    if side == "$left":
        return bound.schema_before(join)
    return bound.schema_after(join.right) if side == "$right" else None


def _columns(schema: Schema | None) -> Iterator[Item]:
    for column in schema.columns if schema is not None else ():
        yield Item(column.name, types.CompletionItemKind.Field, str(column.type), written=_written(column.name))


def _written(name: str) -> str:
    from kqlpack.pack import QuotingError

    try:
        return entity_name(name)
    except QuotingError:
        return name


def _declared(path: list[Node], bound: Bound, pack: Pack) -> Iterator[Item]:
    """Yield the names that the query gives itself, and the functions of its pack."""
    for node in walk(bound.parsed.root):
        if isinstance(node, LetStatement) and node not in path and node.name.name != _MARK:
            is_function = isinstance(node.expression, FunctionDeclaration)
            kind = types.CompletionItemKind.Function if is_function else types.CompletionItemKind.Variable
            yield Item(node.name.name, kind, "let")
    for node in path:
        if isinstance(node, FunctionDeclaration):
            for parameter in node.parameters:
                yield Item(parameter.name.name, types.CompletionItemKind.Variable, "parameter")
    for function in pack.visible_functions.values():
        yield Item(
            function.name, types.CompletionItemKind.Function, "function of the pack", documentation=function.description
        )


def _tables(catalog: Catalog) -> Iterator[Item]:
    for name in catalog.table_names():
        # Where there is no catalogue, the pack's own are known.
        if catalog.dialect.has_catalogue or catalog.table(name) is not None:
            yield Item(name, types.CompletionItemKind.Class, "table", 1)


def _functions(catalog: Catalog, path: list[Node], *, is_tabular: bool) -> Iterator[Item]:
    """Yield functions: those that yield tables in a table's place, aggregates where rows are put together."""
    operator = _operator(path)
    for name in catalog.function_names():
        function, aggregate = catalog.function(name), catalog.aggregate(name)
        if function is not None and (function.kind is FunctionKind.TABULAR) is is_tabular:
            yield _function(catalog, name, str(function.kind))
        elif aggregate is not None and not is_tabular and isinstance(operator, _AGGREGATING):
            yield _function(catalog, name, str(aggregate.kind))


def _function(catalog: Catalog, name: str, detail: str) -> Item:
    return Item(name, types.CompletionItemKind.Function, detail, 3, documentation=catalog.description(name))


def register(server: Server) -> None:
    """Answer what could be written."""

    async def answer(params: types.CompletionParams) -> types.CompletionList | None:
        return await server.with_snapshot(
            params.text_document.uri, lambda snapshot: complete(snapshot, params.position)
        )

    server.answer(types.TEXT_DOCUMENT_COMPLETION, answer, types.CompletionOptions(trigger_characters=_TRIGGERS))
