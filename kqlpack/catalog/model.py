"""What a workspace and the language offer, as values. In: rows of data. Out: `Column`, `Table`, `Function`, ..."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kqlpack.catalog.types import ScalarType


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, in the spelling that queries must use, and its type."""

    name: str
    type: ScalarType


@dataclass(frozen=True, slots=True)
class Table:
    """A table. `is_open`: it may have columns beyond `columns` (AzureDiagnostics, a custom log without a schema)."""

    name: str
    columns: tuple[Column, ...]
    is_open: bool = False


class FunctionKind(StrEnum):
    """What a function is called as."""

    SCALAR = "scalar function"
    AGGREGATE = "aggregate function"
    TABULAR = "tabular function"
    PLUGIN = "plugin"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a signature.

    `accepts` says what an argument may be: the name of a scalar type, several joined by `|`, or one of Kusto.Language's
    classes of types (`Scalar`, `Number`, `Integer`, `Summable`, `Orderable`, `NotDynamic`, `DynamicArray`,
    `DynamicBag`, `StringOrDynamic`, `Tabular`, ...); empty: anything.
    `argument` narrows how it must be written: `Literal`, `Constant`, `Column`, `StarAllowed`, ...; mostly empty.
    """

    name: str
    accepts: str = ""
    argument: str = ""
    is_optional: bool = False
    is_repeatable: bool = False


@dataclass(frozen=True, slots=True)
class Signature:
    """One way to call a function.

    `returns` is the name of a scalar type, or one of Kusto.Language's rules: `Parameter0`, `Parameter1`,
    `Parameter0Promoted`, `Common`, `CommonNonDynamic`, `Widest`, `ParameterNLiteral`, `Parameter0Array`, `Custom`, ...
    `max_arguments` None: no limit.
    """

    parameters: tuple[Parameter, ...]
    returns: str
    min_arguments: int
    max_arguments: int | None


@dataclass(frozen=True, slots=True)
class Function:
    """A built-in function, aggregate or plugin.

    `replacement`: the name that the documentation says to use instead, where this one is deprecated; `same_meaning`
    tells whether writing that name instead changes nothing else. `result_name` is how an unnamed call names its column:
    empty, or the prefix of Kusto's automatic names (`count_`, `sum_x`: prefix `count`, `sum`) as Kusto.Language has it;
    `result_name_kind` says how the prefix is used. `page` is the documentation page that the row comes from.
    """

    name: str
    kind: FunctionKind
    signatures: tuple[Signature, ...]
    replacement: str | None = None
    same_meaning: bool = False
    result_name: str = ""
    result_name_kind: str = ""
    page: str = ""

    @property
    def min_arguments(self) -> int:
        """The least number of arguments over all signatures."""
        return min((signature.min_arguments for signature in self.signatures), default=0)

    @property
    def max_arguments(self) -> int | None:
        """The greatest number of arguments over all signatures; None: no limit."""
        counts = [signature.max_arguments for signature in self.signatures]
        return None if not counts or None in counts else max(count for count in counts if count is not None)
