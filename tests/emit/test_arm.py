"""Packs as ARM templates of saved searches. Golden files: `KQLPACK_UPDATE=1 pytest tests/emit` writes them anew."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kqlpack import emit
from kqlpack.emit import RenderedFunction, RenderedQuery, arm, saved_search
from kqlpack.emit.saved_search import LONGEST_TAG, MOST_TAGS
from kqlpack.errors import EmitError
from kqlpack.pack.document import compose
from kqlpack.pack.findings import Findings
from kqlpack.pack.model import Function, Pack, Publish, Query
from kqlpack.source import SourceFile, SourceMap

GOLDEN = Path(__file__).parent / "golden"
FILE = SourceFile("signins/pack.yaml", "name: signins\n")
SPRAY = "SigninLogs\n| where ResultType in (\"50053\", '50126')\n| summarize Users = dcount(UserId) by IPAddress\n"


def query(id: str = "spray", **more: Any) -> Query:
    return Query(id=id, text="", map=SourceMap.identity(FILE), **more)


def pack(**more: Any) -> Pack:
    given: dict[str, Any] = {"name": "signins", "version": "1.2.3", "title": "Sign-ins"}
    return Pack(path=Path("signins"), file=FILE, **(given | more))


def template(*queries: RenderedQuery, functions: tuple[RenderedFunction, ...] = (), **more: Any) -> dict[str, Any]:
    (artifact,) = arm.emit(pack(**more), queries, functions)
    found: dict[str, Any] = json.loads(artifact.content)
    return found


def properties(text: str = SPRAY, **more: Any) -> dict[str, Any]:
    (resource,) = template(RenderedQuery(query(**more), text))["resources"]
    found: dict[str, Any] = resource["properties"]
    return found


def tags(**more: Any) -> dict[str, str]:
    return {tag["name"]: tag["value"] for tag in properties(**more)["tags"]}


def unescaped(text: str) -> str:
    """Read a string as a deployment does, by the documentation's rule."""
    if text.startswith("[") and text.endswith("]"):
        assert text.startswith("[["), "this would be evaluated"
        return text[1:]
    return text


def test_a_pack_becomes_the_golden_template() -> None:
    spray = query(
        title="Password spray from one address",
        description="Many users, one address, few attempts each. " * 8,
        severity="medium",
        tactics=("CredentialAccess", "InitialAccess"),
        techniques=("T1110.003", "T1078"),
        tags=("spray", "identity"),
        publish=Publish(saved_search={"category": "Entra ID", "tags": {"team": "blue"}}, hunting=True),
    )
    shared = query("shared", title="Ümlaut – „quoted“", publish=Publish(function={"alias": "SharedSignins"}))
    plain = query("plain")
    alert = query("alert", publish=Publish(alert={"frequency": "PT5M"}))
    failed = Function(
        name="FailedSignins",
        body=query("FailedSignins"),
        parameters=(("user", "string", None), ("since", "timespan", "1d")),
        description="Sign-ins that failed.",
    )
    artifacts = arm.emit(
        pack(tags=("identity",)),
        [
            RenderedQuery(spray, SPRAY),
            RenderedQuery(shared, 'print s = "\u202e\\n"'),
            RenderedQuery(plain, "['odd table']\n| take 5\n\n"),
            RenderedQuery(alert, "Heartbeat"),
        ],
        [RenderedFunction(failed, 'SigninLogs\n| where TimeGenerated > ago(since) and ResultType != "0"\n')],
    )
    (artifact,) = artifacts
    assert (artifact.path, artifact.media_type) == ("signins.arm.json", "application/json")
    path = GOLDEN / artifact.path
    if os.environ.get("KQLPACK_UPDATE"):
        path.write_text(artifact.content, encoding="utf-8", newline="\n")
    assert artifact.content.encode() == path.read_bytes()


def test_the_same_pack_gives_the_same_bytes_in_any_order() -> None:
    both = [RenderedQuery(query("a"), "A"), RenderedQuery(query("b"), "B")]
    assert arm.emit(pack(), both) == arm.emit(pack(), both[::-1])
    (artifact,) = arm.emit(pack(), both)
    assert artifact.content.endswith("}\n")
    assert "\r" not in artifact.content
    assert artifact.content.isascii()


