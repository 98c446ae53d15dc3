"""`kqlpack init` writes a pack that needs nothing mended, and never touches what is there."""

from __future__ import annotations

import json
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from kqlpack.cli.init import NAME_LENGTH, SAMPLES, slug
from kqlpack.cli.main import run
from kqlpack.execute.verify import verify
from kqlpack.pack.format.pack import LOG_SOURCES
from kqlpack.pipeline import check, discover, load

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Ran

    Run = Callable[..., Ran]

PARTS = {"pack.yaml", "README.md", "queries", "tests", "fixtures"}
# Names that YAML takes for something else than text, beside ordinary ones.
ODD = ["true", "no", "null", "1", "1e3", "2026-03-02", "0x1f", "12-30", "y", "1-2", "a" * NAME_LENGTH]
names = st.sampled_from(ODD) | st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,8}){0,3}", fullmatch=True)


@settings(max_examples=25)
@given(
    name=names,
    source=st.sampled_from(LOG_SOURCES),
    editor=st.booleans(),
    ci=st.lists(st.sampled_from(["github", "azure"]), unique=True),
)
def test_a_new_pack_has_no_finding_passes_its_tests_and_builds(
    *, name: str, source: str, editor: bool, ci: list[str]
) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "new"
        switches = [*(["--editor"] if editor else []), *(f"--ci={each}" for each in ci)]
        assert run(["init", str(folder), "--name", name, "--log-source", source, *switches]) == 0

        report = check(discover([folder]))
        assert [f"{one.rule}: {one.message}" for one in report.diagnostics] == []
        assert report.checked.queries == 1
        pack = load(folder)
        assert (pack.name, pack.log_source) == (name, source)
        outcomes = [verify(pack, query, test) for query in pack.queries.values() for test in query.tests]
        assert [
            (one.test.name, one.failures, one.diagnostics, one.warnings) for one in outcomes if not one.passed
        ] == []
        assert {bool(test.expect.contains) for query in pack.queries.values() for test in query.tests} == {True, False}
        assert run(["build", str(folder), "--target", "arm", "-o", str(Path(place) / "out")]) == 0
        assert run(["format", str(folder), "--check"]) == 0
        assert (folder / ".vscode").exists() == editor
        assert (folder / ".github").exists() == ("github" in ci)
        assert (folder / "azure-pipelines.yml").exists() == ("azure" in ci)
        texts = [path.read_text("utf-8") for path in folder.rglob("*") if path.is_file()]
        assert [text for text in texts if re.search(r"@[A-Z_]+@", text)] == []


def test_there_is_a_sample_for_each_log_source_on_a_table_of_its_own() -> None:
    assert tuple(SAMPLES) == LOG_SOURCES
    assert len({sample.table for sample in SAMPLES.values()}) == len(LOG_SOURCES)


@pytest.mark.parametrize("source", LOG_SOURCES)
def test_a_sample_reads_a_table_of_its_log_source(kqlpack: Run, tmp_path: Path, source: str) -> None:
    from kqlpack import catalog

    assert kqlpack("init", "new", "--log-source", source).code == 0
    sample = SAMPLES[source]
    assert catalog.load().log_source(sample.table) == source
    assert sample.table in (tmp_path / "new" / "queries" / f"{sample.query}.yaml").read_text("utf-8")


def test_what_was_written_is_listed_and_followed_by_three_commands_that_work(kqlpack: Run, tmp_path: Path) -> None:
    ran = kqlpack("init", "my pack", "--ci", "github", "--editor")

    assert ran.code == 0
    written = {line.removeprefix("wrote ") for line in ran.out.splitlines() if line.startswith("wrote ")}
    assert {Path(path) for path in written} == {
        path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file()
    }
    assert [line.strip() for line in ran.out.splitlines()[-3:]] == [
        "kqlpack lint 'my pack'",
        "kqlpack test 'my pack'",
        "kqlpack build 'my pack' --target arm -o out",
    ]
    assert kqlpack("lint", "my pack").code == 0
    assert kqlpack("test", "my pack").code == 0
    assert kqlpack("build", "my pack", "--target", "arm", "-o", "out").code == 0


def test_without_a_folder_the_pack_is_written_here(
    kqlpack: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "Entra Köln_2").mkdir()
    monkeypatch.chdir(tmp_path / "Entra Köln_2")

    ran = kqlpack("init")

    assert ran.code == 0
    assert "The pack is called `entra-koln-2`." in ran.out
    assert {path.name for path in Path().iterdir()} == PARTS
    assert load(Path()).name == "entra-koln-2"


@pytest.mark.parametrize("there", ["pack.yaml", "pack.yml", "README.md", "fixtures/application-consents.jsonl"])
def test_nothing_is_overwritten_and_nothing_written_beside_what_is_there(
    kqlpack: Run, tmp_path: Path, there: str
) -> None:
    path = tmp_path / "new" / there
    path.parent.mkdir(parents=True)
    path.write_text("mine", "utf-8")
    before = sorted(tmp_path.rglob("*"))

    ran = kqlpack("init", "new")

    assert ran.code == 2
    assert there in ran.err.replace("\\", "/")
    assert "nothing was written" in ran.err
    assert sorted(tmp_path.rglob("*")) == before
    assert path.read_text("utf-8") == "mine"


@pytest.mark.parametrize("there", ["new", "new/queries", "new/.vscode", "new/.github"])
def test_a_file_where_a_folder_belongs_stops_it_before_anything_is_written(
    kqlpack: Run, tmp_path: Path, there: str
) -> None:
    path = tmp_path / there
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("mine", "utf-8")
    before = sorted(tmp_path.rglob("*"))

    ran = kqlpack("init", "new", "--editor", "--ci", "github")

    assert ran.code == 2
    assert f"`{there}` is a file" in ran.err.replace("\\", "/")
    assert sorted(tmp_path.rglob("*")) == before


