"""Makes the nodes that a production's symbols don't make by themselves. In: values of symbols. Out: nodes.

Each function bears the name (`-> name`) of productions in grammar/kql.lark and takes start, end and the kept symbols.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kqlpack.syntax import keywords, nodes
from kqlpack.syntax.checks import (
    LISTS,
    Fault,
    check_entity,
    check_external_table,
    check_facets,
    check_keys,
    check_property,
)
from kqlpack.syntax.literals import decode_string

if TYPE_CHECKING:
    from kqlpack.syntax.nodes import NamedParameter, NameReference, Node


def append(items: list[Any], item: Any) -> list[Any]:
    """Lengthen a list in place."""
    items.append(item)
    return items


def declare(name: Node) -> nodes.NameDeclaration:
    """Turn the name that was read into one that is declared."""
    return nodes.NameDeclaration(name.start, name.end, name.name)  # type: ignore[attr-defined]  # a name of any kind


def declare_word(start: int, word: str) -> nodes.NameDeclaration:
    """Declare a keyword as a name."""
    return nodes.NameDeclaration(start, start + len(word), word)


def refer_word(start: int, word: str) -> NameReference:
    """Use a keyword as a name."""
    return nodes.NameReference(start, start + len(word), word)


# ---- names -----------------------------------------------------------------------------------------------------------


def bracketed_name(start: int, end: int, token: str) -> NameReference:
    """`['a b']`."""
    return nodes.NameReference(start, end, decode_string(token))


def client_parameter(start: int, end: int, token: str) -> nodes.ClientParameter:
    """`{name}`."""
    return nodes.ClientParameter(start, end, token[1:-1])


def untyped_name(start: int, end: int, name: Node) -> nodes.NameAndType:
    """A column of parse without a type."""
    return nodes.NameAndType(start, end, declare(name), None)


def any_type(start: int, end: int) -> nodes.TypeReference:
    """`*` in `typeof(*)`."""
    return nodes.TypeReference(start, end, "*")


def named_type(start: int, end: int, name: Node) -> nodes.TypeReference:
    """A type of any spelling in `typeof(DateTime)`: the service reads it without regard to case."""
    word = getattr(name, "name", "")
    lowered = word.lower()
    known = lowered in keywords.TYPE_WORDS or lowered in keywords.TYPE_NAMES
    return nodes.TypeReference(start, end, lowered if known else word)


def wildcard(start: int, end: int, *parts: Any) -> nodes.WildcardedName:
    """`Foo*_CL`: parts that stand without gaps."""
    pattern = "".join("".join(part) if isinstance(part, list) else part for part in parts)
    name = nodes.WildcardedName(start, end, pattern)
    if len(pattern) != end - start:
        message = f"`{pattern}` is parted by white space"
        raise Fault((start, end), name, message, "write a name with `*` in one piece")
    return name


wildcard_from_star = wildcard
wildcard_open = wildcard
wildcard_star = wildcard


# ---- literals --------------------------------------------------------------------------------------------------------


def string_literal(start: int, end: int, tokens: list[str]) -> nodes.StringLiteral:
    """One string, or several beside each other, which KQL joins."""
    if len(tokens) == 1:
        return nodes.StringLiteral(start, end, decode_string(tokens[0]), tokens[0])
    return nodes.StringLiteral(start, end, "".join([decode_string(token) for token in tokens]), " ".join(tokens))


def json_name(start: int, end: int, token: str) -> nodes.StringLiteral:
    """The name in `"name": value`, one string."""
    return string_literal(start, end, [token])


def _literal(kind: str) -> Any:
    def make(start: int, end: int, text: str) -> nodes.Literal:
        return nodes.Literal(start, end, kind, text)

    return make


bool_literal = _literal("bool")
int_literal = _literal("int")
long_literal = _literal("long")
real_literal = _literal("real")
decimal_literal = _literal("decimal")
datetime_literal = _literal("datetime")
timespan_literal = _literal("timespan")
guid_literal = _literal("guid")


def negative(start: int, end: int, number: Node) -> nodes.UnaryExpression:
    """`-1` where the grammar knows it as one value."""
    return nodes.UnaryExpression(start, end, "-", number)


# ---- expressions -----------------------------------------------------------------------------------------------------


def parenthesized_name(start: int, end: int, parenthesized: Node, expression: Node) -> nodes.CompoundNamedExpression:
    """`(a) = f()`; the grammar takes any expression in the parentheses, the language a name."""
    name = parenthesized.expression  # type: ignore[attr-defined]  # the grammar lets nothing else stand here
    if not isinstance(name, (nodes.NameReference, nodes.ClientParameter)):
        message = "`=` gives a name, and what stands before it is none"
        unnamed = nodes.CompoundNamedExpression(start, end, (), expression)
        raise Fault(
            (parenthesized.start, parenthesized.end),
            unnamed,
            message,
            "write a name before `=`, or `==` to compare",
        )
    return nodes.CompoundNamedExpression(start, end, (declare(name),), expression)


def _named_by(word: str) -> Any:
    def make(start: int, end: int, expression: Node) -> nodes.NamedExpression:
        return nodes.NamedExpression(start, end, declare_word(start, word), expression)

    return make


# Words that begin an expression of their own, and name one before `=`.
named_datatable = _named_by("datatable")
named_externaldata = _named_by("externaldata")
named_toscalar = _named_by("toscalar")
named_totable = _named_by("totable")


def method_call(start: int, end: int, left: Node, name: Any, arguments: list[Node] | None) -> nodes.PathExpression:
    """`database("x").table("y")`."""
    call = nodes.FunctionCall(name.start, end, name, tuple(arguments or ()))
    path = nodes.PathExpression(start, end, left, call)
    if name.name in keywords.SPECIAL_WORDS:
        span = (name.start, name.end)
        raise Fault(span, path, f"`{name.name}` is a keyword, and no function", f"write `['{name.name}']` if it is one")
    return path


def data_scope(start: int, end: int, expression: Any, scope: Any) -> nodes.DataScope:
    """`T datascope=hotcache`."""
    node = nodes.DataScope(start, end, expression, scope)
    if scope.name not in {"all", "hotcache"}:
        raise Fault((scope.start, scope.end), node, f"there is no scope `{scope.name}`", "write `all` or `hotcache`")
    return node


def type_of(start: int, end: int, types: list[Any]) -> nodes.TypeOf:
    """`typeof(string)`, or the columns of a table: `typeof(*, a: string)`."""
    node = nodes.TypeOf(start, end, tuple(types))
    alone = [one for one in types if isinstance(one, nodes.TypeReference) and one.name != "*"]
    if alone and len(types) > 1:
        message = "`typeof` of several types gives each a name"
        raise Fault((alone[0].start, alone[0].end), node, message, f"write `name: {alone[0].name}`")
    return node


def one(_start: int, _end: int, value: Node) -> list[Node]:
    """A list of one."""
    return [value]


def pair(_start: int, _end: int, first: Any, second: Any) -> tuple[Any, Any]:
    """Two values for the production above."""
    return first, second


def second(_start: int, _end: int, _first: Any, value: Any) -> Any:
    """The second symbol."""
    return value


def empty_data_table(start: int, end: int, parameters: list[NamedParameter] | None, schema: Any) -> nodes.DataTable:
    """`datatable (a: int) []`."""
    return nodes.DataTable(start, end, tuple(parameters or ()), schema, ())


def inline_external_table(  # as many parts as it has
    start: int,
    end: int,
    schema: Any,
    kind: NamedParameter,
    partition: list[Any] | None,
    path: list[Any] | None,
    format_: Any,
    uris: list[Node],
    properties: list[Any] | None,
) -> nodes.InlineExternalTable:
    """`inline_external_table (...) kind=storage ...`."""
    node = nodes.InlineExternalTable(
        start,
        end,
        schema,
        kind,
        tuple(partition or ()),
        tuple(path or ()),
        format_,
        tuple(uris),
        tuple(properties or ()),
    )
    check_external_table(node)
    return node


# ---- statements ------------------------------------------------------------------------------------------------------


def view_declaration(start: int, end: int, parameters: list[Any] | None, body: Any) -> nodes.FunctionDeclaration:
    """`view () { ... }`."""
    return nodes.FunctionDeclaration(start, end, tuple(parameters or ()), body, is_view=True)


def tabular_function_parameter(start: int, end: int, name: Node | str, schema: Node) -> nodes.FunctionParameter:
    """`T: (a: int)`."""
    declared = declare_word(start, name) if isinstance(name, str) else declare(name)
    return nodes.FunctionParameter(start, end, declared, schema, None)


def empty_function_body(start: int, end: int) -> nodes.FunctionBody:
    """`{ }`."""
    return nodes.FunctionBody(start, end, ())


def braced_function_body(start: int, end: int, token: str) -> nodes.FunctionBody:
    """`{T}`: the lexer takes it for a client's placeholder, here it is a body of one name."""
    name = nodes.NameReference(start + 1, end - 1, token[1:-1])
    return nodes.FunctionBody(start, end, (nodes.ExpressionStatement(start + 1, end - 1, name),))


