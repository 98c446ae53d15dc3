"""Template text as Jinja's tree, with character offsets. In: text. Out: `Template`, or TemplateFault.

Jinja gives every token and node a line number. Here that number is the token's offset in the text, which is more exact
and costs one small override: the lexer below. Whoever reads a node's `lineno` in this package reads an offset.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from jinja2 import TemplateSyntaxError, nodes
from jinja2.lexer import Lexer
from jinja2.sandbox import ImmutableSandboxedEnvironment

from kqlpack.source import Span
from kqlpack.template.faults import (
    CLOCKS_AND_DICE,
    LIMIT,
    MAX_OUTPUT,
    MAX_TAGS,
    SYNTAX,
    TemplateFault,
    nondeterministic,
)
from kqlpack.template.functions import FILTERS, TESTS

if TYPE_CHECKING:
    from collections.abc import Iterator


class OffsetLexer(Lexer):
    """Jinja's lexer, whose tokens carry their offset in place of their line."""

    def tokeniter(
        self, source: str, name: str | None, filename: str | None = None, state: str | None = None
    ) -> Iterator[tuple[int, str, str]]:
        """Yield tokens with their offsets. White space that a tag strips is in no token, and is stepped over."""
        offset = 0
        try:
            for _, token, text in super().tokeniter(source, name, filename, state):
                while not source.startswith(text, offset):
                    offset += 1
                yield offset, token, text
                offset += len(text)
        except TemplateSyntaxError as error:
            # The lexer counts lines and knows no column: what it stumbled on follows the last token.
            while source[offset : offset + 1] == " ":
                offset += 1
            raise TemplateSyntaxError(error.message or "", offset, name, filename) from error


class OffsetEnvironment(ImmutableSandboxedEnvironment):
    """Jinja's settings for queries. It parses only: kqlpack walks the tree itself (kqlpack.template.evaluate)."""

    def __init__(self) -> None:
        """Set what the contract says: `{% if %}` lines leave no blank lines."""
        super().__init__(trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True, cache_size=0)
        self._lexer = OffsetLexer(self)

    @property
    def lexer(self) -> OffsetLexer:
        """The lexer that Jinja's parser asks for."""
        return self._lexer


_ENVIRONMENT: Final = OffsetEnvironment()


@dataclass(frozen=True, slots=True, eq=False)
class Template:
    """A parsed template. `tags` are its `{{ }}`, `{% %}` and `{# #}`, in order."""

    text: str
    tree: nodes.Template
    tags: tuple[Span, ...]
    _starts: list[int] = field(default_factory=list, repr=False)

    def tag_at(self, offset: int) -> Span:
        """Return the tag that an offset stands in."""
        if not self._starts:
            self._starts.extend(tag.start for tag in self.tags)
        index = bisect_right(self._starts, offset) - 1
        return self.tags[index] if index >= 0 else Span(offset, offset)

    def name_span(self, node: nodes.Node, name: str) -> Span:
        """Return the place of a name that a node begins with."""
        found = self.text.find(name, node.lineno)
        start = found if 0 <= found < self.tag_at(node.lineno).end else node.lineno
        return Span(start, start + len(name))


# Deeper than people write, and shallow enough for every walk over the tree to stay within Python's own limit.
MAX_NESTING: Final = 100
_TAGS: Final = (
    "call",
    "filter",
    "for",
    "from",
    "if",
    "import",
    "include",
    "macro",
    "set",
    "with",
)
_REFUSED: Final = {
    nodes.Extends: ("`extends` and `block` are not part of query templates", "share text by a macro"),
    nodes.Block: ("`extends` and `block` are not part of query templates", "share text by a macro"),
    nodes.ScopedEvalContextModifier: ("`autoescape` is not part of query templates", "leave it out"),
    nodes.NSRef: ("`namespace` is not part of query templates", "pass values by macro arguments"),
}


@lru_cache(maxsize=2048)
def parse(text: str) -> Template:
    """Parse a template whose line ends are `\\n`. Raises TemplateFault."""  # noqa: D301 - it is meant
    if len(text) > MAX_OUTPUT:
        raise _too_long("characters", MAX_OUTPUT)
    # Counted by eye: what opens a tag inside of `{% raw %}` counts too, and is as rare as such templates are.
    if text.count("{{") + text.count("{%") + text.count("{#") > MAX_TAGS:
        raise _too_long("tags", MAX_TAGS)
    try:
        tree = _ENVIRONMENT.parse(text)
    except TemplateSyntaxError as error:
        raise _syntax_fault(error, text) from None
    except RecursionError:
        raise _too_deep() from None
    except (ValueError, OverflowError, MemoryError):  # numbers with thousands of digits
        raise TemplateFault(
            SYNTAX, Span(0, 0), "a number in the template can't be read", "write a shorter one"
        ) from None
    template = Template(text, tree, tuple(_tags(text)))
    _refuse(template)
    return template


def names_in(node: nodes.Node) -> set[str]:
    """Return all names under a node, its own included."""
    return {name.name for name in ([node] if isinstance(node, nodes.Name) else node.find_all(nodes.Name))}


def _tags(text: str) -> Iterator[Span]:
    begun = 0
    for offset, token, part in _ENVIRONMENT.lexer.tokeniter(text, None):
        if token.endswith("_begin"):
            begun = offset
        elif token.endswith("_end"):
            yield Span(begun, offset + len(part.rstrip()))


