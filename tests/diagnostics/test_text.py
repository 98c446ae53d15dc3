"""What people see: the author's lines, marked."""

from __future__ import annotations

import time
import unicodedata

from hypothesis import example, given
from hypothesis import strategies as st

from kqlpack.diagnostics import Annotation, Applicability, Checked, Diagnostic, Severity, Skipped
from kqlpack.diagnostics.frame import display_width
from kqlpack.diagnostics.render.text import message, render
from kqlpack.source import SourceFile, Span
from tests.diagnostics.sample import finding, place


def test_a_finding_shows_its_line_its_cause_its_help_and_its_fix() -> None:
    file = SourceFile("packs/spray.yaml", "query: |\n  SigninLogs\n  | where ResultType == 0\n")
    cause = place(file, "ResultType", "`ResultType` is `string` in `SigninLogs`")
    found = finding(file, "0", cause, replacement='"0"', parameters=(("scope", '"all"'),))
    assert message(found) == (
        "packs/spray.yaml:3:25 warning [string-number-equality] `ResultType` holds text\n"
        "  |\n"
        "3 |   | where ResultType == 0\n"
        "  |                         ^\n"
        "  |           ---------- `ResultType` is `string` in `SigninLogs`\n"
        "  |\n"
        '  in: query `spray` rendered with {scope: "all"}\n'
        "  help: compare with text\n"
        '  fix: write "0" [*]'
    )


def test_only_safe_fixes_carry_the_star() -> None:
    file = SourceFile("a.kql", "T | where x == 0")
    unsafe = message(finding(file, "0", replacement="1", applicability=Applicability.UNSAFE))
    by_hand = message(finding(file, "0", replacement="1", applicability=Applicability.DISPLAY_ONLY))
    assert "[*]" not in unsafe
    assert "(unsafe: " in unsafe
    assert "[*]" not in by_hand
    assert "(by hand)" in by_hand


def test_wide_characters_and_tabs_keep_the_caret_under_its_word() -> None:
    file = SourceFile("a.kql", "\tprint '名前', e\u0301, bad")
    assert message(finding(file, "bad")).split("\n")[2:4] == [
        "1 |     print '名前', e\u0301, bad",
        "  |                      ^^^",
    ]


def test_unseen_characters_are_written_out() -> None:
    file = SourceFile("a.kql", "a\x00\x1b[31m \u202e b\u200b bad")
    source, caret = message(finding(file, "bad")).split("\n")[2:4]
    assert source == "1 | a␀␛[31m <U+202E> b<U+200B> bad"
    assert source.index("bad") == caret.index("^")


def test_a_message_stays_on_its_line() -> None:
    file = SourceFile("a\nb.kql", "x")
    found = Diagnostic("KQL102", "unknown-column", Severity.ERROR, "no `a\r\nb`", Annotation(file, Span(0, 1)))
    assert message(found).split("\n")[0] == "a␊b.kql:1:1 error [unknown-column] no `a␍␊b`"


def test_carriage_returns_are_no_part_of_a_line() -> None:
    unix = SourceFile("a.kql", "T\n| where x == 0\n| take 1\n")
    windows = SourceFile("a.kql", unix.text.replace("\n", "\r\n"))
    assert message(finding(unix, "x == 0")) == message(finding(windows, "x == 0"))


def test_a_place_at_the_very_end_is_marked_with_one_caret() -> None:
    file = SourceFile("a.kql", "T |")
    found = Diagnostic("KQL001", "syntax-error", Severity.ERROR, "ends here", Annotation(file, Span(3, 3)))
    assert message(found).split("\n")[2:4] == ["1 | T |", "  |    ^"]


def test_a_place_over_several_lines_marks_each_without_its_indentation() -> None:
    file = SourceFile("a.kql", "T | join (\n    B\n  ) on x")
    assert message(finding(file, "(\n    B\n  )")).split("\n")[2:8] == [
        "1 | T | join (",
        "  |          ^",
        "2 |     B",
        "  |     ^",
        "3 |   ) on x",
        "  |   ^",
    ]


