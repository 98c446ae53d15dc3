"""Authors can have the last word, if they say why, and only as long as it is needed."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kqlpack.lint import fix_all, judge, lint, select, suppress
from kqlpack.lint.suppress import suppression
from kqlpack.pipeline import analyze_text
from kqlpack.source import SourceFile
from tests.lint.checking import check_kql

if TYPE_CHECKING:
    from kqlpack.diagnostics import Diagnostic

JOIN = "| join (AuditLogs) on CorrelationId"
RULES = select(
    ["join-without-kind", "syntax-error", "suppression-without-reason", "unused-suppression", "expired-suppression"]
)


def found_in(text: str) -> list[str]:
    return [one.rule for one in check_kql(text, RULES)]


@pytest.mark.parametrize(
    "text",
    [
        f"SigninLogs\n{JOIN} // kqlpack: ignore[join-without-kind] why",
        f"SigninLogs\n{JOIN} // kqlpack: ignore[KQL201] why",
        f"SigninLogs\r\n  // kqlpack: ignore[join-without-kind] why\r\n{JOIN}",
        f"SigninLogs\n{JOIN} //kqlpack:ignore[ join-without-kind ] until=2024-12-03 why",
        f"// kqlpack: ignore-file[join-without-kind] why\nSigninLogs\n{JOIN}\n{JOIN}",
        f"SigninLogs\n{JOIN} // kqlpack: ignore[cost-of-it-all,join-without-kind] why".replace("cost-of-it-all,", ""),
    ],
)
def test_a_finding_on_the_line_or_the_line_below_is_left_out(text: str) -> None:
    assert found_in(text) == []


def test_two_suppressions_above_one_line_both_count() -> None:
    text = f"SigninLogs\n// kqlpack: ignore[join-without-kind] why\n// kqlpack: ignore[unknown-table] why\n{JOIN}"
    assert found_in(text) == []


@pytest.mark.parametrize(
    "text",
    [
        f"// kqlpack: ignore[join-without-kind] why\nSigninLogs\n{JOIN}",
        f"SigninLogs // kqlpack: ignore[join-without-kind] behind other text, it is for its own line\n{JOIN}",
    ],
)
def test_another_line_is_not_meant_and_the_comment_is_found_needless(text: str) -> None:
    assert sorted(found_in(text)) == ["join-without-kind", "unused-suppression"]


def test_another_rule_is_not_meant() -> None:
    assert found_in(f"SigninLogs\n{JOIN} // kqlpack: ignore[unknown-table] why") == ["join-without-kind"]


def test_with_its_day_a_suppression_ends() -> None:
    text = f"SigninLogs\n{JOIN} // kqlpack: ignore[join-without-kind] until=2024-12-02 why"
    assert found_in(text) == ["join-without-kind", "expired-suppression"]


def test_a_day_that_is_none_has_passed() -> None:
    text = f"SigninLogs\n{JOIN} // kqlpack: ignore[join-without-kind] until=soon why"
    assert found_in(text) == ["join-without-kind", "expired-suppression"]


def test_while_the_text_does_not_parse_nothing_is_needless() -> None:
    assert found_in("SigninLogs\n| where // kqlpack: ignore[join-without-kind] why") == ["syntax-error"]


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("T // kqlpack: ignore[join-without-kind] why\n", "T\n"),
        ("// kqlpack: ignore[join-without-kind] why\r\nT", "T"),
        (
            f"T\n{JOIN} // kqlpack: ignore[join-without-kind, what-is-this] why",
            f"T\n{JOIN} // kqlpack: ignore[join-without-kind] why",
        ),
    ],
)
def test_the_fix_takes_out_what_is_not_needed(text: str, mended: str) -> None:
    assert fix_all(text, lambda text: check_kql(text, RULES))[0] == mended


def test_a_misspelt_name_is_not_simply_removed() -> None:
    text = f"T\n{JOIN} // kqlpack: ignore[join-witout-kind] why"
    assert fix_all(text, lambda text: check_kql(text, select(["unused-suppression"])))[0] == text


@pytest.mark.parametrize(
    ("line", "suppressed"),
    [
        (f"{JOIN}  ", f"{JOIN} // kqlpack: ignore[join-without-kind] "),
        (f"{JOIN} // kqlpack: ignore[KQL302] why", f"{JOIN} // kqlpack: ignore[KQL302, join-without-kind] why"),
        (f"{JOIN} // kqlpack: ignore[] why", f"{JOIN} // kqlpack: ignore[join-without-kind] why"),
    ],
)
def test_a_suppression_is_written_at_the_end_of_the_line(line: str, suppressed: str) -> None:
    text = f"SigninLogs\r\n{line}\r\n| take 1"
    edit = suppression(SourceFile("a.kql", text), text.index("join"), "join-without-kind", "//")
    assert text[: edit.span.start] + edit.text + text[edit.span.end :] == f"SigninLogs\r\n{suppressed}\r\n| take 1"


_PIECES = [
    "// kqlpack: ignore[",
    "# kqlpack: ignore-file[",
    "a-rule",
    "KQL201",
    ",",
    "]",
    " until=",
    "2024-12-04",
    " why",
    "\n",
    " ",
]


@given(st.lists(st.sampled_from(_PIECES), max_size=12).map("".join))
def test_any_comment_can_be_read_and_without_findings_nothing_is_suppressed(text: str) -> None:
    reported: tuple[Diagnostic, ...] = suppress(SourceFile("a.kql", text), [], today=date(2024, 12, 3))
    assert {one.rule for one in reported} <= {"unused-suppression", "suppression-without-reason"}


def test_what_is_suppressed_is_handed_on_with_its_reason() -> None:
    file = SourceFile(
        "a.kql", f"SigninLogs\n{JOIN} // kqlpack: ignore[join-without-kind] until=2031-01-01 it is right\n{JOIN}"
    )
    kept, suppressed = judge(file, lint(analyze_text(file), rules=RULES), today=date(2024, 12, 3), rules=RULES)
    assert [one.rule for one in kept] == ["join-without-kind"]
    assert [(one.diagnostic.rule, one.reason, one.in_source) for one in suppressed] == [
        ("join-without-kind", "it is right", True)
    ]
    kept, suppressed = judge(file, lint(analyze_text(file), rules=RULES), today=date(2032, 1, 1), rules=RULES)
    assert [one.rule for one in kept].count("join-without-kind") == 2
    assert suppressed == ()
