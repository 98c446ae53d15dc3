"""Says what is wrong with a text that is not KQL. In: where parsing stopped. Out: a `Diagnostic`."""

from __future__ import annotations

import difflib
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from kqlpack.diagnostics import Annotation, Applicability, Diagnostic, Edit, Fix, Severity
from kqlpack.source import Span
from kqlpack.syntax.driver import Trial
from kqlpack.syntax.slips import Finding, find_slip, opener_of, place_between

if TYPE_CHECKING:
    from kqlpack.source import SourceFile
    from kqlpack.syntax.build import Fault
    from kqlpack.syntax.lexer import Tokens
    from kqlpack.syntax.repair import Repair
    from kqlpack.syntax.tables import Tables

CODE: Final = "KQL001"
RULE: Final = "syntax-error"

# Terminals in the reader's words; a group is named once, by the first of its terminals that may stand.
_GROUPS: Final = (
    ("a name", ("IDENT",)),
    ("a value", ("STRING", "LONG", "REAL")),
    ("`,`", ("COMMA",)),
    ("`by`", ("BY",)),
    ("`|` and an operator", ("VBAR",)),
    ("a comparison such as `==`, `has` or `in`", ("EQUALITY_OPERATOR", "STRING_OPERATOR", "RELATION_OPERATOR")),
    ("`and` or `or`", ("AND", "OR")),
    ("`(`", ("LPAR",)),
    ("`)`", ("RPAR",)),
    ("`]`", ("RSQB",)),
    ("`}`", ("RBRACE",)),
    ("`=`", ("EQUAL",)),
    ("`:` and a type", ("COLON",)),
    ("a type such as `string`", ("TYPE_WORD",)),
    ("a chart such as `timechart`", ("CHART_WORD",)),
    ("`on`", ("ON",)),
    ("`with`", ("WITH",)),
    ("`of`", ("OF",)),
    ("`to`", ("TO",)),
    ("`from`", ("FROM",)),
    ("`step`", ("STEP",)),
)


UNSAFE: Final = Applicability.UNSAFE
_WORD_START: Final = frozenset("_abcdefghijklmnopqrstuvwxyz")

# No expression begins with these.
_NO_BEGINNING: Final = frozenset("| ) ] } , ; == != =~ !~ = < > <= >= / % and or in has contains .".split())


def fault_diagnostic(file: SourceFile, fault: Fault) -> Diagnostic:
    """Return the diagnostic of a text that the grammar accepts and the language doesn't."""
    primary = Annotation(file, Span(fault.start, fault.end))
    fix = None
    if fault.replace is not None:
        old, new = fault.replace
        at = file.text.find(old, fault.start)
        # It isn't there where the parser put it in itself.
        if at >= 0:
            fix = Fix(f"Replace by `{new}`", (Edit(Span(at, at + len(old)), new),))
            primary = Annotation(file, Span(at, at + len(old)))
    return Diagnostic(CODE, RULE, Severity.ERROR, fault.message, primary, help=fault.help, fix=fix)


def explain(
    file: SourceFile, tables: Tables, tokens: Tokens, index: int, expected: frozenset[str], repair: Repair
) -> tuple[Diagnostic, tuple[Span, str] | None]:
    """Return the diagnostic for the token at `index` (one past the last: the end of the text), which fits nowhere.

    `repair` is how the parser would go on; where it is known better, that comes back: what to read, and under which
    span.
    """
    finding = find_slip(file.text, tokens, index, expected, operator_words(tables)) or _general(
        tables, tokens, index, expected, repair
    )
    related = tuple(Annotation(file, span, text) for span, text in finding.related)
    primary = Annotation(file, finding.span)
    diagnostic = Diagnostic(
        CODE, RULE, Severity.ERROR, finding.message, primary, related, help=finding.help, fix=finding.fix
    )
    return diagnostic, finding.reads


