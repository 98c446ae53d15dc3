"""Many targets: the same report whatever the processes, the cache and the order; and what ends a run early."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kqlpack.diagnostics.render import formats, render
from kqlpack.lint import default_rules, select
from kqlpack.pipeline import compact
from kqlpack.pipeline.cache import Cache, open_cache
from kqlpack.pipeline.check import Report, check, current_day
from kqlpack.pipeline.dependence import may_show_secret
from kqlpack.pipeline.discover import Found, Target, discover
from kqlpack.pipeline.load import load
from kqlpack.pipeline.pool import WorkerError, in_order

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
PACK = """\
kqlpack: 1
name: {name}
version: 1.0.0
title: Sign-ins
{more}
queries:
  - id: failed
    title: Failed sign-ins
    query: |
      {{% import "names.j2" as names %}}
      SigninLogs | where TimeGenerated > ago(1d) and {{{{ names.code() }}}}
"""
MACRO = "{% macro code() %}ResultType == 0{% endmacro %}"
QUERIES = (
    "SigninLogs | where TimeGenerated > ago(1d) | where ResultType == 0",
    "SigninLogs | wher TimeGenerated",
    "Heartbeat | join (Heartbeat) on Computer | where Nope == 1",
    "SigninLogs // kqlpack: ignore[no-time-bound] it is small",
    "é | where 'ü' == 1",
    "",
)


def pack(folder: Path, name: str = "sign-ins", more: str = "") -> Path:
    """Write a pack with a macro."""
    (folder / "macros").mkdir(parents=True)
    (folder / "pack.yaml").write_text(PACK.format(name=name, more=more), "utf-8")
    (folder / "macros" / "names.j2").write_text(MACRO, "utf-8")
    return folder


def cache_in(folder: Path, rules: str = "default") -> Cache:
    return open_cache(folder / "cache", select([rules]), current_day())


def shown(report: Report) -> list[str]:
    """Return a report in all formats: what anybody could see of it."""
    return [render(name, report.diagnostics, report.checked) for name in formats()]


def entries(cache: Cache) -> list[Path]:
    return [path for path in cache.folder.glob("??/*") if path.is_file()]


def in_one_process(found: Found, cache: Cache | None = None) -> list[str]:
    return shown(check(found, cache=cache))


# ---- the same report ---------------------------------------------------------------------------------------------


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Return a folder with packs, two of one name, and files of KQL."""
    folder = tmp_path / "corpus"
    pack(folder / "a")
    pack(folder / "b")
    pack(folder / "c", name="others")
    for number, text in enumerate(QUERIES * 2):
        (folder / f"{number}.kql").write_text(text, "utf-8")
    return folder


def test_processes_and_the_cache_change_nothing(corpus: Path, tmp_path: Path) -> None:
    found = discover([corpus, ROOT / "packs", ROOT / "examples" / "wrong"])
    plain = in_one_process(found)
    cache = cache_in(tmp_path)
    assert shown(check(found, jobs=2)) == plain
    assert shown(check(found, jobs=3, cache=cache)) == plain
    assert len(entries(cache)) > len(QUERIES)
    assert shown(check(found, jobs=3, cache=cache_in(tmp_path))) == plain
    assert in_one_process(found, cache_in(tmp_path)) == plain


def test_what_comes_from_the_cache_is_what_was_found(corpus: Path, tmp_path: Path) -> None:
    found = discover([corpus])
    first, second = (check(found, cache=cache_in(tmp_path)) for _ in range(2))
    assert [repr(one) for one in second.diagnostics] == [repr(one) for one in first.diagnostics]
    assert second.checked == first.checked
    by_path = {one.file.path: one.file for one in second.diagnostics}
    assert all(by_path[one.file.path] is one.file for one in second.diagnostics)


