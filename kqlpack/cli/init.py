"""`kqlpack init`: writes a small pack to begin with. In: a folder and options. Out: files, of the templates in _init/.

A template ends in `.in`, so that nothing takes it for a pack, and has `@WORDS@` in it for what is filled in.
"""

from __future__ import annotations

import os
import re
import shlex
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click

from kqlpack.cli.streams import Stopped, cannot
from kqlpack.pack.format.pack import LOG_SOURCES
from kqlpack.pipeline.discover import PACK_FILES

TEMPLATES: Final = Path(__file__).parent / "_init"
# The names of what a pack becomes begin with the pack's, and Azure takes 256 characters.
NAME_LENGTH: Final = 64
CI_FILES: Final = {"github": ".github/workflows/kqlpack.yml", "azure": "azure-pipelines.yml"}
_EDITOR_FOLDER: Final = ".vscode"
_ABOUT_EDITOR: Final = "| `.vscode/` | for Visual Studio Code: tasks, and the schemas that `kqlpack schema` prints |\n"


@dataclass(frozen=True, slots=True)
class Sample:
    """The query that a new pack begins with: its id, the table that it reads, the form of its test's rows."""

    query: str
    table: str
    suffix: str = "csv"


SAMPLES: Final = {
    "tenant": Sample("application-consents", "AuditLogs", "jsonl"),
    "subscription": Sample("role-assignments", "AzureActivity"),
    "resource": Sample("anonymous-blob-reads", "StorageBlobLogs"),
    "operating-system": Sample("new-local-administrators", "SecurityEvent"),
    "application": Sample("new-outbound-targets", "AppDependencies"),
}


@click.command("init")
@click.argument("folder", default=".", metavar="[DIR]")
@click.option("--name", help="The pack's name: lower-case words joined by hyphens.  [default: made of DIR's]")
@click.option(
    "--log-source",
    type=click.Choice(LOG_SOURCES),
    default=LOG_SOURCES[0],
    show_default=True,
    help="Which logs the first query asks.",
)
@click.option("--editor", is_flag=True, help="Also write what Visual Studio Code needs: schemas and tasks.")
@click.option(
    "--ci",
    "services",
    multiple=True,
    type=click.Choice(list(CI_FILES)),
    help="Also write a workflow that lints and tests the pack, at the repository's root; repeatable.",
)
def command(folder: str, name: str | None, log_source: str, editor: bool, services: tuple[str, ...]) -> int:
    """Begin a pack in DIR: pack.yaml, a query, its tests, their rows and a README. No DIR: the current folder.

    Nothing is overwritten: where one of the files is there already, nothing is written.

    \b
    Examples:
      kqlpack init packs/my-pack
      kqlpack init packs/disks --log-source resource --editor
      kqlpack init --name entra-apps --ci github
    """
    if not folder:
        raise Stopped("the folder's name is empty; write `.` for the current one")
    place = Path(folder)
    try:
        _refuse_file(place)
        pack_name = _name(place, name)
        files = _files(place, pack_name, log_source, editor=editor, services=services)
        _refuse_existing(place, files)
    except (OSError, ValueError) as error:
        # A path that is too long, or holds what no path can.
        raise _impossible(place, error) from None
    for path, text in files.items():
        _write(path, text)
        click.echo(f"wrote {path}")
    click.echo(f"\nThe pack is called `{pack_name}`. Next:")
    pack = shlex.quote(folder)
    for following in (f"lint {pack}", f"test {pack}", f"build {pack} --target arm -o out"):
        click.echo(f"  kqlpack {following}")
    return 0


# ---- the name --------------------------------------------------------------------------------------------------------


def slug(text: str) -> str:
    """Make a pack's name of a text: lower-case words joined by hyphens. Empty where the text has no such letter."""
    plain = unicodedata.normalize("NFKD", text)
    without_marks = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return re.sub(r"[^a-z0-9]+", "-", without_marks.lower()).strip("-")[:NAME_LENGTH].rstrip("-")


def _name(place: Path, given: str | None) -> str:
    if given is None:
        found = slug(place.resolve().name)
        if not found:
            raise Stopped(f"no pack's name can be made of the folder's, `{place}`: give one, as --name my-pack")
        return found
    if slug(given) != given or not given:
        raise Stopped(
            f"`{given}` can't be a pack's name, which is lower-case words joined by hyphens, "
            f"up to {NAME_LENGTH} characters; write --name {slug(given) or 'my-pack'}"
        )
    return given


def _scalar(text: str) -> str:
    """Write a text as YAML: in quotes where it would be a number, a date or a truth otherwise."""
    is_text = text[0].isalpha() and text.lower() not in {"true", "false", "yes", "no", "on", "off", "y", "n", "null"}
    return text if is_text else f'"{text}"'


