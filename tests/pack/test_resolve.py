"""A pack has what the packs that it requires give: of each the version that fits; and it is told what is wrong."""

from __future__ import annotations

import itertools
import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kqlpack.errors import PackError
from kqlpack.pack.lock import LOCK_FILE, fingerprint, lock_of
from kqlpack.pack.versions import Range, Version
from kqlpack.pipeline import check_pack, load, load_or_raise
from kqlpack.pipeline.load import PACK_PATH

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.pack import Pack

QUERY = "SigninLogs | where TimeGenerated > ago(1d)"
TIME = "{% macro since(span) %}TimeGenerated > ago({{ span }}){% endmacro %}"


@pytest.fixture(autouse=True)
def _no_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(PACK_PATH, raising=False)


def write(
    folder: Path,
    name: str,
    version: str = "1.0.0",
    requires: str = "",
    *,
    query: str = QUERY,
    more: str = "",
    files: dict[str, str] | None = None,
) -> Path:
    """Write a pack and return its folder."""
    required = f"requires:\n  packs: {{{requires}}}\n" if requires else ""
    lines = "".join(f"      {line}\n" for line in query.split("\n"))
    text = f"kqlpack: 1\nname: {name}\nversion: {version}\n{required}{more}queries:\n  - id: q\n    query: |\n{lines}"
    for path, content in {"pack.yaml": text, **(files or {})}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(content, "utf-8", newline="")
    return folder


def lock(folder: Path, pack_path: Iterable[Path] = ()) -> None:
    text = lock_of(load(folder, pack_path=pack_path, use_lock=False)).text
    (folder / LOCK_FILE).write_text(text, "utf-8", newline="")


def versions(pack: Pack) -> dict[str, str]:
    return {one.name: one.version for one in pack.dependencies}


def said(found: Iterable[Diagnostic]) -> list[str]:
    """Return the findings, each as its rule, its place and its message; that nothing is pinned is not at issue."""
    return [
        f"{one.rule} {one.file.text[one.span.start : one.span.end]}: {one.message}"
        for one in found
        if one.rule != "dependency-unpinned"
    ]


# ---- finding ---------------------------------------------------------------------------------------------------------


def test_a_pack_beside_the_pack_is_found_by_its_own_name(tmp_path: Path) -> None:
    write(tmp_path / "whatever", "common", "1.2.0")
    pack = load(write(tmp_path / "a", "a", requires='common: "^1.0"'))
    assert said(pack.diagnostics) == []
    assert versions(pack) == {"common": "1.2.0"}


def test_a_pack_in_one_file_is_found_too(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text("kqlpack: 1\nname: common\nversion: 1.0.0\n", "utf-8")
    (tmp_path / "y.yaml").write_text("# not of kqlpack\nname: common\nversion: 3.0.0\n", "utf-8")
    assert versions(load(write(tmp_path / "a", "a", requires='common: "*"'))) == {"common": "1.0.0"}


@pytest.mark.parametrize("given", ["shelf", "shelf/common"])
def test_a_pack_path_names_a_folder_of_packs_or_a_pack(tmp_path: Path, given: str) -> None:
    write(tmp_path / "shelf" / "common", "common")
    folder = write(tmp_path / "packs" / "a", "a", requires='common: "*"')
    assert versions(load(folder, pack_path=[tmp_path / given])) == {"common": "1.0.0"}


def test_the_variable_names_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "shelf" / "common", "common")
    folder = write(tmp_path / "packs" / "a", "a", requires='common: "*"')
    assert versions(load(folder)) == {}
    monkeypatch.setenv(PACK_PATH, os.pathsep.join([str(tmp_path / "no-such"), "", str(tmp_path / "shelf")]))
    assert versions(load(folder)) == {"common": "1.0.0"}


@pytest.mark.parametrize("path", ["a", "a/pack.yaml", ".", "pack.yaml"])
def test_the_packs_beside_it_are_found_however_its_path_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    write(tmp_path / "common", "common")
    write(tmp_path / "a", "a", requires='common: "*"')
    monkeypatch.chdir(tmp_path / "a" if path in {".", "pack.yaml"} else tmp_path)
    assert versions(load(path)) == {"common": "1.0.0"}


