"""docs/importing.md says what `import` and `build` do: its files and its commands are run from top to bottom."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from kqlpack.convert import KINDS
from kqlpack.emit import targets

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Ran

TEXT = (Path(__file__).parents[2] / "docs/importing.md").read_text("utf-8")
FENCE = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
HUNTING = 'SigninLogs\n| where ResultType != "0"\n| take 5\n\n// all\nAuditLogs | take 5\n'


def test_its_examples_are_true(kqlpack: Callable[..., Ran], tmp_path: Path) -> None:
    (tmp_path / "hunting.kql").write_text(HUNTING, "utf-8")
    given = shown = 0
    for language, name, text in FENCE.findall(TEXT):
        path = tmp_path / (name or "-")
        if language == "console":
            for command in re.split(r"^\$ kqlpack ", text, flags=re.MULTILINE)[1:]:
                line, _, said = command.partition("\n")
                ran = kqlpack(*line.split())
                assert (ran.code, (ran.err + ran.out).replace("\\", "/")) == (0, said)
        elif path.exists():
            assert path.read_text("utf-8") == text
            shown += 1
        else:
            path.write_text(text, "utf-8")
            given += 1
    assert (given, shown) == (1, 2)
    for path in (tmp_path / "hunting").rglob("*.yaml"):
        assert (tmp_path / "again" / path.relative_to(tmp_path / "hunting")).read_bytes() == path.read_bytes()


def test_it_names_every_kind_and_every_target_that_goes_round() -> None:
    table = TEXT[: TEXT.index("A folder stands")]
    assert re.findall(r"^\| `([\w-]+)` \|", table, re.MULTILINE) == [
        "sentinel",
        "arm",
        "saved-search",
        "kql",
        "msticpy",
    ]
    assert set(KINDS) == {"sentinel", "arm", "saved-search", "kql", "msticpy"}
    assert set(re.findall(r"\| `([\w-]+)`: ", table)) <= set(targets())
