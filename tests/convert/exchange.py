"""Import, build and import again, in folders; and what other people's files look like."""

from __future__ import annotations

import contextlib
import io
import json
from typing import TYPE_CHECKING, Any

from kqlpack.cli.main import run
from kqlpack.convert import Adopted, adopt
from kqlpack.lint import select
from kqlpack.pipeline import check, discover

if TYPE_CHECKING:
    from pathlib import Path

_SUFFIXES = {"sentinel": ".yaml", "arm": ".json", "saved-search": ".json", "kql": ".kql", "msticpy": ".yaml"}
SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"


def imported(kind: str, given: Path, folder: Path, name: str = "ours") -> Adopted:
    """Import a file, or all files of a folder, and write the pack down."""
    files = sorted(given.rglob(f"*{_SUFFIXES[kind]}")) if given.is_dir() else [given]
    made = adopt(kind, files, name)
    for path, text in made.files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8", newline="\n")
    return made


def built(pack: Path, target: str, folder: Path) -> Path:
    """Build a pack, which has to work."""
    with contextlib.redirect_stdout(io.StringIO()):
        assert run(["build", str(pack), "--target", target, "-o", str(folder)]) == 0
    return folder


def there_and_back(kind: str, given: Path, folder: Path, name: str = "ours") -> Adopted:
    """Import, build and import again; the two packs must not differ in a byte, and lint without an error."""
    first = imported(kind, given, folder / "first", name)
    again = imported(kind, built(folder / "first", kind, folder / "built"), folder / "again", name)
    assert again.files == first.files
    assert again.notes == []
    assert again.diagnostics == []
    assert errors(folder / "first") == []
    return first


def errors(pack: Path) -> list[str]:
    """Return what an import could have broken in a pack; whether a rule makes sense is its author's affair."""
    report = check(discover((pack,)), select(["syntax", "binding", "template", "pack"]))
    return [f"{one.rule}: {one.message}" for one in report.diagnostics if one.severity == "error"]


def written(folder: Path, files: dict[str, str]) -> Path:
    """Write files into a folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8", newline="")
    return folder


def template(*resources: dict[str, Any]) -> str:
    """Write an ARM template."""
    return json.dumps({"$schema": SCHEMA, "contentVersion": "1.0.0.0", "resources": list(resources)}, indent=2)


def saved_search(name: str = "one", tags: dict[str, str] | None = None, **properties: Any) -> dict[str, Any]:
    """Return a saved search's resource."""
    given = {"category": "Entra ID", "displayName": "One", "query": "SigninLogs\n| take 5", **properties}
    if tags:
        given["tags"] = [{"name": key, "value": value} for key, value in tags.items()]
    kind = "Microsoft.OperationalInsights/workspaces/savedSearches"
    return {"type": kind, "apiVersion": "2020-08-01", "name": name, "properties": given}