# ---- the files -------------------------------------------------------------------------------------------------------


def _files(place: Path, name: str, log_source: str, *, editor: bool, services: tuple[str, ...]) -> dict[Path, str]:
    """Return the files to write, each with its text."""
    from kqlpack import __version__

    sample = SAMPLES[log_source]
    query = _template(f"{log_source}/query.yaml")
    title = re.search(r"^title: (.+)$", query, re.MULTILINE)
    words = {
        "NAME": name,
        "TITLE": name.replace("-", " ").capitalize(),
        "LOG_SOURCE": log_source,
        "QUERY": sample.query,
        "QUERY_TITLE": title[1] if title else sample.query,
        "TABLE": sample.table,
        "EDITOR": _ABOUT_EDITOR if editor else "",
        "PACK": ".",
        "VERSION": __version__,
    }
    as_yaml = {key: _scalar(text) if key in {"NAME", "TITLE"} else text for key, text in words.items()}
    files = {
        place / "pack.yaml": _filled(_template("pack.yaml"), as_yaml),
        place / "queries" / f"{sample.query}.yaml": query,
        place / "tests" / f"{sample.query}.yaml": _template(f"{log_source}/tests.yaml"),
        place / "fixtures" / f"{sample.query}.{sample.suffix}": _template(f"{log_source}/rows.{sample.suffix}"),
        place / "README.md": _filled(_template("README.md"), words),
    }
    if editor:
        files = {**_with_schemas(place, files), **_editor_files(place)}
    root = _repository(place) if services else place
    pack = shlex.quote(Path(os.path.relpath(place.resolve(), root.resolve())).as_posix())
    for service in dict.fromkeys(services):
        path = _shown(root) / CI_FILES[service]
        files[path] = _filled(_template(f"ci/{service}.yml"), {**words, "PACK": pack})
    return files


def _template(path: str) -> str:
    return (TEMPLATES / f"{path}.in").read_text("utf-8")


def _filled(text: str, words: dict[str, str]) -> str:
    return re.sub(r"@([A-Z_]+)@", lambda found: words[found[1]], text)


def _editor_files(place: Path) -> dict[Path, str]:
    from kqlpack.cli.schema import SCHEMAS, schema_text

    folder = place / _EDITOR_FOLDER
    return {
        **{folder / f"{each}.json": _template(f"editor/{each}.json") for each in ("settings", "tasks", "extensions")},
        **{folder / f"{each}.schema.json": schema_text(each) for each in SCHEMAS},
    }


def _with_schemas(place: Path, files: dict[Path, str]) -> dict[Path, str]:
    """Name its schema at the head of each YAML file: editors that don't read settings.json follow that."""
    schemas = {"queries": "query", "tests": "tests"}
    result = {}
    for path, text in files.items():
        result[path] = text
        if path.suffix == ".yaml":
            up, schema = ("", "pack") if path.parent == place else ("../", schemas[path.parent.name])
            named = f"{up}{_EDITOR_FOLDER}/{schema}.schema.json"
            result[path] = f"# yaml-language-server: $schema={named}\n{text}"
    return result


def _repository(place: Path) -> Path:
    """Return the root of the repository around a folder; the folder itself where there is none."""
    here = place.resolve()
    return next((folder for folder in (here, *here.parents) if (folder / ".git").exists()), here)


def _shown(folder: Path) -> Path:
    """Return a folder as it is written from here."""
    try:
        return Path(os.path.relpath(folder))
    except ValueError:  # another drive of Windows
        return folder


# ---- what is there ---------------------------------------------------------------------------------------------------


def _refuse_file(place: Path) -> None:
    if place.exists() and not place.is_dir():
        raise Stopped(f"`{place}` is a file, so that no pack can be written into it; name a folder")


def _refuse_existing(place: Path, files: dict[Path, str]) -> None:
    """Stop where a file is there already, or something that is no folder where one has to be."""
    for path in files:
        for folder in path.parents:
            if os.path.lexists(folder) and not folder.is_dir():
                raise Stopped(f"`{folder}` is a file, where a folder has to be, so nothing was written")
    existing = [path for path in (*(place / each for each in PACK_FILES), *files) if os.path.lexists(path)]
    if existing:
        names = ", ".join(f"`{path}`" for path in dict.fromkeys(existing))
        there = "is there" if len(set(existing)) == 1 else "are there"
        raise Stopped(f"{names} {there} already, so nothing was written; name another folder, or move what is there")


def _impossible(place: Path, error: OSError | ValueError) -> Stopped:
    if isinstance(error, OSError):
        return cannot(place, "written", error)
    return Stopped(f"{str(place)!r} is not the name of a folder: {error}")


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # `x`: even what appeared a moment ago is not overwritten.
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        raise cannot(path, "written", error) from None
