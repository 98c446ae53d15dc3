"""Asks the loopback server as a query does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from kqlpack.errors import LiveError
from kqlpack.execute.azure import run
from tests.execute.loopback import WORKSPACE, Answer, Loopback, answer, table

if TYPE_CHECKING:
    from kqlpack.execute.result import Result

TOKEN = "token-that-nobody-may-see"
QUERY = "SigninLogs | take 10"
ONE_ROW = answer(table({"n": "long"}, [1]))


def ask(server: Loopback, **changed: Any) -> Result:
    given: dict[str, Any] = {"workspace": WORKSPACE, "timespan": "P1D", "endpoint": server.url, "token": TOKEN}
    return run(QUERY, **(given | changed))


def failure(*answers: Answer, **changed: Any) -> LiveError:
    with Loopback(*answers) as server, pytest.raises(LiveError) as caught:
        ask(server, **changed)
    assert TOKEN not in str(caught.value)
    assert caught.value.__cause__ is None
    return caught.value
