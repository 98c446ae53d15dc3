"""Tags are hidden behind stand-ins of their length, and come back only if each is there once, in order."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from kqlpack.pipeline.masks import Masked, mask
from kqlpack.source import Span

if TYPE_CHECKING:
    from collections.abc import Callable

TEXT = "{% if a %}\nT | where x == {{ value }}\n{% endif %}{# note #}\n| take {{n}}"


def masked(text: str) -> Masked | None:
    return mask(text, [Span(*match.span()) for match in re.finditer(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", text)])


def test_holes_become_names_of_their_length_and_tags_comments() -> None:
    hidden = masked(TEXT)
    assert hidden is not None
    assert hidden.text == "//~k0~\nT | where x == _k1xxxxxxx_\n//~k2~\n| take _k3x_"
    assert hidden.hidden == ("{% if a %}", "{{ value }}", "{% endif %}{# note #}", "{{n}}")
    assert hidden.restore(hidden.text) == TEXT


def test_stand_ins_are_told_from_what_the_text_holds() -> None:
    hidden = masked("print _k0_, {{ a }} //~kk")
    assert hidden is not None
    assert hidden.restore(hidden.text) == "print _k0_, {{ a }} //~kk"


@pytest.mark.parametrize(
    "changed",
    [
        lambda text: text.replace("_k3x_", ""),
        lambda text: text + "_k3x_",
        lambda text: text.replace("_k3x_", "_k4x_"),
        lambda text: "\n".join(reversed(text.split("\n"))),
    ],
)
def test_a_text_that_lost_or_moved_one_is_refused(changed: Callable[[str], str]) -> None:
    hidden = masked(TEXT)
    assert hidden is not None
    assert hidden.restore(changed(hidden.text)) is None


def test_a_tag_in_the_midst_of_a_line_can_not_be_hidden() -> None:
    assert masked("T | where a {% if b %} and b {% endif %}") is None
    assert masked("T {# note #} | take 1") is None
