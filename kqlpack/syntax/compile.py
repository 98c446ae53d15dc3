"""Compiles the grammar. In: grammar/kql.lark. Out: LALR(1) tables and reduce functions, which load without Lark.

Lark builds the tables; what is added here is the fallback of keywords to names (for every state and every keyword that
has no action of its own there, the action of a name is copied), and one Python expression per production that makes its
node. Run as a module (`python -m kqlpack.syntax.compile`) it writes the file that goes into the wheel.
"""

from __future__ import annotations

import inspect
import marshal
import os
import re
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from kqlpack.syntax import build, keywords, nodes
from kqlpack.syntax.continuation import continuations
from kqlpack.syntax.fingerprint import fingerprint, grammar_path
from kqlpack.syntax.tables import FORMAT, PATH

if TYPE_CHECKING:
    from lark import Lark
    from lark.grammar import Rule

_Terminal = TypeVar("_Terminal")  # a number in our tables, a name in Lark's


def make_lark(*, strict: bool = False, debug: bool = False) -> Lark:
    """Return Lark's parser for the grammar, without a lexer; with `strict`, conflicts raise GrammarError."""
    from lark import Lark
    from lark.lexer import Lexer

    class NoLexer(Lexer):
        def __init__(self, conf: Any) -> None:
            pass

        def lex(self, *_arguments: Any) -> Any:
            return iter(())

    text = grammar_path().read_text(encoding="utf-8")
    return Lark(text, parser="lalr", lexer=NoLexer, start="start", maybe_placeholders=True, strict=strict, debug=debug)


def compile_tables() -> bytes:
    """Return the tables as the bytes that `kqlpack.syntax.tables.load` reads."""
    lark = make_lark()
    table: Any = lark.parser.parser._parse_table  # noqa: SLF001  # Lark shows it nowhere else
    states = {state: index for index, state in enumerate(table.states)}
    rules: list[Rule] = list(lark.rules)
    rule_numbers = {rule: number for number, rule in enumerate(rules, 1)}
    patterns = {terminal.name: terminal.pattern.value for terminal in lark.terminals}
    used = {symbol for row in table.states.values() for symbol in row}
    nonterminals = sorted({str(rule.origin.name) for rule in rules})
    names = {rule.origin.name for rule in rules}
    terminals = sorted(str(symbol) for symbol in used if symbol not in names)
    terminal_ids = {name: number for number, name in enumerate(terminals)}
    nonterminal_ids = {name: number for number, name in enumerate(nonterminals)}

    actions: list[dict[int, int]] = []
    gotos: list[dict[int, int]] = []
    for row in table.states.values():
        action: dict[int, int] = {}
        goto: dict[int, int] = {}
        for symbol, (kind, argument) in row.items():
            if symbol in nonterminal_ids:
                goto[nonterminal_ids[symbol]] = states[argument]
            elif str(kind) == "Shift":
                action[terminal_ids[symbol]] = states[argument] + 1
            else:
                rule = argument if not isinstance(argument, (set, frozenset)) else next(iter(argument))
                action[terminal_ids[symbol]] = -rule_numbers[rule]
        actions.append(action)
        gotos.append(goto)

    steps = continuations(rules, table.states, table.start_states["start"])
    continuation = [
        terminal_ids[step] if isinstance(step, str) else -rule_numbers[step] if step else 0
        for step in (steps[state] for state in table.states)
    ]

    words = _words(terminals, patterns)
    fallback = add_fallback(actions, terminal_ids, patterns)
    productions = [("", 0, "")] + [_production(rule) for rule in rules]
    sources = sorted({source for _, _, source in productions if source and not source.isdigit()})
    module = "\n".join(f"r{n} = lambda v, s, b, e: {source}" for n, source in enumerate(sources))
    functions = {source: number for number, source in enumerate(sources)}
    rows = [
        (nonterminal_ids.get(origin, -1), length, int(source) if source.isdigit() else -1 - functions[source])
        if origin
        else (0, 0, 0)
        for origin, length, source in productions
    ]
    content = {
        "fingerprint": fingerprint(),
        "terminals": terminals,
        "nonterminals": nonterminals,
        "actions": actions,
        "fallback": fallback,
        "continuation": continuation,
        "gotos": gotos,
        "rules": rows,
        "words": words,
        "start": states[table.start_states["start"]],
        "end": states[table.end_states["start"]],
        "functions": len(sources),
        "source": module,
    }
    code = marshal.dumps(compile(module, "<kqlpack grammar>", "exec"))
    return marshal.dumps((FORMAT, sys.implementation.cache_tag, marshal.dumps(content, 2), code), 2)


