"""Evaluate a template's expressions. In: Jinja's nodes and a scope. Out: Python values, or a placed TemplateFault."""

from __future__ import annotations

import operator
from abc import ABC, abstractmethod
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from jinja2 import nodes

from kqlpack.pack import Value
from kqlpack.source import Span
from kqlpack.template.faults import (
    CLOCKS_AND_DICE,
    EVALUATION,
    NONDETERMINISTIC,
    UNDEFINED,
    Budget,
    TemplateFault,
    nondeterministic,
)
from kqlpack.template.functions import FILTERS, GLOBALS, METHODS, TESTS, fault
from kqlpack.template.values import Piece, Text, described, is_number, unwrapped, wrapped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from kqlpack.source import SourceFile, SourceMap
    from kqlpack.template.parsing import Template

_MISSING: Final = object()
_BOUND_BY_JINJA: Final = {
    "loop": "`{% for %}`",
    "caller": "a macro that `{% call %}` calls",
    "varargs": "a macro",
    "kwargs": "a macro",
}
_SEPARATE: Final = "compute it in KQL"


@dataclass(slots=True, eq=False)
class Scope:
    """Names, and the scope around them."""

    parent: Scope | None = None
    names: dict[str, Any] = field(default_factory=dict)

    def find(self, name: str) -> Any:
        """Return what a name is bound to, or a mark that it is not."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                return scope.names[name]
            scope = scope.parent
        return _MISSING

    def chain(self) -> Iterator[Scope]:
        """Return this scope and all around it."""
        scope: Scope | None = self
        while scope is not None:
            yield scope
            scope = scope.parent


@dataclass(slots=True, eq=False)
class Loop:
    """`loop`, inside a loop."""

    items: list[Any]
    index0: int = 0
    last_seen: Any = _MISSING

    def attribute(self, name: str) -> Any:
        """Return `loop.index` and its like, or the mark for what there is not."""
        at, items = self.index0, self.items
        found = {
            "index": at + 1,
            "index0": at,
            "revindex": len(items) - at,
            "revindex0": len(items) - at - 1,
            "first": at == 0,
            "last": at == len(items) - 1,
            "length": len(items),
            "depth": 1,  # of loops that call themselves, which there are none of
            "depth0": 0,
            "previtem": items[at - 1] if at else _MISSING,
            "nextitem": items[at + 1] if at + 1 < len(items) else _MISSING,
            "cycle": self._cycle,
            "changed": self._changed,
        }
        return found.get(name, _MISSING)

    def _cycle(self, *values: Any) -> Any:
        if not values:
            raise fault("`loop.cycle` needs values to go round")
        return values[self.index0 % len(values)]

    def _changed(self, *value: Any) -> bool:
        changed = self.last_seen is _MISSING or self.last_seen != value
        self.last_seen = value
        return changed


@dataclass(slots=True, eq=False)
class Macro:
    """A macro, or the body of a `{% call %}`. `module`: the file of macros that it stands in, if not in the query."""

    name: str
    node: nodes.Macro | nodes.CallBlock
    scope: Scope
    template: Template
    module: Module | None

    def arguments(self) -> Iterator[tuple[str, nodes.Expr | None]]:
        """Return the arguments' names and defaults."""
        without = len(self.node.args) - len(self.node.defaults)
        for index, argument in enumerate(self.node.args):
            yield argument.name, self.node.defaults[index - without] if index >= without else None

    def bound(self, args: list[Any], kwargs: dict[str, Any]) -> dict[str, Any]:
        """Return names for the arguments of a call."""
        names = [argument.name for argument in self.node.args]
        result = dict(zip(names, args, strict=False))
        used = {name.name for name in self.node.find_all(nodes.Name)} if len(args) > len(names) or kwargs else set()
        if len(args) > len(names):
            if "varargs" not in used:
                raise fault(f"the macro `{self.name}` takes {len(names)} arguments, and gets {len(args)}")
            result["varargs"] = tuple(args[len(names) :])
        others: dict[str, Any] = {}
        for name, value in kwargs.items():
            if name in result:
                raise fault(f"the macro `{self.name}` gets `{name}` twice")
            (result if name in names else others)[name] = value
        if others:
            if "kwargs" not in used:
                name = next(iter(others))
                meant = get_close_matches(name, names, n=1)
                help = f"did you mean `{meant[0]}`?" if meant else ""
                raise fault(f"the macro `{self.name}` has no argument `{name}`", help)
            result["kwargs"] = others
        for name, default in self.arguments():
            if name not in result and default is None:
                raise fault(f"the macro `{self.name}` needs a value for `{name}`")
        return result


