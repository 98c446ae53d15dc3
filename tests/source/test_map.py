"""Places of a derived text lead back to the text that it was made from."""

from __future__ import annotations

from kqlpack.source import Notation, Segment, SourceFile, SourceMap, Span

FILE = SourceFile("a.yaml", "query: |\n  T {{ x }} U\n")


def rendered_map() -> SourceMap:
    # `T {{ x }} U` became `T "v" U`.
    return SourceMap(
        FILE,
        (
            Segment(Span(0, 2), Span(11, 13)),
            Segment(Span(2, 5), Span(13, 20), exact=False, rendered=True),
            Segment(Span(5, 7), Span(20, 22)),
        ),
        Notation.BLOCK,
    )


def test_literal_text_maps_character_by_character() -> None:
    where = rendered_map().locate(Span(6, 7))
    assert FILE.text[where.span.start : where.span.end] == "U"
    assert where.exact
    assert not where.rendered


def test_a_place_of_the_original_leads_to_the_derived_text() -> None:
    found = rendered_map()

    assert [found.derive(offset) for offset in (11, 12, 20, 21)] == [0, 1, 5, 6]
    assert found.derive(13) == 2, "the end of a run"
    assert found.derive(16) is None, "inside of an expression"
    assert found.derive(3) is None, "before the block"


def test_of_several_copies_of_a_text_the_first_is_found() -> None:
    copied = SourceMap(FILE, (Segment(Span(0, 2), Span(11, 13)), Segment(Span(2, 4), Span(11, 13))))

    assert copied.derive(12) == 1


def test_no_place_is_found_in_a_text_that_was_brought_in() -> None:
    included = SourceMap(FILE, (Segment(Span(0, 2), Span(11, 13), included=SourceFile("m.j2", "x" * 20)),))

    assert included.derive(12) is None


def test_what_came_out_of_an_expression_maps_to_the_whole_expression() -> None:
    where = rendered_map().locate(Span(3, 4))
    assert FILE.text[where.span.start : where.span.end] == "{{ x }}"
    assert where.rendered
    assert not where.exact


def test_a_place_across_both_covers_both() -> None:
    where = rendered_map().locate(Span(0, 7))
    assert FILE.text[where.span.start : where.span.end] == "T {{ x }} U"
    assert where.rendered


def test_maps_compose() -> None:
    # A piece of the rendered text, `" U`, as a text of its own.
    inner = SourceMap(SourceFile("b", 'T "v" U'), (Segment(Span(0, 3), Span(4, 7)),))
    where = inner.through(rendered_map()).locate(Span(2, 3))
    assert where.span == Span(21, 22)


def test_a_scalar_that_can_not_hold_a_text_says_so() -> None:
    assert SourceMap(FILE, (), Notation.SINGLE_QUOTED).encode("it's") == "it''s"
    assert SourceMap(FILE, (), Notation.DOUBLE_QUOTED).encode('a"\\') == 'a\\"\\\\'
    assert SourceMap(FILE, (), Notation.PLAIN).encode("a: b") is None
    assert SourceMap(FILE, (), Notation.BLOCK).encode("a\nb") is None
    assert SourceMap(FILE, (), Notation.BLOCK).encode("{{ a }}") is None