def test_names_are_guids_that_depend_on_pack_and_query_alone() -> None:
    def name(id: str = "spray", text: str = "T", title: str = "", **more: Any) -> str:
        (resource,) = template(RenderedQuery(query(id, title=title), text), **more)["resources"]
        match = re.fullmatch(r"\[concat\(parameters\('workspaceName'\), '/([0-9a-f-]{36})'\)\]", resource["name"])
        assert match
        assert UUID(match[1]).version == 5
        return match[1]

    assert name() == "0f3e2023-0587-5b12-8076-faf2e56a5aed"
    assert name() == name(text="U", title="another", version="9.0.0")
    assert len({name(), name("other"), name(name="other")}) == 3


def test_a_query_that_says_nothing_is_a_saved_search_under_the_packs_title() -> None:
    found = properties()
    assert (found["category"], found["displayName"], found["version"], found["etag"]) == ("Sign-ins", "spray", 2, "*")
    assert found["query"] == SPRAY.rstrip()
    assert found["tags"] == [{"name": "kqlpack", "value": "signins/spray"}]
    assert "functionAlias" not in found


def test_a_query_for_other_targets_alone_is_none() -> None:
    elsewhere = RenderedQuery(query(publish=Publish(query_pack={"categories": ["security"]})), "T")
    assert arm.emit(pack(), [elsewhere]) == ()
    assert arm.emit(pack(), []) == ()


def test_a_hunting_query_has_the_category_and_the_tags_that_sentinel_looks_for() -> None:
    found = properties(
        description="Who? " * 100,
        tactics=("Persistence", "Impact"),
        techniques=("T1110.003", "T1078", "T1110.001"),
        publish=Publish(hunting=True),
    )
    assert found["category"] == "Hunting Queries"
    assert [(tag["name"], tag["value"]) for tag in found["tags"][:4]] == [
        ("description", ("Who? " * 51).strip()),
        ("tactics", "Persistence,Impact"),
        ("techniques", "T1110,T1078"),
        ("subTechniques", "T1110.003,T1110.001"),
    ]


def test_a_saved_search_that_is_a_hunting_query_too_is_two_resources() -> None:
    both = query(publish=Publish(saved_search={"category": "Entra ID"}, hunting=True))
    resources = template(RenderedQuery(both, "T"))["resources"]
    assert [resource["properties"]["category"] for resource in resources] == ["Entra ID", "Hunting Queries"]
    assert len({resource["name"] for resource in resources}) == 2


def test_the_authors_words_replace_the_packs() -> None:
    own = Publish(saved_search={"category": "C", "display_name": "N", "tags": {"tactics": "Mine", "team": "blue"}})
    found = properties(title="T", tactics=("Impact",), publish=own)
    assert (found["category"], found["displayName"]) == ("C", "N")
    assert {"name": "tactics", "value": "Mine"} in found["tags"]
    assert {"name": "team", "value": "blue"} in found["tags"]


def test_a_function_has_its_alias_and_its_parameters() -> None:
    assert properties(publish=Publish(function={"alias": "Spray"}))["functionAlias"] == "Spray"
    function = Function("F", query("F"), (("a", "string", None), ("b", "long", "5"), ("c", "string", '""')))
    (resource,) = template(functions=(RenderedFunction(function, "T | where x == a"),))["resources"]
    assert resource["properties"]["functionAlias"] == "F"
    assert resource["properties"]["functionParameters"] == 'a:string, b:long = 5, c:string = ""'


@pytest.mark.parametrize(
    ("version", "expected"), [("1.2.3", "1.2.3.0"), ("10.0.1-rc.1+b7", "10.0.1.0"), ("", "1.0.0.0"), ("x", "1.0.0.0")]
)
def test_the_templates_version_is_the_packs(version: str, expected: str) -> None:
    assert template(RenderedQuery(query(), "T"), version=version)["contentVersion"] == expected


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("['odd table']", "[['odd table']"),
        ("[parameters('workspaceName')]", "[[parameters('workspaceName')]"),
        ("[[x]]", "[[[x]]"),
        ("[]", "[[]"),
        # The documentation: a string that does not end in a bracket is not to be escaped.
        ("['odd table'] | take 5", "['odd table'] | take 5"),
        ("[", "["),
        ("T | where x in (dynamic([1]))", "T | where x in (dynamic([1]))"),
        ("['odd table']\n", "[['odd table']"),
    ],
)
def test_a_query_in_brackets_is_no_expression(text: str, written: str) -> None:
    assert properties(text)["query"] == written