def test_the_second_run_checks_nothing(corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = discover([corpus])
    plain = in_one_process(found, cache_in(tmp_path))
    monkeypatch.setattr("kqlpack.pipeline.many.check_beside", None)
    assert in_one_process(found, cache_in(tmp_path)) == plain


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(QUERIES), st.text(max_size=20)), max_size=6), st.randoms())
def test_any_files_in_any_order(tmp_path: Path, texts: list[tuple[str, str]], random: object) -> None:
    folder = tmp_path / "any"
    folder.mkdir(exist_ok=True)
    paths = []
    for number, (query, more) in enumerate(texts):
        path = folder / f"{number}.kql"
        path.write_text(f"{query}\n{more}", "utf-8", "surrogatepass", newline="")
        paths.append(path)
    found = Found([Target(path, is_pack=False) for path in paths])
    plain = in_one_process(found)
    random.shuffle(paths)  # type: ignore[attr-defined]
    other = Found([Target(path, is_pack=False) for path in paths])
    for _ in range(2):
        assert in_one_process(other, cache_in(tmp_path)) == plain


# ---- what a change does ------------------------------------------------------------------------------------------


def rules_of(found: Found, cache: Cache) -> set[str]:
    return {one.rule for one in check(found, cache=cache).diagnostics}


def test_a_macro_that_is_edited_counts(tmp_path: Path) -> None:
    found = discover([pack(tmp_path / "a")])
    assert "string-number-equality" in rules_of(found, cache_in(tmp_path))
    (tmp_path / "a" / "macros" / "names.j2").write_text(MACRO.replace("0", '"0"'), "utf-8")
    assert "string-number-equality" not in rules_of(found, cache_in(tmp_path))


def test_a_query_and_a_test_that_come_count(tmp_path: Path) -> None:
    found = discover([pack(tmp_path / "a")])
    cache = cache_in(tmp_path)
    before = rules_of(found, cache)
    (tmp_path / "a" / "queries").mkdir()
    (tmp_path / "a" / "queries" / "x.yaml").write_text("id: x\ntitle: X\nquery: Nope | where\n", "utf-8")
    assert "syntax-error" in rules_of(found, cache) - before
    (tmp_path / "a" / "tests").mkdir()
    (tmp_path / "a" / "tests" / "y.yaml").write_text("- name: x\n", "utf-8")
    assert "schema-violation" in rules_of(found, cache)


def test_a_pack_that_is_required_counts(tmp_path: Path) -> None:
    found = discover([pack(tmp_path / "a", more="requires: {packs: {base: '^1.0.0'}}")])
    assert "dependency-missing" in rules_of(found, cache_in(tmp_path))
    pack(tmp_path / "base", name="base")
    assert "dependency-missing" not in rules_of(found, cache_in(tmp_path))
    assert rules_of(found, cache_in(tmp_path)) == rules_of(found, cache_in(tmp_path))
    (tmp_path / "base" / "pack.yaml").write_text(PACK.format(name="base", more="").replace("1.0.0", "2.0.0"), "utf-8")
    assert "dependency-conflict" in rules_of(found, cache_in(tmp_path))


def test_other_rules_another_dialect_and_another_day_count(tmp_path: Path) -> None:
    found = discover([pack(tmp_path / "a", more="review_by: 2030-05-01")])
    cache = cache_in(tmp_path)
    rules_of(found, cache)
    report = check(found, select(["missing-metadata"]), cache=cache_in(tmp_path, "missing-metadata"))
    assert {one.rule for one in report.diagnostics} <= {"missing-metadata"}
    count = len(entries(cache))
    check(Found([replace(found.targets[0], dialect="sentinel")]), cache=cache)
    assert len(entries(cache)) == count + 1
    target = found.targets[0]
    inputs = cache.inputs(target)
    assert inputs is not None
    assert cache.find(target, inputs) is not None
    later = replace(cache, today="2031-01-01")
    assert later.find(target, inputs) is None


def test_what_no_day_changes_holds_for_all(tmp_path: Path) -> None:
    found = discover([pack(tmp_path / "a")])
    cache = open_cache(tmp_path / "cache", default_rules(), date(2026, 1, 1))
    check(found, cache=cache)
    inputs = cache.inputs(found.targets[0])
    assert inputs is not None
    assert replace(cache, today="2031-01-01").find(found.targets[0], inputs) is not None


