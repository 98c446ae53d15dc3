"""What is known of the thing under the cursor. In: textDocument/hover. Out: Markdown.

A name's type and origin, what `kqlpack explain` says of a table or a function, a parameter's declaration, and the first
words of the rules that find something there.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from lsprotocol import types

from kqlpack.catalog import describe
from kqlpack.lint import all_rules
from kqlpack.pipeline import kql_at, query_at
from kqlpack.semantics import Bound, SymbolKind, bind
from kqlpack.syntax import parse
from kqlpack.syntax.nodes import NameDeclaration, NameReference, Node, TabularOperator, children

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kqlpack.catalog import Catalog
    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint import Rule
    from kqlpack.lsp.documents import Snapshot
    from kqlpack.lsp.server import Server
    from kqlpack.pack import Pack, Parameter
    from kqlpack.semantics import Symbol

_WORD: Final = re.compile(r"\w+")


def hover(snapshot: Snapshot, found: Sequence[Diagnostic], position: types.Position) -> types.Hover | None:
    """Return what is known of a place; None where nothing is."""
    offset = snapshot.places.offset(snapshot.file, position)
    texts = [text for text in (_name(snapshot, offset),) if text]
    slugs = dict.fromkeys(one.rule for one in found if one.span.start <= offset <= one.span.end)
    texts += [_rule(rule) for rule in all_rules() if rule.slug in slugs]
    if not texts:
        return None
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, "\n\n---\n\n".join(texts)))


def _rule(rule: Rule) -> str:
    """Return a rule's first words: the paragraphs before its first example, two at most."""
    paragraphs = []
    for paragraph in rule.documentation.split("\n\n")[1:2]:
        if "```" in paragraph or paragraph.startswith("    "):
            break
        paragraphs.append(" ".join(paragraph.split()))
    return "\n\n".join([f"**{rule.slug}** ({rule.code}): {rule.title}", *paragraphs])


def _name(snapshot: Snapshot, offset: int) -> str:
    pack = snapshot.pack()
    place = query_at(pack, snapshot.path, offset) if pack is not None else None
    if pack is None or place is None:
        return ""
    if place.hole is not None:
        parameter = place.query.parameters.get(_word_at(place.query.text, place.offset))
        return _parameter(parameter) if parameter else ""
    kql = kql_at(pack, place.query, offset)
    if kql is None:
        return ""
    bound = bind(parse(kql.file), kql.catalog)
    path = _path_at(bound.parsed.root, kql.offset)
    return _symbol(path, bound, pack) if path else ""


def _word_at(text: str, offset: int) -> str:
    return next((match.group() for match in _WORD.finditer(text) if match.start() <= offset <= match.end()), "")


def _path_at(root: Node, offset: int) -> list[Node]:
    """Return the nodes that hold a place, from the outermost to a name; nothing where no name is there."""
    path = [root]
    while True:
        inner = [node for node in children(path[-1]) if node.start <= offset <= node.end]
        if not inner:
            return path if isinstance(path[-1], NameReference | NameDeclaration) else []
        # Where two meet, the name is meant: `sort(x` has a call's name and nothing between.
        path.append(next((node for node in reversed(inner) if node.start <= offset < node.end), inner[-1]))


def _symbol(path: list[Node], bound: Bound, pack: Pack) -> str:
    node = path[-1]
    if isinstance(node, NameDeclaration):
        return _declared(path, node, bound)
    if not isinstance(node, NameReference):
        return ""
    symbol = bound.symbol_of(node)
    if node.name in pack.visible_functions and (symbol is None or symbol.kind is not SymbolKind.COLUMN):
        function = pack.visible_functions[node.name]
        shown = ", ".join(f"{name}: {type}" for name, type, _ in function.parameters)
        return "\n\n".join(one for one in (_code(f"{node.name}({shown})"), function.description) if one)
    if symbol is None:
        return ""
    if symbol.kind is SymbolKind.COLUMN:
        return _column(symbol, bound.catalog)
    if symbol.kind is SymbolKind.TABLE:
        return _table(bound.catalog, node.name)
    if symbol.kind is SymbolKind.FUNCTION and symbol.declaration is None:
        return _functions(bound.catalog, node.name)
    return _typed(node.name, str(symbol.kind), str(symbol.type))


def _declared(path: list[Node], node: NameDeclaration, bound: Bound) -> str:
    """Return the type of a column where it is made: it is one of those that come out of the operator."""
    operator = next((one for one in reversed(path) if isinstance(one, TabularOperator)), None)
    column = bound.schema_after(operator).column(node.name) if operator is not None else None
    return _typed(node.name, "column", str(column.type)) if column is not None else ""


def _typed(name: str, kind: str, type: str) -> str:
    return f"**{name}** {kind}" + (f", `{type}`" if type != "unknown" else "")


def _column(symbol: Symbol, catalog: Catalog) -> str:
    if symbol.table is None:
        return _typed(symbol.name, "column", str(symbol.type))
    head = f"**{symbol.table.name}.{symbol.name}** column, `{symbol.type}`"
    return "\n\n".join([head, *_facts(describe.columns(catalog, f"{symbol.table.name}.{symbol.name}"))])


def _facts(found: object) -> list[str]:
    lines = [describe.column_lines(one)[2:] for one in found if one["kind"] == "column"]  # type: ignore[attr-defined]
    return [_code("\n".join(line[2:] for line in one)) for one in lines if one]


def _table(catalog: Catalog, name: str) -> str:
    for table in describe.tables(catalog, name):
        head, _, *lines = describe.table_lines({**table, "columns": []})
        count = f", {len(table['columns'])} columns" if table["columns"] else ""
        del head
        facts = _code("\n".join(line[2:] for line in lines)) if lines else ""
        return f"**{name}** table{count}\n\n{facts}".rstrip()
    return f"**{name}** table"


def _functions(catalog: Catalog, name: str) -> str:
    texts = []
    for function in describe.functions(catalog, name):
        page = f"[documentation]({function['page']})" if function["page"] else ""
        instead = f"Deprecated: write `{function['replacement']}`." if function["replacement"] else ""
        parts = (_code("\n".join(function["signatures"])), function["description"], instead, page)
        texts.append("\n\n".join(part for part in parts if part))
    return "\n\n---\n\n".join(texts)


def _parameter(parameter: Parameter) -> str:
    facts = [
        ("default", parameter.default),
        ("min", parameter.min),
        ("max", parameter.max),
        ("allowed", ", ".join(map(str, parameter.allowed)) or None),
        ("pattern", parameter.pattern or None),
    ]
    lines = [f"{name}: {value}" for name, value in facts if value is not None]
    secret = " (secret)" if parameter.secret else ""
    parts = [f"**{parameter.name}** parameter, `{parameter.type}`{secret}", parameter.description]
    return "\n\n".join(part for part in (*parts, _code("\n".join(lines)) if lines else "") if part)


def _code(text: str) -> str:
    return f"```\n{text}\n```"


def register(server: Server) -> None:
    """Answer what is under the cursor."""

    async def answer(params: types.HoverParams) -> types.Hover | None:
        snapshot = server.documents.snapshot(params.text_document.uri)
        if snapshot is None:
            return None
        found = server.checker.known(snapshot)
        return await server.in_thread(lambda: hover(snapshot, found, params.position))

    server.answer(types.TEXT_DOCUMENT_HOVER, answer)
