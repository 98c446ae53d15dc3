"""What lies here for other people's CI, run as their services run it, with inputs that nobody should trust."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import yaml
from jsonschema import Draft7Validator

from kqlpack.diagnostics.render import formats
from kqlpack.pack.foreign import JSON_SUFFIXES, KQL_SUFFIXES, MARKDOWN_SUFFIXES, YAML_SUFFIXES
from tests.schemas import AZURE_PIPELINES, GITHUB_ACTION, GITHUB_WORKFLOW, published

ROOT = Path(__file__).parents[2]
BASH = shutil.which("bash") or ""
WRONG = "SigninLogs\n| where ResultTyp == 'x'\n"

needs_bash = pytest.mark.skipif(not BASH or os.name == "nt", reason="there is no bash")

# Each is the name of a file: whatever a shell would make of it must not happen.
HOSTILE = (
    "a b.kql",
    "$(touch pwned).kql",
    "`touch pwned`.kql",
    "'; touch pwned; '.kql",
    '"; touch pwned; ".kql',
    "${{ inputs.args }}.kql",
    "--fix.kql",
    "*.kql",
    "$HOME.kql",
    "a\\b.kql",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with files of hostile names; each holds a mistake."""
    folder = tmp_path / "checkout"
    folder.mkdir()
    for name in HOSTILE:
        (folder / name).write_text(WRONG, encoding="utf-8")
    (folder / "plain.kql").write_text(WRONG, encoding="utf-8")
    return folder


@pytest.fixture
def bin_(tmp_path: Path) -> Path:
    """Return a folder with the command `kqlpack` of this checkout."""
    found = tmp_path / "kqlpack" / "bin"
    found.mkdir(parents=True)
    script(found / "kqlpack", f'exec "{sys.executable}" -m kqlpack "$@"')
    return found


def script(path: Path, body: str) -> None:
    path.write_text(f"#!{BASH}\n{body}\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def environment(**more: str) -> dict[str, str]:
    taken = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("GITHUB_", "KQLPACK_", "RUNNER_", "AGENT_", "BUILD_"))
        and name not in {"TF_BUILD", "CI"}
    }
    return {**taken, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path]), "PYTHONDONTWRITEBYTECODE": "1", **more}


def run_script(text: str, folder: Path, env: dict[str, str], *flags: str) -> subprocess.CompletedProcess[str]:
    path = folder.parent / "step.sh"
    path.write_text(text, encoding="utf-8")
    command = [BASH, "--noprofile", "--norc", *flags, str(path)]
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, encoding="utf-8", check=False)


# ---- GitHub's action -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def action() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
    return found


def github_step(
    action: dict[str, Any], name: str, folder: Path, env: dict[str, str], **inputs: str
) -> subprocess.CompletedProcess[str]:
    """Run a step as GitHub's runner does: expressions are filled in before the shell starts."""
    values = {key: str(one.get("default", "")) for key, one in action["inputs"].items()} | inputs
    (step,) = [step for step in action["runs"]["steps"] if step.get("name") == name]

    def filled(text: str) -> str:
        return re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda match: values[match.group(1)], text)

    env = {**env, **{key: filled(value) for key, value in step.get("env", {}).items()}}
    return run_script(filled(step["run"]), folder, env, "-eo", "pipefail")


def github_environment(folder: Path, bin_: Path) -> dict[str, str]:
    return environment(
        CI="true",
        GITHUB_ACTIONS="true",
        GITHUB_WORKSPACE=str(folder),
        GITHUB_OUTPUT=str(folder.parent / "output"),
        GITHUB_ENV=str(folder.parent / "env"),
        GITHUB_STEP_SUMMARY=str(folder.parent / "summary.md"),
        GITHUB_ACTION_PATH=str(ROOT),
        RUNNER_TEMP=str(folder.parent),
        KQLPACK_BIN=str(bin_),
    )


def test_the_action_is_valid_and_puts_nothing_into_a_script(action: dict[str, Any]) -> None:
    Draft7Validator(published(GITHUB_ACTION)).validate(action)
    scripts = [step["run"] for step in action["runs"]["steps"] if "run" in step]
    assert len(scripts) == 3
    assert not any("${{" in text for text in scripts)
    text = (ROOT / "action.yml").read_text("utf-8")
    assert set(re.findall(r"inputs\.([\w-]+)", text)) == set(action["inputs"])