@given(st.text(alphabet="[]a' \n", max_size=8))
def test_any_text_comes_out_of_the_deployment_as_it_went_in(text: str) -> None:
    own = {"category": text, "display_name": f"[{text}]", "tags": {"t": f"[{text}]"}}
    found = properties(f"[{text}]", title="x", publish=Publish(saved_search=own))
    assert unescaped(found["query"]) == f"[{text}]"
    assert unescaped(found["displayName"]) == f"[{text}]"
    assert unescaped(found["category"]) == (text or "Sign-ins")
    assert f"[{text}]" in [unescaped(tag["value"]) for tag in found["tags"]]


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60).filter(str.strip))
def test_any_query_and_description_come_through_whole(text: str) -> None:
    found = properties(text, description=f"{text} " * 20)
    assert unescaped(found["query"]) == text.rstrip()
    pieces = [unescaped(tag["value"]) for tag in found["tags"] if tag["name"].startswith("description")]
    assert " ".join(pieces) == " ".join((f"{text} " * 20).split())


def test_a_long_description_goes_into_several_tags_and_nothing_is_cut() -> None:
    words = " ".join(f"word{n}" for n in range(100))
    found = tags(description=words)
    assert list(found) == ["description", "description 2", "description 3", "kqlpack"]
    assert " ".join(value for name, value in found.items() if name.startswith("description")) == words
    assert max(map(len, found.values())) <= LONGEST_TAG


# ---- what a saved search can't hold ----------------------------------------------------------------------------------


def faults(*queries: Query) -> list[tuple[str, str, str]]:
    with pytest.raises(EmitError) as caught:
        arm.emit(pack(), [RenderedQuery(one, "T") for one in queries])
    assert {fault.rule for fault in caught.value.diagnostics} == {"target-limits"}
    return [(fault.code, fault.message, fault.help) for fault in caught.value.diagnostics]


def test_more_than_fifteen_tags_are_refused_with_their_number() -> None:
    own = {f"tag{n}": "x" for n in range(MOST_TAGS)}
    ((code, message, help),) = faults(query(publish=Publish(saved_search={"tags": own})))
    assert code == "KQL620"
    assert message == "`spray` would have 16 tags, and a saved search takes 15"
    assert "leave out" in help


def test_fifteen_tags_of_256_characters_are_not_refused() -> None:
    own = {f"tag{n}": "x" * LONGEST_TAG for n in range(MOST_TAGS - 1)}
    assert len(tags(publish=Publish(saved_search={"tags": own}))) == MOST_TAGS


def test_a_tag_that_is_too_long_is_refused_and_not_cut() -> None:
    ((_, message, help),) = faults(query(tactics=("Impact",) * 60))
    assert message == "the tag `tactics` of `spray` would have 419 characters, and a saved search takes 256"
    assert help == "leave out some of `tactics`"


def test_a_single_word_without_a_break_is_refused_too() -> None:
    ((_, message, _),) = faults(query(description="x" * 300))
    assert "`description` of `spray` would have 300 characters" in message


def test_the_owners_tag_and_reserved_aliases_are_refused_and_all_faults_come_at_once() -> None:
    found = faults(
        query("a", publish=Publish(function={"alias": "_Spray"})),
        query("b", publish=Publish(saved_search={"tags": {"kqlpack": "mine"}})),
    )
    assert [(message.split(",")[0], help) for _, message, help in found] == [
        ("the alias `_Spray` begins with `_`", "write `Spray`"),
        ("the tag `kqlpack` says which pack an object belongs to", "give the tag another name"),
    ]


def test_a_fault_stands_at_its_key() -> None:
    file = SourceFile("signins/queries/spray.yaml", f"id: spray\ntactics: [{'Impact, ' * 60}]\n")
    node = compose(file, Findings()).root
    with pytest.raises(EmitError) as caught:
        arm.emit(pack(), [RenderedQuery(query(tactics=("Impact",) * 60, node=node), "T")])
    (fault,) = caught.value.diagnostics
    assert (fault.file, file.text[fault.span.start : fault.span.end]) == (file, "tactics")


# ---- the list of targets ---------------------------------------------------------------------------------------------


def test_the_targets_are_those_modules_of_the_folder_that_emit() -> None:
    assert emit.targets() == ("arm", "kql", "saved-search", "sentinel")
    assert emit.emitter("saved-search") is saved_search.emit
    assert emit.emitter("arm") is arm.emit
    assert emit.summary("arm") == "One ARM template of saved searches and saved functions"


@pytest.mark.parametrize("name", ["bicep", "artifact", "saved_search", ""])
def test_a_target_that_is_not_there_is_a_key_error(name: str) -> None:
    with pytest.raises(KeyError):
        emit.emitter(name)
    with pytest.raises(KeyError):
        emit.summary(name)
