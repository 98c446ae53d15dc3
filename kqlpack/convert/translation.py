"""A text with other tools' placeholders as a template. In: text, style, hints. Out: `Translation`, or None.

A placeholder's type follows from where it stands, from what the other tool says of it and from its default. Of several
types that may be right the first with which the template renders to a query without a syntax error is taken. What can't
be a value (an operator, a part of a pipeline) is written out with its default.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from kqlpack.catalog import load as load_catalog
from kqlpack.convert.guess import INLINE, LISTED, TIME_RANGE, Hint, guesses
from kqlpack.convert.placeholders import Escape, Placeholder, Style, find
from kqlpack.pack import Parameter, Query, ValueFault, ValueType
from kqlpack.pack.lexical import LexicalState
from kqlpack.pack.quoting import Place
from kqlpack.pack.reading import parse_text
from kqlpack.semantics import bind
from kqlpack.source import Segment, SourceFile, SourceMap, Span
from kqlpack.syntax import parse
from kqlpack.template import Rendered, render, sample

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_MAX_TRIES: Final = 60
_OPENERS: Final = re.compile(r"\{(?=[{%#])")
_TAG_REST: Final = frozenset("{%#")
# What makes a time of a text, quoted or not: a value of that type needs none of it.
_WRAPPED: Final = re.compile(r"\b(?:to)?(?:datetime|timespan)\s*\(\s*([\"']?)$")
# What goes with a part of the query that is left out: the pipe before an operator, `where`, `and`.
_LEFT_OUT: Final = re.compile(r"\s*(?:\|\s*(?:where\s+)?|\b(?:and|or)\s+)$")
_NOTHING_FOLLOWS: Final = re.compile(r"\s*(?:$|[|;)]|//)")


@dataclass(frozen=True, slots=True)
class Declared:
    """A parameter that a placeholder became. `default` as text, None where it needs a value; `was`: the placeholder."""

    name: str
    type: str
    default: str | None
    description: str
    was: str


@dataclass(frozen=True, slots=True)
class Translation:
    """A template. `segments` lead from it to the text that it was; `lost` says in sentences what it does not keep."""

    text: str
    segments: tuple[Segment, ...]
    parameters: tuple[Declared, ...] = ()
    lost: tuple[str, ...] = ()


def translate(text: str, style: Style, hints: Mapping[str, Hint] | None = None) -> Translation | None:
    """Translate a text whose line ends are plain. None when no choice of types makes a query of it."""
    known = hints or {}
    found = list(find(text, style, known.keys()))
    holes = [one for one in found if isinstance(one, Placeholder)]
    work = _Work(text, found, known)
    if not holes:
        return work.made({})
    return work.solve()


def untouched(text: str) -> Translation:
    """Return a template that renders to the text as it is."""
    return _Work(text, (), {}).made({})


@dataclass(slots=True)
class _Work:
    text: str
    found: Sequence[Placeholder | Escape]
    hints: Mapping[str, Hint]
    names: dict[str, str] = field(default_factory=dict)

    def solve(self) -> Translation | None:
        """Try the most likely types first, then change the one at which it goes wrong."""
        choices = self._choices()
        at = dict.fromkeys(choices, 0)
        best: Translation | None = None
        for _ in range(_MAX_TRIES):
            types = {name: found[at[name]] for name, found in choices.items()}
            made = self.made(types)
            rendered = _rendered(made)
            wrong = _broken(made, rendered)
            if wrong is None:
                best = best or made
                wrong = _mistyped(made, rendered)
                if not wrong:
                    return made
            if not self._advance(at, choices, wrong):
                break
        return best

    def _advance(self, at: dict[str, int], choices: Mapping[str, Sequence[str]], wrong: Sequence[str]) -> bool:
        """Take the next type of the first name in question that has one left; start the ones before it anew."""
        for name in dict.fromkeys((*wrong, *choices)):
            key = next((known for known, made in self.names.items() if made == name), name)
            if key in at and at[key] + 1 < len(choices[key]):
                at[key] += 1
                return True
            if key in at:
                at[key] = 0
        return False

    def _choices(self) -> dict[str, list[str]]:
        """Return for each name the types to try, those first that all of its places agree on."""
        places: dict[str, list[list[str]]] = {}
        state = LexicalState()
        done = 0
        for one in self.found:
            state.feed(self.text[done : one.span.start])
            done_before, done = done, one.span.end
            if isinstance(one, Escape):
                state.feed(one.text)
                continue
            if state.place is not Place.COMMENT:
                following = self.text[one.span.end : one.span.end + 60]
                hint = self.hints.get(one.name, Hint())
                found = guesses(one, state, following, hint)
                if hint.type in {"datetime", "timespan"} and _call_around(self.text, one.span, done_before) != one.span:
                    found = list(dict.fromkeys([hint.type, *found]))
                places.setdefault(_key(one), []).append(found)
            state.feed_value("x")
        result = {}
        for key, lists in places.items():
            first = next((each for each in lists if each[0] == "string"), lists[0])
            rest = [type for each in lists for type in each]
            result[key] = list(dict.fromkeys([*first, *rest]))
        return result

    # ---- the template, with one choice of types ----

    def made(self, types: Mapping[str, str]) -> Translation:
        """Return the template."""
        writer = _Writer(self.text, self.hints, self.names)
        done = 0
        for one in self.found:
            start, end = one.span.start, one.span.end
            type = types.get(_key(one)) if isinstance(one, Placeholder) else None
            if isinstance(one, Placeholder) and type is None:
                continue  # in a comment: it stays as it is
            around = self._around(one, done, type or "")
            start, end = around.start, around.end
            writer.copy(done, start)
            done = end
            if isinstance(one, Escape):
                writer.literal(one.text, one.span)
            else:
                writer.placeholder(one, type or "", Span(start, end))
        writer.copy(done, len(self.text))
        return writer.finished()

    def _around(self, one: Placeholder | Escape, done: int, type: str) -> Span:
        """Return the place that a hole takes: the placeholder's, and what has no meaning beside the hole."""
        span = one.span
        if (
            isinstance(one, Placeholder)
            and type == INLINE
            and not (self.hints.get(one.name, Hint()).default or "").strip()
        ):
            before = _LEFT_OUT.search(self.text, done, span.start)
            return Span(before.start(), span.end) if before and _NOTHING_FOLLOWS.match(self.text, span.end) else span
        return _call_around(self.text, span, done) if type in {"datetime", "timespan"} else span