@needs_bash
def test_the_action_annotates_and_writes_what_was_asked_for(action: dict[str, Any], folder: Path, bin_: Path) -> None:
    env = github_environment(folder, bin_)
    inputs = {"paths": "plain.kql\n", "sarif-file": "out.sarif", "junit-file": "out.xml", "args": "--ignore=cost\n"}
    ran = github_step(action, "kqlpack lint", folder, env, **inputs)
    assert ran.returncode == 1, ran.stderr
    assert ran.stdout.startswith("::error file=plain.kql,line=2,")
    assert (folder.parent / "output").read_text("utf-8") == "exit-code=1\n"
    assert "| unknown-column |" in (folder.parent / "summary.md").read_text("utf-8")
    assert (folder / "out.sarif").exists()
    assert (folder / "out.xml").exists()
    ran = github_step(action, "kqlpack lint", folder, env, **{"paths": "plain.kql", "fail-on": "none"})
    assert ran.returncode == 0


@needs_bash
@pytest.mark.parametrize("name", HOSTILE)
def test_the_actions_inputs_are_names_and_nothing_else(
    action: dict[str, Any], folder: Path, bin_: Path, name: str
) -> None:
    before = sorted(path.name for path in folder.iterdir())
    env = github_environment(folder, bin_)
    ran = github_step(action, "kqlpack lint", folder, env, paths=f"./{name}\n{name}" if name[0] != "-" else name)
    assert ran.returncode == 1, ran.stderr
    assert ran.stdout.count("::error ") == 1
    assert "1 file" in ran.stdout
    for key in ("args", "fail-on", "sarif-file"):
        github_step(action, "kqlpack lint", folder, env, **{"paths": "plain.kql", key: f"--x{name}"})
    assert not (folder / "pwned").exists()
    assert {path.name for path in folder.iterdir()} - set(before) <= {f"--x{name}"}


@needs_bash
def test_the_action_installs_itself_apart_from_the_jobs_packages(
    action: dict[str, Any], folder: Path, bin_: Path
) -> None:
    env = github_environment(folder, bin_)
    python = folder.parent / "python"
    script(
        python,
        f'echo "$@" >> "{folder.parent}/called"\n'
        'if [ "$2" = venv ]; then mkdir -p "$3/bin" && cp "$0" "$3/bin/python"; fi',
    )
    (step,) = [step for step in action["runs"]["steps"] if step.get("name") == "Install kqlpack"]
    ran = run_script(step["run"], folder, {**env, "KQLPACK_PYTHON": str(python)}, "-eo", "pipefail")
    assert ran.returncode == 0, ran.stderr
    made, installed = (folder.parent / "called").read_text("utf-8").splitlines()
    assert made == f"-m venv {folder.parent}/kqlpack"
    assert installed.endswith(f" {ROOT}")
    assert (folder.parent / "env").read_text("utf-8") == f"KQLPACK_BIN={folder.parent}/kqlpack/bin\n"


@needs_bash
def test_the_action_checks_the_style_too(action: dict[str, Any], folder: Path, bin_: Path) -> None:
    (folder / "plain.kql").write_text("SigninLogs|take 1\n", encoding="utf-8")
    ran = github_step(action, "kqlpack format --check", folder, github_environment(folder, bin_), paths="plain.kql")
    assert ran.returncode == 1
    assert "would format plain.kql" in ran.stderr


# ---- Azure Pipelines -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "azure-pipelines" / "kqlpack.yml").read_text("utf-8"))
    return found


def expanded(template: dict[str, Any], **parameters: str) -> list[dict[str, Any]]:
    """Return the steps as the service makes them of the template."""
    values = {one["name"]: str(one["default"]) for one in template["parameters"]} | parameters

    def filled(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: filled(one) for key, one in value.items()}
        if isinstance(value, str):
            return re.sub(r"\$\{\{ parameters\.(\w+) \}\}", lambda match: values[match.group(1)], value)
        return value

    steps: list[dict[str, Any]] = []
    for step in template["steps"]:
        ((key, value), *_) = step.items()
        steps.extend(value if key.startswith("${{ if") else [step])
    return [filled(step) for step in steps]