def expected_terminals(tables: Tables, states: list[int]) -> frozenset[str]:
    """Return the terminals that may stand next, keywords as names left out."""
    fallback = frozenset(tables.fallback[states[-1]])
    names = tables.terminals
    trial = Trial(tables, states)
    # A merged LALR look-ahead may allow a reduction after which the terminal fits nowhere: play it through.
    return frozenset(
        names[terminal] for terminal in tables.actions[states[-1]] if terminal not in fallback and trial.fits(terminal)
    )


@lru_cache(maxsize=1)
def operator_words(tables: Tables) -> frozenset[str]:
    """Return the words that may stand after a pipe."""
    trial = Trial(tables, [tables.start])
    trial.shift(tables.terminal_ids["IDENT"])
    trial.shift(tables.terminal_of("|"))
    actions = tables.actions[trial.state]
    return frozenset(word for word, terminal in tables.words.items() if word[0] in _WORD_START and terminal in actions)


def _general(tables: Tables, tokens: Tokens, index: int, expected: frozenset[str], repair: Repair) -> Finding:
    wanted = _describe(expected)
    help_ = f"KQL expects {wanted} here" if wanted else "remove it, or look at what stands before it"
    if index >= len(tokens.texts):
        at = tokens.ends[index - 1]
        return Finding(Span(max(at - 1, 0), at), "the query ends too early", help_)
    token = tokens.texts[index]
    span = Span(tokens.starts[index], tokens.ends[index])
    put_in = tables.sample_of(repair.inserted[0]) if repair.inserted and not repair.is_skip else ""
    if index and tokens.texts[index - 1] == "|":
        near = difflib.get_close_matches(token.lower(), operator_words(tables), 1, 0.6)
        help_ = (
            f"write `{near[0]}`" if near else "write an operator such as `where`, `project` or `summarize` after `|`"
        )
        return Finding(span, f"`{_shorten(token)}` is not a tabular operator", help_)
    if repair.near:
        return Finding(
            span, f"`{_shorten(token)}` can't stand here", f"write `{repair.near}`, if that is meant; {help_}"
        )
    if index and not repair.removed and put_in not in {"", '""'}:
        return _missing(tokens, index, put_in)
    if index and "IDENT" in expected and token in _NO_BEGINNING:
        # The break is where something is missing, which may be lines before the token that shows it.
        before = Span(tokens.starts[index - 1], tokens.ends[index - 1])
        return Finding(before, f"something is missing after `{_shorten(tokens.texts[index - 1])}`", help_)
    word = tables.words.get(token)
    if word is not None and token.isalpha() and "IDENT" in expected:
        return Finding(span, f"the keyword `{token}` can't stand here", f"write `['{token}']` if it is a name; {help_}")
    return Finding(span, f"`{_shorten(token)}` can't stand here", help_)


def _missing(tokens: Tokens, index: int, text: str) -> Finding:
    """Return the finding of a sign or word that was forgotten before the token at `index`."""
    before, token = _shorten(tokens.texts[index - 1]), _shorten(tokens.texts[index])
    end = tokens.ends[index - 1]
    fix = Fix(f"Write `{text}`", (Edit(Span(end, end), f" {text}" if text[0].isalpha() else text),), UNSAFE)
    message = f"`{text}` is missing between `{before}` and `{token}`"
    opener = opener_of(tokens, index)
    related = ((Span(tokens.starts[opener], tokens.ends[opener]), "it opens here"),) if text in ")]}" and opener else ()
    return Finding(place_between(tokens, index), message, f"write `{text}`", fix, related)


def _describe(expected: frozenset[str]) -> str:
    parts = [label for label, terminals in _GROUPS if not expected.isdisjoint(terminals)]
    if "a name" in parts and "a value" in parts:
        parts = ["an expression", *[part for part in parts if part not in {"a name", "a value", "`(`"}]]
    parts = parts[:4]
    if len(parts) < 2:
        return "".join(parts)
    return ", ".join(parts[:-1]) + " or " + parts[-1]


def _shorten(text: str, limit: int = 40) -> str:
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1] + "…"