def open_row_schema(start: int, end: int, columns: list[Any] | None = None) -> nodes.RowSchema:
    """`(*)`."""
    return nodes.RowSchema(start, end, tuple(columns or ()), is_open=True)


def empty_row_schema(start: int, end: int) -> nodes.RowSchema:
    """`()`."""
    return nodes.RowSchema(start, end, ())


# ---- operators -------------------------------------------------------------------------------------------------------


def where_operator(start: int, end: int, keyword: str, parameters: list[Any] | None, predicate: Node) -> Node:
    """`where predicate`. The service's grammar lets `where a = 1` pass, and refuses it later."""
    operator = nodes.WhereOperator(start, end, keyword, tuple(parameters or ()), predicate)
    if isinstance(predicate, nodes.NamedExpression):
        raise Fault(
            (predicate.name.end, predicate.expression.start),
            operator,
            f"`=` gives a name, and `{keyword}` needs a comparison",
            "write `==`",
            ("=", "=="),
        )
    return operator


def star_columns(start: int, end: int) -> list[Node]:
    """`*` where a list of columns may stand."""
    return [nodes.Star(end - 1, end)] if start < end else []


def in_tables(_start: int, _end: int, _in: str, tables: list[Node]) -> list[Node]:
    """`in (T, U)` of find and search."""
    return tables


