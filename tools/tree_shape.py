"""Brings two trees to one form: kqlpack's, and Microsoft's. In: a tree of either. Out: its shape.

A shape is the sorted list of (start, end, label) of all nodes that both sides have. Spans that lie in one another are
the nesting: precedence, associativity and what belongs to which operator all show in it. What only one side makes a
node of (lists, clauses, the token of a name) is left out; `by` and `on` are marked by what they hold on both sides.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from kqlpack.syntax import nodes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Shape = list[tuple[int, int, str]]

_WORD: Final = re.compile(r"[\w-]+")

# Microsoft's kinds, by the common label; operators and binary expressions are labelled by their words.
_THEIRS: Final = {
    "PipeExpression": "pipe",
    "FunctionCallExpression": "call",
    "PathExpression": "path",
    "ElementExpression": "element",
    "ParenthesizedExpression": "parentheses",
    "SimpleNamedExpression": "named",
    "CompoundNamedExpression": "named",
    "ScanAssignment": "named",
    "NameReference": "name",
    "NameDeclaration": "name",
    "TokenLiteralExpression": "name",
    "StarExpression": "star",
    "LetStatement": "let",
    "SetOptionStatement": "set",
    "RestrictStatement": "restrict",
    "PatternStatement": "pattern",
    "PatternMatch": "pattern match",
    "QueryParametersStatement": "declare query_parameters",
    "AliasStatement": "alias",
    "FunctionDeclaration": "function",
    "FunctionBody": "body",
    "NameAndTypeDeclaration": "name and type",
    "TypedColumnReference": "name and type",
    "PrimitiveTypeExpression": "type",
    "RowSchema": "schema",
    "SchemaTypeExpression": "schema",
    "EvaluateRowSchema": "schema",
    "DataTableExpression": "datatable",
    "ExternalDataExpression": "externaldata",
    "InlineExternalTableExpression": "inline_external_table",
    "PartitionColumnDeclaration": "partition column",
    "DateTimePattern": "datetime_pattern",
    "DynamicExpression": "dynamic",
    "JsonArrayExpression": "array",
    "JsonObjectExpression": "object",
    "JsonPair": "pair",
    "OrderedExpression": "ordered",
    "NamedParameter": "parameter",
    "MvExpandExpression": "item",
    "MvApplyExpression": "item",
    "MakeSeriesExpression": "item",
    "TypeOfLiteralExpression": "typeof",
    "ToScalarExpression": "toscalar",
    "ToTableExpression": "totable",
    "MaterializeExpression": "materialize",
    "EntityGroupExpression": "entity_group",
    "ForkExpression": "branch",
    "ScanStep": "step",
    "TopNestedClause": "top-nested",
    "GraphMatchPattern": "pattern of a graph",
    "GraphMatchPatternNode": "node",
    "GraphMatchPatternEdge": "edge",
    "GraphMatchPatternEdgeRange": "range of an edge",
    "GraphToTableOutputClause": "output",
    "MakeGraphTableAndKeyClause": "table and key",
}
# Our classes in the same words.
_OURS: Final = {
    nodes.PipeExpression: "pipe",
    nodes.FunctionCall: "call",
    nodes.PathExpression: "path",
    nodes.ParenthesizedExpression: "parentheses",
    nodes.NamedExpression: "named",
    nodes.CompoundNamedExpression: "named",
    nodes.NameReference: "name",
    nodes.NameDeclaration: "name",
    nodes.WildcardedName: "name",
    nodes.ClientParameter: "name",
    nodes.Star: "star",
    nodes.LetStatement: "let",
    nodes.SetStatement: "set",
    nodes.RestrictStatement: "restrict",
    nodes.PatternStatement: "pattern",
    nodes.PatternMatch: "pattern match",
    nodes.QueryParametersStatement: "declare query_parameters",
    nodes.AliasStatement: "alias",
    nodes.FunctionDeclaration: "function",
    nodes.FunctionBody: "body",
    nodes.RowSchema: "schema",
    nodes.DataTable: "datatable",
    nodes.ExternalData: "externaldata",
    nodes.InlineExternalTable: "inline_external_table",
    nodes.PartitionColumn: "partition column",
    nodes.DateTimePattern: "datetime_pattern",
    nodes.DynamicLiteral: "dynamic",
    nodes.JsonArray: "array",
    nodes.JsonObject: "object",
    nodes.JsonPair: "pair",
    nodes.NamedParameter: "parameter",
    nodes.MvExpandItem: "item",
    nodes.MakeSeriesItem: "item",
    nodes.TypeOf: "typeof",
    nodes.ToScalarExpression: "toscalar",
    nodes.ToTableExpression: "totable",
    nodes.MaterializeExpression: "materialize",
    nodes.EntityGroup: "entity_group",
    nodes.ForkBranch: "branch",
    nodes.ScanStep: "step",
    nodes.TopNestedClause: "top-nested",
    nodes.GraphPattern: "pattern of a graph",
    nodes.GraphPatternNode: "node",
    nodes.GraphPatternEdge: "edge",
    nodes.GraphEdgeRange: "range of an edge",
    nodes.GraphOutput: "output",
    nodes.GraphTable: "table and key",
    nodes.Literal: "literal",
    nodes.NullLiteral: "literal",
    nodes.StringLiteral: "literal",
}
# Kinds whose inside is one token, or that we keep as one.
_LEAVES: Final = frozenset(
    ("NameReference", "NameDeclaration", "TokenLiteralExpression", "CompoundStringLiteralExpression")
)
# `(*)`: on our side a schema knows that it is open.
_OPEN_SCHEMA: Final = "SchemaTypeExpression"
_CLAUSES: Final = {"SummarizeByClause": "by", "MakeSeriesByClause": "by", "JoinOnClause": "on"}
_BINARY: Final = re.compile(
    r"(?:Add|Subtract|Multiply|Divide|Modulo|And|Or|Equal|NotEqual|EqualTilde|BangTilde|Less\w*|Greater\w*|Search|"
    r"MatchesRegex|(?:Not)?(?:Has|Contains|StartsWith|EndsWith|Like)\w*|In|NotIn|InCs|NotInCs|Between|NotBetween)Expression"
)


def theirs(tree: list[Any]) -> Shape:
    """Return the shape of Microsoft's tree: lists [kind, start, end, child, ...] with tokens [text, start]."""
    shape: Shape = []
    stack = [tree]
    while stack:
        kind, start, end, *children = stack.pop()
        parts = [child for child in children if len(child) > 2 and (child[0], kind) != ("StarExpression", _OPEN_SCHEMA)]
        label = _their_label(kind, children)
        if kind in _CLAUSES and parts:
            shape.append((parts[0][1], parts[-1][2], _CLAUSES[kind]))
        elif label and start < end:
            # What is missing there is a node without characters.
            shape.append((start, end, label))
        if kind not in _LEAVES:
            stack.extend(parts)
    return sorted(shape)


