"""Write the catalogue's generated data. In: collected facts (../shared by default). Out: kqlpack/catalog/data/.

    python tools/build_catalog.py [--check] [FOLDER]

Writes `tables.bin`, `facts.bin` and `kusto.tsv`; the other files there are written by hand. Only names, types and
other facts are carried over, never a description. The same input gives the same bytes. Each file's first line carries a
hash of this script and one of its input: `--check` compares them, and writes nothing.

Decisions:

* Types are those of the table reference, in which a guid is a string: public queries compare `TenantId`,
  `CorrelationId` and the like with strings, search them (`has`), and join them with string columns of other tables.
  Where live schemas say guid, the column's facts say so (`case` is `guid`).
* Columns keep the order of the input.
* Open are AzureDiagnostics, into which every service writes columns of its own; tables that Log Analytics and Defender
  both have under one name, with other columns (only the former's are listed); and a table known by name alone.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parent.parent
if str(CHECKOUT) not in sys.path:  # so that it also runs as a script from anywhere
    sys.path.insert(0, str(CHECKOUT))

from kqlpack.catalog.functions import FunctionRow, function_to_text  # noqa: E402 (needs the path)
from kqlpack.catalog.model import (  # noqa: E402
    Column,
    Function,
    FunctionKind,
    Parameter,
    Signature,
    Table,
)
from kqlpack.catalog.rows import pack  # noqa: E402
from kqlpack.catalog.tables import table_to_text  # noqa: E402
from kqlpack.catalog.types import scalar_type  # noqa: E402

SHARED = CHECKOUT.parent / "shared"
DATA = CHECKOUT / "kqlpack" / "catalog" / "data"
GENERATED = ("tables.bin", "facts.bin", "kusto.tsv")
INPUTS = (
    "catalog/tables.json",
    "catalog/guid_columns.json",
    "catalog/table_facts.json",
    "catalog/kusto_symbols.json",
    "facts/deprecations.json",
    "facts/column-semantics.json",
    "corpus/docs_dev.jsonl",  # the names of the documentation's pages, here and in the next
    "execution/cases_dev.jsonl",
)

OPEN_TABLES = frozenset({"AADRiskyUsers", "AzureDiagnostics", "BehaviorInfo", "IdentityInfo", "OAuthAppInfo"})
IDENTIFIER = re.compile(r"[A-Za-z_]\w*", re.ASCII)

# Kusto.Language writes "no limit" as 32,767, and adds the arguments beside.
NO_LIMIT = 32_767

KUSTO_PAGES = "https://learn.microsoft.com/kusto/query/"

# Deprecated where only the documentation's rule list says so; Kusto.Language has no mark for it, and both do the same.
ALSO_DEPRECATED = {"extractjson": "extract_json"}
# The documentation calls these plain aliases: a matter of style, which the rules of style know.
ALIASES = frozenset({"todynamic"})

# Pages whose name does not follow from the function's.
PAGES = {
    "all": "all-graph-function",
    "any": "any-graph-function",
    "bag_pack": "pack-function",
    "bag_zip": "bag-zip",
    "current_cursor": "cursor-current",
    "cursor_current": "cursor-current",
    "datetime_list_timezones": "datetime-list-timezones",
    "dayofmonth": "day-of-month-function",
    "dayofweek": "day-of-week-function",
    "dayofyear": "day-of-year-function",
    "extractjson": "extract-json-function",
    "gzip_compress_to_base64_string": "gzip-base64-compress",
    "gzip_decompress_from_base64_string": "gzip-base64-decompress",
    "hourofday": "hour-of-day-function",
    "inner_nodes": "inner-nodes-graph-function",
    "isascii": "isascii",
    "labels": "labels-graph-function",
    "map": "map-graph-function",
    "node_degree_in": "node-degree-in",
    "node_degree_out": "node-degree-out",
    "node_id": "node-id",
    "parse_urlquery": "parse-url-query-function",
    "percentiles_array_tdigest": "percentile-array-tdigest-function",
    "percentile": "percentiles-aggregation-function",
    "percentiles_array": "percentiles-aggregation-function",
    "percentilew": "percentiles-aggregation-function",
    "percentilesw": "percentiles-aggregation-function",
    "percentilesw_array": "percentiles-aggregation-function",
    "toboolean": "tobool-function",
    "todynamic": "parse-json-function",
    "zlib_compress_to_base64_string": "zlib-base64-compress-function",
    "zlib_decompress_from_base64_string": "zlib-base64-decompress-function",
}
# Pages that show no example: the input knows a page by its examples.
MORE_PAGES = frozenset(
    {
        "acos-function",
        "column-ifexists-function",
        "cot-function",
        "countof-function",
        "covariance-aggregation-function",
        "current-database-function",
        "current-principal-function",
        "datetime-utc-to-local-function",
        "diffpatterns-plugin",
        "external-table-function",
        "floor-function",
        "getmonth-function",
        "gettype-function",
        "iif-function",
        "isempty-function",
        "min-aggregation-function",
        "minif-aggregation-function",
        "pack-all-function",
        "pi-function",
        "prev-function",
        "repeat-function",
        "series-decompose-forecast-function",
        "series-fit-line-dynamic-function",
        "series-ifft-function",
        "set-equals-function",
        "sqrt-function",
        "tan-function",
        "tdigest-merge-function",
        "toguid-function",
        "translate-function",
        "treepath-function",
        "week-of-year-function",
    }
)

# ---- what it is made from --------------------------------------------------------------------------------------------


def generator_hash() -> str:
    """Return the hash of this script."""
    return hashlib.sha256(Path(__file__).read_bytes()).hexdigest()


def inputs_hash(shared: Path) -> str:
    """Return one hash for all input."""
    total = hashlib.sha256()
    for name in INPUTS:
        total.update(f"{name} {hashlib.sha256((shared / name).read_bytes()).hexdigest()}\n".encode())
    return total.hexdigest()


def complaints(source: Path = SHARED, data: Path = DATA) -> list[str]:
    """Return what is stale about the generated files. Compares the input only where it is present."""
    wanted = [f"generator={generator_hash()}"]
    if source.is_dir():
        wanted.append(f"inputs={inputs_hash(source)}")
    found: list[str] = []
    for name in GENERATED:
        path = data / name
        head = path.read_bytes().partition(b"\n")[0].decode() if path.is_file() else ""
        found += [
            f"{name} was not made with {each}: run tools/build_catalog.py"
            for each in wanted
            if each not in head.split()
        ]
    return found


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Write kqlpack/catalog/data/ from collected facts.")
    parser.add_argument("folder", nargs="?", type=Path, default=SHARED, help="where the facts are (default: ../shared)")
    parser.add_argument("--check", action="store_true", help="write nothing; tell whether the data is stale")
    arguments = parser.parse_args()
    if arguments.check:
        stale = complaints(arguments.folder)
        print("\n".join(stale) or "the catalogue's data is up to date")
        return 1 if stale else 0
    for name, content in build(arguments.folder).items():
        (DATA / name).write_bytes(content)
        print(f"{name}: {len(content):,} bytes")
    return 0


def build(shared: Path) -> dict[str, bytes]:
    """Return the generated files, by name."""
    source = {Path(name).stem: _read(shared / name) for name in INPUTS}
    made_from = f"generator={generator_hash()} inputs={inputs_hash(shared)}"
    return {
        "tables.bin": pack(tables(source), made_from),
        "facts.bin": pack(facts(source), made_from),
        "kusto.tsv": functions(source, made_from).encode(),
    }


def _read(path: Path) -> Any:
    text = path.read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()] if path.suffix == ".jsonl" else json.loads(text)


# ---- tables ----------------------------------------------------------------------------------------------------------


def tables(source: dict[str, Any]) -> dict[str, str]:
    """Return a line for each table: those with columns, and those that the facts know by name."""
    lines: dict[str, str] = {}
    for name, columns in source["tables"].items():
        known = tuple(Column(column, scalar_type(type_name)) for column, type_name in columns.items())
        lines[name] = table_to_text(Table(name, known, is_open=name in OPEN_TABLES))
    for name in source["table_facts"]:
        # Custom logs (`X_CL`) are open without being listed; a few names of the input have invisible characters.
        if name not in lines and not name.endswith("_CL") and IDENTIFIER.fullmatch(name):
            lines[name] = table_to_text(Table(name, (), is_open=True))
    return lines


# ---- facts -----------------------------------------------------------------------------------------------------------


def facts(source: dict[str, Any]) -> dict[str, str]:
    """Return a row of JSON for each table of which something is known; `*` for every table, `*sources` for the keys."""
    semantics = source["column-semantics"]
    rows: dict[str, dict[str, Any]] = {}
    for name in tables(source):
        row = _table_facts(source["table_facts"].get(name, {}))
        if row:
            rows[name] = row
    for name, columns in [("*", semantics["common_columns"]), *semantics["tables"].items()]:
        rows.setdefault(name, {})["columns"] = {column: _column_facts(entry) for column, entry in columns.items()}
    for name, guids in source["guid_columns"].items():
        for column in guids:
            if column != "TenantId":  # said once, for every table
                _column(rows, name, column).setdefault("case", "guid")
    for entry in source["deprecations"]["entries"]:
        if entry["kind"] == "table":
            rows.setdefault(entry["name"], {})["deprecated"] = _deprecation(entry)
        elif entry["kind"] == "column":
            _column(rows, entry["table"], entry["name"])["deprecated"] = _deprecation(entry)
    rows["*sources"] = semantics["sources"]
    return {name: json.dumps(row, separators=(",", ":"), sort_keys=True) for name, row in rows.items()}


def _column(rows: dict[str, dict[str, Any]], table: str, column: str) -> dict[str, Any]:
    found: dict[str, Any] = rows.setdefault(table, {}).setdefault("columns", {}).setdefault(column, {})
    return found


def _table_facts(entry: dict[str, Any]) -> dict[str, Any]:
    row: dict[str, Any] = {}
    if (entry.get("category") or "-") != "-":
        row["category"] = entry["category"]
    if entry.get("resource_types"):
        row["resource_types"] = entry["resource_types"]
    if entry.get("basic_logs_eligible") is not None:
        row["basic_plan"] = entry["basic_logs_eligible"]
    if entry.get("doc"):
        row["page"] = True  # all of them follow from the name: kqlpack/catalog/facts.py
    return row


def _column_facts(entry: dict[str, Any]) -> dict[str, Any]:
    row: dict[str, Any] = {key: entry[key] for key in ("case", "shape", "values", "source") if key in entry}
    if "replacement_for_matching" in entry:
        row["match_instead"] = entry["replacement_for_matching"]
    if flags := sorted(key for key, value in entry.items() if value is True and key != "deprecated"):
        row["flags"] = flags
    if entry.get("deprecated") or entry.get("replacement"):
        state = "planned" if entry.get("deprecated") == "planned" else "deprecated"
        row["deprecated"] = {"state": state, **_replacements(entry.get("replacement"))}
    return row


def _deprecation(entry: dict[str, Any]) -> dict[str, Any]:
    row = {"state": entry["state"], **_replacements(entry["replacement"]), "source": entry["source"]}
    if re.fullmatch(r"\d{4}-\d\d-\d\d", entry["date"] or ""):
        row["date"] = entry["date"]
    return row


def _replacements(text: str | None) -> dict[str, list[str]]:
    """Return the names that a replacement lists; nothing where it is a sentence."""
    parts = re.split(r"\s*[,/]\s*", text or "")
    return {"replacements": parts} if all(IDENTIFIER.fullmatch(part) for part in parts) else {}


# ---- functions -------------------------------------------------------------------------------------------------------


def functions(source: dict[str, Any], made_from: str) -> str:
    """Return the text of `kusto.tsv`."""
    symbols = source["kusto_symbols"]
    pages = {Path(record["path"]).stem for record in source["docs_dev"]} | MORE_PAGES
    pages |= {Path(record["page"]).stem for record in source["cases_dev"]}
    deprecations = {
        (entry["kind"], entry["name"]): entry
        for entry in source["deprecations"]["entries"]
        if entry["kind"] in {"function", "aggregate", "plugin"} and entry["name"] not in ALIASES
    }
    lines = [
        f"# Functions, aggregates and plugins of the Kusto Query Language. {made_from}",
        f"# Written by tools/build_catalog.py from the symbols of {symbols['version']}, MIT,",
        f"# and the names of the pages under {KUSTO_PAGES}. The fields are explained in kqlpack/catalog/functions.py.",
        "# name\tkind\tsignatures\tresult name\treplacement\thidden\tcolumns\tpage",
    ]
    for section, kind, suffix in (
        ("functions", "function", "-function"),
        ("aggregates", "aggregate", "-aggregation-function"),
        ("plugins", "plugin", "-plugin"),
    ):
        for symbol in sorted(symbols[section], key=lambda each: str(each["name"])):
            name = symbol["name"]
            entry = deprecations.get((kind, name))
            regular = name.replace("_", "-") + suffix
            page = _page_of(entry) or PAGES.get(name) or (regular if regular in pages else "")
            lines.append(function_to_text(_function(symbol, kind, entry, page)))
    return "\n".join(lines) + "\n"


def _page_of(deprecation: dict[str, Any] | None) -> str:
    """Return the name of the page that a deprecation cites, if it does."""
    match = re.search(r"kusto/query/([\w-]+)\.md", deprecation["source"]) if deprecation else None
    return match[1] if match else ""


def _function(symbol: dict[str, Any], kind: str, deprecation: dict[str, Any] | None, page: str) -> FunctionRow:
    name, signatures = symbol["name"], symbol["signatures"]
    if kind == "function":
        is_scalar = all(signature["tabularity"] == "Scalar" for signature in signatures)
        function_kind = FunctionKind.SCALAR if is_scalar else FunctionKind.TABULAR
    else:
        function_kind = FunctionKind.AGGREGATE if kind == "aggregate" else FunctionKind.PLUGIN
    columns = next((signature["returnColumns"] for signature in signatures if "returnColumns" in signature), None)
    if symbol.get("obsolete") and deprecation is None:
        raise ValueError(f"{name} is marked obsolete, and the deprecations don't know it")
    function = Function(
        name=name,
        kind=function_kind,
        signatures=tuple(_signature(signature) for signature in signatures),
        replacement=deprecation["replacement"] if deprecation else ALSO_DEPRECATED.get(name),
        same_meaning=deprecation["same_meaning"] if deprecation else name in ALSO_DEPRECATED,
        result_name=symbol.get("resultNamePrefix", ""),
        result_name_kind=symbol.get("resultNameKind", "").removesuffix("None"),
        page=KUSTO_PAGES + page if page else "",
    )
    result = Table(name, tuple(Column(each, scalar_type(of)) for each, of in columns)) if columns else None
    return FunctionRow(function, is_hidden=bool(symbol.get("hidden")) or name.startswith("__"), result=result)


def _signature(signature: dict[str, Any]) -> Signature:
    returns = signature["returnKind"]
    if returns == "Declared":
        returns = signature.get("returnType") or "Custom"  # a plugin's columns stand in a field of their own
    most = signature["maxArgs"]
    return Signature(
        parameters=tuple(_parameter(parameter) for parameter in signature["parameters"]),
        returns=returns,
        min_arguments=signature["minArgs"],
        max_arguments=None if most >= NO_LIMIT else most,
    )


def _parameter(parameter: dict[str, Any]) -> Parameter:
    accepts = "|".join(parameter.get("types", ())) if parameter["typeKind"] == "Declared" else parameter["typeKind"]
    return Parameter(
        name=parameter["name"],
        accepts="" if accepts == "Any" else accepts,
        argument=parameter.get("argumentKind", ""),
        is_optional=parameter.get("min") == 0,
        is_repeatable=parameter.get("max", 1) > 1,
    )


if __name__ == "__main__":
    sys.exit(main())