def project_smart_columns(start: int, end: int) -> list[Node]:
    """`project-smart`."""
    return [nodes.ProjectSmart(start, end)]


def join_operator(
    start: int, end: int, parameters: list[NamedParameter] | None, right: Node, conditions: list[Node] | None
) -> nodes.JoinOperator:
    """`join (T) on a`."""
    return nodes.JoinOperator(start, end, tuple(parameters or ()), right, tuple(conditions or ()), None)


def join_where_operator(
    start: int, end: int, parameters: list[NamedParameter] | None, right: Node, predicate: Node
) -> nodes.JoinOperator:
    """`join (T) where predicate`."""
    return nodes.JoinOperator(start, end, tuple(parameters or ()), right, (), predicate)


def make_series_operator(  # as many parts as the operator has
    start: int,
    end: int,
    parameters: list[NamedParameter] | None,
    items: list[Any],
    axis: Node,
    from_: Node | None,
    to: Node | None,
    step: Node | None,
    by: list[Node] | None,
) -> nodes.MakeSeriesOperator:
    """`make-series ... from .. to .. step ..`."""
    settings = tuple(parameters or ())
    return nodes.MakeSeriesOperator(start, end, settings, tuple(items), axis, from_, to, step, (), tuple(by or ()))


def make_series_on_operator(
    start: int,
    end: int,
    parameters: list[NamedParameter] | None,
    items: list[Any],
    axis: Node,
    by: list[Node] | None,
) -> nodes.MakeSeriesOperator:
    """`make-series ... on axis by ...`, without a step."""
    return make_series_operator(start, end, parameters, items, axis, None, None, None, by)


def make_series_in_range_operator(
    start: int,
    end: int,
    parameters: list[NamedParameter] | None,
    items: list[Any],
    axis: Node,
    _in: str,
    arguments: list[Node],
    by: list[Node] | None,
) -> nodes.MakeSeriesOperator:
    """`make-series ... in range(start, stop, step)`."""
    settings = tuple(parameters or ())
    return nodes.MakeSeriesOperator(
        start, end, settings, tuple(items), axis, None, None, None, tuple(arguments), tuple(by or ())
    )


