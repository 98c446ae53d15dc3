"""Packs as plain KQL."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kqlpack.emit import kql
from kqlpack.pack.identity import Owner
from kqlpack.pack.kql_header import Headed, header, read_header
from kqlpack.source import SourceFile
from kqlpack.syntax import parse
from tests.emit.making import function, pack, query

SPRAY = """\
// Password spray
//
// Many users, one address.
//
// Few attempts each.
//
// kqlpack: signins/spray

SigninLogs
| take 5
"""
FAILED = """\
// Failed sign-ins
//
// kqlpack: signins/functions/Failed

let Failed = (user:string, since:timespan = 1d) {
SigninLogs
| where UserId == user and TimeGenerated > ago(since) // all of them
};
"""
BODY = "SigninLogs\n| where UserId == user and TimeGenerated > ago(since) // all of them\n"
PARAMETERS = (("user", "string", None), ("since", "timespan", "1d"))


def test_each_query_is_a_file_headed_by_title_and_description() -> None:
    one = query(title="Password spray", description="Many users, one address.\n\nFew attempts each.\n")
    (artifact,) = kql.emit(pack(), [one])
    assert (artifact.path, artifact.content) == ("signins/spray.kql", SPRAY)


def test_a_function_is_a_let_statement_with_its_parameters() -> None:
    failed = function("Failed", BODY, *PARAMETERS, title="Failed sign-ins")
    (artifact,) = kql.emit(pack(), [], [failed])
    assert (artifact.path, artifact.content) == ("signins/functions/Failed.kql", FAILED)
    assert parse(SourceFile("", artifact.content + "Failed('a')")).ok


def test_the_files_are_sorted_and_end_with_a_line_end() -> None:
    found = kql.emit(pack(), [query("b", "B"), query("a", "A")], [function("Z", "Z"), function("Y", "Y")])
    names = ["signins/a.kql", "signins/b.kql", "signins/functions/Y.kql", "signins/functions/Z.kql"]
    assert [artifact.path for artifact in found] == names
    assert all(artifact.content.endswith("\n") for artifact in found)


def test_what_was_written_is_read_back() -> None:
    assert read_header(SPRAY) == Headed(
        Owner("signins", "spray"),
        "Password spray",
        "Many users, one address.\n\nFew attempts each.",
        "SigninLogs\n| take 5\n",
    )
    read = read_header(FAILED)
    assert read is not None
    assert (read.text, read.parameters) == (BODY, "user:string, since:timespan = 1d")


@pytest.mark.parametrize(
    "text",
    [
        "// Failed sign-ins\n\nSigninLogs\n",
        "// kqlpack: no key\n\nSigninLogs\n",
        "// kqlpack: signins/spray\nSigninLogs\n",
        "SigninLogs // kqlpack: signins/spray\n\n",
        "// kqlpack: signins/functions/Failed\n\nSigninLogs\n",
        "",
    ],
)
def test_other_peoples_comments_are_left_alone(text: str) -> None:
    assert read_header(text) is None


@given(st.text(), st.text())
def test_no_title_and_no_description_gets_out_of_the_comment(title: str, description: str) -> None:
    text = header(title, description, Owner("a", "b"))
    assert all(line.startswith("//") for line in text.split("\n")[:-2])
    assert "\r" not in text
    read = read_header(text + "// kqlpack: c/d\n\nT\n")
    assert read is not None
    assert (read.owner, read.title, read.text) == (Owner("a", "b"), " ".join(title.split()), "// kqlpack: c/d\n\nT\n")
    lines = [line.rstrip() for line in description.strip().splitlines()]
    assert read.description == "\n".join(lines)
