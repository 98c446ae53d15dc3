"""How a function's row is written. In: types and an SQL template, or a Python function. Out: a row.

A row is a function of a `Call`. `text` makes one of an SQL template, `python` one of a Python function, which is
called once for each distinct set of arguments; anything else is written out in its file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from kqlpack.catalog.types import ScalarType
from kqlpack.errors import ExecutionError, UnsupportedError
from kqlpack.execute.duckdb import convert
from kqlpack.execute.duckdb.sql import Sql, make
from kqlpack.syntax.nodes import NamedExpression

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kqlpack.execute.duckdb.compile import Compiler
    from kqlpack.execute.duckdb.scope import Scope
    from kqlpack.source import Span
    from kqlpack.syntax.nodes import FunctionCall, Node

BOOL, INT, LONG, REAL = ScalarType.BOOL, ScalarType.INT, ScalarType.LONG, ScalarType.REAL
STRING, DYNAMIC, GUID = ScalarType.STRING, ScalarType.DYNAMIC, ScalarType.GUID
DATETIME, TIMESPAN, DECIMAL = ScalarType.DATETIME, ScalarType.TIMESPAN, ScalarType.DECIMAL
ANY = ScalarType.UNKNOWN
NUMBERS = frozenset({INT, LONG, REAL, DECIMAL})
INTEGERS = frozenset({INT, LONG})
TIMES = frozenset({DATETIME, TIMESPAN})


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a built-in function."""

    compiler: Compiler
    node: FunctionCall
    scope: Scope

    @property
    def name(self) -> str:
        """The function's name."""
        return self.node.name.name

    @property
    def count(self) -> int:
        """How many arguments there are."""
        return len(self.node.arguments)

    @property
    def span(self) -> Span:
        """The call's place."""
        return self.node.span

    def node_at(self, index: int) -> Node:
        """Return an argument's node."""
        if index >= self.count:
            raise ExecutionError(f"`{self.name}` wants at least {index + 1} arguments", self.span)
        argument = self.node.arguments[index]
        if isinstance(argument, NamedExpression):
            raise UnsupportedError(f"named arguments of `{self.name}`", argument.span)
        return argument

    def value(self, index: int) -> Sql:
        """Compile an argument as it is."""
        return self.compiler.scalar(self.node_at(index), self.scope)

    def values(self, start: int = 0) -> list[Sql]:
        """Compile the arguments from `start` on as they are."""
        return [self.value(index) for index in range(start, self.count)]

    def argument(self, index: int, type_: ScalarType) -> Sql:
        """Compile an argument and bring it to a type."""
        value = self.value(index)
        if type_ is ANY:
            return value
        if type_ is STRING:
            if value.type in TIMES or value.type in NUMBERS or value.type is BOOL:
                raise UnsupportedError(
                    f"`{self.name}` of a value of type {value.type}",
                    self.node_at(index).span,
                    "convert it with tostring()",
                )
            return convert.to_string(value)
        return convert.coerce(value, type_, self.compiler, self.scope, self.node_at(index).span)

    def number(self, index: int) -> Sql:
        """Compile an argument that must be a number; a dynamic is taken as a real."""
        value = self.value(index)
        if value.type is DYNAMIC:
            return convert.from_dynamic(value, REAL, self.compiler, self.scope, self.span)
        if value.type not in NUMBERS:
            raise UnsupportedError(f"`{self.name}` of a value of type {value.type}", self.node_at(index).span)
        return value

    def constant(self, index: int) -> Any:
        """Return the value of an argument that must be a constant."""
        return self.compiler.constant(self.node_at(index), self.scope)

    def refuse(self, reason: str = "") -> UnsupportedError:
        """Return the refusal of this call."""
        return UnsupportedError(f"`{self.name}` with these arguments", self.span, reason)


Row: TypeAlias = "Callable[[Call], Sql]"


def text(
    returns: ScalarType,
    template: str | Mapping[int, str],
    *types: ScalarType,
    nullable: bool | None = None,
) -> Row:
    """Return a row that writes `template` with the arguments brought to `types`.

    A mapping holds a template for each number of arguments. `nullable` None: the result is null where an argument is; a
    string is never null.
    """
    templates = {len(types): template} if isinstance(template, str) else dict(template)

    def write(call: Call) -> Sql:
        if call.count not in templates:
            wanted = " or ".join(str(count) for count in sorted(templates))
            raise ExecutionError(f"`{call.name}` wants {wanted} arguments, not {call.count}", call.span)
        arguments = [call.argument(index, types[index]) for index in range(call.count)]
        written = templates[call.count].format(*arguments)
        missing = any(argument.nullable for argument in arguments) if nullable is None else nullable
        if returns is STRING:
            return make(f"coalesce({written}, '')" if missing else written, STRING, arguments, nullable=False)
        return make(written, returns, arguments, nullable=missing)

    return write


def python(
    returns: ScalarType, function: Callable[..., Any], *types: ScalarType, least: int | None = None, nulls: bool = False
) -> Row:
    """Return a row that calls a Python function; at least `least` arguments must be there."""

    def write(call: Call) -> Sql:
        if not (len(types) if least is None else least) <= call.count <= len(types):
            raise ExecutionError(f"`{call.name}` can't be called with {call.count} arguments", call.span)
        arguments = [call.argument(index, types[index]) for index in range(call.count)]
        return call.compiler.python(function, arguments, returns, call.scope, call.span, nulls=nulls)

    return write


def python_of_many(returns: ScalarType, function: Callable[..., Any], type_: ScalarType, *, nulls: bool = False) -> Row:
    """Return a row that calls a Python function with any number of arguments of one type."""

    def write(call: Call) -> Sql:
        arguments = [call.argument(index, type_) for index in range(call.count)]
        return call.compiler.python(function, arguments, returns, call.scope, call.span, nulls=nulls)

    return write
