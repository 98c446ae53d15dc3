"""What a file says, what it inherits, and what is wrong with it."""

from __future__ import annotations

import json
import pickle
import tomllib
from typing import TYPE_CHECKING

import jsonschema
import pytest

from kqlpack.catalog import Dialect
from kqlpack.config import ConfigError, Configs, json_schema, read
from kqlpack.config.keys import CONFIG
from kqlpack.diagnostics.render import formats

if TYPE_CHECKING:
    from pathlib import Path

FULL = """\
select = ["default", "contract-changed"]
extend-select = ["all"]
ignore = ["KQL6", "style"]
fail-on = "warning"
dialect = "sentinel"
severity = {no-time-bound = "error", KQL201 = "info"}
exclude = ["generated/**"]
pack-path = ["vendor"]
format = "concise"
baseline = "known.json"
metadata.required = ["title", "description"]

[[overrides]]
paths = ["legacy/**"]
select = ["syntax"]
extend-select = ["cost"]
ignore = ["no-time-bound"]
severity = {syntax-error = "warning"}
dialect = "azure-data-explorer"
"""

# A text, the place of what is wrong, and words of the message and the help.
WRONG = [
    ('selct = ["all"]', "1:1", "`selct`", "did you mean `select`?"),
    ('fail-on = "eror"', "1:11", "`eror`", "did you mean `error`?"),
    ("fail-on = 3", "1:11", "`fail-on`", "`error`"),
    ('# x\nselect = ["cost", "no-time-bond"]', "2:19", "`no-time-bond`", "did you mean `no-time-bound`?"),
    ('select = "cost"', "1:10", "where a list belongs", '`["correctness"'),
    ("ignore = [1]", "1:11", "where a text belongs", '`"cost"`'),
    ('severity = {no-time-bond = "error"}', "1:13", "`no-time-bond`", "did you mean `no-time-bound`?"),
    ('severity = {no-time-bound = "off"}', "1:29", "`off`", "`error`"),
    ('severity = "error"', "1:12", "where a table belongs", "no-time-bound"),
    ('dialect = "sentinal"', "1:11", "`sentinal`", "did you mean `sentinel`?"),
    ('format = "xml"', "1:10", "`xml`", "`concise`"),
    ('pack-path = ["nowhere"]', "1:14", "`nowhere`", "this file's folder"),
    ('baseline = ""', "1:12", "empty", "kqlpack-baseline.json"),
    ('metadata = {required = ["titel"]}', "1:25", "`titel`", "did you mean `title`?"),
    ('overrides = [{select = ["all"]}]', "1:15", "`paths`", "add `paths`"),
    ('[[overrides]]\npaths = ["a"]\nfail-on = "info"', "3:1", "`fail-on`", "`paths`"),
    ('[overrides]\npaths = ["a"]', "1:1", "where a list belongs", "`[[overrides]]`"),
    ("select = [", "1:11", "no TOML", "key = value"),
    ('extend = "nowhere.toml"', "1:10", "`nowhere.toml`", "this file's folder"),
    ('extend = "kqlpack.toml"', "1:10", "no end", "take one of them out"),
    ('extend = "pyproject.toml"', "1:1", "no `[tool.kqlpack]`", "another file"),
]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KQLPACK_CONFIG", raising=False)
    (tmp_path / "vendor").mkdir()
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'kqlpack-user'\n", "utf-8")
    return tmp_path


def write(folder: Path, text: str, name: str = "kqlpack.toml") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def slugs(folder: Path, path: str) -> set[str]:
    return {rule.slug for rule in Configs().of(folder).rules(str(folder / path))}


def test_every_key_is_read(here: Path) -> None:
    config = read(write(here, FULL))
    assert tomllib.loads(FULL).keys() | {"extend"} == CONFIG.fields.keys()
    assert (config.fail_on, config.format, config.dialect) == ("warning", "concise", "sentinel")
    assert config.severity == (("no-time-bound", "error"), ("join-without-kind", "info"))
    assert (str(config.baseline), [str(path) for path in config.pack_path]) == ("known.json", ["vendor"])
    assert config.required_metadata == ("title", "description")
    assert config.excludes(str(here / "generated" / "a.kql"))
    assert not config.excludes(str(here / "a.kql"))
    legacy = str(here / "legacy" / "a.kql")
    assert (config.dialect_of(legacy), config.dialect_of("a.kql")) == ("azure-data-explorer", "sentinel")
    assert "no-time-bound" in slugs(here, "a.kql")
    assert "missing-metadata" not in slugs(here, "a.kql")
    assert {"syntax-error", "contains-could-be-has"} == slugs(here, "legacy/a.kql") & {
        "syntax-error",
        "contains-could-be-has",
        "no-time-bound",
        "unknown-table",
    }


