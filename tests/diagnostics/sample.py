"""Findings to print: made by saying where, in words of the text."""

from __future__ import annotations

from hypothesis import strategies as st

from kqlpack.diagnostics import Annotation, Applicability, Diagnostic, Edit, Fix, Severity
from kqlpack.source import SourceFile, Span


def place(file: SourceFile, words: str, text: str = "") -> Annotation:
    start = file.text.index(words)
    return Annotation(file, Span(start, start + len(words)), text)


def finding(
    file: SourceFile,
    words: str,
    *related: Annotation,
    code: str = "KQL107",
    severity: Severity = Severity.WARNING,
    replacement: str | None = None,
    applicability: Applicability = Applicability.SAFE,
    parameters: tuple[tuple[str, str], ...] = (),
) -> Diagnostic:
    primary = place(file, words)
    fix = None
    if replacement is not None:
        fix = Fix(f"write {replacement}", (Edit(primary.span, replacement),), applicability)
    return Diagnostic(
        code=code,
        rule="string-number-equality",
        severity=severity,
        message="`ResultType` holds text",
        primary=primary,
        related=related,
        help="compare with text",
        fix=fix,
        query="spray",
        parameters=parameters,
    )


# What breaks formats: their own signs, line ends, what can't be seen, what no encoding holds.
_PIECES = (
    *("a", "é", "名", "😀", " ", "\t", "\n", "\r", "\r\n", "\x00", "\x1b[31m", "\x7f", "\u202e", "\u2028", "\ufeff"),
    *(
        "\ud800",
        "\ufffe",
        "\uffff",
        "&",
        "<",
        ">",
        "]]>",
        '"',
        "'",
        "`",
        "``",
        "|",
        "\\",
        "*",
        "_",
        "[x](y)",
        "![x](y)",
    ),
    *(
        "::error::",
        "##[error]",
        "##vso[task.complete]",
        "%",
        "%0A",
        "%AZP25",
        ";",
        "]",
        ",",
        ":",
        "::",
        "{0}",
        "{{ x }}",
    ),
    *("<script>", "<!--", "-->", "@someone", "#1", "https://example.com", "www.example.com", "$x$", "~~x~~"),
)
TEXTS = st.lists(st.sampled_from(_PIECES), max_size=8).map("".join)
PATHS = st.lists(st.sampled_from([*_PIECES, "/", "..", "."]), min_size=1, max_size=6).map(lambda it: f"p{''.join(it)}x")


def findings() -> st.SearchStrategy[list[Diagnostic]]:
    """Return findings with any words, in files of any name."""
    texts = TEXTS.filter(lambda text: "\x00" not in text)

    def made(path: str, text: str, message: str, remedy: str, severity: Severity, query: str) -> Diagnostic:
        file = SourceFile(path, f"{text}x{text}")
        primary = Annotation(file, Span(len(text), len(text) + 1), text)
        fix = Fix(message, (Edit(primary.span, text),))
        code, rule = "KQL107", "string-number-equality"
        return Diagnostic(code, rule, severity, message, primary, (primary,), remedy, fix, query or None)

    paths = PATHS.filter(lambda path: "\x00" not in path)
    one = st.builds(made, paths, texts, TEXTS, TEXTS, st.sampled_from(Severity), TEXTS)
    return st.lists(one, max_size=4)
