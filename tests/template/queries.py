"""Makes queries for the tests. In: a template, declarations. Out: a `Query`, from YAML as a pack has it."""

from __future__ import annotations

import json
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from kqlpack.pack import load

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kqlpack.pack import Query
    from kqlpack.template import Rendered

PARAMETERS = """\
  text: {type: string, default: 'a"b'}
  other: {type: string, default: x}
  number: {type: int, default: 5}
  minus: {type: long, default: -5}
  real: {type: real, default: -1.5}
  flag: {type: bool, default: true}
  span: {type: timespan, default: 1d}
  moment: {type: datetime, default: 2024-12-03T11:00:00Z}
  guid: {type: guid, default: 6f9619ff-8b86-d011-b42d-00c04fc964ff}
  bag: {type: dynamic, default: {a: [1, "x"]}}
  users: {type: "list[string]", default: [x, y]}
  nobody: {type: "list[string]", default: []}
  codes: {type: "list[long]", default: [1, -2]}
  table: {type: table, default: SigninLogs}
  tables: {type: "list[table]", default: [A, "B C"]}
  column: {type: column, default: odd name}
  word: {type: column, default: where}
  key: {type: string, secret: true, default: hunter2}
  must: {type: string}
"""


@cache
def query(template: str, *, parameters: str = PARAMETERS, allow_raw: str = "", line_end: str = "\n") -> Query:
    """Return a query whose template stands in a block scalar."""
    raw = f"    allow_raw: {allow_raw}\n" if allow_raw else ""
    body = "\n".join(" " * 6 + line for line in template.split("\n"))
    if "\u2028" in template:  # YAML would take it for a line end
        raw += f"    query: {json.dumps(template)}\n"
        return from_pack({"pack.yaml": f"kqlpack: 1\nname: p\nparameters:\n{parameters}queries:\n  - id: q\n{raw}"})
    text = f"kqlpack: 1\nname: p\nparameters:\n{parameters}queries:\n  - id: q\n{raw}    query: |2\n{body}\n"
    return from_pack({"pack.yaml": text.replace("\n", line_end)})


def from_pack(files: Mapping[str, str]) -> Query:
    """Return the query `q` of a pack."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            path = Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8", newline="")
        pack = load(folder)
    assert pack.diagnostics == ()
    return pack.queries["q"]


def check_map(rendered: Rendered) -> None:
    """Assert that the map covers the text, and that exact parts are the same characters in both."""
    covered = 0
    for segment in rendered.map.segments:
        assert segment.derived.start == covered or not rendered.text
        covered = segment.derived.end
        if segment.exact:
            here = rendered.text[segment.derived.start : segment.derived.end]
            assert here == (segment.included or rendered.map.file).text[segment.origin.start : segment.origin.end]
        elif segment.rendered:
            text = (segment.included or rendered.map.file).text
            assert text[segment.origin.start : segment.origin.end].startswith("{")
    assert covered == len(rendered.text)
