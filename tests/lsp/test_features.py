"""What editors can do with a query: mend it, set it, ask what is in it, complete it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from lsprotocol import types

from kqlpack.lint.suppress import WITHOUT_REASON
from kqlpack.lsp.documents import Documents
from kqlpack.lsp.features.actions import actions
from kqlpack.pipeline import check_target
from tests.lsp.conftest import PACK, QUERY

if TYPE_CHECKING:
    from pathlib import Path

    from tests.lsp.client import Client, Document

KQL = "SigninLogs\n| where TimeGenerated > ago(1d)\n| where ResultType == 0\n"


# ---- actions ---------------------------------------------------------------------------------------------------------


def test_a_safe_fix_is_preferred(query: Document) -> None:
    action, *_ = query.actions("Result|Type == 0")

    assert action["isPreferred"]
    assert action["diagnostics"][0]["code"] == "string-number-equality"
    assert query.changed_by(action) == QUERY.replace("== 0", '== "0"')


def test_an_unsafe_fix_says_so(client: Client, tmp_path: Path) -> None:
    text = 'SigninLogs\n| where TimeGenerated > ago(1d)\n| where UserPrincipalNme == "a"\n'
    document = client.open(tmp_path / "a.kql", text)
    fixes = [one for one in document.actions("UserPrincipal|Nme") if "unsafe" in one["title"]]

    assert fixes
    assert not any(one.get("isPreferred") for one in fixes)


def test_all_that_is_safe_is_mended_at_once(client: Client, tmp_path: Path) -> None:
    document = client.open(tmp_path / "a.kql", KQL + "| where ResultType != 5\n")
    (action,) = document.actions("Signin|Logs", ["source.fixAll"])

    assert action["kind"] == "source.fixAll.kqlpack"
    assert document.changed_by(action) == KQL.replace("== 0", '== "0"') + '| where ResultType != "5"\n'


def test_what_takes_long_is_worked_out_when_it_is_chosen(client: Client, tmp_path: Path) -> None:
    document = client.open(tmp_path / "a.kql", KQL)
    (action,) = document.actions("Signin|Logs", ["source"])
    assert "edit" not in action

    document.edit("== 0", "== 7")
    assert "edit" not in client.request("codeAction/resolve", action), "it was offered for another text"


def test_a_client_that_cannot_ask_again_gets_it_at_once(tmp_path: Path) -> None:
    documents = Documents()
    uri = (tmp_path / "a.kql").as_uri()
    documents.open(types.TextDocumentItem(uri, "kusto", 1, KQL))
    snapshot = documents.snapshot(uri)
    assert snapshot is not None
    nowhere = types.Range(types.Position(0, 0), types.Position(0, 0))
    params = types.CodeActionParams(types.TextDocumentIdentifier(uri), nowhere, types.CodeActionContext([]))
    target = snapshot.target()
    assert target is not None
    found = check_target(target, texts=snapshot.texts).diagnostics
    (action,) = actions(snapshot, found, params, resolves=False)

    assert action.edit is not None
    assert action.edit.changes is not None
    assert [edit.new_text for edit in action.edit.changes[uri]] == ['| where ResultType == "0"\n']


@pytest.mark.parametrize(
    ("name", "text", "around", "comment"),
    [
        ("a.kql", KQL, "Result|Type", "== 0 // kqlpack: ignore[string-number-equality] "),
        ("queries/q.yaml", QUERY, "Result|Type ==", "== 0 // kqlpack: ignore[string-number-equality] "),
        (
            "rule.yaml",
            "name: N\nquery: 'SigninLogs | where ResultType == 0'\n",
            "Result|Type",
            "== 0' # kqlpack: ignore[string-number-equality] ",
        ),
    ],
)
def test_a_finding_can_be_ignored_on_its_line(
    client: Client, pack: Path, name: str, text: str, around: str, comment: str
) -> None:
    document = client.open(pack / name, text, "text")
    before = document.rules()
    action = next(one for one in document.actions(around) if one["title"].startswith("Ignore `string"))
    changed = document.changed_by(action)

    assert comment in changed
    document.replace(changed)
    after = document.rules()
    assert "string-number-equality" in before
    assert "string-number-equality" not in after
    assert WITHOUT_REASON in after, "the author still has to say why"


def test_within_a_string_of_several_lines_nothing_can_be_ignored(client: Client, tmp_path: Path) -> None:
    document = client.open(tmp_path / "a.kql", KQL.replace("== 0\n", "== 0 and Status == ```a\nb```\n"))

    assert "Quote `0`" in [one["title"] for one in document.actions("Result|Type")]
    assert not [one for one in document.actions("Result|Type") if one["title"].startswith("Ignore `string")]


def test_json_has_no_place_for_a_comment(client: Client, tmp_path: Path) -> None:
    text = (
        '{"resources": [{"type": "Microsoft.OperationalInsights/workspaces/savedSearches", "name": "a/b",'
        ' "properties": {"category": "c", "displayName": "d", "query": "SigninLogs | where ResultType == 0"}}]}'
    )
    document = client.open(tmp_path / "a.json", text, "json")

    assert [one["kind"] for one in document.actions("Result|Type ==")] == ["quickfix", "source.fixAll.kqlpack"]


# ---- layout ----------------------------------------------------------------------------------------------------------


def formatted(document: Document) -> str:
    edits = document.ask("formatting", options={"tabSize": 2, "insertSpaces": True})
    return document.applied(edits)


def test_a_query_is_set_in_its_pack(client: Client, pack: Path) -> None:
    text = QUERY.replace("| where ResultType == 0", "|where ResultType==0")
    document = client.open(pack / "queries" / "q.yaml", text, "yaml")

    assert formatted(document) == QUERY


def test_only_what_changes_is_touched(client: Client, tmp_path: Path) -> None:
    document = client.open(tmp_path / "a.kql", KQL.replace("== 0", "==0"))
    edits = document.ask("formatting", options={"tabSize": 2, "insertSpaces": True})

    assert [edit["range"]["start"]["line"] for edit in edits] == [2]
    assert document.applied(edits) == KQL


def test_what_cannot_be_set_stays(client: Client, tmp_path: Path) -> None:
    document = client.open(tmp_path / "a.kql", "T | where (")

    assert formatted(document) == "T | where ("
    assert "not formatted" in client.wait("window/logMessage", lambda params: "a.kql" in params["message"])["message"]


# ---- hover -----------------------------------------------------------------------------------------------------------


def test_a_column_tells_its_type_and_its_table(query: Document) -> None:
    assert "**SigninLogs.UserPrincipalName** column, `string`" in query.hover("UserPrin|cipalName")


def test_a_finding_tells_its_rule(query: Document) -> None:
    query.findings()

    assert "**string-number-equality** (KQL107): A string compared with a number" in query.hover("ResultType =|= 0")


def test_a_function_tells_its_signature(query: Document) -> None:
    text = query.hover("ag|o(")

    assert "ago(timespan: timespan) -> datetime" in text
    assert "Now less a timespan." in text


def test_a_table_tells_its_source_and_its_time_column(query: Document) -> None:
    text = query.hover("Signin|Logs")

    assert "log source   tenant" in text
    assert "time column  TimeGenerated" in text


def test_a_parameter_tells_its_declaration(query: Document) -> None:
    text = query.hover("look|back")

    assert "**lookback** parameter, `timespan`" in text
    assert "How far to look back." in text
    assert "default: 1d" in text
    assert "max: 7d" in text


def test_a_column_that_the_query_makes_tells_its_type(client: Client, tmp_path: Path) -> None:
    document = client.open(tmp_path / "a.kql", "SigninLogs | extend Day = bin(TimeGenerated, 1d) | project Day")

    assert document.hover("extend Da|y") == "**Day** column, `datetime`"
    assert document.hover("project Da|y") == "**Day** column, `datetime`"


def test_nothing_is_known_of_nothing(query: Document) -> None:
    assert query.hover("title:| Q") == ""


# ---- completion ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected", "unexpected"),
    [
        ("SigninLogs | where User¦", ["UserPrincipalName"], ["SigninLogs"]),
        ("SigninLogs | project A = UserId | where ¦", ["A"], ["UserPrincipalName"]),
        ("Signin¦", ["SigninLogs"], ["UserPrincipalName"]),
        ("SigninLogs | su¦", ["summarize"], ["SigninLogs"]),
        ("SigninLogs | summarize arg¦", ["arg_max"], []),
        ("SigninLogs | where arg¦", [], ["arg_max"]),
        ("SigninLogs | join ki¦", ["kind"], []),
        ("SigninLogs | join kind=le¦", ["leftouter"], ["UserPrincipalName"]),
        ("SigninLogs | join (AuditLogs) on $left.User¦", ["UserId"], ["OperationName"]),
        ("SigninLogs | join (AuditLogs | project X = 1) on $right.¦", ["X"], ["UserId"]),
        ("let recent = 1d; SigninLogs | where TimeGenerated > ago(rec¦", ["recent"], []),
        ("let f = (since: datetime) { SigninLogs | where TimeGenerated > sin¦ }; f(now())", ["since"], []),
        ("T | evaluate bag¦", ["bag_unpack"], []),
        ("SigninLogs | where UserId == 'User¦'", [], ["UserId"]),
        ("SigninLogs | where UserId in (User¦)\n| take 1", ["UserId"], []),
    ],
)
def test_what_fits_is_offered(
    client: Client, tmp_path: Path, text: str, expected: list[str], unexpected: list[str]
) -> None:
    document = client.open(tmp_path / "a.kql", text.replace("¦", ""))
    offered = document.completions(text)

    assert set(expected) <= set(offered)
    assert not set(unexpected) & set(offered)
    document.close()


def test_columns_are_offered_in_a_packs_block(query: Document) -> None:
    query.edit("project UserPrincipalName", "project User")

    assert "UserDisplayName" in query.completions("project User¦,")


def test_parameters_are_offered_in_a_hole(query: Document) -> None:
    query.edit("{{ lookback }}", "{{ loo }}")

    assert query.completions("{{ loo¦ }}") == ["lookback"]
    query.edit("{{ loo }}", "{{ lookback | up")
    assert "upper" in query.completions("| up¦")


def test_a_packs_functions_and_tables_are_offered(client: Client, pack: Path) -> None:
    declared = (
        "tables:\n  Mine_CL: {columns: {Host: string}}\nfunctions:\n  - {name: Recent, query: Mine_CL | take 1}\n"
    )
    (pack / "pack.yaml").write_text(PACK + declared, "utf-8")
    text = "id: q\ntitle: Q\nquery: |\n  Mine\n"
    document = client.open(pack / "queries" / "q.yaml", text, "yaml")

    assert "Mine_CL" in document.completions("  Mine¦")
    document.replace(text.replace("Mine", "Rec"))
    assert "Recent" in document.completions("  Rec¦")
    document.replace(text.replace("Mine", "Mine_CL | where Ho"))
    assert "Host" in document.completions("Ho¦")


def test_what_is_written_replaces_the_word(client: Client, tmp_path: Path) -> None:
    document = client.open(tmp_path / "a.kql", "// \U0001f600\nSigninLogs | where UserPr")
    found = document.ask("completion", position=document.position(len(document.text)))
    edit = next(item["textEdit"] for item in found["items"] if item["label"] == "UserPrincipalName")

    assert document.applied([edit]) == "// \U0001f600\nSigninLogs | where UserPrincipalName"


def test_long_lists_are_cut_and_asked_for_again(client: Client, tmp_path: Path) -> None:
    document = client.open(tmp_path / "a.kql", "union ")
    found = document.ask("completion", position=document.position(6))

    assert found["isIncomplete"]
    assert len(found["items"]) == 200
