"""Names: where one is used, and where one is declared."""

from __future__ import annotations

from kqlpack.syntax.nodes.base import Node


class NameReference(Node, frozen=True, eq=False):
    """A name that stands for a column, table, variable or function. `name` is without brackets: `['a b']` is `a b`."""

    name: str


class NameDeclaration(Node, frozen=True, eq=False):
    """A name that is given here: by `let`, `as`, `extend x = ...`, a parameter, a schema's column."""

    name: str


class WildcardedName(Node, frozen=True, eq=False):
    """A pattern over names, `Foo*_CL` or `*`. `pattern` is its text."""

    pattern: str


class NameList(Node, frozen=True, eq=False):
    """Several names as one value: `ycolumns=a, b`."""

    names: tuple[Node, ...]


class ClientParameter(Node, frozen=True, eq=False):
    """`{name}`: a placeholder that some client fills in before it sends the query. `name` is without braces."""

    name: str


class TypeReference(Node, frozen=True, eq=False):
    """A scalar type's name as written (`string`, `double`, ...); `*` in `typeof(*)` and in open schemas."""

    name: str


class NameAndType(Node, frozen=True, eq=False):
    """`name: type`, in the schema of datatable, externaldata, parse-kv, a tabular parameter, ..."""

    name: NameDeclaration
    type: TypeReference | None