def test_of_one_version_the_first_that_was_found_is_taken(tmp_path: Path) -> None:
    write(tmp_path / "common", "common", more="title: beside\n")
    write(tmp_path / "shelf" / "common", "common", more="title: given\n")
    folder = write(tmp_path / "a", "a", requires='common: "*"')
    (common,) = load(folder, pack_path=[tmp_path / "shelf"]).dependencies
    assert common.title == "given"


def test_a_pack_that_is_not_there_is_told_with_where_it_was_looked_for(tmp_path: Path) -> None:
    write(tmp_path / "packs" / "common", "common")
    folder = write(tmp_path / "packs" / "a", "a", requires='comon: "*"')
    (tmp_path / "shelf").mkdir()
    (found,) = load(folder, pack_path=[tmp_path / "shelf"]).diagnostics
    assert said([found]) == [
        (
            "dependency-missing comon: the pack requires `comon`, and no pack of that name is in "
            f"`{tmp_path / 'shelf'}`, `{tmp_path / 'packs'}`: what it gives is not known"
        )
    ]
    assert found.help == "did you mean `common`?"


def test_a_pack_that_another_one_lacks_is_told_where_that_one_is_required(tmp_path: Path) -> None:
    write(tmp_path / "b", "b", requires='c: "^1.0"')
    (found,) = load(write(tmp_path / "a", "a", requires='b: "*"')).diagnostics[:1]
    assert said([found])[0].startswith("dependency-missing b: `b` requires `c`, and no pack of that name is in ")
    assert [note.file.path for note in found.related] == [str(tmp_path / "b" / "pack.yaml")]


def test_a_pack_that_cannot_be_read_may_be_the_one(tmp_path: Path) -> None:
    write(tmp_path / "x", "common", files={"pack.yaml": 'kqlpack: 1\nname: "common\n'})
    (found,) = load(write(tmp_path / "a", "a", requires='common: "*"')).diagnostics
    assert found.rule == "dependency-missing"
    assert f"`{tmp_path / 'x'}` can't be read, and may be it" in found.help


def test_what_can_be_no_name_of_a_pack_is_told_once(tmp_path: Path) -> None:
    (found,) = load(write(tmp_path / "a", "a", requires='../common: "*"')).diagnostics
    assert said([found]) == ["schema-violation ../common: `../common` can't be a key of `packs`"]


def test_a_pack_without_what_it_requires_cannot_be_loaded_from_python(tmp_path: Path) -> None:
    with pytest.raises(PackError, match="requires `common`"):
        load_or_raise(write(tmp_path / "a", "a", requires='common: "*"'))


# ---- versions --------------------------------------------------------------------------------------------------------


def test_the_highest_version_that_fits_is_taken(tmp_path: Path) -> None:
    for version in ("1.0.0", "1.10.0", "1.9.0", "2.0.0", "1.11.0-rc.1"):
        write(tmp_path / version, "common", version)
    assert versions(load(write(tmp_path / "a", "a", requires='common: "^1.0"'))) == {"common": "1.10.0"}


def test_a_version_is_taken_that_fits_all_who_ask(tmp_path: Path) -> None:
    for version in ("1.0.0", "1.5.0", "2.0.0"):
        write(tmp_path / version, "common", version)
    write(tmp_path / "b", "b", requires='common: "<1.5"')
    folder = write(tmp_path / "a", "a", requires='common: ">=1.0", b: "*"')
    assert versions(load(folder)) == {"common": "1.0.0", "b": "1.0.0"}


def test_an_earlier_version_of_one_pack_is_taken_where_the_later_asks_for_what_does_not_fit(tmp_path: Path) -> None:
    write(tmp_path / "c1", "common", "1.0.0")
    write(tmp_path / "b1", "b", "1.0.0", requires='common: "^1.0"')
    write(tmp_path / "b2", "b", "2.0.0", requires='common: "^2.0"')
    folder = write(tmp_path / "a", "a", requires='b: "*", common: "^1.0"')
    pack = load(folder)
    assert said(pack.diagnostics) == []
    assert versions(pack) == {"b": "1.0.0", "common": "1.0.0"}


