"""Findings for programs that read line by line: the objects of the format `json`, one a line; nothing when clean."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from kqlpack.diagnostics.render.json import objects
from kqlpack.diagnostics.run import UNKNOWN_RUN, Run

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kqlpack.diagnostics.checked import Checked
    from kqlpack.diagnostics.model import Diagnostic


def render(diagnostics: Iterable[Diagnostic], checked: Checked, *, color: bool = False, run: Run = UNKNOWN_RUN) -> str:
    """Return a line per finding."""
    return "".join(json.dumps(found) + "\n" for found in objects(diagnostics))
