"""Runs the command line in this process, in a folder of its own."""

from __future__ import annotations

import io
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from kqlpack.cli.main import run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@dataclass(frozen=True)
class Ran:
    """What a command ended with."""

    code: int
    out: str
    err: str


@pytest.fixture
def kqlpack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Return a function that runs `kqlpack ARGUMENTS` in an empty folder."""
    monkeypatch.chdir(tmp_path)
    for name in (
        "KQLPACK_CONFIG",
        "KQLPACK_ENDPOINT",
        "KQLPACK_ACCESS_TOKEN",
        "KQLPACK_PACK_PATH",
        "KQLPACK_TRACEBACK",
    ):
        monkeypatch.delenv(name, raising=False)

    def ran(*arguments: str) -> Ran:
        code = run(list(arguments))
        captured = capsys.readouterr()
        assert "Traceback" not in captured.out + captured.err
        assert "internal error" not in captured.err
        return Ran(code, captured.out, captured.err)

    return ran


@pytest.fixture
def stdin(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], None]:
    """Return a function that puts bytes into standard input; as text it would be in an encoding of old Windows."""

    def given(content: bytes) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content), encoding="cp1252"))

    return given