def _words(terminals: list[str], patterns: dict[str, str]) -> dict[str, str]:
    """Return the terminal of every word and sign that has one of its own."""
    words = dict.fromkeys(keywords.RESERVED_WORDS, "RESERVED_WORD")
    words.update(dict.fromkeys(keywords.EXTENDED_WORDS, "EXTENDED_WORD"))
    words.update(dict.fromkeys(keywords.NAME_WORDS, "IDENT"))
    words.update(dict.fromkeys(keywords.TYPE_WORDS, "TYPE_WORD"))
    words.update(dict.fromkeys(keywords.TYPE_NAMES, "TYPE_NAME"))
    words.update(dict.fromkeys(keywords.SPECIAL_WORDS, "SPECIAL_WORD"))
    words.update(dict.fromkeys(keywords.CHART_WORDS, "CHART_WORD"))
    words.update(dict.fromkeys(keywords.ORDER_WORDS, "ORDER_WORD"))
    words.update(dict.fromkeys(keywords.STRING_OPERATORS, "STRING_OPERATOR"))
    words.update(dict.fromkeys(keywords.IN_OPERATORS, "IN_OPERATOR"))
    words.update(dict.fromkeys(keywords.BETWEEN_OPERATORS, "BETWEEN_OPERATOR"))
    words.update(dict.fromkeys(keywords.EQUALITY_OPERATORS, "EQUALITY_OPERATOR"))
    words.update(dict.fromkeys(keywords.INEQUALITY_OPERATORS, "INEQUALITY_OPERATOR"))
    words.update(dict.fromkeys(keywords.RELATION_OPERATORS, "RELATION_OPERATOR"))
    words.update(dict.fromkeys(("true", "false", "True", "False", "TRUE", "FALSE"), "BOOL"))
    words.update({str(patterns[name]): name for name in terminals if name in patterns})
    return words


def add_fallback(
    actions: list[dict[_Terminal, Any]], ids: dict[str, _Terminal], patterns: dict[str, str]
) -> list[list[_Terminal]]:
    """Let a keyword be a name wherever the grammar has no other use for it; return the terminals so added, by state."""
    added: list[list[_Terminal]] = []
    ident, extended = ids["IDENT"], ids["EXTENDED_WORD"]
    fallback = {ids["TYPE_NAME"]: (ident,), ids["BIN_EQUALS"]: (ident,)}
    for name, number in ids.items():
        word = patterns.get(name)
        if word in keywords.NAME_WORDS:
            # A name that may stand everywhere may stand where a column is declared, too.
            fallback[number] = (ident,)
        elif word in keywords.EXTENDED_WORDS:
            fallback[number] = (extended,)
    for action in actions:
        added.append([])
        for number, others in fallback.items():
            if number in action:
                continue
            for other in others:
                if other in action:
                    action[number] = action[other]
                    added[-1].append(number)
                    break
    return added