def test_the_schema_takes_what_is_right_and_refuses_what_is_wrong(here: Path) -> None:
    schema = json_schema()
    jsonschema.Draft7Validator.check_schema(schema)
    jsonschema.validate(tomllib.loads(FULL), schema)
    for text in ('selct = ["all"]', "fail-on = 3", 'select = "cost"', 'severity = {x = "error"}', "overrides = [{}]"):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(tomllib.loads(text), schema)
        with pytest.raises(ConfigError):
            read(write(here, text))


def test_every_key_has_a_description() -> None:
    for key, field in CONFIG.fields.items():
        assert field.description, key
    assert json.dumps(json_schema())
    assert set(json_schema()["properties"]["format"]["enum"]) == set(formats())
    assert set(json_schema()["properties"]["dialect"]["enum"]) == set(Dialect)


@pytest.mark.parametrize(("text", "place", "told", "help"), WRONG)
def test_what_is_wrong_is_told_where_it_stands(here: Path, text: str, place: str, told: str, help: str) -> None:
    path = write(here, text)
    with pytest.raises(ConfigError) as error:
        read(path)
    (found,) = error.value.diagnostics
    line, column = found.file.line_column(found.span.start)
    assert f"{line}:{column}" == place
    assert told in found.message
    assert help in found.help
    assert "YAML" not in found.message + found.help


def test_all_that_is_wrong_in_a_file_is_told_at_once(here: Path) -> None:
    with pytest.raises(ConfigError) as error:
        read(write(here, 'selct = []\nfail-on = "x"\n'))
    assert len(error.value.diagnostics) == 2


def test_bytes_that_are_no_text_are_told(here: Path) -> None:
    path = here / "kqlpack.toml"
    path.write_bytes(b"\xff\xfes\0")
    with pytest.raises(ConfigError, match="UTF-16"):
        read(path)


# ---- which file ------------------------------------------------------------------------------------------------------


def test_the_nearest_file_upwards_holds(here: Path) -> None:
    write(here, 'fail-on = "info"')
    write(here, 'fail-on = "none"', "packs/a/kqlpack.toml")
    configs = Configs()
    assert configs.of(here / "packs" / "a" / "queries" / "q.yaml").fail_on == "none"
    assert configs.of(here / "packs" / "a").fail_on == "none"
    assert configs.of(here / "packs").fail_on == "info"
    assert configs.of("x.kql").fail_on == "info"


def test_a_table_in_pyproject_counts_and_kqlpack_toml_comes_first(here: Path) -> None:
    write(here, '[tool.kqlpack]\nfail-on = "info"\n', "pyproject.toml")
    assert Configs().of(here).fail_on == "info"
    write(here, 'fail-on = "none"')
    assert Configs().of(here).fail_on == "none"


def test_a_pyproject_of_others_is_passed_by(here: Path) -> None:
    write(here, 'fail-on = "info"')
    write(here, "[project]\nname = 'x'\n", "sub/pyproject.toml")
    write(here, "this is [no TOML", "sub/deeper/pyproject.toml")
    (here / "sub" / "deeper" / "deepest").mkdir()
    (here / "sub" / "deeper" / "deepest" / "pyproject.toml").write_bytes(b"\xff\xfek\0")
    assert Configs().of(here / "sub" / "deeper" / "deepest").fail_on == "info"


def test_faults_in_pyproject_are_told_at_their_line(here: Path) -> None:
    write(here, '[project]\nname = "x"\n\n[tool.kqlpack]\nselct = []\n', "pyproject.toml")
    with pytest.raises(ConfigError) as error:
        Configs().of(here)
    (found,) = error.value.diagnostics
    assert (found.file.path, found.file.line_column(found.span.start)[0]) == ("pyproject.toml", 5)