def braced_partition_operator(
    start: int, end: int, parameters: list[NamedParameter] | None, key: Node, scope: Node | None, query: Node
) -> nodes.PartitionOperator:
    """`partition by a { query }`."""
    return nodes.PartitionOperator(start, end, tuple(parameters or ()), key, scope, query, is_braced=True)


def named_partition_operator(
    start: int, end: int, parameters: list[NamedParameter] | None, key: Node, scope: Node | None, token: str
) -> nodes.PartitionOperator:
    """`partition by a {T}`: the lexer takes the braces for a client's placeholder."""
    query = nodes.NameReference(end - len(token) + 1, end - 1, token[1:-1])
    return nodes.PartitionOperator(start, end, tuple(parameters or ()), key, scope, query, is_braced=True)


def facet_operator(start: int, end: int, expressions: list[Node], operator: Node | None) -> nodes.FacetOperator:
    """`facet by a, b with (operator)`."""
    node = nodes.FacetOperator(start, end, tuple(expressions), operator)
    check_facets(node)
    return node


def restrict_statement(start: int, end: int, entities: list[Node], parameters: list[NamedParameter] | None) -> Node:
    """`restrict access to (T, database("x").*)`."""
    node = nodes.RestrictStatement(start, end, tuple(entities), tuple(parameters or ()))
    for entity in entities:
        check_entity(entity, node, may_be_in_brackets=False)
    return node


def union_operator(start: int, end: int, parameters: list[NamedParameter] | None, tables: list[Node]) -> Node:
    """`union T, U*`."""
    node = nodes.UnionOperator(start, end, tuple(parameters or ()), tuple(tables))
    for table in tables:
        check_entity(table, node, may_be_in_brackets=True)
    return node


def find_operator(  # as many parts as the operator has
    start: int,
    end: int,
    parameters: list[NamedParameter] | None,
    tables: list[Node] | None,
    predicate: Node,
    project: list[Node] | None,
    project_away: list[Node] | None,
) -> Node:
    """`find in (T, U*) where predicate`."""
    settings, listed = tuple(parameters or ()), tuple(tables or ())
    node = nodes.FindOperator(start, end, settings, listed, predicate, tuple(project or ()), tuple(project_away or ()))
    for table in listed:
        check_entity(table, node, may_be_in_brackets=False)
    return node


def search_operator(
    start: int, end: int, parameters: list[NamedParameter] | None, tables: list[Node] | None, predicate: Node
) -> Node:
    """`search in (T, U*) predicate`."""
    node = nodes.SearchOperator(start, end, tuple(parameters or ()), tuple(tables or ()), predicate)
    for table in node.tables:
        check_entity(table, node, may_be_in_brackets=False)
    return node


def reordered(start: int, end: int, name: Node, order: str) -> nodes.OrderedExpression:
    """`a* asc` of project-reorder."""
    return nodes.OrderedExpression(start, end, name, order, None)


def plain_ordered(start: int, end: int, expression: Node) -> nodes.OrderedExpression:
    """`sort by a`."""
    return nodes.OrderedExpression(start, end, expression, None, None)


def nulls_ordered(start: int, end: int, expression: Node, nulls: str) -> nodes.OrderedExpression:
    """`sort by a nulls last`."""
    return nodes.OrderedExpression(start, end, expression, None, nulls)


def render_operator(
    start: int, end: int, chart: Any, settings: list[Any] | None, properties: list[Any] | None
) -> nodes.RenderOperator:
    """`render timechart title="x" with (ymin=0)`."""
    every: list[Any] = []
    for setting in [*(settings or ()), *(properties or ())]:
        if isinstance(setting, list):
            every.extend(setting)
        elif every and _goes_on(every[-1], setting):
            # `ycolumns=a, b`: a name by itself goes on with the list before it.
            every[-1] = _longer(every[-1], setting.name)
        else:
            every.append(setting)
    node = nodes.RenderOperator(start, end, chart, tuple(every))
    for property_ in node.properties:
        if isinstance(property_, nodes.NamedParameter) and any(property_.name is one.name for one in properties or ()):
            check_property(property_, node, "render")
    return node