def _call_around(text: str, span: Span, done: int) -> Span:
    """Return the place of `datetime(...)` around a placeholder; its own where there is none."""
    wrapper = _WRAPPED.search(text, done, span.start)
    closing = re.compile(rf"{wrapper[1]}\s*\)").match(text, span.end) if wrapper else None
    return Span(wrapper.start(), closing.end()) if wrapper and closing else span


def _key(one: Placeholder) -> str:
    return f"{one.name}:{one.format}" if one.format else one.name


class _Writer:
    """The template being put together."""

    def __init__(self, text: str, hints: Mapping[str, Hint], names: dict[str, str]) -> None:
        self.source = text
        self.hints = hints
        self.names = names
        self.parts: list[str] = []
        self.segments: list[Segment] = []
        self.length = 0
        self.declared: dict[str, Declared] = {}
        self.lost: list[str] = []

    def copy(self, start: int, end: int) -> None:
        """Add characters of the text as they are; braces that would open a tag are written as raw text."""
        done = start
        for match in _OPENERS.finditer(self.source, start, end):
            self._exact(done, match.start())
            self._add("{%+ raw %}{{% endraw +%}", Span(*match.span()), exact=False)
            done = match.end()
        self._exact(done, end)

    def _exact(self, start: int, end: int) -> None:
        if end > start:
            self._add(self.source[start:end], Span(start, end), exact=True)

    def literal(self, text: str, origin: Span) -> None:
        """Add a brace that the text escapes; it is raw text only where it would open a tag."""
        opens = text == "{" and (self.source[origin.end : origin.end + 1] in _TAG_REST or self._ends_open())
        self._add("{%+ raw %}{{% endraw +%}" if opens else text, origin, exact=False)

    def _ends_open(self) -> bool:
        return bool(self.parts) and self.parts[-1].endswith("{")

    def placeholder(self, one: Placeholder, type: str, origin: Span) -> None:
        """Add a placeholder as a hole, or written out."""
        hint = self.hints.get(one.name, Hint())
        was = self.source[one.span.start : one.span.end]
        if type == INLINE:
            default = hint.default or ""
            self._add(_OPENERS.sub("{%+ raw %}{{% endraw +%}", default), origin, exact=False)
            shown = f"is written out: `{' '.join(default.split())}`" if default.strip() else "is left out"
            self._lose(f"`{was}` stands for a part of the query, which no value can be, and so {shown}")
            return
        if type == TIME_RANGE:
            start, end = (self._declare(one, "datetime", side) for side in ("start", "end"))
            self._add(f"between ({{{{ {start} }}}} .. {{{{ {end} }}}})", origin, exact=False)
            return
        side = one.format if one.format in {"start", "end"} and type == "datetime" else ""
        self._add(f"{{{{ {self._declare(one, type, side)} }}}}", origin, exact=False)
        if type != "string" and self.source[origin.end : origin.end + 1].isalnum():
            self._add(" ", Span(origin.end, origin.end), exact=False)  # `{end}step`: two words

    def _lose(self, sentence: str) -> None:
        if sentence not in self.lost:
            self.lost.append(sentence)

    def _declare(self, one: Placeholder, type: str, side: str = "") -> str:
        hint = self.hints.get(one.name, Hint())
        suffix = side or (one.format if one.format not in {"value", "query", "escape", ""} else "")
        name = _identifier(one.name) + (f"_{_identifier(suffix)}" if suffix else "")
        if not side:
            self.names[_key(one)] = name
        default = hint.default if hint.default not in {None, ""} or type == "string" else None
        if default is not None and type.startswith("list["):
            default = _as_json(default)
        if side and default is None:
            default = "now-1d" if side == "start" else "now"
        elif type == "datetime" and default is None and one.name.lower() in _TIME_DEFAULTS:
            default = _TIME_DEFAULTS[one.name.lower()]
        was = self.source[one.span.start : one.span.end]
        if default is not None and not _fits(default, type):
            default = None
        self.declared.setdefault(name, Declared(name, type, default, hint.description, was))
        return name

    def _add(self, text: str, origin: Span, *, exact: bool) -> None:
        if text:
            derived = Span(self.length, self.length + len(text))
            self.parts.append(text)
            self.segments.append(Segment(derived, origin, exact=exact))
            self.length = derived.end

    def finished(self) -> Translation:
        """Return what was put together."""
        text = "".join(self.parts)
        return Translation(text, tuple(self.segments), tuple(self.declared.values()), tuple(self.lost))


