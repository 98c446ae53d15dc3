"""Says what is wrong with a text that is not KQL. In: where parsing stopped. Out: a `Diagnostic`."""

from __future__ import annotations

import difflib
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from kqlpack.diagnostics import Annotation, Diagnostic, Edit, Fix, Severity
from kqlpack.source import Span
from kqlpack.syntax.slips import Finding, find_slip

if TYPE_CHECKING:
    from kqlpack.source import SourceFile
    from kqlpack.syntax.build import Fault
    from kqlpack.syntax.lexer import Tokens
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


# No expression begins with these.
_NO_BEGINNING: Final = frozenset("| ) ] } , ; == != =~ !~ = < > <= >= / % and or in has contains .".split())


def fault_diagnostic(file: SourceFile, fault: Fault) -> Diagnostic:
    """Return the diagnostic of a text that the grammar accepts and the language doesn't."""
    primary = Annotation(file, Span(fault.start, fault.end))
    fix = None
    if fault.replace is not None:
        old, new = fault.replace
        at = file.text.index(old, fault.start)
        fix = Fix(f"Replace by `{new}`", (Edit(Span(at, at + len(old)), new),))
        primary = Annotation(file, Span(at, at + len(old)))
    return Diagnostic(CODE, RULE, Severity.ERROR, fault.message, primary, help=fault.help, fix=fix)


def syntax_error(file: SourceFile, tables: Tables, tokens: Tokens, index: int, states: list[int]) -> Diagnostic:
    """Return the diagnostic for the token at `index` (one past the last: the end of the text), which fits nowhere."""
    expected = expected_terminals(tables, states)
    finding = find_slip(file.text, tokens, index, expected, _operator_words(tables)) or _general(
        tables, tokens, index, expected
    )
    related = tuple(Annotation(file, span, text) for span, text in finding.related)
    primary = Annotation(file, finding.span)
    return Diagnostic(CODE, RULE, Severity.ERROR, finding.message, primary, related, help=finding.help, fix=finding.fix)


def expected_terminals(tables: Tables, states: list[int]) -> frozenset[str]:
    """Return the terminals that may stand next, keywords as names left out."""
    fallback = frozenset(tables.fallback[states[-1]])
    names = tables.terminals
    return frozenset(
        names[terminal]
        for terminal in tables.actions[states[-1]]
        if terminal not in fallback and _is_acceptable(tables, states, terminal)
    )


def _is_acceptable(tables: Tables, states: list[int], terminal: int) -> bool:
    # A merged LALR look-ahead may allow a reduction after which the terminal fits nowhere: play it through.
    stack = list(states)
    while True:
        action = tables.actions[stack[-1]].get(terminal)
        if action is None:
            return stack[-1] == tables.end
        if action > 0:
            return True
        left, length, _ = tables.rules[-action]
        del stack[len(stack) - length :]
        stack.append(tables.gotos[stack[-1]][left])
        if stack[-1] == tables.end:
            return True


@lru_cache(maxsize=1)
def _operator_words(tables: Tables) -> frozenset[str]:
    """Return the words that may stand after a pipe."""
    states = [tables.start]
    by_terminal = {number: word for word, number in tables.words.items() if word[0].isalpha() or word[0] == "_"}
    for token in ("IDENT", "VBAR"):
        terminal = tables.terminal_ids[token]
        while (action := tables.actions[states[-1]][terminal]) < 0:
            left, length, _ = tables.rules[-action]
            del states[len(states) - length :]
            states.append(tables.gotos[states[-1]][left])
        states.append(action - 1)
    return frozenset(by_terminal[t] for t in tables.actions[states[-1]] if t in by_terminal)


def _general(tables: Tables, tokens: Tokens, index: int, expected: frozenset[str]) -> Finding:
    wanted = _describe(expected)
    help_ = f"KQL expects {wanted} here" if wanted else "remove it, or look at what stands before it"
    if index >= len(tokens.texts):
        at = _end_of(tokens, index - 1)
        return Finding(Span(max(at - 1, 0), at), "the query ends too early", help_)
    token = tokens.texts[index]
    if index and "IDENT" in expected and token in _NO_BEGINNING:
        # The break is where something is missing, which may be lines before the token that shows it.
        before = tokens.texts[index - 1]
        span = Span(tokens.starts[index - 1], tokens.starts[index - 1] + len(before))
        return Finding(span, f"something is missing after `{_shorten(before)}`", help_)
    span = Span(tokens.starts[index], tokens.starts[index] + len(token))
    if index and tokens.texts[index - 1] == "|":
        near = difflib.get_close_matches(token.lower(), _operator_words(tables), 1, 0.6)
        help_ = (
            f"write `{near[0]}`" if near else "write an operator such as `where`, `project` or `summarize` after `|`"
        )
        return Finding(span, f"`{_shorten(token)}` is not a tabular operator", help_)
    word = tables.words.get(token)
    if word is not None and token.isalpha() and "IDENT" in expected:
        return Finding(span, f"the keyword `{token}` can't stand here", f"write `['{token}']` if it is a name; {help_}")
    return Finding(span, f"`{_shorten(token)}` can't stand here", help_)


def _describe(expected: frozenset[str]) -> str:
    parts = [label for label, terminals in _GROUPS if not expected.isdisjoint(terminals)]
    if "a name" in parts and "a value" in parts:
        parts = ["an expression", *[part for part in parts if part not in {"a name", "a value", "`(`"}]]
    parts = parts[:4]
    if len(parts) < 2:
        return "".join(parts)
    return ", ".join(parts[:-1]) + " or " + parts[-1]


def _end_of(tokens: Tokens, index: int) -> int:
    return tokens.starts[index] + len(tokens.texts[index]) if index >= 0 else 0


def _shorten(text: str, limit: int = 40) -> str:
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1] + "…"