def _production(rule: Rule) -> tuple[str, int, str]:
    """Return a production's origin, its length, and how its value is made.

    The last is a number (the value of that symbol, unchanged) or a Python expression over v (values), s (starts), b
    (the index of the production's first symbol on both stacks) and e (the end of its last token).
    """
    kept = [index for index, symbol in enumerate(rule.expansion) if not getattr(symbol, "filter_out", False)]
    origin = rule.origin.name
    length = len(rule.expansion)
    if not rule.alias and origin.endswith("_list"):
        return origin, length, _list_source(rule, kept)
    if not rule.alias and rule.options.expand1 and len(kept) == 1 and not any(rule.options.empty_indices):
        return origin, length, str(kept[0])
    if not rule.alias and origin == "start":
        return origin, length, "0"
    slots: list[int | None] = list(kept)
    if rule.options.empty_indices:
        slots = _with_placeholders(rule, kept)
    return origin, length, _node_source(rule, rule.alias or origin, slots)


def _with_placeholders(rule: Rule, kept: list[int]) -> list[int | None]:
    # Lark marks, among all symbols in their order, where `[x]` was absent.
    slots: list[int | None] = []
    position = 0
    for empty in rule.options.empty_indices:
        if empty:
            slots.append(None)
            continue
        if position in kept:
            slots.append(position)
        position += 1
    return slots


def _list_source(rule: Rule, kept: list[int]) -> str:
    if rule.expansion and rule.expansion[0].name == rule.origin.name:
        others = [f"v[b+{index}]" for index in kept if index]
        return f"build.append(v[b], {others[0]})" if others else "v[b]"
    return "[" + ", ".join(f"v[b+{index}]" for index in kept) + "]"


def _node_source(rule: Rule, name: str, slots: list[int | None]) -> str:
    values = ["None" if slot is None else f"v[b+{slot}]" for slot in slots]
    if hasattr(build, name):
        return f"build.{name}(s[b], e, {', '.join(values)})" if values else f"build.{name}(s[b], e)"
    class_name = "".join(part.capitalize() for part in name.split("_"))
    node = getattr(nodes, class_name, None)
    if node is None:
        raise ValueError(f"grammar: nothing makes a node of `{name}` (no {class_name}, no build.{name})")
    arguments = []
    fields = node.__struct_fields__[2:]
    hints = _annotations(node)
    slot_index = 0
    for field in fields:
        if field.endswith("_start"):
            arguments.append(f"s[b+{slots[slot_index - 1]}]")
            continue
        if slot_index >= len(slots):
            break
        arguments.append(_argument(rule, slots[slot_index], hints[field]))
        slot_index += 1
    if slot_index < len(slots):
        raise ValueError(f"grammar: `{name}` has {len(slots)} symbols, {class_name} takes {slot_index}")
    return f"nodes.{class_name}({', '.join(['s[b]', 'e', *arguments])})"


def _argument(rule: Rule, slot: int | None, annotation: str) -> str:
    is_tuple = annotation.startswith(("tuple[", "Parameters"))
    if slot is None:
        return "()" if is_tuple and not annotation.endswith("None") else "None"
    value = f"v[b+{slot}]"
    is_token = rule.expansion[slot].is_term
    if annotation.startswith("NameDeclaration"):
        return f"build.declare_word(s[b+{slot}], {value})" if is_token else f"build.declare({value})"
    if annotation.startswith("tuple[NameDeclaration"):
        return f"tuple([build.declare(n) for n in {value}])"
    if annotation.startswith("NameReference") and is_token:
        return f"build.refer_word(s[b+{slot}], {value})"
    return f"tuple({value})" if is_tuple else value


def _annotations(node: type) -> dict[str, str]:
    hints: dict[str, str] = {}
    for base in reversed(node.__mro__):
        hints.update({key: str(value) for key, value in inspect.get_annotations(base).items()})
    return {key: re.sub(r"\s+", "", value) for key, value in hints.items()}


def write_tables(path: Path = PATH) -> bytes:
    """Compile and write the tables in one step that other processes see whole or not at all; return them."""
    content = compile_tables()
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise
    return content


if __name__ == "__main__":
    write_tables()
