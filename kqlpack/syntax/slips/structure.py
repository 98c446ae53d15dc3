"""Slips about what holds a query together: pipes, `;`, `let`, brackets, and where the text ends."""

from __future__ import annotations

import difflib
import re
from typing import Final

from kqlpack.diagnostics import Applicability, Edit, Fix
from kqlpack.source import Span
from kqlpack.syntax.slips.finding import CLOSERS, OPENERS, Break, Finding, replace

_NO_MORE: Final = "remove it, or write what is missing"
_LISTS: Final = frozenset(("in", "!in", "in~", "!in~", "has_any", "has_all"))


def command(at: Break) -> Finding | None:
    """Find `.show tables`."""
    if at.index or at.word() != ".":
        return None
    start = at.span().start
    word = re.compile(r"\.\s*[\w-]+").match(at.text, start)
    span = Span(start, word.end() if word else start + 1)
    message = f"`{at.text[span.start : span.end]}` is a management command, which no query API runs"
    return Finding(span, message, "write a query: a table, then operators after `|`")


def directive(at: Break) -> Finding | None:
    """Find a `#` line between the query's own."""
    start = at.span().start
    if at.word() != "#" or at.text[at.text.rfind("\n", 0, start) + 1 : start].strip():
        return None
    span = Span(start, at.line_end(start))
    message = "a directive stands only at the beginning of the text"
    return Finding(span, message, "move the line up, or write `//` for a comment", instead=(span, ""))


def two_pipes(at: Break) -> Finding | None:
    """Find `| |`."""
    if at.word() != "|" or at.word(-1) != "|":
        return None
    if at.on_new_line:
        span = at.span(-1)
        help_ = "remove it, or write an operator"
        return Finding(span, "nothing follows this `|`", help_, replace(span, "", "Remove the `|`"))
    if at.span().start == at.span(-1).end and at.word(1) not in at.operators:
        # `||`: a word for another slip.
        return None
    return Finding(at.span(), "two pipes stand beside each other", "remove one of them", replace(at.span(), ""))


def let(at: Break) -> Finding | None:
    """Find `a = 1;` and `lte a = 1;`."""
    for name in (-1, 0):
        if not at.word(name).isidentifier() or at.word(name + 1) != "=":
            continue
        if _begins_statement(at, name):
            start = at.span(name).start
            message = f"`{at.word(name)}` is given a value without `let`"
            fix = replace(Span(start, start), "let ", "Write `let`")
            return Finding(at.span(name), message, "write `let` before it", fix)
        word, span = at.word(name - 1), at.span(name - 1)
        if (
            word != "let"
            and _begins_statement(at, name - 1)
            and difflib.get_close_matches(word.lower(), ["let"], 1, 0.6)
        ):
            return Finding(span, f"`{word}` begins no statement", "write `let`", replace(span, "let"))
    return None


def _begins_statement(at: Break, offset: int) -> bool:
    return at.index + offset == 0 or at.word(offset - 1) in {";", "{"}


def materialize(at: Break) -> Finding | None:
    """Find `materialize(...)` outside of a `let`."""
    if at.word() != "materialize" or at.word(1) != "(":
        return None
    help_ = "write `let name = materialize(...);` before the query, and the name here"
    return Finding(at.span(), "`materialize` stands only in a `let`", help_, instead=(at.span(), ""))


def twice(at: Break) -> Finding | None:
    """Find `| where where a == 1`, where the second is read as a name."""
    word = at.word(-1)
    if not word or at.word(-2) != word or word not in at.operators:
        return None
    fix = replace(Span(at.span(-2).end, at.span(-1).end), "")
    return Finding(at.span(-1), f"`{word}` stands here twice", "remove one", fix)


def hyphenated_operator(at: Break) -> Finding | None:
    """Find a misspelt `project-away`: only when it is spelt well is it one token."""
    match = re.compile(r"[A-Za-z]+(?:-[A-Za-z]+)+").match(at.text, at.span().start)
    if match is None or at.word(-1) != "|":
        return None
    near = difflib.get_close_matches(match[0].lower(), at.operators, 1, 0.6)
    span = Span(match.start(), match.end())
    if not near or near[0] == match[0]:
        return None
    fix = Fix(f"Replace by `{near[0]}`", (Edit(span, near[0]),), Applicability.UNSAFE)
    return Finding(span, f"`{match[0]}` is not a tabular operator", f"write `{near[0]}`", fix)


def missing_pipe(at: Break) -> Finding | None:
    """Find an operator without its `|`."""
    if at.word() not in at.operators or "VBAR" not in at.expected or at.index == 0:
        return None
    span = at.span()
    fix = replace(Span(span.start, span.start), "| ", "Write `|` before it")
    related = () if at.between == span else ((span, "this operator needs one"),)
    return Finding(at.between, f"a `|` is missing before `{at.word()}`", f"write `| {at.word()}`", fix, related)


def missing_semicolon(at: Break) -> Finding | None:
    """Find a `let` that runs into the next line's query."""
    if "SEMICOLON" not in at.expected or not at.on_new_line or "let" not in at.tokens.texts[: at.index]:
        return None
    if not re.match(r"[A-Za-z_\[({]", at.word()):
        return None
    end = at.span(-1).end
    fix = replace(Span(end, end), ";", "Write `;` after the `let`")
    message = "a `let` statement ends with `;`, and this one doesn't"
    related = ((at.span(), "the next part begins here"),)
    return Finding(Span(end - 1, end), message, "write `;` here", fix, related)


def closer(at: Break) -> Finding | None:
    """Find a closing bracket that has no partner, the wrong one, or nothing before it."""
    if at.word() not in CLOSERS:
        return None
    opener = at.opener
    if opener is None:
        return Finding(at.span(), f"nothing opened the `{at.word()}`", "remove it, or open it before")
    opened = at.word(opener)
    if OPENERS[opened] != at.word():
        fitting = OPENERS[opened]
        related = ((at.span(opener), f"`{opened}` opens here"),)
        message = f"`{at.word()}` can't close `{opened}`"
        return Finding(at.span(), message, f"write `{fitting}`", None, related, (at.span(), fitting))
    if opener == -1 and at.word(-2) in _LISTS:
        message = f"`{at.word(-2)} ()` has nothing to compare with"
        return Finding(Span(at.span(-1).start, at.span().end), message, "write at least one value")
    if at.word(-1) == ",":
        return Finding(at.span(-1), "nothing follows this `,`", _NO_MORE, replace(at.span(-1), "", "Remove the `,`"))
    return None


def the_end(at: Break) -> Finding | None:
    """Find what is open where the text ends."""
    opener = at.opener
    if opener is not None:
        opened = at.word(opener)
        help_ = f"write the `{OPENERS[opened]}` that closes it"
        message = f"the query ends, and `{opened}` is not closed"
        return Finding(at.span(-1), message, help_, None, ((at.span(opener), "it opens here"),))
    last = at.word(-1)
    if last == "|":
        fix = replace(at.span(-1), "", "Remove the `|`")
        return Finding(at.span(-1), "nothing follows this `|`", "remove it, or write an operator", fix)
    if last == ",":
        return Finding(at.span(-1), "nothing follows this `,`", _NO_MORE, replace(at.span(-1), "", "Remove the `,`"))
    return None