def parse_kv_operator(start: int, end: int, expression: Node, schema: Any, properties: list[Any] | None) -> Node:
    """`parse-kv a as (b: string) with (pair_delimiter=" ")`."""
    node = nodes.ParseKvOperator(start, end, expression, schema, tuple(properties or ()))
    for property_ in node.properties:
        check_property(property_, node, "parse-kv")
    return node


def _goes_on(before: Node, setting: NamedParameter) -> bool:
    """Tell whether a property is only a name, and stands behind one that takes a list."""
    return setting.value is setting.name and isinstance(before, nodes.NamedParameter) and before.name.name in LISTS


def _longer(parameter: nodes.NamedParameter, name: NameReference) -> nodes.NamedParameter:
    value = parameter.value
    names = value.names if isinstance(value, nodes.NameList) else (value,)
    longer = nodes.NameList(value.start, name.end, (*names, name))
    return nodes.NamedParameter(parameter.start, name.end, parameter.name, longer)


def with_string(start: int, end: int, string: Node) -> NamedParameter:
    """`with "..."` of render."""
    return nodes.NamedParameter(start, end, nodes.NameReference(start, start + 4, "with"), string)


def by_names(_start: int, _end: int, names: list[Node]) -> list[Node]:
    """`by a, b` of render."""
    return names


def bare_parameter(start: int, end: int, name: Any) -> NamedParameter:
    """A property that is only a name."""
    return nodes.NamedParameter(start, end, name, name)


def scan_step(  # as many parts as a step has
    start: int,
    end: int,
    name: Node,
    optional: str | None,
    output: str | None,
    condition: Node,
    assignments: list[Any] | None,
) -> nodes.ScanStep:
    """`step s: condition => a = b;`."""
    return nodes.ScanStep(start, end, declare(name), optional is not None, output, condition, tuple(assignments or ()))


def summarize_operator(  # as many parts as the operator has
    start: int,
    end: int,
    parameters: list[NamedParameter] | None,
    aggregates: list[Node] | None,
    by: list[Node] | None,
    _bin: str | None,
    width: Node | None,
) -> nodes.SummarizeOperator:
    """`summarize ... by ...`."""
    keys = None if by is None else tuple(by)
    node = nodes.SummarizeOperator(start, end, tuple(parameters or ()), tuple(aggregates or ()), keys, width)
    check_keys(node)
    return node


# ---- graphs ----------------------------------------------------------------------------------------------------------


def directed(_start: int, _end: int) -> str:
    """`-->`."""
    return "->"


def undirected(_start: int, _end: int) -> str:
    """`--`."""
    return "-"


def make_graph_operator(  # as many parts as the operator has
    start: int,
    end: int,
    parameters: list[NamedParameter] | None,
    source: Node,
    direction: str,
    target: Node,
    tables: list[Any] | None,
    key: Node | None,
    query: Node | None,
) -> nodes.MakeGraphOperator:
    """`make-graph a --> b with nodes on key`."""
    settings = tuple(parameters or ())
    return nodes.MakeGraphOperator(
        start, end, settings, source, direction, target, tuple(tables or ()), None, key, query
    )


def make_graph_with_id_operator(  # as many parts as the operator has
    start: int,
    end: int,
    parameters: list[NamedParameter] | None,
    source: Node,
    direction: str,
    target: Node,
    node_id: Node,
    key: Node | None,
    query: Node | None,
) -> nodes.MakeGraphOperator:
    """`make-graph a --> b with_node_id = name`."""
    settings = tuple(parameters or ())
    return nodes.MakeGraphOperator(start, end, settings, source, direction, target, (), declare(node_id), key, query)


def _edge(direction: str) -> Any:
    def make(start: int, end: int, label: Any = None) -> nodes.GraphPatternEdge:
        name, edge_range = label if isinstance(label, tuple) else (label, None)
        if isinstance(name, nodes.GraphEdgeRange):
            name, edge_range = None, name
        return nodes.GraphPatternEdge(start, end, direction, None if name is None else declare(name), edge_range)

    return make


edge_to = _edge("->")
edge_from = _edge("<-")
edge = _edge("-")
