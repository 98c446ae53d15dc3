"""Says what is wrong with a text that is not KQL. In: where parsing stopped. Out: a `Diagnostic`."""

from __future__ import annotations

import difflib
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from kqlpack.diagnostics import Annotation, Applicability, Diagnostic, Edit, Fix, Severity
from kqlpack.source import Span
from kqlpack.syntax.driver import Trial
from kqlpack.syntax.slips import Break, Finding, find_slip
from kqlpack.syntax.slips.finding import CLOSERS, OPENERS

if TYPE_CHECKING:
    from kqlpack.source import SourceFile
    from kqlpack.syntax.checks import Fault
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


_NO_OPERATOR: Final = "write an operator such as `where`, `project` or `summarize` after `|`"
UNSAFE: Final = Applicability.UNSAFE
_WORD_START: Final = frozenset("_abcdefghijklmnopqrstuvwxyz")

# No expression begins with these.
_NO_BEGINNING: Final = frozenset("| ) ] } , ; == != =~ !~ = < > <= >= / % and or in has contains .".split())


def fault_diagnostic(file: SourceFile, fault: Fault) -> Diagnostic | None:
    """Return the diagnostic of a text that the grammar accepts and the language doesn't.

    None where what is at fault isn't in the text: the parser itself had put it in.
    """
    span, fix = Span(fault.start, fault.end), None
    if fault.replace is not None:
        old, new = fault.replace
        at = file.text.find(old, fault.start, fault.end)
        if at < 0:
            return None
        span = Span(at, at + len(old))
        fix = Fix(f"Replace by `{new}`", (Edit(span, new),))
    primary = Annotation(file, span)
    return Diagnostic(CODE, RULE, Severity.ERROR, fault.message, primary, help=fault.help, fix=fix)


def explain(
    file: SourceFile, tables: Tables, tokens: Tokens, index: int, expected: frozenset[str], repair: Repair
) -> tuple[Diagnostic, tuple[Span, str] | None]:
    """Return the diagnostic for the token at `index` (one past the last: the end of the text), which fits nowhere.

    `repair` is how the parser would go on; where it is known better, that comes back: what to read, and under which
    span.
    """
    at = Break(file.text, tokens, index, expected, operator_words(tables))
    finding = find_slip(at) or _general(tables, at, repair)
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


def _general(tables: Tables, at: Break, repair: Repair) -> Finding:
    wanted = _describe(at.expected)
    help_ = f"KQL expects {wanted} here" if wanted else "remove it, or look at what stands before it"
    if at.at_end:
        end = at.tokens.ends[-1] if at.tokens.ends else 0
        return Finding(Span(max(end - 1, 0), end), "the query ends too early", help_)
    token, before = _shorten(at.word()), _shorten(at.word(-1))
    if before == "|":
        near = difflib.get_close_matches(token.lower(), at.operators, 1, 0.6)
        help_ = f"write `{near[0]}`" if near else _NO_OPERATOR
        fix = _meant(at, near[0]) if near else None
        return Finding(at.span(), f"`{token}` is not a tabular operator", help_, fix)
    if repair.near:
        help_ = f"write `{repair.near}`, if that is meant; {help_}"
        return Finding(at.span(), f"`{token}` can't stand here", help_, _meant(at, repair.near))
    if found := _left_open(tables, at, repair):
        return found
    put_in = tables.sample_of(repair.inserted[0]) if repair.inserted and not repair.is_skip else ""
    if before and not repair.removed and put_in not in {"", '""'}:
        return _missing(at, put_in)
    if before and "IDENT" in at.expected and token in _NO_BEGINNING:
        # The break is where something is missing, which may be lines before the token that shows it.
        return Finding(at.span(-1), f"something is missing after `{before}`", help_)
    if tables.words.get(token) is not None and token.isalpha() and "IDENT" in at.expected:
        help_ = f"write `['{token}']` if it is a name; {help_}"
        return Finding(at.span(), f"the keyword `{token}` can't stand here", help_)
    return Finding(at.span(), f"`{token}` can't stand here", help_)


def _meant(at: Break, word: str) -> Fix:
    return Fix(f"Replace by `{word}`", (Edit(at.span(), word),), UNSAFE)


def _left_open(tables: Tables, at: Break, repair: Repair) -> Finding | None:
    """Return the finding of brackets that are open where a part of the query ends."""
    opener = at.opener if at.word() in {"|", ";"} and repair.is_skip and repair.inserted else None
    if opener is None or tables.sample_of(repair.inserted[0]) not in CLOSERS:
        return None
    message = f"`{at.word(opener)}` is not closed before `{at.word()}`"
    help_ = f"write the `{OPENERS[at.word(opener)]}` that closes it"
    return Finding(at.between, message, help_, None, ((at.span(opener), "it opens here"),))


def _missing(at: Break, text: str) -> Finding:
    """Return the finding of a sign or word that was forgotten before the token."""
    end = at.span(-1).end
    fix = Fix(f"Write `{text}`", (Edit(Span(end, end), f" {text}" if text[0].isalpha() else text),), UNSAFE)
    message = f"`{text}` is missing between `{_shorten(at.word(-1))}` and `{_shorten(at.word())}`"
    opener = at.opener if text in CLOSERS else None
    related = () if opener is None else ((at.span(opener), "it opens here"),)
    return Finding(at.between, message, f"write `{text}`", fix, related)


def _describe(expected: frozenset[str]) -> str:
    parts = [label for label, terminals in _GROUPS if not expected.isdisjoint(terminals)]
    if "a comparison such as `==`, `has` or `in`" in parts:
        # `a:b` is one, too, and no type.
        parts = [part for part in parts if part != "`:` and a type"]
    if "a name" in parts and "a value" in parts:
        parts = ["an expression", *[part for part in parts if part not in {"a name", "a value", "`(`"}]]
    parts = parts[:4]
    if len(parts) < 2:
        return "".join(parts)
    return ", ".join(parts[:-1]) + " or " + parts[-1]


def _shorten(text: str, limit: int = 40) -> str:
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1] + "…"