OPENED = """
import sys
opened = []
sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == "open" else None)
from kqlpack.pipeline import check, discover
from kqlpack.pipeline.dependence import files_at
found = discover([sys.argv[1]])
opened.clear()
check(found)
known = {str(path) for target in found.targets for path in files_at(target.path)}
print(*sorted({path for path in opened if path.startswith(sys.argv[1])} - known))
"""


@pytest.mark.parametrize("folder", [ROOT / "packs", ROOT / "examples"], ids=["packs", "examples"])
def test_every_file_that_is_read_counts(folder: Path) -> None:
    # The rules' own process: an audit hook stays for good.
    ran = subprocess.run([sys.executable, "-c", OPENED, folder], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == []


# ---- the cache's own files -----------------------------------------------------------------------------------------


def test_a_file_of_the_cache_that_is_broken_is_as_good_as_none(tmp_path: Path) -> None:
    found = discover([pack(tmp_path / "a")])
    plain = in_one_process(found, cache_in(tmp_path))
    (path,) = entries(cache_in(tmp_path))
    content = path.read_bytes()
    for broken in (b"", b"\n\n\n", content[:-1], content[:40], content.replace(b"sign", b"song"), b"\xff" * 99):
        path.write_bytes(broken)
        assert in_one_process(found, cache_in(tmp_path)) == plain
    path.unlink()
    path.mkdir()
    assert in_one_process(found, cache_in(tmp_path)) == plain


def test_a_cache_that_cannot_be_written_is_as_good_as_none(tmp_path: Path) -> None:
    found = discover([pack(tmp_path / "a")])
    (tmp_path / "cache").write_text("a file", "utf-8")
    assert in_one_process(found, cache_in(tmp_path)) == in_one_process(found)


def test_no_link_is_remembered(tmp_path: Path) -> None:
    found = discover([pack(tmp_path / "a")])
    (tmp_path / "a" / "macros" / "other.j2").symlink_to(tmp_path / "a" / "macros" / "names.j2")
    assert in_one_process(found, cache_in(tmp_path)) == in_one_process(found)
    assert entries(cache_in(tmp_path)) == []


SECRET = """\
parameters:
  token: {type: string, secret: true, allowed: [abc-S3cr3tValue], default: abc-S3cr3tValue}
"""


def test_no_secret_is_written_down(tmp_path: Path) -> None:
    folder = pack(tmp_path / "a", more=SECRET)
    path = folder / "pack.yaml"
    path.write_text(
        path.read_text("utf-8") + "      | where Nope{{ token | raw }} == 1\n    allow_raw: it is needed\n", "utf-8"
    )
    found = discover([tmp_path])
    report = check(found, cache=cache_in(tmp_path))
    # Where no other value fits, the secret's own is tried, and a finding may show what the hole became.
    assert any("S3cr3tValue" in note.text for one in report.diagnostics for note in one.related)
    assert not any(b"S3cr3tValue" in each.read_bytes() for each in entries(cache_in(tmp_path)))


@pytest.mark.parametrize(
    ("text", "shows"), [("rendered as `abc-S3cr3tValue`", True), ("`Nopeabc`", True), ("`token` is unused", False)]
)
def test_a_secret_is_found_by_what_no_quoting_changes(tmp_path: Path, text: str, *, shows: bool) -> None:
    assert may_show_secret(load(pack(tmp_path / "a", more=SECRET)), text) is shows


def test_no_text_of_a_file_is_written_down_and_nobody_else_reads_it(tmp_path: Path) -> None:
    pack(tmp_path / "a")
    assert check(discover([tmp_path]), cache=cache_in(tmp_path)).diagnostics
    for path in entries(cache_in(tmp_path)):
        content = path.read_bytes()
        # A finding in a template brings the query as it was rendered, which some formats show; no file's own text.
        assert b"kqlpack: 1" not in content
        assert b"{{" not in content
        assert path.stat().st_mode & 0o077 == 0


def test_the_oldest_go_when_there_are_too_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(20):
        (tmp_path / f"{number}.kql").write_text(f"Heartbeat | take {number}", "utf-8")
    found, cache = discover([tmp_path]), cache_in(tmp_path)
    check(found, cache=cache)
    paths = entries(cache)
    for age, path in enumerate(paths):
        os.utime(path, (age + 1, age + 1))
    half_written = paths[0].with_name(".new-x")
    half_written.touch()
    os.utime(half_written, (1, 1))
    monkeypatch.setattr("kqlpack.pipeline.cache._MOST_BYTES", sum(path.stat().st_size for path in paths) // 2)
    (cache.folder / "looked-at").unlink()
    cache.tidy(1)
    left = [path for path in paths if path.exists()]
    assert 0 < len(left) <= len(paths) // 2
    assert left == paths[-len(left) :]
    assert not half_written.exists()


def test_only_what_a_report_is_made_of_is_read() -> None:
    for text in (
        "",
        "[]",
        "[[],[],0,0]",
        '[[],[["os","system"]],[0,"true"]]',
        '[[],[["kqlpack.source.file","re"]],[0]]',
    ):
        with pytest.raises((ValueError, TypeError, LookupError)):
            compact.decode(text)


# ---- processes ---------------------------------------------------------------------------------------------------


def doubled(number: int) -> str:
    time.sleep(0.001 * (number % 3))
    return str(2 * number)


def dying(number: int) -> str:
    if number == 7:
        os.kill(os.getpid(), signal.SIGKILL)
    return str(number)


def failing(number: int) -> str:
    return str(1 // (number - 7))


def test_results_come_in_the_order_of_the_items() -> None:
    assert list(in_order(doubled, range(100), 3)) == [str(2 * number) for number in range(100)]
    assert list(in_order(doubled, [], 3)) == []


def test_a_process_that_is_killed_ends_the_run_with_a_message() -> None:
    with pytest.raises(WorkerError, match="ended by the signal SIGKILL, so that not all was checked"):
        list(in_order(dying, range(20), 2))


def test_an_exception_in_a_process_ends_the_run_with_a_message() -> None:
    with pytest.raises(WorkerError, match="ZeroDivisionError"):
        list(in_order(failing, range(20), 2))


def test_whoever_stops_asking_leaves_no_process() -> None:
    results: Iterator[str] = in_order(doubled, range(1000), 2)
    next(results)
    results.close()  # type: ignore[attr-defined]
    assert multiprocessing.active_children() == []


# ---- a whole run -------------------------------------------------------------------------------------------------


@pytest.fixture
def many(tmp_path: Path) -> Path:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(400):
        query = f"SigninLogs | where TimeGenerated > ago({number}d) | where ResultType == 0 | take {number}\n"
        (folder / f"{number}.kql").write_text(query * 3, "utf-8")
    return folder


def start(folder: Path, *options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "kqlpack", "lint", "--jobs", "2", "--format", "concise", *options, str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def end(process: subprocess.Popen[str]) -> tuple[str, str]:
    out, err = process.communicate(timeout=120)
    assert "Traceback" not in err
    return out, err


def test_two_runs_at_once_and_one_that_was_killed(many: Path) -> None:
    plain, _ = end(start(many, "--no-cache"))
    assert "400" in plain.splitlines()[-1]
    for pause in (0.3, 0.6, 0.9):
        killed = start(many)
        time.sleep(pause)
        killed.kill()
        killed.communicate()
    together = [start(many), start(many)]
    assert [end(one) for one in together] == [(plain, ""), (plain, "")]
    assert end(start(many)) == (plain, "")


def test_ctrl_c_ends_a_run_at_once_and_leaves_no_process(many: Path) -> None:
    process = start(many, "--no-cache")
    time.sleep(0.8)
    started = time.monotonic()
    os.killpg(process.pid, signal.SIGINT)
    _, err = end(process)
    assert time.monotonic() - started < 5
    assert process.returncode in {0, 130, -signal.SIGINT}
    assert err.strip() in {"", "stopped"} or process.returncode == -signal.SIGINT
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)
