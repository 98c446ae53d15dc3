"""A finding in rendered text is carried to the file that it was rendered from."""

from __future__ import annotations

from kqlpack.diagnostics import relocate
from kqlpack.source import Notation, Segment, SourceFile, SourceMap, Span
from tests.diagnostics.sample import finding, place

TEMPLATE = SourceFile("pack.yaml", "query: |\n  T | where x == {{ n }} | take 9")
RENDERED = SourceFile("pack.yaml", "T | where x == 0 | take 9")
_HOLE = Span(TEMPLATE.text.index("{{"), TEMPLATE.text.index("}}") + 2)
MAP = SourceMap(
    TEMPLATE,
    (
        Segment(Span(0, 15), Span(11, 26)),
        Segment(Span(15, 16), _HOLE, exact=False, rendered=True),
        Segment(Span(16, 25), Span(_HOLE.end, _HOLE.end + 9)),
    ),
    Notation.BLOCK,
)


def test_literal_text_maps_exactly_with_its_notes_and_its_fix() -> None:
    found = relocate(finding(RENDERED, "9", place(RENDERED, "x", "long"), replacement="8"), RENDERED, MAP)
    assert found.file is TEMPLATE
    assert TEMPLATE.text[found.span.start : found.span.end] == "9"
    assert TEMPLATE.text[found.related[0].span.start] == "x"
    assert found.fix is not None
    assert found.fix.edits[0].span == found.span


def test_what_came_out_of_a_hole_points_at_the_hole_and_says_what_it_became() -> None:
    found = relocate(finding(RENDERED, "0", replacement='"0"'), RENDERED, MAP)
    assert TEMPLATE.text[found.span.start : found.span.end] == "{{ n }}"
    assert found.related[-1].text == "rendered as `0`"
    assert found.fix is None


def test_a_fix_that_the_notation_cannot_hold_is_dropped() -> None:
    found = relocate(finding(RENDERED, "9", replacement="{{ 9 }}"), RENDERED, MAP)
    assert found.fix is None


def test_a_finding_of_another_file_stays() -> None:
    elsewhere = finding(TEMPLATE, "take")
    assert relocate(elsewhere, RENDERED, MAP) is elsewhere


def test_the_place_in_the_rendered_text_is_kept_where_a_template_had_a_part_in_it() -> None:
    found = relocate(finding(RENDERED, "9"), RENDERED, MAP)
    assert found.rendered is not None
    assert (found.rendered.file, found.rendered.span) == (RENDERED, Span(24, 25))
    same = SourceMap.identity(TEMPLATE)
    assert relocate(finding(RENDERED, "9"), RENDERED, same).rendered is None


def test_a_tag_that_left_nothing_and_a_macro_had_a_part_in_a_text_too() -> None:
    tag = Segment(Span(4, 4), Span(4, 9), exact=False)
    macro = Segment(Span(4, 6), Span(0, 2), included=SourceFile("macros/x.kql.j2", "ab"))
    escape = Segment(Span(4, 5), Span(4, 6), exact=False)
    literal = Segment(Span(0, 4), Span(0, 4))
    told = [SourceMap(TEMPLATE, (literal, one)).is_rendered for one in (literal, tag, macro, escape)]
    assert told == [False, True, True, False]