def test_no_version_that_fits_all_is_told_with_who_asks_for_what(tmp_path: Path) -> None:
    write(tmp_path / "c1", "common", "1.0.0")
    write(tmp_path / "c2", "common", "2.0.0")
    write(tmp_path / "b", "b", requires='common: "^2.0"')
    pack = load(write(tmp_path / "a", "a", requires='common: "^1.0", b: "*"'))
    assert said(pack.diagnostics) == [
        (
            'dependency-conflict "^1.0": no version of `common` fits them all, so that none is taken: '
            "`a` requires `^1.0` and `b` requires `^2.0`; there are 1.0.0 and 2.0.0"
        )
    ]
    assert pack.diagnostics[0].related[0].file.path == str(tmp_path / "b" / "pack.yaml")
    assert versions(pack) == {"b": "1.0.0"}


def test_what_another_choice_can_mend_is_not_told_beside_what_none_can(tmp_path: Path) -> None:
    write(tmp_path / "c1", "common", "1.0.0")
    write(tmp_path / "c2", "common", "2.0.0")
    write(tmp_path / "b", "b", requires='common: "^1.0", d: "^5.0"')
    write(tmp_path / "d", "d")
    pack = load(write(tmp_path / "a", "a", requires='common: "*", b: "*"'))
    assert [one.partition(";")[0] for one in said(pack.diagnostics)] == [
        "dependency-conflict b: no version of `d` fits this, so that none is taken: `b` requires `^5.0`"
    ]
    assert versions(pack) == {"common": "1.0.0", "b": "1.0.0"}


def test_a_range_that_no_version_fits_is_told(tmp_path: Path) -> None:
    write(tmp_path / "c", "common", "1.0.0")
    pack = load(write(tmp_path / "a", "a", requires='common: "^3.0"'))
    assert said(pack.diagnostics) == [
        (
            'dependency-conflict "^3.0": no version of `common` fits this, so that none is taken: '
            "`a` requires `^3.0`; there is 1.0.0"
        )
    ]


def test_two_packs_that_want_different_versions_of_a_third_are_told_where_one_is_required(tmp_path: Path) -> None:
    write(tmp_path / "d", "d", "1.0.0")
    write(tmp_path / "b", "b", requires='d: "^1.0"')
    write(tmp_path / "c", "c", requires='d: "^2.0"')
    pack = load(write(tmp_path / "a", "a", requires='b: "*", c: "*"'))
    assert [one.partition(":")[0] for one in said(pack.diagnostics)] == ["dependency-conflict b"]
    assert pack.unresolved == {"b", "c", "d"}


@pytest.mark.parametrize("range_", ["newest", "1.2.3.4", ""])
def test_what_is_no_range_is_told_once_and_takes_any_version(tmp_path: Path, range_: str) -> None:
    write(tmp_path / "common", "common", "7.0.0")
    pack = load(write(tmp_path / "a", "a", requires=f'common: "{range_}"'))
    assert [one.partition(":")[0] for one in said(pack.diagnostics)] == [f'schema-violation "{range_}"']
    assert versions(pack) == {"common": "7.0.0"}


def test_a_range_that_is_a_number_to_yaml_is_told(tmp_path: Path) -> None:
    write(tmp_path / "common", "common")
    (found,) = [one for one in load(write(tmp_path / "a", "a", requires="common: 1.0")).diagnostics if one.fix]
    assert found.help == 'put it in quotes: `"1.0"`'


def test_a_chain_of_any_length_is_followed(tmp_path: Path) -> None:
    length = 1_200
    for number in range(length):
        requires = f"requires: {{packs: {{p{number + 1}: '*'}}}}\n" if number < length - 1 else ""
        (tmp_path / f"{number}.yaml").write_text(f"kqlpack: 1\nname: p{number}\nversion: 1.0.0\n{requires}", "utf-8")
    assert len(load(tmp_path / "0.yaml").dependencies) == length - 1


