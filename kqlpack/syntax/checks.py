"""What the grammar takes and the language doesn't. In: nodes just made. Out: nothing, or a `Fault`."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Final

from kqlpack.syntax import nodes
from kqlpack.syntax.settings import SETTINGS

if TYPE_CHECKING:
    from kqlpack.syntax.nodes import Node

# The properties of `render` whose value is a list of names.
LISTS: Final = frozenset(("ycolumns", "anomalycolumns", "series"))
# What a list of tables holds: names, calls, and paths of these.
_ENTITIES: Final = (
    nodes.NameReference,
    nodes.WildcardedName,
    nodes.FunctionCall,
    nodes.ClientParameter,
    nodes.At,
    nodes.DataScope,
)


class Fault(Exception):  # noqa: N818  # not an error of the machine: the driver turns it into a diagnostic
    """The grammar accepts the text, the language doesn't. Caught by the driver."""

    def __init__(
        self, span: tuple[int, int], node: Node, message: str, help_: str, replace: tuple[str, str] | None = None
    ) -> None:
        """Take the place, the node to go on with, and what a diagnostic says.

        `replace`: the text to look for at the place, and what mends it.
        """
        super().__init__(message)
        self.start, self.end = span
        self.node = node
        self.message = message
        self.help = help_
        self.replace = replace


def check_entity(entity: Node, whole: Node, *, may_be_in_brackets: bool) -> None:
    """Let only what can be a table into a list of tables."""
    first = entity
    while isinstance(first, (nodes.PathExpression, nodes.ElementExpression, nodes.PipeExpression)):
        first = first.expression
    is_in_brackets = may_be_in_brackets and isinstance(entity, nodes.ParenthesizedExpression)
    if isinstance(first, _ENTITIES) or is_in_brackets:
        return
    help_ = "write the name of a table" + (", or a query in brackets" if may_be_in_brackets else "")
    message = f"`{whole.construct or 'restrict'}` takes tables, and this is none"
    raise Fault((entity.start, entity.end), whole, message, help_)


def check_property(property_: nodes.NamedParameter, whole: Node, operator: str) -> None:
    """Let only properties that there are into `with (...)`, each with its value."""
    known, name = SETTINGS[operator], property_.name
    span = (name.start, name.end)
    if name.name not in known:
        near = difflib.get_close_matches(name.name.lower(), known, 1, 0.6)
        help_ = f"write `{near[0]}`" if near else "write one of " + ", ".join(f"`{one}`" for one in known)
        raise Fault(span, whole, f"`{operator}` has no property `{name.name}`", help_)
    if property_.value is name:
        raise Fault(span, whole, f"the property `{name.name}` has no value", f"write `{name.name}=...`")


def check_keys(operator: nodes.SummarizeOperator) -> None:
    """Refuse `by a, bin = 1h`: `bin =` is the old way to say how wide the key before it is, and no key."""
    for key in operator.by or ():
        if isinstance(key, nodes.NamedExpression) and key.name.name == "bin" and _begins_with_digit(key.expression):
            message = "`bin=` stands behind a key, without a comma"
            raise Fault((key.start, key.end), operator, message, "write `bin(key, width)` instead of the key")


def _begins_with_digit(node: Node) -> bool:
    while isinstance(node, (nodes.BinaryExpression, nodes.InExpression, nodes.BetweenExpression)):
        node = node.left
    return isinstance(node, nodes.Literal) and node.text[0].isdigit()


def check_external_table(table: nodes.InlineExternalTable) -> None:
    """Ask for what `inline_external_table` needs, by its kind."""
    value = getattr(table.kind.value, "name", "")
    span = (table.kind.start, table.kind.end)
    if table.kind.name.name != "kind" or value not in {"storage", "delta"}:
        message = "an external table is of the kind `storage` or `delta`"
        raise Fault(span, table, message, "write `kind=storage` or `kind=delta`")
    if value == "storage" and table.format is None:
        message = "`dataformat` is missing: nobody knows how to read the files of this external table"
        raise Fault(span, table, message, "write `dataformat=csv` (or `json`, `parquet`, ...) before the addresses")
    if table.path and not table.partition:
        message = "`pathformat` is made of partitions, and this external table has none"
        raise Fault(
            (table.path[0].start, table.path[-1].end), table, message, "write `partition by (...)` before `pathformat`"
        )


def check_facets(operator: nodes.FacetOperator) -> None:
    """Let only columns into `facet by`."""
    for one in operator.expressions:
        if not isinstance(one, (nodes.NameReference, nodes.PathExpression, nodes.ClientParameter)):
            raise Fault((one.start, one.end), operator, "`facet by` takes columns by their names", "write a name")
