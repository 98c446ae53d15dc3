"""Render a query. In: a `Query` and values. Out: `Rendered`: KQL text with a map back to the YAML file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kqlpack.diagnostics import Annotation, Diagnostic, Severity
from kqlpack.pack import Query, Value, ValueFault, read_value
from kqlpack.pack.findings import similar
from kqlpack.source import Segment, SourceFile, SourceMap, Span
from kqlpack.template.encode import Filled, fill
from kqlpack.template.evaluate import Evaluation
from kqlpack.template.faults import MAX_WORK, VALUE, Budget, TemplateFault
from kqlpack.template.parsing import parse
from kqlpack.template.uses import free_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True, slots=True, eq=False)
class Rendered:
    """A rendered query. `file` holds the text under the path of the YAML file; `map` leads from there to that file.

    `values` are those of all parameters, defaults included. `diagnostics` point into the YAML file (or into a file of
    macros); with an error among them, `text` is only what was understood. `steps`: the work that it took.
    """

    query: Query
    file: SourceFile
    map: SourceMap
    values: Mapping[str, Value]
    diagnostics: tuple[Diagnostic, ...] = ()
    secrets: tuple[Span, ...] = ()
    visited: frozenset[int] = field(default=frozenset(), repr=False)
    steps: int = 0

    @property
    def text(self) -> str:
        """The KQL text."""
        return self.file.text

    @property
    def ok(self) -> bool:
        """Whether the text is the whole query."""
        return all(found.severity is not Severity.ERROR for found in self.diagnostics)

    def redacted(self) -> str:
        """Return the text with `***` for what is secret, for printing."""
        text = self.text
        for span in reversed(self.secrets):
            text = text[: span.start] + "***" + text[span.end :]
        return text


def render(query: Query, values: Mapping[str, object] | None = None) -> Rendered:
    """Render a query with values for its parameters: `Value`s, Python values, or texts as on the command line."""
    known, diagnostics = _values(query, values or {})
    if not query.is_template:
        return Rendered(query, SourceFile(query.file.path, query.text), query.map, known, tuple(diagnostics))
    if diagnostics:
        return _failed(query, known, diagnostics)
    budget = Budget()
    try:
        template = parse(query.text)
        evaluation = Evaluation(
            template,
            known,
            query.macros,
            may_be_raw=bool(query.allow_raw),
            macros_within=query.macros_within,
            budget=budget,
        )
        pieces = evaluation.run()
        filling = Budget()  # the pieces were counted once: filling them starts anew
        filled = fill(pieces, filling)
    except TemplateFault as fault:
        return _failed(query, known, [_diagnosed(query, fault)], MAX_WORK - budget.work)
    return Rendered(
        query,
        SourceFile(query.file.path, filled.text),
        _map(query, filled),
        known,
        tuple(_diagnosed(query, fault) for fault in filled.faults),
        filled.secrets,
        frozenset(evaluation.visited),
        2 * MAX_WORK - budget.work - filling.work,
    )


def _map(query: Query, filled: Filled) -> SourceMap:
    segments = filled.segments or (Segment(Span(0, 0), Span(0, 0), exact=False),)
    return SourceMap(query.file, segments).through(query.map)


def _failed(query: Query, values: Mapping[str, Value], diagnostics: Iterable[Diagnostic], steps: int = 0) -> Rendered:
    file = SourceFile(query.file.path, "")
    return Rendered(query, file, _map(query, Filled("", ())), values, tuple(diagnostics), steps=steps)


def _diagnosed(query: Query, fault: TemplateFault) -> Diagnostic:
    span = fault.span or Span(0, 0)
    if fault.included is None:
        primary = Annotation(query.file, query.map.locate(span).span)
        related: tuple[Annotation, ...] = ()
    else:
        primary = Annotation(fault.included, span)
        site = Annotation(query.file, query.map.locate(fault.site or Span(0, 0)).span, "called from here")
        related = (site,)
    return Diagnostic(*fault.rule, Severity.ERROR, fault.message, primary, related, fault.help, query=query.id or None)


def _values(query: Query, given: Mapping[str, object]) -> tuple[dict[str, Value], list[Diagnostic]]:
    values: dict[str, Value] = {}
    diagnostics = []
    for name, parameter in query.parameters.items():
        if name in given:
            try:
                values[name] = read_value(parameter, given[name])
            except ValueFault as fault:
                diagnostics.append(_about(query, name, str(fault), fault.help))
        elif parameter.default is not None:
            values[name] = parameter.default
        elif query.is_template and name in free_names(query.text):
            diagnostics.append(
                _about(query, name, f"`{name}` has no default, and no value was given", f"give one: `-p {name}=...`")
            )
    for name in given:
        if name not in query.parameters:
            meant = similar(name, query.parameters)
            help = f"did you mean `{meant}`?" if meant else "declare it under `parameters:`, or leave it out"
            diagnostics.append(_about(query, name, f"`{query.id}` has no parameter `{name}`", help))
    return values, diagnostics


def _about(query: Query, name: str, message: str, help: str) -> Diagnostic:
    parameter = query.parameters.get(name)
    if parameter is not None and parameter.file is not None:
        primary = Annotation(parameter.file, parameter.span)
    else:
        primary = Annotation(query.file, query.span)
    return Diagnostic(*VALUE, Severity.ERROR, message, primary, help=help, query=query.id or None)