RANGES = st.sampled_from(["*", "^1.0", "^2.0", "<=2", ">=2", "3.x"])
# Of each pack its versions, and what each of them requires.
SHELVES = st.fixed_dictionaries(
    {
        name: st.lists(st.dictionaries(st.sampled_from(list(others)), RANGES, max_size=2), min_size=1, max_size=3)
        for name, others in {"b": "cde", "c": "de", "d": "e", "e": "f"}.items()
    }
)


@given(SHELVES, st.dictionaries(st.sampled_from("bcde"), RANGES, min_size=1))
def test_a_choice_fits_all_who_ask_and_is_found_when_there_is_one(
    shelf: dict[str, list[dict[str, str]]], wanted: dict[str, str]
) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        for each, of_each in shelf.items():
            for major, requires in enumerate(of_each, start=1):
                write(folder / f"{each}{major}", each, f"{major}.0.0", _written(requires))
        pack = load(write(folder / "a", "a", requires=_written(wanted)))
    chosen = {one.name: int(one.version[0]) for one in pack.dependencies}
    for one in (pack, *pack.dependencies):
        for required, range_ in one.requires.packs.items():
            if required in chosen:
                assert Range.parse(range_).allows(Version(chosen[required]))
    choices = itertools.product(*(range(1, len(of_each) + 1) for of_each in shelf.values()))
    can_be_had = any(_holds(shelf, wanted, dict(zip(shelf, choice, strict=True))) for choice in choices)
    assert can_be_had == (said(pack.diagnostics) == [])


def _written(requires: dict[str, str]) -> str:
    return ", ".join(f'{name}: "{range_}"' for name, range_ in requires.items())


def _holds(shelf: dict[str, list[dict[str, str]]], wanted: dict[str, str], choice: dict[str, int]) -> bool:
    """Tell whether all that is reached from what is wanted fits."""
    stack, seen = list(wanted.items()), set[str]()
    while stack:
        name, range_ = stack.pop()
        if name not in choice or not Range.parse(range_).allows(Version(choice[name])):
            return False
        if name not in seen:
            seen.add(name)
            stack.extend(shelf[name][choice[name] - 1].items())
    return True


# ---- circles ---------------------------------------------------------------------------------------------------------


def test_a_circle_is_shown(tmp_path: Path) -> None:
    write(tmp_path / "c", "c", requires='a: "*"')
    write(tmp_path / "b", "b", requires='c: "*"')
    assert said(load(write(tmp_path / "a", "a", requires='b: "*"')).diagnostics) == [
        (
            "dependency-cycle b: packs require each other in a circle, so that none can be used without the other: "
            "`a` -> `b` -> `c` -> `a`"
        )
    ]


def test_a_circle_of_others_is_told_where_it_is_entered_and_ends(tmp_path: Path) -> None:
    write(tmp_path / "b", "b", requires='c: "*"', files={"macros/m.j2": '{% import "c/m.j2" as m %}'})
    write(tmp_path / "c", "c", requires='b: "*"', files={"macros/m.j2": '{% import "b/m.j2" as m %}'})
    folder = write(tmp_path / "a", "a", requires='b: "*"', query=f'{{% import "b/m.j2" as m %}}\n{QUERY}')
    found = check_pack(load(folder)).diagnostics
    assert said(found)[0].endswith("`b` -> `c` -> `b`")
    assert "imports itself" in said(found)[1]


# ---- the lock --------------------------------------------------------------------------------------------------------


def test_what_is_not_locked_is_told(tmp_path: Path) -> None:
    write(tmp_path / "common", "common")
    folder = write(tmp_path / "a", "a", requires='common: "*"')
    (found,) = load(folder).diagnostics
    assert (found.rule, found.severity) == ("dependency-unpinned", "warning")
    assert found.message == (
        "`common` is not pinned, so that another version may be taken elsewhere: "
        "there is no `kqlpack.lock` beside the pack"
    )
    lock(folder)
    assert load(folder).diagnostics == ()
    write(tmp_path / "more", "more")
    write(folder, "a", requires='common: "*", more: "*"')
    assert [one.message for one in load(folder).diagnostics] == [
        "`more` is not pinned, so that another version may be taken elsewhere: `kqlpack.lock` does not have it"
    ]


