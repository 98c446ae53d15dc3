"""A pack's values are what its YAML says, wherever they stand."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from kqlpack.errors import RenderError
from kqlpack.pack import Kind, ValueType, load, read_mapping
from kqlpack.template import render

HERE = Path(__file__).parent
EVERYTHING = HERE / "valid" / "everything.yaml"


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8", newline="")
    return folder


def test_a_pack_with_every_key_has_no_findings() -> None:
    assert load(EVERYTHING).diagnostics == ()


def test_the_packs_own_keys_are_read() -> None:
    pack = load(EVERYTHING)
    assert (pack.name, pack.version, pack.log_source, pack.license) == ("everything", "1.2.0", "tenant", "MIT")
    assert pack.maintainers[0].contact == "alba@example.com"
    assert pack.requires.packs == {"common": "^1.0"}
    first = pack.tables["MyApp_CL"].columns[0]
    assert (first.name, first.type.value) == ("TimeGenerated", "datetime")
    assert (pack.tables["MyApp_CL"].plan, pack.tables["MyApp_CL"].retention) == ("analytics", "30d")
    assert [column.name for column in pack.watchlists["VipUsers"].columns] == ["SearchKey", "Department"]


def test_a_query_joins_its_own_parameters_to_the_packs() -> None:
    query = load(EVERYTHING).queries["password-spray"]
    assert query.own_parameters == ("threshold",)
    assert set(query.parameters) >= {"lookback", "users", "threshold", "scope", "source", "api_key"}
    threshold = query.parameters["threshold"]
    assert threshold.default is not None
    assert threshold.min is not None
    assert (threshold.default.value, threshold.min.value) == (25, 1)
    assert query.parameters["users"].type == ValueType(Kind.STRING, is_list=True)
    assert query.parameters["api_key"].is_required
    assert query.parameters["api_key"].secret


def test_a_querys_contract_targets_and_entities_are_read() -> None:
    query = load(EVERYTHING).queries["password-spray"]
    assert query.columns is not None
    assert [column.name for column in query.columns] == ["IPAddress", "Users", "Attempts"]
    assert query.entities[0].fields == {"Address": "IPAddress"}
    assert query.publish is not None
    assert query.publish.hunting
    assert query.publish.alert == {"frequency": "PT5M", "window": "PT1H", "operator": "GreaterThan", "threshold": 0}
    assert query.publish.sentinel_rule is not None
    assert query.publish.sentinel_rule["trigger"] == {"operator": "GreaterThan", "threshold": 0}
    assert query.timespan == "P1D"


def test_a_querys_tests_are_read() -> None:
    first, second = load(EVERYTHING).queries["password-spray"].tests
    assert first.now is not None
    assert first.now.to_datetime() == datetime(2024, 12, 3, 12, tzinfo=UTC)
    assert first.parameters["threshold"].value == 20
    assert first.tables["SigninLogs"].path == HERE / "valid" / "../fixtures/signins.csv"
    assert first.tables["Other"].rows == (
        {"TimeGenerated": "2024-12-03T11:00:00Z", "Count": 3, "Rate": 1.5, "Flag": True, "Nothing": None},
    )
    assert (first.expect.min_rows, first.expect.max_rows) == (1, 1)
    assert first.expect.contains == ({"IPAddress": "203.0.113.7", "Users": 30},)
    assert (second.expect.min_rows, second.expect.max_rows, second.expect.equals) == (0, 5, ())


def test_a_function_has_kql_defaults() -> None:
    function = load(EVERYTHING).functions["FailedSignins"]
    assert function.parameters == (("since", "timespan", "1d"), ("who", "string", None))
    assert function.body.text.startswith("SigninLogs | where")


def test_a_functions_default_may_be_null_but_for_a_string(tmp_path: Path) -> None:
    declared = "[{name: a, type: datetime, default: null}, {name: b, type: string, default: null}]"
    write(tmp_path, {"pack.yaml": f"{PACK}functions:\n  - {{name: F, query: T, parameters: {declared}}}\n"})
    pack = load(tmp_path)
    assert pack.functions["F"].parameters == (("a", "datetime", "datetime(null)"), ("b", "string", None))
    assert [found.rule for found in pack.diagnostics] == ["default-type-mismatch"]


def test_places_of_keys_are_exact() -> None:
    query = load(EVERYTHING).queries["password-spray"]
    assert query.node is not None
    span = query.node.key_span("severity")
    assert query.file.text[span.start : span.end] == "severity"
    assert query.file.text[query.span.start : query.span.end] == "password-spray"


PACK = "kqlpack: 1\nname: p\nparameters:\n  n: {type: int, default: 3}\n"


def test_queries_tests_and_macros_may_stand_in_files_of_their_own(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "pack.yaml": PACK + "queries:\n  - {id: inline, query: T}\n",
            "queries/b.yaml": "id: second\nquery: |\n  T | take {{ n }}\n",
            "queries/a.yaml": "id: first\nquery: |\n  T\n",
            "tests/second.yaml": "- name: t\n  tables: {T: {file: ../fixtures/x.csv}}\n  expect: {rows: 1}\n",
            "macros/time/m.kql.j2": "{% macro m() %}x{% endmacro %}",
        },
    )
    pack = load(tmp_path)
    assert pack.diagnostics == ()
    assert list(pack.queries) == ["inline", "first", "second"]
    assert pack.queries["second"].tests[0].tables["T"].path == tmp_path / "tests/../fixtures/x.csv"
    assert list(pack.macros) == ["time/m.kql.j2"]
    assert [Path(file.path).name for file in pack.files] == ["pack.yaml", "a.yaml", "b.yaml", "second.yaml"]


def test_a_finding_in_a_querys_file_stands_there(tmp_path: Path) -> None:
    write(tmp_path, {"pack.yaml": PACK, "queries/a.yaml": "id: a\nquery: T\nsevrity: low\n"})
    (found,) = load(tmp_path).diagnostics
    assert Path(found.file.path).name == "a.yaml"
    assert "did you mean `severity`" in found.help


def test_tests_of_a_query_that_is_not_there_are_a_finding(tmp_path: Path) -> None:
    write(tmp_path, {"pack.yaml": PACK, "tests/nothing.yaml": "[]\n"})
    (found,) = load(tmp_path).diagnostics
    assert "`nothing`" in found.message


def test_texts_stand_for_files(tmp_path: Path) -> None:
    write(tmp_path, {"pack.yaml": PACK})
    pack = load(tmp_path, texts={str(tmp_path / "pack.yaml"): PACK.replace("name: p", "name: q")})
    assert pack.name == "q"


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_byte_order_marks_change_no_value(tmp_path: Path, line_end: str, mark: str) -> None:
    text = EVERYTHING.read_text("utf-8").replace("\n", line_end)
    path = tmp_path / "pack.yaml"
    path.write_text(mark + text, "utf-8", newline="")
    pack = load(path)
    assert pack.diagnostics == ()
    assert pack.file.byte_order_mark is bool(mark)
    query = pack.queries["password-spray"]
    assert query.text == load(EVERYTHING).queries["password-spray"].text
    position = query.text.index("summarize")
    assert pack.file.text[query.map.segments[0].origin.start :].startswith("{{ source }}")
    found = next(piece for piece in query.map.segments if piece.derived.start <= position < piece.derived.end)
    offset = found.origin.start + position - found.derived.start
    assert pack.file.text[offset:].startswith("summarize Users")


def test_anchors_and_merges_are_followed(tmp_path: Path) -> None:
    text = (
        "kqlpack: 1\nname: p\nqueries:\n  - &base {id: a, query: T | take 1, severity: low}\n"
        "  - <<: *base\n    id: b\n    severity: high\n"
    )
    pack = load(write(tmp_path, {"pack.yaml": text}))
    assert pack.diagnostics == ()
    assert {name: (query.severity, query.text) for name, query in pack.queries.items()} == {
        "a": ("low", "T | take 1"),
        "b": ("high", "T | take 1"),
    }


def test_a_pack_renders_with_the_renderer_that_it_was_loaded_with() -> None:
    pack = load(EVERYTHING, render=render)
    assert pack.queries["password-spray"].render({"threshold": 7, "api_key": "k"}).text.endswith("Users >= 7\n")
    with pytest.raises(RenderError, match="does not fit"):
        pack.queries["password-spray"].render({"threshold": "many", "api_key": "k"})


def test_a_mapping_is_read_for_values() -> None:
    assert read_mapping("a: 1\nb: [x, 2024-01-01, 1.5, null, true]\n") == {
        "a": 1,
        "b": ["x", "2024-01-01", 1.5, None, True],
    }
    with pytest.raises(ValueError, match="line 2"):
        read_mapping("a: 1\n  b: 2\n")
    with pytest.raises(ValueError, match="does not begin with a key"):
        read_mapping("- a\n")


@pytest.mark.parametrize(
    ("text", "place"), [("kqlpack: 1\nqueries: [\n", "["), ("kqlpack: 1\nname: {a: '[', b: 2\n", "{")]
)
def test_a_bracket_that_is_never_closed_is_found_where_it_opens(tmp_path: Path, text: str, place: str) -> None:
    path = tmp_path / "pack.yaml"
    path.write_text(text, encoding="utf-8")
    (found,) = load(path).diagnostics
    assert text[found.span.start : found.span.end] == place
    assert "is not closed" in found.message


def test_a_query_that_is_a_link_to_nothing_is_told(tmp_path: Path) -> None:
    folder = write(tmp_path, {"pack.yaml": "kqlpack: 1\nname: p\n", "queries/q.yaml": "id: q\nquery: T\n"})
    (folder / "queries" / "gone.yaml").symlink_to("nowhere.yaml")
    (folder / "queries" / ".#q.yaml").symlink_to("an editor's lock")
    pack = load(folder)
    assert list(pack.queries) == ["q"]
    assert [(one.rule, Path(one.file.path).name) for one in pack.diagnostics] == [("unreadable-file", "gone.yaml")]
