"""A query's tests from their YAML. In: nodes. Out: `Test` values."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kqlpack.pack.document import MappingNode, Node, ScalarNode, SequenceNode, plain_value
from kqlpack.pack.findings import DEFAULT_TYPE_MISMATCH, SCHEMA_VIOLATION, Findings, similar
from kqlpack.pack.model import Expectation, Query, TableData, Test
from kqlpack.pack.parameters import check_limits
from kqlpack.pack.reading import ValueFault, from_node, parse_datetime, plain_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.pack.value import Value
    from kqlpack.values import Datetime


def read_tests(node: Node | None, query: Query, findings: Findings) -> tuple[Test, ...]:
    """Return the tests of a list of them."""
    if not isinstance(node, SequenceNode):
        return ()
    return tuple(_read(item, query, findings) for item in node.items if isinstance(item, MappingNode))


def _read(node: MappingNode, query: Query, findings: Findings) -> Test:
    name = node.get("name")
    parameters = node.get("parameters")
    tables = node.get("tables")
    return Test(
        name=name.text if isinstance(name, ScalarNode) else "",
        file=node.file,
        span=name.span if name else node.key_span("expect"),
        now=_now(node.get("now"), findings),
        parameters=read_assignment(parameters, query, findings) if isinstance(parameters, MappingNode) else {},
        tables=_tables(tables) if isinstance(tables, MappingNode) else {},
        expect=_expectation(node.get("expect"), findings),
        node=node,
    )


def _now(node: Node | None, findings: Findings) -> Datetime | None:
    if node is None:
        return None
    now = parse_datetime(node.text) if isinstance(node, ScalarNode) else None
    if now is None:
        findings.add(
            SCHEMA_VIOLATION, node.file, node.span, "`now` is no date and time", "write it as `2024-12-03T12:00:00Z`"
        )
    return now


def read_assignment(node: MappingNode, query: Query, findings: Findings) -> dict[str, Value]:
    """Return values for a query's parameters from a mapping; what does not fit is reported and left out."""
    result: dict[str, Value] = {}
    for name, entry in node.entries.items():
        parameter = query.parameters.get(name)
        if parameter is None and query.has_faulty(name):
            continue
        if parameter is None:
            meant = similar(name, query.parameters)
            findings.add(
                SCHEMA_VIOLATION,
                node.file,
                entry.key.span,
                f"`{name}` is not a parameter of `{query.id}`",
                f"did you mean `{meant}`?" if meant else "declare it under `parameters:`, or remove it",
            )
            continue
        try:
            value = from_node(entry.value, parameter.type)
            check_limits(parameter, value)
        except ValueFault as fault:
            message = f"the value of `{name}` does not fit: {fault}"
            findings.add(DEFAULT_TYPE_MISMATCH, node.file, entry.value.span, message, fault.help)
            continue
        result[name] = value
    return result


def _tables(node: MappingNode) -> dict[str, TableData]:
    result = {}
    for name, entry in node.entries.items():
        value = entry.value
        span = entry.key.span
        if isinstance(value, SequenceNode):
            result[name] = TableData(name, rows=plain_rows(value), span=span)
        elif isinstance(value, MappingNode) and isinstance(file := value.get("file"), ScalarNode):
            result[name] = TableData(name, path=Path(node.file.path).parent / file.text, span=span)
    return result


def _expectation(node: Node | None, findings: Findings) -> Expectation:
    if not isinstance(node, MappingNode):
        return Expectation()
    rows = node.get("rows")
    least, most = _row_counts(rows)
    if rows and least is not None and most is not None and least > most:
        message = f"`min` ({least}) is more than `max` ({most}), so that no result fits"
        findings.add(SCHEMA_VIOLATION, node.file, rows.span, message, "swap them, or change one")
    contains, absent, equals = (node.get(key) for key in ("contains", "absent", "equals"))
    return Expectation(
        least,
        most,
        contains=(plain_rows(contains) if contains else None) or (),
        absent=(plain_rows(absent) if absent else None) or (),
        equals=plain_rows(equals) if equals else None,
    )


def _row_counts(node: Node | None) -> tuple[int | None, int | None]:
    if isinstance(node, MappingNode):
        bounds = (node.get("min"), node.get("max"))
        least, most = (_count(bound) for bound in bounds)
        return least, most
    count = _count(node)
    return count, count


def values_in(test: Test) -> Iterator[tuple[str, str, ScalarNode]]:
    """Yield the single values of a test's rows, each with its table and column; the table of what is expected is ``."""
    tables = test.node.get("tables") if test.node else None
    expected = test.node.get("expect") if test.node else None
    lists = [(name, entry.value) for name, entry in tables.entries.items()] if isinstance(tables, MappingNode) else []
    if isinstance(expected, MappingNode):
        lists += [("", node) for key in ("contains", "absent", "equals") if (node := expected.get(key))]
    for table, rows in lists:
        for row in rows.items if isinstance(rows, SequenceNode) else ():
            for column, entry in row.entries.items() if isinstance(row, MappingNode) else ():
                if isinstance(entry.value, ScalarNode):
                    yield table, column, entry.value


def _count(node: Node | None) -> int | None:
    value = plain_value(node) if isinstance(node, ScalarNode) else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None
