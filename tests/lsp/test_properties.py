"""Whatever somebody is in the midst of writing, every feature answers."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lsprotocol import types

from kqlpack.lsp.documents import Documents
from kqlpack.lsp.features import actions, completion, diagnostics, formatting, hover
from kqlpack.pipeline import check_target
from tests.lsp.conftest import PACK, QUERY

TEXTS = {
    "a.kql": "let f = (x:string) { SigninLogs | where UserId == x };\nf('a')\n| join (AuditLogs) on CorrelationId\n"
    "| summarize Count = count() by bin(TimeGenerated, 1h)\n",
    "pack.yaml": PACK + "queries:\n- " + QUERY.replace("\n", "\n  "),
    "page.md": "> ```kql\n> SigninLogs | where ResultType == 0\n> ```\n",
    "rule.yaml": "name: N\nquery: >-\n  SigninLogs\n  | where ResultType == 0\n",
    "a.json": '{"resources": [{"type": "Microsoft.OperationalInsights/workspaces/savedSearches",'
    ' "properties": {"query": "SigninLogs\\n| where ResultType == 0\\n| where a == {b}"}}]}',
}
PIECES = [
    "|",
    " ",
    "\n",
    "(",
    ")",
    "'",
    '"',
    "{{",
    "}}",
    "{%",
    "\U0001f600",
    "\u2028",
    "```",
    "//",
    "let ",
    ".",
    "$left.",
]
EDITS = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 9), st.sampled_from(["", *PIECES])), max_size=5)


@pytest.mark.parametrize("name", TEXTS)
@settings(max_examples=15)
@given(edits=EDITS, place=st.floats(0, 1))
def test_every_feature_answers(name: str, edits: list[tuple[float, int, str]], place: float) -> None:
    text = TEXTS[name]
    for where, length, written in edits:
        start = int(where * len(text))
        text = text[:start] + written + text[start + length :]
    documents = Documents()
    # Nothing of it lies on the disk.
    uri = (Path("/nowhere") / name).as_uri()
    documents.open(types.TextDocumentItem(uri, "yaml", 1, text))
    snapshot = documents.snapshot(uri)
    assert snapshot is not None
    target = snapshot.target()
    found = check_target(target, texts=snapshot.texts).diagnostics if target is not None else ()
    for one in found:
        diagnostics.convert(one, snapshot.places)
    position = snapshot.places.position(snapshot.file, int(place * len(text)))
    hover.hover(snapshot, found, position)
    completion.complete(snapshot, position)
    range = types.Range(position, position)
    params = types.CodeActionParams(types.TextDocumentIdentifier(uri), range, types.CodeActionContext([]))
    actions.actions(snapshot, found, params, resolves=False)
    formatting.formatting(snapshot)
