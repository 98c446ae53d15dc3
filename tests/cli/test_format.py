"""`kqlpack format` as a person meets it: files, packs, templates, standard input, exit codes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import kqlpack as package

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kqlpack.pack import Query
    from tests.cli.conftest import Ran

    Run = Callable[..., Ran]

HEAD = """\
kqlpack: 1
name: sample
version: 1.0.0
title: A sample
log_source: tenant
parameters:
  days: {type: timespan, default: 1d}
  users: {type: "list[string]", default: []}
  scope: {type: string, default: a}
queries:
  - id: one
    title: One
    query: |
"""


def pack(*lines: str) -> str:
    return HEAD + "".join(f"      {line}".rstrip() + "\n" for line in lines) + "    severity: low  # stays\n"


def set_pack(kqlpack: Run, folder: Path, text: str) -> tuple[str, Ran]:
    path = folder / "sample.yaml"
    path.write_text(text, encoding="utf-8", newline="")
    ran = kqlpack("format", "sample.yaml")
    return path.read_bytes().decode("utf-8"), ran


def test_a_file_of_kql_is_set(kqlpack: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.kql"
    path.write_text("T|take 1", encoding="utf-8")
    ran = kqlpack("format")
    assert (ran.code, ran.out) == (0, "")
    assert path.read_text("utf-8") == "T\n| take 1\n"
    assert "formatted a.kql" in ran.err
    assert "1 of 1 file changed, 1 query looked at." in ran.err
    assert "0 of 1 file changed" in kqlpack("format", "a.kql").err


def test_check_and_diff_write_nothing(kqlpack: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.kql"
    path.write_text("T|take 1\n", encoding="utf-8")
    assert kqlpack("format", "--check").code == 1
    ran = kqlpack("format", "--diff")
    assert ran.code == 1
    assert "-T|take 1\n+T\n+| take 1\n" in ran.out
    assert path.read_text("utf-8") == "T|take 1\n"
    path.write_text("T\n| take 1\n", encoding="utf-8")
    assert kqlpack("format", "--check").code == 0


def test_crlf_and_a_byte_order_mark_stay(kqlpack: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.kql"
    path.write_bytes("\ufeffT|take 1\r\n".encode())
    assert kqlpack("format").code == 0
    assert path.read_bytes() == "\ufeffT\r\n| take 1\r\n".encode()


def test_a_syntax_error_is_shown_and_the_file_stays(kqlpack: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.kql"
    path.write_text("T|where a = 1", encoding="utf-8")
    ran = kqlpack("format", "a.kql")
    assert ran.code == 1
    assert "a.kql:1:" in ran.err
    assert "write `==`" in ran.err
    assert path.read_text("utf-8") == "T|where a = 1"


def test_several_queries_in_one_file_are_set_one_by_one(kqlpack: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.kql"
    path.write_text("// first\nT|take 1\n\n\n\n// between\n\nU|take 2", encoding="utf-8")
    assert kqlpack("format").code == 0
    assert path.read_text("utf-8") == "// first\nT\n| take 1\n\n\n\n// between\n\nU\n| take 2\n"
    assert kqlpack("format", "--check").code == 0


def test_a_region_over_several_queries_keeps_them_all(kqlpack: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.kql"
    kept = "// kqlpack: format off\nU|take 2\n\nV|take 3\n\n// kqlpack: format on\nW|take 4\n"
    path.write_text(f"T|take 1\n\n{kept}\nX|take 5\n", encoding="utf-8")
    assert kqlpack("format").code == 0
    assert path.read_text("utf-8") == f"T\n| take 1\n\n{kept}\nX\n| take 5\n"


def test_nothing_to_set_and_missing_paths_are_told(kqlpack: Run) -> None:
    assert kqlpack("format").code == 2
    ran = kqlpack("format", "nowhere.kql")
    assert ran.code == 2
    assert "`nowhere.kql`" in ran.err


# ---- packs -----------------------------------------------------------------------------------------------------------


def test_only_the_block_of_a_pack_changes(kqlpack: Run, tmp_path: Path) -> None:
    text, ran = set_pack(kqlpack, tmp_path, pack("SigninLogs|where TimeGenerated>ago( {{ days }} )", "", "|   count"))
    assert ran.code == 0
    assert text == pack("SigninLogs", "| where TimeGenerated > ago({{ days }})", "| count")


def test_tags_keep_their_lines(kqlpack: Run, tmp_path: Path) -> None:
    before = pack(
        "SigninLogs",
        "{% if users %}",
        "|where UserPrincipalName in~({{users}})",
        "  {% elif scope == 'b' %}",
        "  |where a",
        "{% endif %}",
        "{# a note #}",
        "|project a",
        "{% if users %}",
        "   , b",
        "{% endif %}",
    )
    text, ran = set_pack(kqlpack, tmp_path, before)
    assert ran.code == 0, ran.err
    assert text == pack(
        "SigninLogs",
        "{% if users %}",
        "| where UserPrincipalName in~ ({{users}})",
        "{% elif scope == 'b' %}",
        "| where a",
        "{% endif %}",
        "{# a note #}",
        "| project",
        "    a",
        "    {% if users %}",
        "    , b",
        "{% endif %}",
    )
    assert kqlpack("format", "--check").code == 0


def test_holes_may_stand_in_strings_comments_and_names(kqlpack: Run, tmp_path: Path) -> None:
    before = pack('T|where _k0_=="{{ scope }} x"  // {{ days }}', "|where b == {{ days }}   //~k0~", "and c")
    text, ran = set_pack(kqlpack, tmp_path, before)
    assert ran.code == 0, ran.err
    assert text == pack(
        "T",
        '| where _k0_ == "{{ scope }} x" // {{ days }}',
        "| where b == {{ days }} //~k0~",
        "    and c",
    )


def test_a_tag_between_an_item_and_its_comma_stays_there(kqlpack: Run, tmp_path: Path) -> None:
    lines = ["print", "    a = 1 // one", "    {% if users %}", "    , b = 2 // two", "    {% endif %} ", "    , c = 3"]
    before = HEAD + "".join(f"      {line}\n" for line in lines)
    text, ran = set_pack(kqlpack, tmp_path, before)
    assert (text, ran.code) == (before, 0)


def test_line_ends_of_a_pack_stay(kqlpack: Run, tmp_path: Path) -> None:
    text, _ = set_pack(kqlpack, tmp_path, pack("T|count", "|take 1").replace("\n", "\r\n"))
    assert text == pack("T", "| count", "| take 1").replace("\n", "\r\n")


@pytest.mark.parametrize("header", ["|", "|-", "|+", "|2", "|  # a comment"])
def test_blocks_of_every_kind_keep_their_header_and_end(kqlpack: Run, tmp_path: Path, header: str) -> None:
    before = pack("T|count", "", "").replace("query: |", f"query: {header}")
    text, ran = set_pack(kqlpack, tmp_path, before)
    assert ran.code == 0, ran.err
    assert text == pack("T", "| count", "", "").replace("query: |", f"query: {header}")


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (["{% if users %}", "T", "{% else %}", "U", "{% endif %}", "|   count"], "only once it is rendered"),
        (["T|where a {% if users %} and b {% endif %} or c"], "in the midst of a line"),
        (["T|where {% if users %}"], "can't be read"),
        (["T|where a == {{ nobody }}"], "no variant of it renders"),
    ],
)
def test_what_is_no_kql_before_it_is_rendered_is_skipped_and_said(
    kqlpack: Run, tmp_path: Path, lines: list[str], reason: str
) -> None:
    text, ran = set_pack(kqlpack, tmp_path, pack(*lines))
    assert text == pack(*lines)
    assert ran.code == 0
    assert "skipped sample.yaml (one)" in ran.err
    assert reason in ran.err


@pytest.mark.parametrize("query", [">\n      T|count", '"T|count"', "'T|count'", "T|count"])
def test_other_scalars_are_skipped_and_said(kqlpack: Run, tmp_path: Path, query: str) -> None:
    before = HEAD.replace("query: |", f"query: {query}")
    text, ran = set_pack(kqlpack, tmp_path, before)
    assert text == before
    assert "only `|` blocks are set" in ran.err


def test_a_finding_points_into_the_pack(kqlpack: Run, tmp_path: Path) -> None:
    before = pack("T", "|where a = 1")
    text, ran = set_pack(kqlpack, tmp_path, before)
    assert text == before
    assert ran.code == 1
    assert "sample.yaml:15:" in ran.err


def test_broken_yaml_is_a_finding(kqlpack: Run, tmp_path: Path) -> None:
    _, ran = set_pack(kqlpack, tmp_path, HEAD + "  T\n :")
    assert ran.code == 1
    assert "invalid-yaml" in ran.err


def test_rules_of_others_are_set_too(kqlpack: Run, tmp_path: Path) -> None:
    path = tmp_path / "rule.yaml"
    path.write_text("id: x\nquery: |\n  T|where a == '{{ b }}'\nkind: Scheduled\n", encoding="utf-8")
    assert kqlpack("format").code == 0
    assert path.read_text("utf-8") == "id: x\nquery: |\n  T\n  | where a == '{{ b }}'\nkind: Scheduled\n"


def test_a_result_that_renders_to_another_query_is_refused(
    kqlpack: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kqlpack.pipeline import masks

    monkeypatch.setattr(masks.Masked, "restore", lambda _self, _text: "T\n| where a == 2\n| take 1")
    before = pack("T|where a == '{{ scope }}'")
    text, ran = set_pack(kqlpack, tmp_path, before)
    assert text == before
    assert ran.code == 1
    assert "it would render to another query" in ran.err


def test_a_result_that_would_load_as_another_pack_is_refused(
    kqlpack: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kqlpack.diagnostics import Edit
    from kqlpack.pipeline.blocks import edit_block

    def wrong(query: Query, text: str) -> Edit | None:
        edit = edit_block(query, text)
        return edit and Edit(edit.span, edit.text.replace("take 1", "take 2"))

    monkeypatch.setattr("kqlpack.pipeline.format.edit_block", wrong)
    before = pack("T|take 1")
    text, ran = set_pack(kqlpack, tmp_path, before)
    assert text == before
    assert ran.code == 1
    assert "would not load as the same pack" in ran.err


# ---- standard input --------------------------------------------------------------------------------------------------


def test_standard_input_goes_to_standard_output(kqlpack: Run, stdin: Callable[[bytes], None]) -> None:
    stdin(b"T|take 1")
    ran = kqlpack("format", "-")
    assert (ran.code, ran.out, ran.err) == (0, "T\n| take 1\n", "")
    stdin(b"T|take 1")
    ran = kqlpack("format", "-", "--check")
    assert (ran.code, ran.out) == (1, "")


def test_standard_input_that_does_not_parse_comes_back(kqlpack: Run, stdin: Callable[[bytes], None]) -> None:
    stdin(b"T|where a = 1")
    ran = kqlpack("format", "-")
    assert (ran.code, ran.out) == (1, "T|where a = 1")
    assert "stdin.kql:1:" in ran.err


def test_standard_input_may_be_a_pack(kqlpack: Run, stdin: Callable[[bytes], None]) -> None:
    stdin(pack("T|count").encode())
    ran = kqlpack("format", "-", "--stdin-filename", "sample.yaml")
    assert (ran.code, ran.out) == (0, pack("T", "| count"))


# ---- the function ----------------------------------------------------------------------------------------------------


def test_the_function_sets_a_text() -> None:
    assert package.format("T|take 1") == "T\n| take 1\n"
    assert package.format("T|take 1\n\nU|take 2\n") == "T\n| take 1\n\nU\n| take 2\n"


@pytest.mark.parametrize("text", ["T |", ".show tables", "T | where a = 1", '"'])
def test_the_function_raises_for_what_does_not_parse(text: str) -> None:
    with pytest.raises(package.KqlSyntaxError) as caught:
        package.format(text)
    assert caught.value.diagnostics


def test_a_quotation_whose_only_line_is_cut_off_stays(kqlpack: Run, tmp_path: Path) -> None:
    text = "> ```kql\n> SigninLogs | where Result"
    (tmp_path / "a.md").write_text(text, "utf-8")

    ran = kqlpack("format", "a.md")
    assert ran.code == 0
    assert "the lines of its block can't be told" in ran.err
    assert (tmp_path / "a.md").read_text("utf-8") == text