def test_other_files_of_the_folder_stay(kqlpack: Run, tmp_path: Path) -> None:
    (tmp_path / "new" / "queries").mkdir(parents=True)
    (tmp_path / "new" / "notes.txt").write_text("mine", "utf-8")

    assert kqlpack("init", "new").code == 0
    assert (tmp_path / "new" / "notes.txt").read_text("utf-8") == "mine"


@pytest.mark.parametrize(
    ("name", "proposed"),
    [
        ("My Pack", "my-pack"),
        ("Anmeldungen_für_Köln", "anmeldungen-fur-koln"),
        ("a--b-", "a-b"),
        ("a" * 300, "a" * NAME_LENGTH),
    ],
)
def test_a_name_that_is_no_slug_is_refused_with_one_that_is(
    kqlpack: Run, tmp_path: Path, name: str, proposed: str
) -> None:
    ran = kqlpack("init", "new", "--name", name)

    assert ran.code == 2
    assert f"--name {proposed}\n" in ran.err
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("arguments", [["日本"], ["new", "--name", "日本"], ["new", "--name", ""]])
def test_a_name_that_no_slug_can_be_made_of_is_refused(kqlpack: Run, tmp_path: Path, arguments: list[str]) -> None:
    ran = kqlpack("init", *arguments)

    assert ran.code == 2
    assert "--name" in ran.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("folder", ["", "a\0b", "a" * 5000])
def test_a_folder_that_can_not_be_is_told_in_a_line(kqlpack: Run, tmp_path: Path, folder: str) -> None:
    ran = kqlpack("init", folder, "--name", "new")

    assert ran.code == 2
    assert ran.err.startswith("kqlpack: ")
    assert list(tmp_path.iterdir()) == []


@given(st.text(max_size=80))
def test_a_slug_is_one_or_nothing_and_stays(text: str) -> None:
    found = slug(text)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*|", found)
    assert len(found) <= NAME_LENGTH
    assert slug(found) == found


# ---- editors ---------------------------------------------------------------------------------------------------------


def test_an_editor_finds_the_schema_of_each_file_and_the_files_fit_it(kqlpack: Run, tmp_path: Path) -> None:
    assert kqlpack("init", "new", "--editor").code == 0
    folder = tmp_path / "new"
    settings_ = json.loads((folder / ".vscode" / "settings.json").read_text("utf-8"))
    assert len(settings_["yaml.schemas"]) == 3
    for schema, pattern in settings_["yaml.schemas"].items():
        (file,) = folder.glob(pattern)
        first = file.read_text("utf-8").partition("\n")[0]
        assert first.startswith("# yaml-language-server: $schema=")
        named = (file.parent / first.partition("=")[2]).resolve()
        assert named == (folder / schema).resolve()
        jsonschema.validate(yaml.safe_load(file.read_text("utf-8")), json.loads((folder / schema).read_text("utf-8")))
    assert (folder / ".vscode" / "pack.schema.json").read_text("utf-8") == kqlpack("schema", "pack").out
    assert ".vscode" in (folder / "README.md").read_text("utf-8")


def test_the_problem_matcher_reads_what_lint_prints(kqlpack: Run, tmp_path: Path) -> None:
    assert kqlpack("init", "new", "--editor").code == 0
    tasks = json.loads((tmp_path / "new" / ".vscode" / "tasks.json").read_text("utf-8"))
    pattern = tasks["tasks"][0]["problemMatcher"]["pattern"]
    assert tasks["tasks"][0]["command"].split() == ["kqlpack", "lint", ".", "--format", "concise"]
    (tmp_path / "x.kql").write_text("SigninLogs | where ResultType == 0 and Nothing == 1\n", "utf-8")

    lines = kqlpack("lint", "x.kql", "--format", "concise").out.splitlines()

    found = [match for line in lines if (match := re.search(pattern["regexp"], line))]
    assert {(one[pattern["file"]], one[pattern["line"]]) for one in found} == {("x.kql", "1")}
    assert {one[pattern["severity"]] for one in found} >= {"warning", "error"}
    assert len(found) == sum(line.startswith("x.kql:") for line in lines)
    assert not any(one[pattern["message"]].startswith("[") for one in found)


# ---- workflows -------------------------------------------------------------------------------------------------------


def test_a_workflow_installs_lints_and_tests_the_pack(kqlpack: Run, tmp_path: Path) -> None:
    assert kqlpack("init", "new", "--ci", "github", "--ci", "azure").code == 0

    github = yaml.safe_load((tmp_path / "new" / ".github" / "workflows" / "kqlpack.yml").read_text("utf-8"))
    azure = yaml.safe_load((tmp_path / "new" / "azure-pipelines.yml").read_text("utf-8"))

    steps = [step.get("run", "").strip() for step in github["jobs"]["check"]["steps"]]
    assert steps[-2:] == ["kqlpack lint .", "kqlpack test ."]
    assert re.fullmatch(r'python -m pip install "kqlpack~=\d+\.\d+\.\d+"', steps[-3])
    assert [step.get("script", "").strip() for step in azure["steps"]][-3:] == steps[-3:]


def test_in_a_repository_workflows_stand_at_its_root(kqlpack: Run, tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()

    assert kqlpack("init", "packs/my pack", "--ci", "github").code == 0

    text = (tmp_path / ".github" / "workflows" / "kqlpack.yml").read_text("utf-8")
    assert "kqlpack lint 'packs/my pack'\n" in text
    assert not (tmp_path / "packs" / "my pack" / ".github").exists()