@dataclass(slots=True, eq=False)
class Module:
    """A file of macros. `map` leads from its template, whose line ends are plain, to the file."""

    name: str
    template: Template
    file: SourceFile
    map: SourceMap
    names: dict[str, Any] = field(default_factory=dict)
    is_run: bool = False


class Expressions(ABC):
    """The evaluation's part that looks up and computes."""

    def __init__(self, template: Template, values: Mapping[str, Value], budget: Budget) -> None:
        """Take the template and the parameters' values."""
        self.template = template
        self.budget = budget
        self.has_read_secret = False
        self.root = Scope(names=dict(values))
        self.scope = Scope(self.root)
        self.plain: dict[int, Any] = {}
        # Where the node stands that is being worked on, and, inside a file of macros, the query's tag that led there.
        self.at = 0
        self.site: Span | None = None
        self.module: Module | None = None

    @contextmanager
    def inner(self) -> Iterator[None]:
        """Open a scope."""
        outer = self.scope
        self.scope = Scope(outer)
        try:
            yield
        finally:
            self.scope = outer

    # ---- doors ----

    def parameter(self, node: nodes.Node) -> Value | None:
        """Return the typed value that a bare name stands for, or None for any other expression."""
        if not isinstance(node, nodes.Name):
            return None
        found = self.scope.find(node.name)
        return found if isinstance(found, Value) else None

    def value(self, node: nodes.Node) -> Any:
        """Evaluate an expression."""
        self.budget.spend()
        self.at = node.lineno
        compute = _EXPRESSIONS.get(type(node))
        if compute is None:
            raise TemplateFault(EVALUATION, None, "this expression is not part of query templates")
        return compute(self, node)

    def truth(self, node: nodes.Node) -> bool:
        """Evaluate a condition."""
        return bool(self.value(node))

    def assign(self, target: nodes.Node, value: Any) -> None:
        """Bind a name, or several to the items of a list."""
        if isinstance(target, nodes.Name):
            self.scope.names[target.name] = value
            return
        if not isinstance(target, nodes.Tuple):
            raise fault("only names can be set")
        plain = self._plain(value)
        if not isinstance(plain, (list, tuple)) or len(plain) != len(target.items):
            self.at = target.lineno
            raise fault(f"{len(target.items)} names are to be set from {described(plain)}")
        for name, item in zip(target.items, plain, strict=True):
            self.assign(name, item)

    def hole(self, offset: int, value: Value | None, text: str = "", *, secret: bool = False) -> Piece:
        """Return the piece of output that the tag at an offset of the template makes."""
        return self.placed_piece(self.template.tag_at(offset), text, value, exact=False, secret=secret)

    def placed_piece(
        self, span: Span, text: str, value: Value | None = None, *, exact: bool = True, secret: bool = False
    ) -> Piece:
        """Return a piece of output with its place, in a file of macros where it stands in one."""
        if self.module is None:
            return Piece(span, text, value, exact, secret)
        span = self.module.map.locate(span).span
        return Piece(span, text, value, exact, secret, self.module.file, self.site)

    def tainted(self, value: Value) -> Value:
        """Return a value that was worked out, secret where a secret may be in it."""
        return replace(value, secret=True) if self.has_read_secret else value

    def _plain(self, value: Any) -> Any:
        if not isinstance(value, Value):
            return value
        known = self.plain.get(id(value), _MISSING)
        if known is _MISSING:
            known = self.plain[id(value)] = unwrapped(value)
        # What an expression makes of a secret is secret, and whatever is worked out from here on may hold some of it.
        self.has_read_secret = self.has_read_secret or value.secret
        return known

    # ---- names and parts ----

    def name(self, node: nodes.Name) -> Any:
        """Look a name up."""
        found = self.scope.find(node.name)
        if found is _MISSING:
            if node.name in GLOBALS:
                return GLOBALS[node.name]
            raise self.undefined(node.name, Span(node.lineno, node.lineno + len(node.name)))
        return self._plain(found)

    def undefined(self, name: str, span: Span) -> TemplateFault:
        """Return the fault of a name that nothing is bound to."""
        known = sorted({name for scope in self.scope.chain() for name in scope.names})
        meant = get_close_matches(name, known, n=1)
        if meant:
            help = f"did you mean `{meant[0]}`?"
        elif name in _BOUND_BY_JINJA:
            help = f"`{name}` is there inside of {_BOUND_BY_JINJA[name]} only"
        elif name in CLOCKS_AND_DICE:
            return nondeterministic(name, span)
        else:
            help = f"declare it: `parameters: {{{name}: {{type: string}}}}`"
        return TemplateFault(UNDEFINED, span, f"`{name}` is neither a parameter nor set in the template", help)

    def attribute(self, value: Any, name: Any) -> Any:
        """Look up an item of a mapping or list, or one of `loop`'s attributes."""
        value = self._plain(value)
        found: Any = _MISSING
        if isinstance(value, dict):
            found = value.get(name, _MISSING) if isinstance(name, (str, int, float, bool)) else _MISSING
        elif isinstance(value, (list, tuple, str)):
            if isinstance(name, str) and name.isdecimal() and len(name) < 10:
                name = int(name)
            if isinstance(name, int) and -len(value) <= name < len(value):
                found = value[name]
        elif isinstance(value, Module):
            found = value.names.get(name, _MISSING)
        elif isinstance(value, Loop) and isinstance(name, str):
            found = value.attribute(name)
        if found is _MISSING:
            raise self._no_attribute(value, name)
        return self._plain(found)

    def _no_attribute(self, value: Any, name: Any) -> TemplateFault:
        if isinstance(value, Module):
            meant = get_close_matches(str(name), value.names, n=1)
            help = f"did you mean `{meant[0]}`?" if meant else "define it there with `{% macro %}`"
            return TemplateFault(UNDEFINED, None, f"`macros/{value.name}` has no `{name}`", help)
        if isinstance(value, Loop):
            return TemplateFault(
                UNDEFINED, None, f"`loop` has no `{name}` here", "there are `index`, `first`, `last`, ..."
            )
        return TemplateFault(UNDEFINED, None, f"{described(value)} has no `{name}` here")

    def getattr(self, node: nodes.Getattr) -> Any:
        """Evaluate `a.b`."""
        value = self.value(node.node)
        self.at = node.lineno
        return self.attribute(value, node.attr)

    def getitem(self, node: nodes.Getitem) -> Any:
        """Evaluate `a[b]` and `a[b:c]`."""
        value = self.value(node.node)
        if isinstance(node.arg, nodes.Slice):
            bounds = [self.value(part) if part else None for part in (node.arg.start, node.arg.stop, node.arg.step)]
            self.at = node.lineno
            if not isinstance(value, (str, list, tuple)) or any(
                bound is not None and not isinstance(bound, int) for bound in bounds
            ):
                raise fault("only lists and texts have slices, from one whole number to another")
            if bounds[2] == 0:
                raise fault("a slice can't step by zero")
            return self._made(value[slice(*bounds)])
        key = self.value(node.arg)
        self.at = node.lineno
        return self.attribute(value, key)

    def _made(self, value: Any) -> Any:
        self.budget.made(value)
        return value

    # ---- constants and operators ----

    def constant(self, node: nodes.Const) -> Any:
        """Evaluate a literal."""
        return self._made(node.value)

    def items(self, node: nodes.List | nodes.Tuple) -> Any:
        """Evaluate `[a, b]` and `(a, b)`: both are a template's list."""
        return tuple(self.value(item) for item in node.items)

    def mapping(self, node: nodes.Dict) -> Any:
        """Evaluate `{a: b}`."""
        result = {}
        for pair in node.items:
            key = self.value(pair.key)
            if not isinstance(key, (str, int, float, bool)):
                raise fault(f"{described(key)} can't be a key")
            result[key] = self.value(pair.value)
        return result

    def concat(self, node: nodes.Concat) -> Any:
        """Evaluate `a ~ b`. Text that a macro made stays text of the template; what joins it becomes a hole."""
        parts = [self.value(part) for part in node.nodes]
        self.at = node.lineno
        if any(isinstance(part, Text) for part in parts):
            return self._joined(parts)
        return self._made("".join(self._as_text(part) for part in parts))

    def _joined(self, parts: list[Any]) -> Text:
        pieces: list[Piece] = []
        for part in parts:
            if isinstance(part, Text):
                pieces.extend(part.pieces)
                continue
            value = wrapped(part)
            if value is None:
                raise fault(f"{described(part)} can't be joined to text")
            pieces.append(self.hole(self.at, self.tainted(value)))
        self.budget.spend(len(pieces))
        return Text(tuple(pieces))

    def _as_text(self, value: Any) -> str:
        if value is None or isinstance(value, (list, tuple, dict)):
            raise fault(f"{described(value)} can't be joined to a text", 'use `| join(", ")`')
        text = FILTERS["string"](self, value)
        self.budget.spend(1 + len(text) // 64)
        return str(text)

    def arithmetic(self, node: nodes.BinExpr) -> Any:
        """Evaluate `a + b` and its like: numbers; texts and lists for `+`."""
        left, right = self.value(node.left), self.value(node.right)
        self.at = node.lineno
        if isinstance(node, nodes.Add):
            if isinstance(left, str) and isinstance(right, str):
                return self._made(str(left) + str(right))
            if isinstance(left, tuple) and isinstance(right, tuple):
                return self._made(left + right)
        if not is_number(left) or not is_number(right):
            symbol = nodes_symbol(node)
            message = f"`{symbol}` can't be done with {described(left)} and {described(right)}"
            raise fault(message, "join texts with `~`" if symbol == "+" else _SEPARATE)
        if isinstance(node, nodes.Pow) and (abs(right) > 64 or abs(left) > 10**6):
            raise fault("the power is too large", _SEPARATE)
        try:
            return self._made(_ARITHMETIC[type(node)](left, right))
        except ZeroDivisionError:
            raise fault("division by zero", "ask first: `{% if ... %}`") from None
        except (ArithmeticError, TypeError, ValueError):
            raise fault(f"`{nodes_symbol(node)}` can't be done with these numbers", _SEPARATE) from None

    def unary(self, node: nodes.UnaryExpr) -> Any:
        """Evaluate `not a`, `-a`, `+a`."""
        value = self.value(node.node)
        if isinstance(node, nodes.Not):
            return not value
        if not is_number(value):
            raise fault(f"{described(value)} has no sign", _SEPARATE)
        return -value if isinstance(node, nodes.Neg) else +value

    def both(self, node: nodes.And) -> Any:
        """Evaluate `a and b`."""
        left = self.value(node.left)
        return self.value(node.right) if left else left

    def either(self, node: nodes.Or) -> Any:
        """Evaluate `a or b`."""
        left = self.value(node.left)
        return left or self.value(node.right)

    def compare(self, node: nodes.Compare) -> Any:
        """Evaluate `a == b < c`, `a in b`."""
        left = self._comparable(self.value(node.expr))
        for operand in node.ops:
            right = self._comparable(self.value(operand.expr))
            self.at = node.lineno
            if isinstance(right, (str, tuple, list)):
                self.budget.spend(1 + len(right) // 64)
            try:
                if not _COMPARISONS[operand.op](left, right):
                    return False
            except TypeError:
                raise fault(f"{described(left)} and {described(right)} can't be compared") from None
            left = right
        return True

    def _comparable(self, value: Any) -> Any:
        plain = value.plain() if isinstance(value, Text) else None
        return value if plain is None else plain

    def conditional(self, node: nodes.CondExpr) -> Any:
        """Evaluate `a if b else c`; without else, nothing is written."""
        if self.truth(node.test):
            return self.value(node.expr1)
        return self.value(node.expr2) if node.expr2 is not None else Text()

    # ---- filters, tests, calls ----

    def filtered(self, node: nodes.Filter, value: Any = _MISSING) -> Any:
        """Evaluate `a | f`. `default` is the one filter that may be given a name that is not there."""
        if value is _MISSING and node.node is not None:
            look_up = self._or_missing if node.name in {"default", "d"} else self.value
            value = look_up(node.node)
        args, kwargs = self._arguments(node)
        self.at = node.lineno
        if value is _MISSING:
            return args[0] if args else kwargs.get("default_value", "")
        return self.apply_filter(node.name, value, args, kwargs)

    def _or_missing(self, node: nodes.Node) -> Any:
        try:
            return self.value(node)
        except TemplateFault as found:
            if found.rule not in {UNDEFINED, NONDETERMINISTIC}:
                raise
            return _MISSING

    def apply_filter(self, name: str, value: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
        """Run a filter."""
        if isinstance(value, (str, list, tuple, dict)):
            self.budget.spend(1 + len(value) // (64 if isinstance(value, str) else 4))
        try:
            return self._made(FILTERS[name](self, self._plain(value), *args, **kwargs))
        except TypeError:
            raise fault(f"the filter `{name}` can't do this with {described(value)}") from None
        except (ArithmeticError, ValueError):
            raise fault(f"the filter `{name}` can't do this with {described(value)}") from None

    def tested(self, node: nodes.Test) -> Any:
        """Evaluate `a is t`."""
        if node.name in {"defined", "undefined"}:
            return (self._or_missing(node.node) is _MISSING) is (node.name == "undefined")
        value = self.value(node.node)
        args, _ = self._arguments(node)
        self.at = node.lineno
        return self.apply_test(node.name, value, args)

    def apply_test(self, name: str, value: Any, args: list[Any]) -> bool:
        """Run a test."""
        self.budget.spend()
        try:
            return bool(TESTS[name](self._plain(value), *args))
        except (TypeError, ArithmeticError, ValueError):
            raise fault(f"the test `{name}` can't be done with {described(value)}") from None

    def _arguments(self, node: nodes.Call | nodes.Filter | nodes.Test) -> tuple[list[Any], dict[str, Any]]:
        args = [self.value(argument) for argument in node.args]
        kwargs = {str(argument.key): self.value(argument.value) for argument in node.kwargs}
        if node.dyn_args is not None:
            extra = self.value(node.dyn_args)
            if not isinstance(extra, (list, tuple)):
                raise fault(f"`*` needs a list, and this is {described(extra)}")
            args.extend(extra)
        if node.dyn_kwargs is not None:
            more = self.value(node.dyn_kwargs)
            if not isinstance(more, dict):
                raise fault(f"`**` needs a mapping, and this is {described(more)}")
            kwargs.update({str(key): value for key, value in more.items()})
        return args, kwargs

    def call(self, node: nodes.Call, caller: Macro | None = None) -> Any:
        """Evaluate `f(a)`: a macro, one of a value's methods, `range`."""
        target, name = self._target(node.node)
        args, kwargs = self._arguments(node)
        self.at = node.lineno
        if isinstance(target, Macro):
            return self.run_macro(target, args, kwargs, caller)
        if caller is not None or not callable(target) or isinstance(target, type):
            raise fault(f"`{name}` is not a macro, and can't be called", "define it with `{% macro %}`")
        try:
            return self._made(target(*args, **kwargs))
        except (TypeError, ValueError, ArithmeticError):
            raise fault(f"`{name}` can't be called like this") from None

    def _target(self, node: nodes.Node) -> tuple[Any, str]:
        if not isinstance(node, nodes.Getattr):
            return self.value(node), node.name if isinstance(node, nodes.Name) else "this"
        value = self.value(node.node)
        self.at = node.lineno
        for type, methods in METHODS.items():
            if isinstance(value, type):
                method = methods.get(node.attr)
                if method is None:
                    help = "there are " + ", ".join(f"`{name}`" for name in methods)
                    raise fault(f"{described(value)} has no method `{node.attr}` in query templates", help)
                return partial(method, value), node.attr
        return self.attribute(value, node.attr), node.attr

    @abstractmethod
    def run_macro(self, macro: Macro, args: list[Any], kwargs: dict[str, Any], caller: Macro | None) -> Text:
        """Call a macro; statements are a level above."""


_ARITHMETIC: Final[dict[type[nodes.Node], Callable[[Any, Any], Any]]] = {
    nodes.Add: operator.add,
    nodes.Sub: operator.sub,
    nodes.Mul: operator.mul,
    nodes.Div: operator.truediv,
    nodes.FloorDiv: operator.floordiv,
    nodes.Mod: operator.mod,
    nodes.Pow: operator.pow,
}


def nodes_symbol(node: nodes.BinExpr) -> str:
    """Return an operator as it is written."""
    return node.operator or "+"


_COMPARISONS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "lt": operator.lt,
    "lteq": operator.le,
    "gt": operator.gt,
    "gteq": operator.ge,
    "in": lambda left, right: left in right,
    "notin": lambda left, right: left not in right,
}
_EXPRESSIONS: Final[dict[type[nodes.Node], Callable[[Expressions, Any], Any]]] = {
    nodes.Name: Expressions.name,
    nodes.Const: Expressions.constant,
    nodes.List: Expressions.items,
    nodes.Tuple: Expressions.items,
    nodes.Dict: Expressions.mapping,
    nodes.Getattr: Expressions.getattr,
    nodes.Getitem: Expressions.getitem,
    nodes.Concat: Expressions.concat,
    nodes.And: Expressions.both,
    nodes.Or: Expressions.either,
    nodes.Not: Expressions.unary,
    nodes.Neg: Expressions.unary,
    nodes.Pos: Expressions.unary,
    nodes.Compare: Expressions.compare,
    nodes.CondExpr: Expressions.conditional,
    nodes.Filter: Expressions.filtered,
    nodes.Test: Expressions.tested,
    nodes.Call: Expressions.call,
    **dict.fromkeys(_ARITHMETIC, Expressions.arithmetic),
}