def azure_step(
    template: dict[str, Any], name: str, folder: Path, **parameters: str
) -> subprocess.CompletedProcess[str]:
    (step,) = [step for step in expanded(template, **parameters) if step.get("displayName") == name]
    env = environment(TF_BUILD="True", AGENT_TEMPDIRECTORY=str(folder.parent), BUILD_SOURCESDIRECTORY=str(folder))
    return run_script(step["bash"], folder, {**env, **step["env"]})


def test_the_template_is_valid_and_puts_nothing_into_a_script(template: dict[str, Any]) -> None:
    steps = expanded(template)
    Draft7Validator(published(AZURE_PIPELINES)).validate({"steps": steps})
    scripts = [step["bash"] for step in template["steps"] if "bash" in step]
    assert len(scripts) == 2
    # $( ) is filled in by the agent where it names a variable.
    assert not any("${{" in text or "$(" in text for text in scripts)
    text = (ROOT / "azure-pipelines" / "kqlpack.yml").read_text("utf-8")
    names = {one["name"] for one in template["parameters"]}
    assert set(re.findall(r"parameters\.(\w+)", text)) == names


@needs_bash
@pytest.mark.usefixtures("bin_")
def test_the_template_makes_issues_tests_and_sarif(template: dict[str, Any], folder: Path) -> None:
    ran = azure_step(template, "kqlpack lint", folder, paths="plain.kql", args="--ignore=cost")
    assert ran.returncode == 1, ran.stderr
    assert ran.stdout.startswith("##vso[task.logissue type=error;sourcepath=plain.kql;linenumber=2;")
    results = folder.parent / "kqlpack-results"
    assert ET.parse(results / "kqlpack.xml").getroot().attrib["failures"] == "1"  # noqa: S314 - written by kqlpack
    assert (results / "kqlpack.sarif").exists()
    assert azure_step(template, "kqlpack lint", folder, paths="plain.kql", failOn="none").returncode == 0


@needs_bash
@pytest.mark.usefixtures("bin_")
@pytest.mark.parametrize("name", HOSTILE)
def test_the_templates_parameters_are_names_and_nothing_else(template: dict[str, Any], folder: Path, name: str) -> None:
    ran = azure_step(template, "kqlpack lint", folder, paths=name)
    assert ran.returncode == 1, ran.stderr
    assert ran.stdout.count("type=error") == 1
    azure_step(template, "kqlpack lint", folder, paths="plain.kql", args=f"--x{name}")
    assert not (folder / "pwned").exists()


@needs_bash
def test_the_template_installs_what_it_is_told_to(template: dict[str, Any], folder: Path) -> None:
    shims = folder.parent / "shims"
    shims.mkdir()
    script(
        shims / "python",
        f'printf "%s\\n" "${{@: -1}}" >> "{folder.parent}/called"\n'
        'if [ "$2" = venv ]; then mkdir -p "$3/bin" && cp "$0" "$3/bin/python"; fi',
    )
    (step,) = [one for one in expanded(template, package="kq $(x)") if one.get("displayName") == "Install kqlpack"]
    env = environment(AGENT_TEMPDIRECTORY=str(folder.parent))
    env = {**env, **step["env"], "PATH": f"{shims}{os.pathsep}{env['PATH']}"}
    assert run_script(step["bash"], folder, env).returncode == 0
    assert (folder.parent / "called").read_text("utf-8").splitlines() == [f"{folder.parent}/kqlpack", "kq $(x)"]


# ---- pre-commit ------------------------------------------------------------------------------------------------------


def pre_commit(folder: Path, *arguments: str, bin_: Path | None = None) -> subprocess.CompletedProcess[str]:
    env = environment(PRE_COMMIT_HOME=str(folder.parent / "pre-commit"), GIT_CONFIG_GLOBAL=os.devnull)
    if bin_:
        env["PATH"] = f"{bin_}{os.pathsep}{env['PATH']}"
    command = [sys.executable, "-m", "pre_commit", *arguments]
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, encoding="utf-8", check=False)


