"""PyYAML's complaints in kqlpack's words. In: its error. Out: a place, a sentence and a remedy.

libyaml and the pure Python reader word the same fault differently; both wordings are known here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from kqlpack.source import Span

if TYPE_CHECKING:
    import yaml

    from kqlpack.source import SourceFile

_QUOTE: Final = "put the text in quotes, or the query in a block: `query: |` and the text indented below it"
_CLOSERS: Final = {"[": "]", "{": "}"}
_INDENT: Final = "give all entries of one list or mapping the same indentation"

# What the problem says, the sentence, the remedy.
_EXPLANATIONS: Final[tuple[tuple[re.Pattern[str], str, str], ...]] = tuple(
    (re.compile(pattern), message, help)
    for pattern, message, help in (
        (r"mapping values are not allowed", "a `:` follows where no key can stand", _QUOTE),
        (r"sequence entries are not allowed", "a list can't begin on this line", "begin it on the next line, indented"),
        (r"tab character", "a tab stands where YAML wants spaces", "indent with spaces"),
        (r"found undefined alias", "the alias names an anchor that is not in this file", "write the value out"),
        (r"second occurrence", "the same anchor is defined twice", "rename one of them"),
        (r"nesting depth", "the file nests too deeply to be read", "use fewer levels"),
        (
            r"unknown escape character",
            "a double-quoted text has a backslash that begins no YAML escape",
            'double the backslash (`"\\\\d"`), or use single quotes or a block (`query: |`), where it is itself',
        ),
        (r"expected escape sequence|hexadecimal", "an escape has too few hexadecimal digits", "write them all"),
        (r"unexpected end of stream", "the quote that opens here is never closed", "close it"),
        (r"document separator", "the quote is not closed before the next document", "close it"),
        (r"could not find expected ':'", "the text on the line before is no key, for no `:` follows it", _INDENT),
        (
            r"expected ',' or '\]'",
            "the list that opens with `[` is not closed",
            "write `,` between values, `]` at the end",
        ),
        (
            r"expected ',' or '\}'",
            "the mapping that opens with `{` is not closed",
            "write `,` between entries, `}` at the end",
        ),
        (
            r"chomping or indentation|expected comment or line break",
            "text follows the block's `|` or `>`",
            "begin the text on the next line, indented",
        ),
        (r"indentation indicator", "a block's indentation is a digit from 1 to 9", "leave the digit out"),
        (r"incompatible YAML|directive|version", "the file's `%` line is not understood", "remove the line"),
        (r"tag", "the tag is not understood", "write the value without a tag"),
        (r"'?-'? indicator", "the line does not go on with the list above it", _INDENT),
        (
            r"<document start>",
            "text follows after the end of the document",
            "remove it, or indent it to where it belongs",
        ),
        (r"alphabetic|anchor", "an anchor or alias has no proper name", "use letters and digits, or quote the text"),
        (r"<block end>|expected key|expected node", "the line does not fit to what stands above it", _INDENT),
    )
)


def explain(error: yaml.MarkedYAMLError, file: SourceFile) -> tuple[Span, str, str]:
    """Return where the reading stopped, what is wrong and what to do about it."""
    problem = str(error.problem or "")
    mark = error.problem_mark or error.context_mark
    offset = min(mark.index if mark else 0, len(file.text))
    if "unexpected end of stream" in problem and error.context_mark:
        offset = error.context_mark.index
    if "found unknown escape" in problem:
        offset = file.text.find("\\", max(offset - 1, 0)) if "\\" in file.text[max(offset - 1, 0) :] else offset
    if offset >= len(file.text.rstrip()) and (opener := _unclosed(file.text)) is not None:
        what = "list" if file.text[opener] == "[" else "mapping"
        message = f"the {what} that opens with `{file.text[opener]}` is not closed"
        return Span(opener, opener + 1), message, f"write its `{_CLOSERS[file.text[opener]]}`"
    span = Span(offset, min(offset + 1, len(file.text)))
    found = file.text[span.start : span.end]
    if "cannot start any token" in problem:
        return span, *_unexpected(found)
    # A quote closed too early reads as a key that is missing: say what it looks like.
    before = file.text[:offset].rstrip(" ")
    if re.search(r"<scalar>|expected key", problem) and before.endswith(("'", '"')):
        quote = before[-1]
        doubled = "''" if quote == "'" else '\\"'
        message = f"the text goes on after the closing `{quote}`"
        return span, message, f"write `{doubled}` for a quote inside the text, or use a block: `query: |`"
    for pattern, message, help in _EXPLANATIONS:
        if pattern.search(problem):
            return span, message, help
    return (
        span,
        "YAML can't be read from here on",
        "check the indentation and the quotes of this line and the one before",
    )


def _unclosed(text: str) -> int | None:
    """Return where the innermost bracket stands that the text's last lines leave open."""
    stack: list[int] = []
    for match in re.finditer(r"""'[^'\n]*'|"[^"\n]*"|\#[^\n]*|[\[\]{}]""", text):
        if match[0] in _CLOSERS:
            stack.append(match.start())
        elif match[0] in _CLOSERS.values() and stack:
            stack.pop()
    return stack[-1] if stack else None


def _unexpected(found: str) -> tuple[str, str]:
    if found == "\t":
        return "a tab stands where YAML wants spaces", "indent with spaces"
    return f"a plain text can't begin with `{found}`", "put the text in quotes"