def _refuse(template: Template) -> None:
    """Refuse what is not part of query templates, and what nests deeper than the evaluation goes."""
    stack: list[tuple[nodes.Node, int]] = [(template.tree, 0)]
    while stack:
        node, depth = stack.pop()
        if depth > MAX_NESTING:
            raise _too_deep()
        if type(node) in _REFUSED:
            message, help = _REFUSED[type(node)]
            # Jinja gives `autoescape` no place.
            offset = node.lineno if node.lineno is not None else template.text.find("autoescape")
            raise TemplateFault(SYNTAX, template.tag_at(offset), message, help)
        if isinstance(node, nodes.For) and node.recursive:
            message, help = "loops that call themselves are not part of query templates", "loop inside of a loop"
            raise TemplateFault(SYNTAX, template.tag_at(node.lineno), message, help)
        if isinstance(node, (nodes.Filter, nodes.Test)):
            known, word = (FILTERS, "filter") if isinstance(node, nodes.Filter) else (TESTS, "test")
            name: str = node.name
            if name not in known:
                if name in CLOCKS_AND_DICE:
                    raise nondeterministic(name, template.name_span(node, name))
                message = f"the {word} `{name}` is not part of query templates"
                raise TemplateFault(SYNTAX, template.name_span(node, name), message, _instead(name, known))
        stack.extend((child, depth + 1) for child in reversed(list(node.iter_child_nodes())))


def _too_long(what: str, most: int) -> TemplateFault:
    message = f"the template has more than {most} {what}, so that it is not read"
    return TemplateFault(LIMIT, Span(0, 1), message, "part the query into several, or read values from a table")


def _too_deep() -> TemplateFault:
    return TemplateFault(LIMIT, Span(0, 0), "the template nests too deeply to be read", "use fewer levels")


def _instead(name: str, known: Any) -> str:
    if name in {"safe", "escape", "e", "forceescape"}:
        return "leave it out: a value is written as its type and its place ask for"
    meant = get_close_matches(name, known, n=1)
    return f"did you mean `{meant[0]}`?" if meant else "there are " + ", ".join(f"`{other}`" for other in sorted(known))


# ---- Jinja's complaints in kqlpack's words ---------------------------------------------------------------------------


def _syntax_fault(error: TemplateSyntaxError, text: str) -> TemplateFault:
    said = error.message or ""
    offset = min(error.lineno, len(text))
    span = Span(offset, min(offset + 1, len(text)))
    unknown = re.search(r"unknown tag '(\w+)'", said)
    if unknown:
        name = unknown[1]
        if name in {"elif", "else"} or name.startswith("end"):
            return TemplateFault(SYNTAX, _word(text, offset, name), f"`{name}` closes nothing here", _nesting(said))
        meant = get_close_matches(name, _TAGS, n=1, cutoff=0.5)
        help = (
            f"did you mean `{meant[0]}`?"
            if meant
            else "there are `if`, `for`, `set`, `macro`, `call`, `import`, `with`"
        )
        return TemplateFault(SYNTAX, _word(text, offset, name), f"`{name}` is not a tag of query templates", help)
    if "Unexpected end of template" in said:
        opener = _last_open(text)
        message = "the template ends, and a `{% %}` block is still open"
        return TemplateFault(SYNTAX, opener or span, message, _nesting(said) or "close it")
    if "end of comment" in said:
        return TemplateFault(SYNTAX, span, "the comment `{#` is never closed", "write `#}` after it")
    if "end of raw" in said:
        return TemplateFault(SYNTAX, span, "`{% raw %}` is never closed", "write `{% endraw %}` after it")
    if offset >= len(text) or "end of template" in said:
        tag = max(text.rfind("{{", 0, offset), text.rfind("{%", 0, offset))
        place = Span(tag, tag + 2) if tag >= 0 else span
        closer = "}}" if text.startswith("{{", tag) else "%}"
        return TemplateFault(SYNTAX, place, "this tag is never closed", f"write `{closer}` at its end")
    found = text[span.start : span.end]
    if said.startswith("unexpected char"):
        return TemplateFault(
            SYNTAX, span, f"`{found}` has no meaning in a template's tag", "remove it, or quote the text"
        )
    expected = re.search(r"expected token '([^']+)', got '([^']*)'", said)
    if expected:
        wanted = _WORDS.get(expected[1], f"`{expected[1]}`")
        word = re.match(r"\w+|\S{1,2}", text[offset:])
        got = word[0] if word else found
        return TemplateFault(
            SYNTAX, Span(offset, offset + len(got)), f"`{got}` stands where {wanted} belongs", "mend the tag"
        )
    if said.startswith(("unexpected '", "Expected an expression")):
        return TemplateFault(
            SYNTAX, span, f"`{found}` stands where a value belongs", "write a name or a value before it"
        )
    return TemplateFault(SYNTAX, span, "the template can't be read from here on", "check the tag's words and brackets")


_WORDS: Final = {
    "end of print statement": "the end of the tag, `}}`,",
    "end of statement block": "the end of the tag, `%}`,",
    "name": "a name",
    "begin of print statement": "`{{`",
}


def _word(text: str, offset: int, word: str) -> Span:
    found = text.find(word, offset)
    start = found if found >= 0 else offset
    return Span(start, start + len(word))


def _nesting(said: str) -> str:
    found = re.search(r"innermost block that needs to be closed is '(\w+)'", said)
    return f"the innermost open block is `{found[1]}`: close it with `{{% end{found[1]} %}}`" if found else ""


def _last_open(text: str) -> Span | None:
    """Find the tag that is open at the text's end, by counting openers and closers."""
    stack: list[Span] = []
    for match in re.finditer(r"\{%[-+]?\s*(\w+)[^%]*", text):
        word = match[1]
        if word.startswith("end"):
            if stack:
                stack.pop()
        elif word in {"if", "for", "macro", "call", "filter", "with"} or (word == "set" and "=" not in match[0]):
            stack.append(Span(*match.span(1)))
    return stack[-1] if stack else None