def test_the_hooks_are_valid_and_look_at_all_that_kqlpack_reads(tmp_path: Path) -> None:
    manifest = ROOT / ".pre-commit-hooks.yaml"
    (tmp_path / "work").mkdir()
    ran = pre_commit(tmp_path / "work", "validate-manifest", str(manifest))
    assert ran.returncode == 0, ran.stdout + ran.stderr
    for hook in yaml.safe_load(manifest.read_text("utf-8")):
        for suffix in KQL_SUFFIXES | YAML_SUFFIXES | JSON_SUFFIXES | MARKDOWN_SUFFIXES:
            assert re.search(hook["files"], f"packs/a{suffix}"), suffix
        assert not re.search(hook["files"], "packs/a.py")


@needs_bash
@pytest.mark.skipif(not shutil.which("git"), reason="there is no git")
def test_the_hooks_find_and_set(tmp_path: Path, bin_: Path) -> None:
    folder = tmp_path / "repository"
    folder.mkdir()
    (folder / "a.kql").write_text("SigninLogs|where ResultTyp == 'x'\n", encoding="utf-8")
    (folder / "unrelated.yaml").write_text("a: 1\n", encoding="utf-8")
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    # As the manifest has them, but for the environment, which would be made anew: the command is on the path.
    for hook in hooks:
        hook["language"] = "system"
    (folder / ".pre-commit-config.yaml").write_text(yaml.safe_dump({"repos": [{"repo": "local", "hooks": hooks}]}))
    for arguments in (["init", "-q"], ["add", "."]):
        subprocess.run([shutil.which("git") or "git", *arguments], cwd=folder, check=True)
    ran = pre_commit(folder, "run", "--all-files", bin_=bin_)
    assert ran.returncode == 1
    assert re.search(r"kqlpack lint\.+Failed", ran.stdout), ran.stdout + ran.stderr
    assert re.search(r"a\.kql:1:\d+ error \[unknown-column\]", ran.stdout)
    assert re.search(r"kqlpack format\.+Failed", ran.stdout)
    assert "files were modified by this hook" in ran.stdout
    (folder / "a.kql").write_text('SigninLogs\n| where ResultType == "x"\n', encoding="utf-8")
    ran = pre_commit(folder, "run", "--all-files", bin_=bin_)
    assert ran.returncode == 0, ran.stdout + ran.stderr


# ---- what docs/ci.md shows -------------------------------------------------------------------------------------------


def examples() -> dict[str, Any]:
    """Return the YAML of docs/ci.md by the headings that it stands under."""
    text = (ROOT / "docs" / "ci.md").read_text("utf-8")
    sections = re.findall(r"(?ms)^## (.+?)$(.*?)(?=^## |\Z)", text)
    fences = {heading: re.search(r"(?ms)^```yaml\n(.*?)^```", body) for heading, body in sections}
    return {heading: yaml.safe_load(fence.group(1)) for heading, fence in fences.items() if fence}


def test_the_examples_of_the_docs_use_what_there_is(action: dict[str, Any], template: dict[str, Any]) -> None:
    found = examples()
    # To YAML 1.1, `on` is true.
    workflow = {("on" if key is True else key): value for key, value in found["GitHub"].items()}
    Draft7Validator(published(GITHUB_WORKFLOW)).validate(workflow)
    (step,) = [step for step in workflow["jobs"]["kqlpack"]["steps"] if "OWNER/kqlpack" in step["uses"]]
    assert set(step["with"]) <= set(action["inputs"])
    (used,) = found["Azure Pipelines"]["steps"]
    assert (ROOT / used["template"]).exists()
    assert set(used["parameters"]) <= {one["name"] for one in template["parameters"]}
    manifest = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    (repository,) = found["pre-commit"]["repos"]
    assert {hook["id"] for hook in repository["hooks"]} == {hook["id"] for hook in manifest}


def test_the_docs_name_every_format_input_and_parameter(action: dict[str, Any], template: dict[str, Any]) -> None:
    text = (ROOT / "docs" / "ci.md").read_text("utf-8")
    names = [*formats(), *action["inputs"], *(one["name"] for one in template["parameters"])]
    assert [name for name in names if f"`{name}`" not in text] == []
