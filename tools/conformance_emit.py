"""Measure emitted templates against Azure's own types. In: the folder ../shared. Out: counts, and what does not fit.

`python tools/conformance_emit.py [SHARED]` prints them; `measure` is for tools/conformance.py.
"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator

from kqlpack import emit, pack, template
from kqlpack.emit import RenderedFunction, RenderedQuery
from kqlpack.errors import Error

PACKS = Path(__file__).parent.parent / "packs"
# The parent's name and the child's, in the notation of a template: the types name the child alone.
CHILD_NAME = re.compile(r"\[concat\(parameters\('workspaceName'\), '/([^'/]+)'\)\]")


@dataclass
class Measured:
    """What was validated, and each thing that failed."""

    packs: int = 0
    templates: int = 0
    resources: int = 0
    failures: list[str] = field(default_factory=list)


def measure(shared: Path) -> Measured:
    """Validate the template of every pack in packs/ by the envelope and the saved search of `shared`/azure/schemas."""
    schemas = shared / "azure" / "schemas"
    envelope = _validator(schemas / "envelope.deploymentTemplate.json")
    saved_search = _validator(schemas / "savedSearches.json")
    measured = Measured()
    for path in sorted(PACKS.glob("*/pack.yaml")):
        measured.packs += 1
        try:
            artifacts = _emitted(path.parent)
        except Error as error:
            measured.failures.append(f"{path.parent.name}: {error}")
            continue
        for artifact in artifacts:
            measured.templates += 1
            found = json.loads(artifact.content)
            measured.failures += _failures(envelope, found, artifact.path)
            for place, resource in enumerate(found["resources"]):
                measured.resources += 1
                measured.failures += _failures(saved_search, _alone(resource), f"{artifact.path}: resource {place}")
    return measured


def _emitted(folder: Path) -> tuple[emit.Artifact, ...]:
    loaded = pack.load(folder)
    queries = [RenderedQuery(query, template.render(query, {}).text) for query in loaded.queries.values()]
    functions = [
        RenderedFunction(function, template.render(function.body, {}).text) for function in loaded.functions.values()
    ]
    return emit.emitter("arm")(loaded, queries, functions)


def _alone(resource: dict[str, Any]) -> dict[str, Any]:
    """Return a resource as its type has it: named without its parent, its etag (if any) one level up."""
    properties = dict(resource["properties"])
    match = CHILD_NAME.fullmatch(resource["name"])
    named = {**resource, "name": match[1] if match else None, "properties": properties}
    if "etag" in properties:
        named["etag"] = properties.pop("etag")
    return named


def _validator(path: Path) -> Draft7Validator:
    return Draft7Validator(json.loads(path.read_text(encoding="utf-8")))


def _failures(validator: Draft7Validator, instance: object, name: str) -> list[str]:
    return [f"{name}: {error.json_path}: {error.message}" for error in validator.iter_errors(instance)]


def main() -> int:
    """Print the measurement; 1 where something failed or nothing was measured."""
    shared = Path(sys.argv[1]) if len(sys.argv) > 1 else PACKS.parent.parent / "shared"
    measured = measure(shared)
    print(f"emit arm: {measured.packs} packs, {measured.templates} templates, {measured.resources} resources")
    for failure in measured.failures:
        print(f"  {failure}")
    return int(bool(measured.failures) or not measured.resources)


if __name__ == "__main__":
    sys.exit(main())
