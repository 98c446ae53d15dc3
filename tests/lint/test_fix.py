"""A fix goes in only if it proves itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from kqlpack.diagnostics import Annotation, Applicability, Diagnostic, Edit, Fix, Severity
from kqlpack.lint import fix_all
from kqlpack.source import SourceFile, Span

if TYPE_CHECKING:
    from collections.abc import Callable


def finder(
    pattern: str,
    replacement: str,
    *,
    code: str = "KQL201",
    severity: Severity = Severity.WARNING,
    applicability: Applicability = Applicability.SAFE,
) -> Callable[[str], list[Diagnostic]]:
    """Return a check that finds a pattern and wants it replaced."""

    def check(text: str) -> list[Diagnostic]:
        file = SourceFile("a.kql", text)
        return [
            Diagnostic(
                code,
                "a-rule",
                severity,
                "found",
                Annotation(file, Span(*match.span())),
                fix=Fix("replace", (Edit(Span(*match.span()), replacement),), applicability),
            )
            for match in re.finditer(pattern, text)
        ]

    return check


def together(*checks: Callable[[str], list[Diagnostic]]) -> Callable[[str], list[Diagnostic]]:
    return lambda text: [found for check in checks for found in check(text)]


def test_all_that_is_found_is_mended_and_told() -> None:
    text, applied = fix_all("a x b x", finder("x", "yy"))
    assert text == "a yy b yy"
    assert [found.span for found in applied] == [Span(2, 3), Span(6, 7)]


def test_what_one_fix_uncovers_the_next_round_mends() -> None:
    assert fix_all("aa", together(finder("a", "b"), finder("b", "c", code="KQL202")))[0] == "cc"


def test_unsafe_fixes_go_in_only_on_request_and_those_for_show_never() -> None:
    unsafe = finder("x", "y", applicability=Applicability.UNSAFE)
    by_hand = finder("x", "y", applicability=Applicability.DISPLAY_ONLY)
    assert fix_all("x", unsafe) == ("x", ())
    assert fix_all("x", unsafe, Applicability.UNSAFE)[0] == "y"
    for applicability in Applicability:
        assert fix_all("x", by_hand, applicability) == ("x", ())


def test_a_fix_that_leaves_the_finding_is_dropped() -> None:
    assert fix_all("x", finder("x|z", "z")) == ("x", ())


def test_a_fix_that_breaks_the_text_is_dropped_and_the_others_go_in() -> None:
    broken = finder(r"!", "", code="KQL001", severity=Severity.ERROR, applicability=Applicability.DISPLAY_ONLY)
    check = together(finder("x", "!", code="KQL202"), finder("a", "b"), broken)
    assert fix_all("a x a", check)[0] == "b x b"


def test_a_fix_that_brings_an_error_where_it_writes_is_dropped() -> None:
    unknown = finder("y", "", code="KQL102", severity=Severity.ERROR, applicability=Applicability.DISPLAY_ONLY)
    assert fix_all("x y", together(finder("x", "y"), unknown))[0] == "x y"


def test_mending_a_warning_may_bring_no_error_anywhere() -> None:
    def check(text: str) -> list[Diagnostic]:
        breaks = finder("b", "", code="KQL102", severity=Severity.ERROR, applicability=Applicability.DISPLAY_ONLY)
        return finder("x", "y")(text) + (breaks(text) if "y" in text else [])

    assert fix_all("x b", check) == ("x b", ())


def test_mending_an_error_may_not_break_the_text_elsewhere() -> None:
    def check(text: str) -> list[Diagnostic]:
        breaks = finder("b", "", code="KQL001", severity=Severity.ERROR, applicability=Applicability.DISPLAY_ONLY)
        return finder("x", "y", severity=Severity.ERROR)(text) + (breaks(text) if "y" in text else [])

    assert fix_all("x b", check) == ("x b", ())


def test_mending_an_error_may_not_put_another_in_its_place() -> None:
    other = finder("y", "", code="KQL102", severity=Severity.ERROR, applicability=Applicability.DISPLAY_ONLY)
    assert fix_all("x", together(finder("x", "y", severity=Severity.ERROR), other)) == ("x", ())


def test_another_finding_inside_the_mended_place_may_stay() -> None:
    def check(text: str) -> list[Diagnostic]:
        inside = finder("b", "", applicability=Applicability.DISPLAY_ONLY)(text)
        return [*finder("xb", "yb")(text), *inside]

    assert fix_all("xb", check)[0] == "yb"


def test_a_fix_that_was_refused_is_not_tried_in_every_round() -> None:
    texts: list[str] = []

    def check(text: str) -> list[Diagnostic]:
        texts.append(text)
        stays = finder("z", "Z")(text) + finder("Z", "z")(text)
        return [*stays, *finder("a", "b", code="KQL202")(text), *finder("b", "c", code="KQL203")(text)]

    assert fix_all("z 1 2 3 4 a", check)[0] == "z 1 2 3 4 c"
    assert sum(text.startswith("Z") for text in texts) == 2  # with the other fix, and alone


def test_a_repaired_syntax_error_may_uncover_another_elsewhere() -> None:
    def first_only(text: str) -> list[Diagnostic]:
        return finder("&&", "and", code="KQL001", severity=Severity.ERROR)(text)[:1]

    assert fix_all("a && b && c", first_only)[0] == "a and b and c"


def test_an_insertion_moves_what_stands_behind_it() -> None:
    inserted = finder("join(?! kind)", "join kind=x")
    assert fix_all("join join", inserted)[0] == "join kind=x join kind=x"


def test_rules_in_a_quarrel_come_to_an_end() -> None:
    text, _ = fix_all("a", together(finder("a", "b"), finder("b", "a", code="KQL202")))
    assert text in {"a", "b"}


@given(st.text("axb! ", max_size=20))
def test_mending_again_changes_nothing(text: str) -> None:
    check = together(finder("ax", "b"), finder("bb", "a", code="KQL202"), finder("!+", "?", code="KQL203"))
    once, _ = fix_all(text, check)
    assert fix_all(once, check) == (once, ())
    assert not [found for found in check(once) if found.fix]