def test_a_place_over_many_lines_shows_its_ends() -> None:
    file = SourceFile("a.kql", "(\n" + "B\n" * 20 + ")")
    assert message(finding(file, file.text)).split("\n")[2:7] == [" 1 | (", "   | ^", "...", "22 | )", "   | ^"]


def test_a_place_that_ends_with_a_line_end_stays_on_its_line() -> None:
    file = SourceFile("a.kql", "T\n| take 1\n| count")
    assert message(finding(file, "| take 1\n")).split("\n")[2:5] == ["2 | | take 1", "  | ^^^^^^^^", "  |"]


def test_a_single_line_between_two_marks_is_shown_and_more_are_not() -> None:
    file = SourceFile("a.kql", "cause\nbetween\nbad\nx\nx\nend")
    assert message(finding(file, "bad", place(file, "cause"))).split("\n")[2:7] == [
        "1 | cause",
        "  | -----",
        "2 | between",
        "3 | bad",
        "  | ^^^",
    ]
    assert message(finding(file, "end", place(file, "bad"))).split("\n")[2:6] == [
        "3 | bad",
        "  | ---",
        "...",
        "6 | end",
    ]


def test_a_long_line_is_cut_around_the_place() -> None:
    file = SourceFile("a.kql", "x" * 500 + " bad " + "y" * 500)
    source, caret = message(finding(file, "bad")).split("\n")[2:4]
    assert len(source) < 160
    assert source.startswith("1 | …x")
    assert source.endswith("y…")
    assert source.index("bad") == caret.index("^")


@given(before=st.integers(0, 300), width=st.integers(1, 300), after=st.integers(0, 300))
def test_a_line_as_long_as_a_file_is_shown_as_a_shorter_one(before: int, width: int, after: int) -> None:
    near = "a" * before + "!" * width + "b" * after
    rows = []
    for far in (300, 5_000):
        file = SourceFile("a.kql", "x" * far + near + "y" * far)
        rows.append(message(finding(file, "!" * width)).split("\n")[1:])
    assert rows[0] == rows[1]


def test_a_line_of_a_million_characters_takes_no_time() -> None:
    file = SourceFile("a.kql", "x" * 1_000_000 + " bad " + "y" * 1_000_000)
    started = time.process_time()
    message(finding(file, "bad"))
    assert time.process_time() - started < 0.5


def test_on_a_narrow_terminal_lines_are_cut_to_its_width() -> None:
    file = SourceFile("a.kql", "x" * 50 + " bad " + "y" * 50)
    rows = message(finding(file, "bad"), width=60).split("\n")
    assert all(display_width(row) <= 60 for row in rows[1:4])
    assert rows[2].index("bad") == rows[3].index("^")
    assert "x" * 50 in message(finding(file, "bad"), width=200)
    assert "bad" in message(finding(file, "bad"), width=1).split("\n")[2]


def test_names_in_messages_and_the_numbers_of_the_summary_stand_out() -> None:
    file = SourceFile("a.kql", "T | where x == 0")
    found = [finding(file, "0"), finding(file, "x", severity=Severity.ERROR)]
    colored = render(found, Checked(1, 0, 1, 1), color=True)
    assert "\x1b[1m`ResultType`\x1b[0m holds text" in colored
    assert "Found \x1b[1;31m1 error\x1b[0m, \x1b[1;33m1 warning\x1b[0m." in colored
    assert render([], Checked(1, 0, 1, 1), color=True) == "\x1b[32mChecked 1 query in 1 file.\x1b[0m\n"


def test_places_far_apart_on_a_long_line_are_shown_one_by_one() -> None:
    file = SourceFile("a.kql", "cause" + "x" * 500 + " bad")
    rows = message(finding(file, "bad", place(file, "cause", "because"))).split("\n")
    assert [row for row in rows if "^^^" in row or "----- because" in row] == [rows[3], rows[5]]
    assert rows[4].startswith("1 | cause")


