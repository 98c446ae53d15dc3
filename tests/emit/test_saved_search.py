"""Packs as the saved searches that the management API takes."""

from __future__ import annotations

import json

from kqlpack.emit import arm, saved_search
from kqlpack.pack.identity import object_id
from kqlpack.pack.model import Publish
from tests.emit.making import function, pack, query


def test_each_saved_search_is_the_body_of_a_request_under_its_id() -> None:
    (artifact,) = saved_search.emit(pack(), [query(title="Spray", publish=Publish(saved_search={"category": "Entra"}))])
    assert artifact.path == f"signins/saved-searches/{object_id('signins/spray')}.json"
    assert json.loads(artifact.content) == {
        "etag": "*",
        "properties": {
            "category": "Entra",
            "displayName": "Spray",
            "query": "SigninLogs\n| take 5",
            "tags": [{"name": "kqlpack", "value": "signins/spray"}],
            "version": 2,
        },
    }


def test_a_text_in_brackets_is_not_escaped_for_only_templates_have_expressions() -> None:
    (artifact,) = saved_search.emit(pack(title="[x]"), [query(text="['odd table']")])
    found = json.loads(artifact.content)["properties"]
    assert (found["query"], found["category"]) == ("['odd table']", "[x]")


def test_they_are_the_objects_that_a_template_deploys() -> None:
    failed = function("Failed", "T\n", ("a", "string", None))
    bodies = saved_search.emit(pack(), [query()], [failed])
    (template,) = arm.emit(pack(), [query()], [failed])
    resources = json.loads(template.content)["resources"]
    assert [json.loads(body.content)["properties"] | {"etag": "*"} for body in bodies] == [
        resource["properties"] for resource in resources
    ]
    for body, resource in zip(bodies, resources, strict=True):
        assert body.path.rpartition("/")[2].removesuffix(".json") in resource["name"]
