"""A table as a line of text. In: `Table`. Out: a line of tab-separated fields; and back.

The fields: name, `closed` or `open`, columns as `Name:type` joined by commas.
"""

from __future__ import annotations

import re

from kqlpack.catalog.model import Column, Table
from kqlpack.catalog.types import ScalarType

_WRITABLE = re.compile(r"[^\s:,]+")
_TYPES = {member.value: member for member in ScalarType}


def is_writable(name: str) -> bool:
    """Tell whether a line can hold a column of this name."""
    return _WRITABLE.fullmatch(name) is not None


def columns_to_text(table: Table) -> str:
    """Return a table's columns as one field. Raises ValueError for a name with white space, a colon or a comma."""
    for column in table.columns:
        if not is_writable(column.name):
            raise ValueError(f"a column's name that can't be written: {column.name!r}")
    return ",".join(f"{column.name}:{column.type.value}" for column in table.columns)


def columns_from_text(text: str) -> tuple[Column, ...]:
    """Read the columns of one field."""
    pairs = (part.partition(":") for part in text.split(",") if part)
    return tuple(Column(name, _TYPES[type_name]) for name, _, type_name in pairs)


def table_to_text(table: Table) -> str:
    """Return a table as a line. Raises ValueError for a name that can't be written."""
    if not is_writable(table.name):
        raise ValueError(f"a table's name that can't be written: {table.name!r}")
    return "\t".join([table.name, "open" if table.is_open else "closed", columns_to_text(table)])


def table_from_text(line: str) -> Table:
    """Read a table's line."""
    name, state, columns = line.split("\t")
    return Table(name, columns_from_text(columns), is_open=state == "open")