def test_a_cause_in_another_file_has_a_frame_of_its_own() -> None:
    file, other = SourceFile("a.kql", "T | where x == 0"), SourceFile("pack.yaml", "tables:\n  T: {}\n")
    rows = message(finding(file, "0", place(other, "T:", "declared here"))).split("\n")
    assert rows[4:8] == [" --> pack.yaml:2:3", "  |", "2 |   T: {}", "  |   -- declared here"]


def test_output_without_color_has_no_escape_codes_and_with_it_the_same_words() -> None:
    file = SourceFile("a.kql", "T | where x == 0")
    found = finding(file, "0", replacement="1")
    plain, colored = render([found], Checked(1, 0, 1, 1)), render([found], Checked(1, 0, 1, 1), color=True)
    assert "\x1b" not in plain
    assert "\x1b[1;33mwarning\x1b[0m" in colored
    assert _without_codes(colored) == plain


def test_the_summary_says_what_was_found_and_what_was_checked() -> None:
    file = SourceFile("a.kql", "T | where x == 0")
    safe = finding(file, "0", replacement="1")
    unsafe = finding(file, "x", replacement="y", applicability=Applicability.UNSAFE, severity=Severity.ERROR)
    checked = Checked(files=31, packs=5, queries=214, variants=402, skipped=(Skipped("x.json", "not JSON"),))
    assert render([safe, unsafe], checked).endswith(
        "\n\nFound 1 error, 1 warning. [*] `--fix` mends 1; `--fix --unsafe-fixes` mends 1 more.\n"
        "Checked 214 queries with 402 variants in 5 packs, 1 skipped (not JSON).\n"
    )
    assert render([], Checked(1, 0, 1, 1)) == "Checked 1 query in 1 file.\n"


def test_nothing_checked_is_said_aloud() -> None:
    skipped = (Skipped("a", "no KQL in it"), Skipped("b", "not UTF-8"))
    assert render([], Checked(skipped=skipped)) == ("Nothing was checked, 2 skipped (1: no KQL in it, 1: not UTF-8).\n")


def test_findings_come_in_the_order_of_the_file() -> None:
    file = SourceFile("a.kql", "first second")
    later, earlier = finding(file, "second"), finding(file, "first")
    assert render([later, earlier], Checked()) == render([earlier, later], Checked())


_TEXTS = st.text(alphabet=st.sampled_from("ab \t\r\n名é\u0301\u202e\x00\x7f\ud800\u2028'"), min_size=1, max_size=40)


def test_of_a_file_that_holds_nothing_no_line_is_shown() -> None:
    found = Diagnostic("KQL605", "unreadable-file", Severity.ERROR, "m", Annotation(SourceFile("a", ""), Span(0, 0)))
    assert message(found) == "a:1:1 error [unreadable-file] m"


@given(text=_TEXTS, ends=st.tuples(st.integers(0, 40), st.integers(0, 40)), stretch=st.integers(1, 30))
@example(text="\r", ends=(0, 1), stretch=1)
@example(text="a\n", ends=(0, 2), stretch=30)
def test_any_place_in_any_text_can_be_shown(text: str, ends: tuple[int, int], stretch: int) -> None:
    text *= stretch
    start, end = sorted(min(end * stretch, len(text)) for end in ends)
    file = SourceFile("a.kql", text)
    found = Diagnostic("KQL001", "syntax-error", Severity.ERROR, text, Annotation(file, Span(start, end)))
    rows = message(found).split("\n")
    assert any(row.strip().endswith("^") for row in rows)
    for row in rows:
        assert all(unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Zl", "Zp"} for character in row)
        if row is not rows[0]:
            assert display_width(row) <= 160


def _without_codes(text: str) -> str:
    for code in ("1;31", "1;33", "1;36", "1", "34", "36", "32", "0"):
        text = text.replace(f"\x1b[{code}m", "")
    return "\n".join(row.rstrip() for row in text.split("\n"))
