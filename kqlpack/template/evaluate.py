"""Walk a template's statements. In: a `Template`, values, macros. Out: the output's `Piece`s, holes not yet filled.

Jinja compiles a template to Python. kqlpack walks its tree instead: every step is counted, every fault has its place,
nothing exists that is not on the list, and a query that is rendered once or twice needs no compiling.
Scopes are Jinja's: a loop's body, a macro and `with` have their own, `if` has none.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from jinja2 import nodes

from kqlpack.pack.scalar import with_plain_line_ends
from kqlpack.source import SourceMap, Span
from kqlpack.template.expressions import Expressions, Loop, Macro, Module, Scope
from kqlpack.template.faults import EVALUATION, LIMIT, MAX_DEPTH, OUTSIDE, RAW, Budget, TemplateFault
from kqlpack.template.functions import items_of
from kqlpack.template.parsing import Template, parse
from kqlpack.template.values import Piece, Text, described, wrapped

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kqlpack.pack import Value
    from kqlpack.source import SourceFile


class Evaluation(Expressions):
    """One rendering under way."""

    def __init__(
        self,
        template: Template,
        values: Mapping[str, Value],
        macros: Mapping[str, SourceFile],
        *,
        may_be_raw: bool,
        macros_within: Mapping[str, Mapping[str, SourceFile]] | None = None,
        budget: Budget | None = None,
    ) -> None:
        """Take what the template needs; `run` does the work. `macros_within`: what some of the files may import."""
        super().__init__(template, values, budget or Budget())
        self.macro_files = macros
        self.macros_within = macros_within or {}
        self.may_be_raw = may_be_raw
        self.out: list[Piece] = []
        self.visited: set[int] = set()
        self.modules: dict[str, Module] = {}
        self.importing: list[str] = []
        self.calling: list[Macro] = []

    def run(self) -> tuple[Piece, ...]:
        """Render. Raises TemplateFault."""
        try:
            self.body(self.template.tree.body)
        except RecursionError:
            raise TemplateFault(LIMIT, None, "the template nests too deeply", "use fewer levels") from None
        except TemplateFault as fault:
            raise self.placed(fault) from None
        return tuple(self.out)

    # ---- statements ----

    def body(self, statements: list[nodes.Node]) -> None:
        """Run statements one after the other."""
        for statement in statements:
            self.budget.spend()
            run = _STATEMENTS.get(type(statement))
            if run is None:
                self.at = statement.lineno or self.at
                raise TemplateFault(
                    EVALUATION, None, f"`{type(statement).__name__.lower()}` is not part of query templates"
                )
            run(self, statement)

    def caught(self, statements: list[nodes.Node]) -> Text:
        """Run statements and return their output instead of writing it."""
        outer, self.out = self.out, []
        try:
            self.body(statements)
            return Text(tuple(self.out))
        finally:
            self.out = outer

    def output(self, node: nodes.Output) -> None:
        """Write text and holes."""
        for part in node.nodes:
            if self.module is None:
                self.visited.add(part.lineno)
            if isinstance(part, nodes.TemplateData):
                self._text(part)
            else:
                self.budget.spend()
                self._hole(part)

    def _text(self, part: nodes.TemplateData) -> None:
        span = Span(part.lineno, part.lineno + len(part.data))
        if self.module is None:
            self.write(Piece(span, part.data))
            return
        for segment in self.module.map.pieces(span):  # a line end may be two characters in the file
            text = part.data[segment.derived.start - span.start : segment.derived.end - span.start]
            self.write(Piece(segment.origin, text, None, segment.exact, included=self.module.file, site=self.site))

    def write(self, piece: Piece) -> None:
        """Add a piece to the output."""
        self.budget.write(len(piece.text))
        self.budget.spend()
        self.out.append(piece)

    def _hole(self, node: nodes.Expr) -> None:
        self.at = node.lineno
        if isinstance(node, nodes.Filter) and node.name == "raw":
            self._raw(node)
            return
        value = self.parameter(node)
        if value is None:
            found = self.value(node)
            if isinstance(found, Text):
                for piece in found.pieces:
                    self.write(piece)
                return
            value = wrapped(found)
            if value is None:
                self.at = node.lineno
                message = f"the value is {described(found)}, which a query can't hold"
                raise TemplateFault(EVALUATION, None, message, "write a text, a number, a list or a parameter")
            value = self.tainted(value)
        self.write(self.hole(node.lineno, value))

    def _raw(self, node: nodes.Filter) -> None:
        text = self.value(node)
        if not self.may_be_raw:
            raise TemplateFault(
                RAW,
                self.template.tag_at(node.lineno),
                "`| raw` writes a value as it is, so that whoever gives the value writes the query",
                "leave it out, or say why it must be on the query: `allow_raw: reason`",
            )
        self.write(self.hole(node.lineno, None, str(text), secret=self.has_read_secret))

    def condition(self, node: nodes.If) -> None:
        """Run the first branch whose test holds."""
        if self.truth(node.test):
            self.body(node.body)
            return
        for other in node.elif_:
            if self.truth(other.test):
                self.body(other.body)
                return
        self.body(node.else_)

    def loop(self, node: nodes.For) -> None:
        """Run the body for each item, or the else branch when there is none."""
        self.at = node.iter.lineno
        found = self.value(node.iter)
        self.at = node.iter.lineno
        items = items_of(found)
        if node.test is not None:
            items = [item for item in items if self._passes(node, item)]
        loop = Loop(items)
        outer = self.scope
        try:
            for index, item in enumerate(items):
                self.budget.spend()
                loop.index0 = index
                self.scope = Scope(outer, {"loop": loop})  # what `inner` does, which takes longer
                self.assign(node.target, item)
                self.body(node.body)
        finally:
            self.scope = outer
        if not items:
            self.body(node.else_)

    def _passes(self, node: nodes.For, item: object) -> bool:
        self.budget.spend()
        with self.inner():
            self.assign(node.target, item)
            return node.test is None or self.truth(node.test)

    def set(self, node: nodes.Assign) -> None:
        """Bind a name."""
        value = self.parameter(node.node)
        self.assign(node.target, value if value is not None else self.value(node.node))

    def set_block(self, node: nodes.AssignBlock) -> None:
        """Bind a name to the output of a block."""
        with self.inner():
            value: Any = self.caught(node.body)
        if node.filter is not None:
            value = self.filtered(node.filter, value)
        self.assign(node.target, value)

    def bind(self, node: nodes.With) -> None:
        """Run a block with names of its own."""
        values = [self.value(value) for value in node.values]
        with self.inner():
            for target, value in zip(node.targets, values, strict=True):
                self.assign(target, value)
            self.body(node.body)

    def macro(self, node: nodes.Macro) -> None:
        """Bind a macro."""
        self.scope.names[node.name] = Macro(node.name, node, self.scope, self.template, self.module)

    def call_block(self, node: nodes.CallBlock) -> None:
        """Call a macro that may call the block's body."""
        caller = Macro("caller", node, self.scope, self.template, self.module)
        self.at = node.call.lineno
        self._write_result(self.call(node.call, caller))

    def filter_block(self, node: nodes.FilterBlock) -> None:
        """Run a filter over the output of a block."""
        with self.inner():
            text = self.caught(node.body)
        self.at = node.lineno
        self._write_result(self.filtered(node.filter, text))

    def _write_result(self, result: object) -> None:
        if isinstance(result, Text):
            for piece in result.pieces:
                self.write(piece)
            return
        value = wrapped(result)
        if value is None:
            raise TemplateFault(EVALUATION, None, f"the outcome is {described(result)}, which a query can't hold")
        self.write(self.hole(self.at, self.tainted(value)))

    # ---- macros ----

    def run_macro(self, macro: Macro, args: list[Any], kwargs: dict[str, Any], caller: Macro | None) -> Text:
        """Call a macro: bind its arguments, run its body, return the output."""
        # Looked up only where it matters: a template may call macros a hundred thousand times.
        is_last = self.budget.depth >= MAX_DEPTH
        self.budget.enter(macro.name if is_last and any(one.node is macro.node for one in self.calling) else "")
        call_site = self.site or self.template.tag_at(self.at)
        names = macro.bound(args, kwargs)
        outer = (self.scope, self.template, self.module, self.site, self.at)
        self.scope = Scope(macro.scope)
        if caller is not None:
            self.scope.names["caller"] = caller
        self.template, self.module = macro.template, macro.module
        self.site = call_site if macro.module else None
        self.calling.append(macro)
        try:
            for name, default in macro.arguments():
                if name in names:
                    self.scope.names[name] = names[name]
                elif default is not None:
                    self.scope.names[name] = self.value(default)
            for name in ("varargs", "kwargs"):
                if name in names:
                    self.scope.names[name] = names[name]
            text = self.caught(macro.node.body)
        except TemplateFault as fault:
            raise self.placed(fault) from None
        finally:
            self.scope, self.template, self.module, self.site, self.at = outer
            self.budget.depth -= 1
            self.calling.pop()
        return text

    def placed(self, fault: TemplateFault) -> TemplateFault:
        """Return a fault with its place; one in a file of macros also with the tag that led there."""
        if fault.span is None:
            fault.span = self.template.tag_at(self.at)
        elif fault.included is not None or fault.is_placed:
            return fault
        if self.module is not None:
            fault.span = self.module.map.locate(fault.span).span
            fault.included, fault.site = self.module.file, self.site
        fault.is_placed = True
        return fault

    # ---- other files ----

    def _module(self, node: nodes.Import | nodes.FromImport | nodes.Include) -> Module:
        self.at = node.lineno
        name = self.value(node.template)
        self.at = node.lineno
        if not isinstance(name, str):
            raise TemplateFault(
                EVALUATION, None, "the name of a file of macros is a text", 'write `import "time.kql.j2"`'
            )
        # A file of another pack's macros names that pack's files.
        importer = self.module.file if self.module else None
        files = self.macros_within.get(importer.path, self.macro_files) if importer else self.macro_files
        file = files.get(name)
        known = self.modules.get(file.path) if file else None
        if known:
            return known
        if file is None:
            meant = get_close_matches(name, files, n=1)
            help = f"did you mean `{meant[0]}`?" if meant else "put it into the pack's folder `macros/`"
            raise TemplateFault(OUTSIDE, None, f"the pack has no `macros/{name}`, and other files can't be read", help)
        text, source_map = with_plain_line_ends(file.text, SourceMap.identity(file))
        try:
            template = parse(text)
        except TemplateFault as fault:
            fault.span = source_map.locate(fault.span or Span(0, 0)).span
            fault.included, fault.site = file, self.site or self.template.tag_at(self.at)
            raise
        module = self.modules[file.path] = Module(name, template, file, source_map)
        return module

    def _run_module(self, module: Module, scope: Scope) -> Text:
        if module.file.path in self.importing:
            raise TemplateFault(LIMIT, None, f"`macros/{module.name}` imports itself", "end the circle")
        self.importing.append(module.file.path)
        outer = (self.scope, self.template, self.module, self.site, self.at)
        site = self.site or self.template.tag_at(self.at)
        self.scope, self.template, self.module, self.site = scope, module.template, module, site
        try:
            return self.caught(module.template.tree.body)
        except TemplateFault as fault:
            raise self.placed(fault) from None
        finally:
            self.scope, self.template, self.module, self.site, self.at = outer
            self.importing.pop()

    def _imported(self, node: nodes.Import | nodes.FromImport) -> Module:
        module = self._module(node)
        if not module.is_run or node.with_context:
            scope = Scope(self.scope if node.with_context else None)
            self._run_module(module, scope)
            module.names = dict(scope.names)
            module.is_run = not node.with_context
        return module

    def import_file(self, node: nodes.Import) -> None:
        """Bind a file's macros under one name."""
        self.scope.names[node.target] = self._imported(node)

    def import_names(self, node: nodes.FromImport) -> None:
        """Bind some of a file's macros."""
        module = self._imported(node)
        for name in node.names:
            wanted, alias = name if isinstance(name, tuple) else (name, name)
            self.at = node.lineno
            self.scope.names[alias] = self.attribute(module, wanted)

    def include(self, node: nodes.Include) -> None:
        """Write another file's output here."""
        module = self._module(node)
        for piece in self._run_module(module, Scope(self.scope if node.with_context else None)).pieces:
            self.write(piece)


_STATEMENTS: dict[type[nodes.Node], Callable[[Evaluation, Any], None]] = {
    nodes.Output: Evaluation.output,
    nodes.If: Evaluation.condition,
    nodes.For: Evaluation.loop,
    nodes.Assign: Evaluation.set,
    nodes.AssignBlock: Evaluation.set_block,
    nodes.With: Evaluation.bind,
    nodes.Macro: Evaluation.macro,
    nodes.CallBlock: Evaluation.call_block,
    nodes.FilterBlock: Evaluation.filter_block,
    nodes.Import: Evaluation.import_file,
    nodes.FromImport: Evaluation.import_names,
    nodes.Include: Evaluation.include,
}
