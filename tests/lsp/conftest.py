"""One server for all tests of a worker: each opens texts of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.lsp.client import Client

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.lsp.client import Document

PACK = """\
kqlpack: 1
name: p
version: 1.0.0
title: P
parameters:
  lookback: {type: timespan, default: 1d, description: How far to look back., max: 7d}
"""
QUERY = """\
id: q
title: Q
query: |
  SigninLogs
  | where TimeGenerated > ago({{ lookback }})
  | where ResultType == 0
  | project UserPrincipalName, ResultType
"""


@pytest.fixture(scope="session")
def client() -> Iterator[Client]:
    support = {"resolveSupport": {"properties": ["edit"]}, "dataSupport": True}
    with Client({"textDocument": {"codeAction": support}}) as started:
        yield started
        told = [one["message"] for one in started.seen("window/logMessage")]
        assert not [message for message in told if "failed" in message], told
        assert started.stop() == 0


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """Write a pack with one query."""
    (tmp_path / "queries").mkdir()
    (tmp_path / "pack.yaml").write_text(PACK, "utf-8")
    (tmp_path / "queries" / "q.yaml").write_text(QUERY, "utf-8")
    return tmp_path


@pytest.fixture
def query(client: Client, pack: Path) -> Document:
    """Open the pack's query."""
    return client.open(pack / "queries" / "q.yaml", QUERY, "yaml")