# What these names mean wherever they are met; msticpy's own default is the last day.
_TIME_DEFAULTS: Final = {"start": "now-1d", "end": "now", "start_time": "now-1d", "end_time": "now"}


def _identifier(name: str) -> str:
    """Return a name as a template can use it."""
    return re.sub(r"\W+", "_", name).strip("_") or "value"


def _as_json(text: str) -> str:
    """Return a list of quoted texts, as other tools write one into a query, as JSON."""
    items = [double or single for double, single in re.findall(r"\"([^\"]*)\"|'([^']*)'", text)]
    return json.dumps(items) if LISTED.fullmatch(text) else text


def _fits(text: str, type: str) -> bool:
    found = ValueType.parse(type)
    try:
        return found is not None and parse_text(text, found) is not None
    except ValueFault:
        return False


def parameters(declared: Sequence[Declared]) -> dict[str, Parameter]:
    """Return the parameters as the template's own room takes them."""
    result = {}
    for one in declared:
        type = ValueType.parse(one.type)
        if type is None:
            continue
        default = parse_text(one.default, type) if one.default is not None else None
        result[one.name] = Parameter(one.name, type, default, one.description)
    return result


def as_query(base: Query, translation: Translation) -> Query:
    """Return a query that renders itself by the translation, with places of the file that `base` stands in."""
    segments = translation.segments or (Segment(Span(0, 0), Span(0, 0)),)
    source_map = SourceMap(base.file, segments).through(base.map)
    return replace(
        base,
        text=translation.text,
        map=source_map,
        parameters=parameters(translation.parameters),
        is_template=True,
        markers=None,
    )


def _rendered(made: Translation) -> Rendered:
    file = SourceFile("", made.text)
    query = Query("q", made.text, SourceMap.identity(file), parameters=parameters(made.parameters))
    return render(query, {name: sample(one) for name, one in query.parameters.items()})


def _broken(made: Translation, rendered: Rendered) -> list[str] | None:
    """Return the names of parameters at which it is no query, the most likely first; None: it is one."""
    if not rendered.ok:
        span = rendered.diagnostics[0].span
        return re.findall(r"\w+", made.text[span.start : span.end])
    parsed = parse(rendered.file)
    if parsed.ok:
        return None
    broken = next(one.span.start for one in parsed.diagnostics if one.severity == "error")
    before: list[str] = []
    for segment in rendered.map.segments:
        if segment.rendered and segment.derived.start <= broken + 1:
            before = _names(made, segment) + before
    return before


def _mistyped(made: Translation, rendered: Rendered) -> list[str]:
    """Return the names of parameters whose type does not fit: the binder complains of what they became."""
    bound = bind(parse(rendered.file), load_catalog())
    found: list[str] = []
    for one in bound.diagnostics:
        if one.severity != "error" or one.rule.startswith("unknown-"):
            continue
        for segment in rendered.map.segments:
            if segment.rendered and segment.derived.start < one.span.end and one.span.start < segment.derived.end:
                found.extend(_names(made, segment))
    return found


def _names(made: Translation, segment: Segment) -> list[str]:
    return re.findall(r"\w+", made.text[segment.origin.start : segment.origin.end])
