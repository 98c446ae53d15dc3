"""SARIF: what the standard's own schema says of it, and that it holds what kqlpack knows."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given
from jsonschema import Draft7Validator

from kqlpack.diagnostics import Annotation, Applicability, Checked, Diagnostic, Run, Severity, Skipped, Suppressed
from kqlpack.diagnostics.places import from_root
from kqlpack.diagnostics.render import render
from kqlpack.lint import all_rules
from kqlpack.source import SourceFile, Span
from tests.diagnostics.sample import finding, findings, place
from tests.schemas import SARIF, published

FILE = SourceFile("packs/spray.yaml", "query: |\r\n  é😀 | where ResultType == 0\r\n")
CHECKED = Checked(files=1, packs=1, queries=2, variants=3, skipped=(Skipped("notes.yaml", "no query in it"),))
RUN = Run(version="1.2.3", rules=all_rules(), fail_on=Severity.WARNING, exit_code=1)


@pytest.fixture(scope="module")
def validator() -> Draft7Validator:
    return Draft7Validator(published(SARIF))


def run_of(found: list[Diagnostic], checked: Checked = CHECKED, run: Run = RUN) -> dict[str, Any]:
    log = json.loads(render("sarif", found, checked, run=run))
    Draft7Validator(published(SARIF)).validate(log)
    (only,) = log["runs"]
    result: dict[str, Any] = only
    return result


def test_it_is_valid_with_and_without_findings_rules_and_a_run(validator: Draft7Validator) -> None:
    found = finding(FILE, "0", place(FILE, "ResultType", "`string`"), replacement='"0"')
    for diagnostics in ([], [found]):
        validator.validate(json.loads(render("sarif", diagnostics, CHECKED)))
        validator.validate(json.loads(render("sarif", diagnostics, CHECKED, run=RUN)))


def test_places_have_both_ends_in_characters_and_as_offsets() -> None:
    run = run_of([finding(FILE, "0")])
    assert run["columnKind"] == "unicodeCodePoints"
    assert "\r" in run["newlineSequences"]
    region = run["results"][0]["locations"][0]["physicalLocation"]["region"]
    assert region == {
        "startLine": 2,
        "startColumn": 28,
        "endLine": 2,
        "endColumn": 29,
        "charOffset": 37,
        "charLength": 1,
    }
    assert FILE.text[37:38] == "0"


def test_the_lines_around_a_place_are_there_where_they_say_more() -> None:
    file = SourceFile("a.kql", "1\n2\n3\r\n4\n5")

    def context(start: int, end: int) -> Any:
        found = Diagnostic("KQL107", "a-rule", Severity.INFO, "m", Annotation(file, Span(start, end)))
        return run_of([found])["results"][0]["locations"][0]["physicalLocation"].get("contextRegion")

    assert context(4, 5) == {"startLine": 2, "endLine": 4, "snippet": {"text": "2\n3\r\n4\n"}}
    assert context(0, 1) == {"startLine": 1, "endLine": 2, "snippet": {"text": "1\n2\n"}}
    assert context(9, 10) == {"startLine": 4, "endLine": 5, "snippet": {"text": "4\n5"}}
    assert context(0, len(file.text)) is None


def test_every_rule_has_its_level_and_help_in_text_and_markdown_and_no_made_up_address() -> None:
    driver = run_of([finding(FILE, "0")])["tool"]["driver"]
    assert (driver["name"], driver["semanticVersion"]) == ("kqlpack", "1.2.3")
    assert [rule["id"] for rule in driver["rules"]] == [rule.code for rule in all_rules()]
    for described, rule in zip(driver["rules"], all_rules(), strict=True):
        assert described["name"] == rule.slug
        assert described["help"]["markdown"] == rule.documentation
        assert described["help"]["text"]
        assert described["fullDescription"]["text"]
        assert described["defaultConfiguration"]["enabled"] is not rule.opt_in
        assert "helpUri" not in described
    assert "informationUri" not in driver


def test_a_result_points_at_its_rule_and_has_a_fingerprint_of_its_own() -> None:
    run = run_of([finding(FILE, "0"), finding(FILE, "0", severity=Severity.ERROR)])
    results = run["results"]
    for result in results:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == "KQL107"
    assert {result["level"] for result in results} == {"error", "warning"}
    names = [result["partialFingerprints"]["kqlpack/v1"] for result in results]
    assert len(set(names)) == 2
    assert names[1] == f"{names[0]}:2"


def test_a_rule_that_is_not_listed_has_no_index() -> None:
    assert "ruleIndex" not in run_of([finding(FILE, "0", code="KQL999")])["results"][0]


def test_fixes_are_replacements_and_those_by_hand_are_left_out() -> None:
    run = run_of([finding(FILE, "0", replacement='"0"')])
    (fix,) = run["results"][0]["fixes"]
    (change,) = fix["artifactChanges"]
    (replacement,) = change["replacements"]
    assert replacement["insertedContent"] == {"text": '"0"'}
    assert replacement["deletedRegion"]["charOffset"] == 37
    assert fix["properties"]["applicability"] == "safe"
    by_hand = finding(FILE, "0", replacement='"0"', applicability=Applicability.DISPLAY_ONLY)
    assert "fixes" not in run_of([by_hand])["results"][0]


def test_suppressed_findings_are_there_with_their_reasons() -> None:
    in_source, listed = finding(FILE, "0"), finding(FILE, "ResultType")
    suppressed = (Suppressed(in_source, "it is right here"), Suppressed(listed, in_source=False))
    results = run_of([finding(FILE, "where")], replace(CHECKED, suppressed=suppressed))["results"]
    assert [result["suppressions"] for result in results] == [
        [],
        [{"kind": "external", "status": "accepted"}],
        [{"kind": "inSource", "status": "accepted", "justification": "it is right here"}],
    ]


def test_files_have_the_hash_of_their_bytes() -> None:
    file = SourceFile("a.kql", "é", byte_order_mark=True)
    (artifact,) = run_of([finding(file, "é")])["artifacts"]
    content = b"\xef\xbb\xbf" + "é".encode()
    assert artifact["hashes"] == {"sha-256": hashlib.sha256(content).hexdigest()}
    assert artifact["length"] == len(content)
    assert artifact["location"] == {"uri": "a.kql", "uriBaseId": "%SRCROOT%"}


def test_related_places_are_numbered_and_in_their_files() -> None:
    other = SourceFile("pack.yaml", "tables: {T: {}}")
    found = finding(FILE, "0", place(FILE, "ResultType", "`string`"), place(other, "T:", "declared here"))
    related = run_of([found])["results"][0]["relatedLocations"]
    assert [(one["id"], one["message"]["text"]) for one in related] == [(1, "`string`"), (2, "declared here")]
    assert related[1]["physicalLocation"]["artifactLocation"]["uri"] == "pack.yaml"


def test_a_finding_in_a_template_brings_the_rendered_query() -> None:
    rendered = SourceFile(FILE.path, 'T | where x == "a"')
    found = [
        replace(finding(FILE, words), rendered=Annotation(rendered, Span(10, 11))) for words in ("0", "ResultType")
    ]
    run = run_of(found)
    (artifact,) = [artifact for artifact in run["artifacts"] if "contents" in artifact]
    assert artifact["contents"]["text"] == rendered.text
    for result in run["results"]:
        (note,) = result["relatedLocations"]
        location = note["physicalLocation"]
        assert run["artifacts"][location["artifactLocation"]["index"]] is artifact
        assert (location["region"]["startColumn"], location["region"]["endColumn"]) == (11, 12)


def test_the_invocation_tells_the_exit_code_and_what_was_skipped() -> None:
    (invocation,) = run_of([])["invocations"]
    assert (invocation["executionSuccessful"], invocation["exitCode"]) == (True, 1)
    assert invocation["toolExecutionNotifications"][0]["message"]["text"] == "not checked: no query in it"
    (failed,) = run_of([], run=replace(RUN, exit_code=2))["invocations"]
    assert failed["executionSuccessful"] is False


def test_nothing_of_the_machine_is_in_it() -> None:
    run = run_of([finding(FILE, "0")])
    assert "versionControlProvenance" not in run
    assert not {"commandLine", "workingDirectory", "startTimeUtc", "machine", "account"} & set(run["invocations"][0])


@given(found=findings())
def test_whatever_messages_and_paths_hold_comes_back_from_it(found: list[Diagnostic]) -> None:
    results = run_of(found, run=Run())["results"]
    ordered = sorted(found, key=lambda one: one.sort_key)
    for result, diagnostic in zip(results, ordered, strict=True):
        told = f"{diagnostic.message}\nhelp: {diagnostic.help}" if diagnostic.help else diagnostic.message
        assert result["message"]["text"] == told
        location = result["locations"][0]["physicalLocation"]["artifactLocation"]
        assert unquote(location["uri"], errors="surrogatepass") == from_root(diagnostic.file.path)