def test_the_locked_version_is_taken_while_it_is_there_and_fits(tmp_path: Path) -> None:
    one = write(tmp_path / "c1", "common", "1.0.0")
    folder = write(tmp_path / "a", "a", requires='common: "*"')
    lock(folder)
    write(tmp_path / "c2", "common", "2.0.0")
    assert (versions(load(folder)), load(folder).diagnostics) == ({"common": "1.0.0"}, ())
    write(folder, "a", requires='common: "^2.0"')
    (found,) = load(folder).diagnostics
    assert said([found]) == [
        (
            "dependency-drift common: `kqlpack.lock` pins `common` 1.0.0, which does not fit what is required, "
            "so that 2.0.0 is taken"
        )
    ]
    write(folder, "a", requires='common: "*"')
    (one / "pack.yaml").unlink()
    (found,) = load(folder).diagnostics
    assert "1.0.0, which is not there, so that 2.0.0 is taken" in found.message


def test_files_that_changed_since_are_told(tmp_path: Path) -> None:
    write(tmp_path / "common", "common", files={"macros/time.j2": TIME})
    folder = write(tmp_path / "a", "a", requires='common: "*"')
    lock(folder)
    (tmp_path / "common" / "macros" / "time.j2").write_text(TIME + "\n", "utf-8")
    (found,) = load(folder).diagnostics
    assert said([found]) == [
        "dependency-drift common: `common` 1.0.0 is not what `kqlpack.lock` pins: its files have changed since"
    ]


@pytest.mark.parametrize("text", ["<<<<<<< HEAD\n", "format = 2\n", "", "format = 1\n[[pack]]\nname = 1\n", "pack = 1"])
def test_a_lock_that_cannot_be_read_is_told_once(tmp_path: Path, text: str) -> None:
    write(tmp_path / "common", "common")
    folder = write(tmp_path / "a", "a", requires='common: "*"')
    (folder / LOCK_FILE).write_text(text, "utf-8")
    (found,) = load(folder).diagnostics
    assert (found.rule, found.severity) == ("dependency-drift", "error")
    assert "`kqlpack.lock` can't be read" in found.message


def test_a_packs_fingerprint_is_that_of_its_files_and_not_of_their_line_ends_or_its_folder(tmp_path: Path) -> None:
    one = write(tmp_path / "one", "common", files={"macros/t.j2": "a\nb\n"})
    other = write(tmp_path / "other" / "x", "common", files={"macros/t.j2": "a\r\nb\r\n"})
    assert fingerprint(load(one)) == fingerprint(load(other))
    (other / "macros" / "t.j2").rename(other / "macros" / "u.j2")
    assert fingerprint(load(one)) != fingerprint(load(other))


# ---- what a dependency gives -----------------------------------------------------------------------------------------


def findings(folder: Path) -> list[str]:
    return said(check_pack(load(folder)).diagnostics)


def test_macros_are_imported_by_the_packs_name_and_their_own_imports_by_their_own(tmp_path: Path) -> None:
    macros = {
        "macros/time.kql.j2": '{% import "units.kql.j2" as units %}'
        '{% macro since(n) %}{% import "units.kql.j2" as u %}TimeGenerated > ago({{ u.days(n) }}){% endmacro %}',
        "macros/units.kql.j2": "{% macro days(n) %}{{ n }} * 1d{% endmacro %}",
    }
    write(tmp_path / "common", "common", files=macros)
    template = '{% import "common/time.kql.j2" as time %}\nSigninLogs | where {{ time.since(7) }}'
    folder = write(tmp_path / "a", "a", requires='common: "*"', query=template, files={"macros/units.kql.j2": "x"})
    pack = load(folder)
    assert set(pack.queries["q"].macros) == {"units.kql.j2", "common/units.kql.j2", "common/time.kql.j2"}
    assert pack.queries["q"].render().text == "SigninLogs | where TimeGenerated > ago(7 * 1d)\n"


