"""Editors show what `kqlpack lint` finds, for the text as it is, and the server stands whatever comes."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import pytest

from kqlpack.lsp.server import Server
from tests.lsp.client import Client
from tests.lsp.conftest import PACK, QUERY

if TYPE_CHECKING:
    from pathlib import Path

    from tests.lsp.client import Document

KQL = "SigninLogs\n| where TimeGenerated > ago(1d)\n| where ResultType == 0\n"
OTHERS = {
    "rule.yaml": "id: 6f9619ff-8b86-d011-b42d-00c04fc964ff\nname: N\nquery: |\n  SigninLogs | where ResultType == 0\n",
    "template.json": '{"resources": [{"type": "Microsoft.OperationalInsights/workspaces/savedSearches",'
    ' "name": "a/b", "properties": {"category": "c", "displayName": "d",'
    ' "query": "SigninLogs | where ResultType == 0"}}]}',
    "page.md": "# T\n\n```kql\nSigninLogs | where ResultType == 0\n```\n",
    "a.csl": "SigninLogs | where ResultType == 0",
    "a.kusto": "SigninLogs | where ResultType == 0",
}


def test_a_finding_has_its_rule_its_place_and_what_to_do(client: Client, tmp_path: Path) -> None:
    found = client.open(tmp_path / "a.kql", KQL).findings()

    assert [one["code"] for one in found] == ["string-number-equality"]
    assert found[0]["range"] == {"start": {"line": 2, "character": 8}, "end": {"line": 2, "character": 23}}
    assert found[0]["source"] == "kqlpack"
    assert found[0]["severity"] == 2
    assert 'help: compare it with text: `"0"`' in found[0]["message"]
    assert "is `string` in `SigninLogs`" in found[0]["relatedInformation"][0]["message"]


@pytest.mark.parametrize("name", OTHERS)
def test_files_of_other_people_are_checked_as_they_are(client: Client, tmp_path: Path, name: str) -> None:
    assert "string-number-equality" in client.open(tmp_path / name, OTHERS[name], "text").rules()


def test_a_file_without_a_query_has_no_findings(client: Client, tmp_path: Path) -> None:
    assert client.open(tmp_path / "compose.yaml", "services: {}\n", "yaml").rules() == []


def test_a_change_is_checked_when_nobody_types(client: Client, tmp_path: Path) -> None:
    document = client.open(tmp_path / "a.kql", KQL)
    document.findings()
    for number in range(5):
        document.replace(KQL.replace("== 0", f"== {number}"))
    document.edit("== 4", '== "4"')

    assert document.rules() == []
    versions = [one.get("version") for one in client.seen("textDocument/publishDiagnostics")]
    assert not {3, 4, 5} & set(versions), "what was typed over was not checked"


def test_a_query_is_checked_in_its_pack(query: Document) -> None:
    assert "string-number-equality" in query.rules()
    query.edit("lookback }}", "lookbak }}")

    assert "undefined-variable" in query.rules()


def test_a_finding_of_some_variants_names_the_values(client: Client, pack: Path) -> None:
    strict = "parameters: {strict: {type: bool, default: false}}\nquery: |\n"
    text = QUERY.replace("query: |\n", strict) + "  {% if strict %}\n  | where Nope == 1\n  {% endif %}\n"
    found = client.open(pack / "queries" / "q.yaml", text, "yaml").findings()

    (told,) = [one["message"] for one in found if one["code"] == "unknown-column"]
    assert "in query `q` rendered with {strict: true}" in told


def test_what_a_pack_declares_is_news_for_its_open_queries(client: Client, pack: Path, query: Document) -> None:
    before = query.rules()
    declared = client.open(pack / "pack.yaml", PACK, "yaml")
    declared.findings()
    declared.replace(PACK.replace("lookback:", "other:"))
    declared.findings()
    after = client.wait(
        "textDocument/publishDiagnostics",
        lambda params: (
            params["uri"] == query.uri and any(one["code"] == "undefined-variable" for one in params["diagnostics"])
        ),
    )

    assert "undefined-variable" not in before
    assert after["version"] == 1


def test_deprecated_things_are_struck_through(client: Client, tmp_path: Path) -> None:
    text = "ThreatIntelligenceIndicator | where TimeGenerated > ago(1d)"
    found = client.open(tmp_path / "a.kql", text).findings()

    assert [one["tags"] for one in found if one["code"] == "deprecated-table"] == [[2]]


def test_closing_clears(client: Client, tmp_path: Path) -> None:
    document = client.open(tmp_path / "a.kql", KQL)
    document.findings()
    document.close()

    assert (
        client.wait("textDocument/publishDiagnostics", lambda params: params["uri"] == document.uri)["diagnostics"]
        == []
    )


def test_saving_checks_at_once(client: Client, tmp_path: Path) -> None:
    document = client.open(tmp_path / "a.kql", KQL)
    document.findings()
    document.save()

    assert document.rules() == ["string-number-equality"]


# ---- whatever comes --------------------------------------------------------------------------------------------------


def test_any_text_may_come(client: Client, tmp_path: Path) -> None:
    for number, text in enumerate(
        ["\0", "\ufeffT | where", "((((" * 500, "T | where x == '\U0001f600' |", "\u2028\x0c|", "let", "{{", "'" * 99]
    ):
        for suffix in ("kql", "yaml", "json", "md"):
            document = client.open(tmp_path / f"{number}.{suffix}", text, "text")
            document.findings()
            end = document.position(len(text))
            for what in ("hover", "completion"):
                document.ask(what, position=end)
            document.ask("formatting", options={"tabSize": 2, "insertSpaces": True})
            document.ask("codeAction", range={"start": end, "end": end}, context={"diagnostics": []})


def test_broken_packs_are_told(client: Client, pack: Path) -> None:
    document = client.open(pack / "pack.yaml", "kqlpack: 1\nqueries: [", "yaml")

    assert "invalid-yaml" in document.rules()


def test_a_file_that_is_gone_is_checked_as_it_is_open(client: Client, tmp_path: Path) -> None:
    path = tmp_path / "gone" / "a.kql"
    document = client.open(path, KQL)

    assert document.rules() == ["string-number-equality"]


def test_a_query_whose_file_is_gone_has_no_findings(pack: Path, query: Document) -> None:
    query.findings()
    (pack / "queries" / "q.yaml").unlink()
    query.edit("== 0", "== 1")

    assert query.rules() == []


@pytest.mark.parametrize("uri", ["untitled:Untitled-9", "inmemory://model/1"])
def test_a_text_that_was_never_saved_is_checked(client: Client, uri: str) -> None:
    assert client.open(uri, KQL, "kusto").rules() == ["string-number-equality"]


def test_what_is_not_open_is_no_matter(client: Client, tmp_path: Path) -> None:
    uri = (tmp_path / "never.kql").as_uri()
    start = {"line": 0, "character": 0}
    client.notify("textDocument/didChange", {"textDocument": {"uri": uri, "version": 3}, "contentChanges": []})
    client.notify("textDocument/didSave", {"textDocument": {"uri": uri}})
    client.notify("textDocument/didClose", {"textDocument": {"uri": "git:nothing"}})
    client.notify("$/unheardOf", {})

    assert client.request("textDocument/hover", {"textDocument": {"uri": uri}, "position": start}) is None
    assert client.request("textDocument/completion", {"textDocument": {"uri": "x:y"}, "position": start}) is None


def test_a_huge_text_is_left_to_the_command_line(client: Client, tmp_path: Path) -> None:
    document = client.open(tmp_path / "a.kql", "T | where x == 1\n" * 70_000)

    assert document.rules() == []
    assert "too long" in client.wait("window/logMessage", lambda params: "too long" in params["message"])["message"]


def test_a_long_check_keeps_nobody_waiting(client: Client, tmp_path: Path) -> None:
    long = client.open(tmp_path / "long.kql", KQL + "| where a == 1 and b == 2\n" * 8_000)
    began = time.monotonic()
    short = client.open(tmp_path / "short.kql", KQL)
    short.findings()

    assert short.hover("Signin|Logs")
    assert time.monotonic() - began < 5
    long.close()


def test_a_message_that_cannot_be_read_is_logged(client: Client, tmp_path: Path) -> None:
    document = client.open(tmp_path / "a.kql", KQL)
    # No line is a text.
    nowhere = {"textDocument": document.identifier, "position": {"line": "x", "character": 0}}
    client.notify("textDocument/hover", nowhere)
    client.notify("textDocument/didOpen", {})

    assert client.wait("window/logMessage", lambda params: "Invalid" in params["message"])["type"] == 1
    assert "SigninLogs" in document.hover("Signin|Logs")


def test_a_feature_that_fails_is_told_and_answers_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    server = Server("1")
    told: list[str] = []
    monkeypatch.setattr(server, "window_log_message", lambda params: told.append(params.message))

    async def fail(_: object) -> None:
        raise ValueError("no such thing")

    server.answer("textDocument/unheardOf", fail)
    answer = server.protocol.fm.features["textDocument/unheardOf"]
    server.stop()

    assert asyncio.run(answer({})) is None
    assert "textDocument/unheardOf" in told[0]
    assert "no such thing" in told[0]


def test_a_client_that_counts_in_bytes_is_answered_in_bytes_until_it_goes_away(tmp_path: Path) -> None:
    with Client({"general": {"positionEncodings": ["utf-8", "utf-16"]}}) as client:
        found = client.open(tmp_path / "a.kql", 'T | where x == "\U0001f600" | where (').findings()
        assert client.initialized["capabilities"]["positionEncoding"] == "utf-8"
        assert found[0]["range"]["end"]["character"] == len('T | where x == "\U0001f600" | where ('.encode())

        assert client.hang_up() == 1


def test_the_project_s_configuration_holds_in_the_editor_too(client: Client, tmp_path: Path) -> None:
    (tmp_path / "kqlpack.toml").write_text(
        '[severity]\nstring-number-equality = "error"\n\n[[overrides]]\npaths = ["old/**"]\n'
        'severity = {string-number-equality = "info"}\n',
        "utf-8",
    )
    (tmp_path / "old").mkdir()

    assert [one["severity"] for one in client.open(tmp_path / "a.kql", KQL).findings()] == [1]
    assert [one["severity"] for one in client.open(tmp_path / "old" / "a.kql", KQL).findings()] == [3]


def test_a_file_that_the_configuration_excludes_has_no_findings(client: Client, tmp_path: Path) -> None:
    (tmp_path / "kqlpack.toml").write_text('exclude = ["generated/**"]\n', "utf-8")
    (tmp_path / "generated").mkdir()

    assert client.open(tmp_path / "generated" / "a.kql", KQL).rules() == []
    assert client.open(tmp_path / "a.kql", KQL).rules() == ["string-number-equality"]


def test_a_wrong_configuration_is_told_once_and_the_defaults_hold(client: Client, tmp_path: Path) -> None:
    (tmp_path / "kqlpack.toml").write_text("selct = []\n", "utf-8")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "kqlpack.toml").write_text("", "utf-8")
    document = client.open(tmp_path / "a.kql", KQL)

    assert document.rules() == ["string-number-equality"]
    assert client.open(tmp_path / "other" / "a.kql", KQL).rules() == ["string-number-equality"]
    document.edit("== 0", "== 1")
    assert document.rules() == ["string-number-equality"]
    assert client.open(tmp_path / "b.kql", KQL).rules() == ["string-number-equality"]
    shown = [one["message"] for one in client.seen("window/showMessage") if str(tmp_path) in one["message"]]
    assert len(shown) == 1
    assert "kqlpack.toml:1:1: `selct` is not a key of the configuration" in shown[0]


def test_a_configuration_that_is_mended_holds_at_the_next_change(client: Client, tmp_path: Path) -> None:
    document = client.open(tmp_path / "a.kql", KQL)
    assert document.rules() == ["string-number-equality"]

    (tmp_path / "kqlpack.toml").write_text('ignore = ["string-number-equality"]\n', "utf-8")
    document.edit("== 0", "== 1")
    assert document.rules() == []