def test_the_variable_names_the_file_for_all(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(here, 'fail-on = "info"')
    write(here, 'fail-on = "none"', "ci/strict.toml")
    monkeypatch.setenv("KQLPACK_CONFIG", "ci/strict.toml")
    assert Configs().of(here / "x.kql").fail_on == "none"
    monkeypatch.setenv("KQLPACK_CONFIG", "ci/nowhere.toml")
    with pytest.raises(ConfigError, match=r"ci.nowhere\.toml` can't be read"):
        Configs().of(here)


# ---- inheritance -----------------------------------------------------------------------------------------------------


def test_what_is_written_comes_after_what_is_inherited(here: Path) -> None:
    write(
        here,
        'ignore = ["cost"]\nfail-on = "info"\nformat = "json"\n'
        'severity = {syntax-error = "info", unknown-table = "info"}\n'
        'exclude = ["old"]\npack-path = ["vendor"]\nbaseline = "b.json"\n',
    )
    write(
        here,
        'extend = "../kqlpack.toml"\nextend-select = ["no-time-bound"]\nfail-on = "none"\nexclude = ["draft"]\n'
        'severity = {syntax-error = "warning"}\n',
        "a/kqlpack.toml",
    )
    config = Configs().of(here / "a")
    assert (config.fail_on, config.format) == ("none", "json")
    assert dict(config.severity) == {"syntax-error": "warning", "unknown-table": "info"}
    assert "no-time-bound" in slugs(here / "a", "q.kql")
    assert "contains-could-be-has" not in slugs(here / "a", "q.kql")
    assert config.excludes(str(here / "a" / "draft" / "x.kql"))
    assert config.excludes(str(here / "old" / "x.kql"))  # from the folder of the file that says it
    assert [path.resolve() for path in config.pack_path] == [(here / "vendor").resolve()]
    assert config.baseline is not None
    assert config.baseline.resolve() == (here / "b.json").resolve()


def test_a_select_begins_anew(here: Path) -> None:
    write(here, 'ignore = ["no-time-bound"]\nextend-select = ["contract-changed"]')
    write(here, 'extend = "../kqlpack.toml"\nselect = ["cost"]\n', "a/kqlpack.toml")
    found = slugs(here / "a", "q.kql")
    assert "no-time-bound" in found
    assert not found & {"contract-changed", "syntax-error"}


def test_an_inherited_fault_is_told_in_its_file(here: Path) -> None:
    write(here, "selct = []", "base.toml")
    with pytest.raises(ConfigError) as error:
        read(write(here, 'extend = "base.toml"'))
    assert error.value.diagnostics[0].file.path == "base.toml"


def test_a_circle_is_told_with_its_way(here: Path) -> None:
    write(here, 'extend = "b.toml"', "a.toml")
    write(here, 'extend = "c.toml"', "b.toml")
    write(here, '\nextend = "a.toml"', "c.toml")
    with pytest.raises(ConfigError, match=r"`a\.toml` -> `b\.toml` -> `c\.toml` -> `a\.toml`") as error:
        read(here / "a.toml")
    (found,) = error.value.diagnostics
    assert (found.file.path, found.file.line_column(found.span.start)) == ("c.toml", (2, 10))


# ---- values ----------------------------------------------------------------------------------------------------------


def test_a_configuration_can_go_to_another_process(here: Path) -> None:
    config = read(write(here, FULL))
    again = pickle.loads(pickle.dumps(config))  # noqa: S301 - our own
    assert again == config
    assert [rule.slug for rule in again.rules("a.kql")] == [rule.slug for rule in config.rules("a.kql")]


def test_a_later_override_comes_after_an_earlier_one(here: Path) -> None:
    write(
        here,
        '[[overrides]]\npaths = ["*.kql"]\nignore = ["cost"]\ndialect = "sentinel"\n'
        '[[overrides]]\npaths = ["a/**"]\nextend-select = ["no-time-bound"]\n',
    )
    assert "no-time-bound" not in slugs(here, "q.kql")
    assert "no-time-bound" in slugs(here, "a/q.kql")
    assert Configs().of(here).dialect_of(str(here / "a" / "q.kql")) == "sentinel"