def test_the_same_name_is_another_file_in_another_pack(tmp_path: Path) -> None:
    outer = '{% import "unit.j2" as unit %}{% macro get() %}{{ unit.name() }}{% endmacro %}'
    for name in ("b", "c"):
        files = {"macros/outer.j2": outer, "macros/unit.j2": f"{{% macro name() %}}{name.upper()}{{% endmacro %}}"}
        write(tmp_path / name, name, files=files)
    template = '{% import "b/outer.j2" as b %}{% import "c/outer.j2" as c %}print {{ b.get() }}, {{ c.get() }}'
    folder = write(tmp_path / "a", "a", requires='b: "*", c: "*"', query=template)
    assert load(folder).queries["q"].render().text == "print B, C\n"


def test_macros_of_a_pack_that_only_another_one_requires_are_that_ones(tmp_path: Path) -> None:
    write(tmp_path / "c", "c", files={"macros/m.j2": "{% macro f() %}1{% endmacro %}"})
    macros = {"macros/m.j2": '{% import "c/m.j2" as c %}{% macro f() %}{{ c.f() }}{% endmacro %}'}
    write(tmp_path / "b", "b", requires='c: "*"', files=macros)
    good = write(tmp_path / "a", "a", requires='b: "*"', query='{% import "b/m.j2" as b %}print {{ b.f() }}')
    assert load(good).queries["q"].render().text == "print 1\n"
    bad = write(tmp_path / "d", "d", requires='b: "*"', query='{% import "c/m.j2" as c %}print {{ c.f() }}')
    assert "no `macros/c/m.j2`" in findings(bad)[0]


def test_a_fault_in_another_packs_macro_is_told_where_it_is(tmp_path: Path) -> None:
    write(tmp_path / "common", "common", files={"macros/m.j2": "{% macro f() %}{{ nothing }}{% endmacro %}"})
    query = '{% import "common/m.j2" as m %}print {{ m.f() }}'
    (found,) = [
        one
        for one in check_pack(load(write(tmp_path / "a", "a", requires='common: "*"', query=query))).diagnostics
        if one.severity == "error"
    ]
    assert found.file.path == str(tmp_path / "common" / "macros" / "m.j2")
    assert found.related[0].file.path == str(tmp_path / "a" / "pack.yaml")


def test_functions_are_called_and_not_published_again(tmp_path: Path) -> None:
    deep = "functions:\n  - {name: Deep, query: 'SigninLogs | where ResultType != \"0\"'}\n"
    failed = "functions:\n  - {name: Failed, query: 'Deep | project UserPrincipalName'}\n"
    write(tmp_path / "c", "c", more=deep)
    write(tmp_path / "b", "b", requires='c: "*"', more=failed)
    folder = write(tmp_path / "a", "a", requires='b: "*"', query="Failed() | where UserPrincipalNme == ''")
    pack = load(folder)
    assert pack.functions == {}
    assert [one.partition(":")[0] for one in findings(folder)] == ["unknown-column UserPrincipalNme"]


def test_a_packs_own_function_comes_before_anothers(tmp_path: Path) -> None:
    write(tmp_path / "b", "b", more="functions:\n  - {name: F, query: 'print Theirs = 1'}\n")
    own = "functions:\n  - {name: F, query: 'print Own = 1'}\n"
    folder = write(tmp_path / "a", "a", requires='b: "*"', more=own, query="F | project Own")
    assert findings(folder) == []


def test_tables_and_watchlists_are_known_and_the_packs_own_come_first(tmp_path: Path) -> None:
    theirs = (
        "tables:\n  Mine_CL: {columns: {Theirs: string}}\n  Their_CL: {columns: {Name: string}}\n"
        "watchlists:\n  Vips: {columns: {Who: string}}\n"
    )
    write(tmp_path / "b", "b", more=theirs)
    own = "tables:\n  Mine_CL: {columns: {Own: string}}\n"
    query = "Mine_CL | project Own | join kind=inner (Their_CL) on $left.Own == $right.Name | project Own, Nme"
    folder = write(tmp_path / "a", "a", requires='b: "*"', more=own, query=query)
    assert [one.partition(":")[0] for one in findings(folder)] == ["unknown-column Nme"]
    folder = write(tmp_path / "a", "a", requires='b: "*"', query="_GetWatchlist('Vips') | project Wo")
    assert [one.partition(":")[0] for one in findings(folder)] == ["unknown-column Wo"]