def _their_label(kind: str, children: list[Any]) -> str:
    if kind in _THEIRS:
        return _THEIRS[kind]
    if _BINARY.fullmatch(kind):
        return str(next(child[0] for child in children if len(child) == 2))
    if kind.endswith("Operator"):
        first = children[0]
        while len(first) > 2:
            first = first[3]
        return f"operator {first[0]}"
    if kind in {"UnaryMinusExpression", "UnaryPlusExpression"}:
        return f"sign {children[0][0]}"
    return "literal" if kind.endswith("LiteralExpression") else ""


def ours(root: nodes.Node, text: str) -> Shape:
    """Return the shape of our tree of `text`."""
    shape: Shape = []
    # What is a token, or a part of one, on the other side.
    tokens: set[nodes.Node] = set()
    # `-1` in a datatable is a number with its sign there.
    signed: set[nodes.Node] = set()
    for node in nodes.walk(root):
        if node in tokens:
            continue
        if isinstance(node, nodes.RenderOperator):
            tokens.add(node.chart)
        elif isinstance(node, nodes.InlineExternalTable):
            tokens.update((node.kind, node.kind.name, node.kind.value, *([node.format] if node.format else ())))
        elif isinstance(node, nodes.JsonPair):
            tokens.add(node.name)
        elif isinstance(node, nodes.CountOperator):
            tokens.update([node.name] if node.name else [])
        elif isinstance(node, nodes.UnaryExpression) and node in signed:
            tokens.add(node.operand)
            shape.append((node.start, node.end, "literal"))
            continue
        if isinstance(node, nodes.DataTable):
            signed.update(node.values)
        elif isinstance(node, nodes.ElementExpression) and _is_dotted(node, text):
            # `a.["b"]` is a path there, and `["b"]` a name.
            shape.append((node.start, node.end, "path"))
            if isinstance(node.index, nodes.StringLiteral):
                tokens.add(node.index)
                shape.append((text.index("[", node.expression.end), node.end, "name"))
            continue
        shape.extend(_our_marks(node, text))
    return sorted(shape)


def _is_dotted(node: nodes.ElementExpression, text: str) -> bool:
    return "." in text[node.expression.end : node.index.start]


def _our_marks(node: nodes.Node, text: str) -> Iterator[tuple[int, int, str]]:
    if isinstance(node, (nodes.BinaryExpression, nodes.InExpression, nodes.BetweenExpression)):
        yield node.start, node.end, node.operator
    elif isinstance(node, nodes.UnaryExpression):
        yield node.start, node.end, f"sign {node.operator}"
    elif isinstance(node, nodes.OrderedExpression):
        # Only an order that is written makes a node on the other side.
        if node.order or node.nulls:
            yield node.start, node.end, "ordered"
    elif isinstance(node, nodes.NameAndType):
        if node.type is not None:
            yield node.start, node.end, "name and type"
    elif isinstance(node, nodes.FunctionParameter):
        yield node.start, node.type.end, "name and type"
    elif isinstance(node, nodes.TypeReference):
        yield node.start, node.end, "star" if node.name == "*" else "type"
    elif isinstance(node, nodes.ElementExpression):
        yield node.start, node.end, "element"
    elif isinstance(node, nodes.TabularOperator):
        word = _WORD.match(text, node.start)
        yield node.start, node.end, f"operator {word[0] if word else ''}"
        yield from _our_clauses(node, text)
    elif type(node) in _OURS:
        yield node.start, node.end, _OURS[type(node)]


def _our_clauses(node: nodes.TabularOperator, text: str) -> Iterator[tuple[int, int, str]]:
    held: Sequence[nodes.Node] = ()
    label = "by"
    if isinstance(node, (nodes.SummarizeOperator, nodes.MakeSeriesOperator)):
        held = node.by or ()
    elif isinstance(node, (nodes.JoinOperator, nodes.LookupOperator)):
        held, label = node.conditions, "on"
    end = held[-1].end if held else 0
    if isinstance(node, nodes.SummarizeOperator) and node.bin is not None:
        # `by a bin=1d`: another named expression of the clause there.
        start, end = text.rindex("bin", 0, node.bin.start), node.bin.end
        yield start, end, "named"
        yield start, start + len("bin"), "name"
    if held:
        yield held[0].start, end, label
