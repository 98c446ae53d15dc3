"""Prints a tree as nested lists, in the words of shapes.md."""

from __future__ import annotations

from kqlpack.syntax import nodes


def shape(node: nodes.Node) -> str:  # noqa: PLR0911  # one case per class
    match node:
        case nodes.QueryBlock():
            return " ".join(shape(statement) for statement in node.statements)
        case nodes.ExpressionStatement() | nodes.TypeOf():
            return " ".join(shape(child) for child in nodes.children(node))
        case nodes.NameReference() | nodes.NameDeclaration() | nodes.TypeReference():
            return node.name
        case nodes.WildcardedName():
            return node.pattern
        case nodes.StringLiteral() | nodes.Literal():
            return node.text
        case nodes.NullLiteral():
            return "null"
        case nodes.Star():
            return "*"
        case nodes.SummarizeOperator():
            keys = [] if node.by is None else ["/", *(shape(key) for key in node.by)]
            return "(" + " ".join(["summarize", *(shape(item) for item in node.aggregates), *keys]) + ")"
        case nodes.NameAndType():
            return f"({node.name.name} {shape(node.type) if node.type else ''})"
        case nodes.JsonPair():
            return f"({shape(node.name)} {shape(node.value)})"
    return "(" + " ".join([_head(node), *(shape(child) for child in nodes.children(node))]) + ")"


def _head(node: nodes.Node) -> str:
    match node:
        case nodes.BinaryExpression() | nodes.InExpression() | nodes.BetweenExpression():
            return node.operator
        case nodes.UnaryExpression():
            return "neg" if node.operator == "-" else "pos"
        case nodes.TabularOperator():
            return node.construct
    names = {
        "PipeExpression": "pipe",
        "PathExpression": "path",
        "ElementExpression": "element",
        "FunctionCall": "call",
        "NamedExpression": "=",
        "NamedParameter": "set",
        "ParenthesizedExpression": "paren",
        "LetStatement": "let",
        "FunctionDeclaration": "function",
        "FunctionParameter": "parameter",
        "FunctionBody": "body",
        "RowSchema": "schema",
        "DataTable": "datatable",
        "DynamicLiteral": "dynamic",
        "JsonObject": "object",
        "JsonArray": "array",
    }
    return names.get(type(node).__name__, type(node).__name__)