def test_parameters_and_queries_stay_a_packs_own(tmp_path: Path) -> None:
    write(
        tmp_path / "b", "b", more="parameters:\n  span: {type: timespan, default: 1d}\n", query="T | where {{ span }}"
    )
    folder = write(tmp_path / "a", "a", requires='b: "*"', query="SigninLogs | where TimeGenerated > ago({{ span }})")
    assert [one.partition(":")[0] for one in findings(folder)] == ["undefined-variable span"]
    assert list(load(folder).queries) == ["q"]


def test_what_another_pack_has_wrong_and_nobody_uses_is_not_told(tmp_path: Path) -> None:
    more = "log_source: nowhere\nfunctions:\n  - {name: Broken, query: 'T | where ('}\n"
    write(tmp_path / "b", "b", more=more, query="SigninLogs | project Nothing", files={"macros/m.j2": "{% if %}"})
    assert findings(write(tmp_path / "a", "a", requires='b: "*"')) == []


def test_of_a_pack_that_is_not_there_nothing_is_known(tmp_path: Path) -> None:
    query = '{% import "common/m.j2" as m %}\nprint {{ m.f() }}'
    folder = write(tmp_path / "a", "a", requires='common: "*"', query=query)
    assert [one.partition(" ")[0] for one in findings(folder)] == ["dependency-missing"]
    folder = write(tmp_path / "a", "a", requires='common: "*"', query="Their_CL | invoke Theirs() | extend x = Ours(1)")
    assert [one.partition(" ")[0] for one in findings(folder)] == ["dependency-missing"]


def test_a_parameter_that_nothing_uses_is_told_in_a_pack_that_is_not_pinned(tmp_path: Path) -> None:
    write(tmp_path / "b", "b")
    more = "parameters:\n  span: {type: timespan, default: 1d}\n"
    folder = write(tmp_path / "a", "a", requires='b: "*"', more=more)
    assert [one.partition(":")[0] for one in findings(folder)] == ["unused-parameter span"]


# ---- out of bounds ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["../outside.j2", "common/../../outside.j2", "/etc/hostname", "common//m.j2"])
def test_a_name_that_leads_elsewhere_is_no_file(tmp_path: Path, name: str) -> None:
    (tmp_path / "outside.j2").write_text("print 1", "utf-8")
    write(tmp_path / "common", "common", files={"macros/m.j2": "print 1"})
    folder = write(tmp_path / "a", "a", requires='common: "*"', query=f'{{% include "{name}" %}}')
    assert "other files can't be read" in findings(folder)[0]


@pytest.mark.parametrize("link", ["macros/m.j2", "macros"])
def test_a_link_that_leads_out_of_the_macros_is_not_followed(tmp_path: Path, link: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "m.j2").write_text("print 1", "utf-8")
    common = write(tmp_path / "common", "common")
    try:
        if link == "macros":
            (common / link).symlink_to(outside)
        else:
            (common / "macros").mkdir()
            (common / link).symlink_to(outside / "m.j2")
    except OSError:
        pytest.skip("links can't be made here")
    assert [one.message for one in load(common).diagnostics if one.rule == "unreadable-file"] == [
        "`macros/m.j2` is a link that leads out of the pack's folder `macros`, so it is not read"
    ]
    folder = write(tmp_path / "a", "a", requires='common: "*"', query='{% include "common/m.j2" %}')
    assert "other files can't be read" in findings(folder)[0]


def test_a_link_within_the_macros_is_followed(tmp_path: Path) -> None:
    folder = write(tmp_path / "a", "a", files={"macros/m.j2": "print 1"}, query='{% include "n.j2" %}')
    try:
        (folder / "macros" / "n.j2").symlink_to("m.j2")
    except OSError:
        pytest.skip("links can't be made here")
    assert load(folder).queries["q"].render().text == "print 1"
