"""Wraps queries into other people's formats. In: texts of KQL. Out: files, written by libraries that are not ours.

Used by the tests, with made-up queries, and by `make conformance`, with the corpus.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

import yaml

# Texts to a file's text. A wrapper that can't hold a text says so by None.
Wrapper: TypeAlias = Callable[[Sequence[str]], str | None]

_GUID: Final = "0f9619ff-8b86-4011-b42d-{:012d}"


def _rule(text: str, number: int) -> dict[str, object]:
    return {
        "id": _GUID.format(number),
        "name": f"Rule {number}",
        "description": "What it finds: someone's sign-ins.\nAnd what to do.\n",
        "severity": "Medium",
        "requiredDataConnectors": [{"connectorId": "AzureActiveDirectory", "dataTypes": ["SigninLogs"]}],
        "queryFrequency": "1h",
        "queryPeriod": "1d",
        "triggerOperator": "gt",
        "triggerThreshold": 0,
        "tactics": ["InitialAccess"],
        "query": text,
        "entityMappings": [
            {"entityType": "IP", "fieldMappings": [{"identifier": "Address", "columnName": "IPAddress"}]}
        ],
        "version": "1.0.0",
        "kind": "Scheduled",
    }


def _sentinel(
    style: str, *, indent: int = 2, line_break: str = "\n", width: int = 10_000, listed: bool = False
) -> Wrapper:
    class Styled(yaml.SafeDumper):
        pass

    def represent(dumper: yaml.SafeDumper, value: str) -> yaml.Node:
        is_query = value in dumper.queries  # type: ignore[attr-defined]
        return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style if is_query else None)

    Styled.add_representer(str, represent)

    def wrap(texts: Sequence[str]) -> str | None:
        Styled.queries = frozenset(texts)  # type: ignore[attr-defined]
        rules = [_rule(text, number) for number, text in enumerate(texts)]
        written: str = yaml.dump_all(
            [rules] if listed else rules,
            Dumper=Styled,
            sort_keys=False,
            allow_unicode=True,
            indent=indent,
            line_break=line_break,
            width=width,
            explicit_start=len(texts) > 1 and not listed,
        )
        # The dumper breaks some texts when it folds them: that is not for us to read back.
        roots = list(yaml.safe_load_all(written))
        rules_back = roots[0] if listed else roots
        return written if [rule["query"] for rule in rules_back] == list(texts) else None

    return wrap


def _block(header: str, indent: int, *, line_break: str = "\n", tail: str = "version: 1.0.0\n") -> Wrapper:
    """Write a block by hand, as people do: with tabs and trailing spaces in it, which a dumper would quote."""

    def wrap(texts: Sequence[str]) -> str | None:
        documents = []
        for number, text in enumerate(texts):
            first = next((line for line in text.split("\n") if line), "")
            if first.startswith((" ", "\t")) and not re.search(r"\d", header):
                return None
            if yaml.reader.Reader.NON_PRINTABLE.search(text) or re.search("[\x85\u2028\u2029\r]", text):
                return None
            if text.split("\n")[0].strip() == "" or text.rstrip() != text:
                return None
            lines = "\n".join(" " * indent + line if line else line for line in text.split("\n"))
            documents.append(
                f"id: {_GUID.format(number)}\nname: Rule\nkind: Scheduled\nquery: {header}\n{lines}\n{tail}"
            )
        return "---\n".join(documents).replace("\n", line_break)

    return wrap


def _search(text: str, number: int) -> dict[str, object]:
    return {
        "type": "Microsoft.OperationalInsights/workspaces/savedSearches",
        "apiVersion": "2020-08-01",
        "name": f"[concat(parameters('workspace'), '/search-{number}')]",
        "properties": {"category": "Ours", "displayName": f"Search {number}", "query": _arm(text), "version": 2},
    }


def _arm(text: str) -> str:
    return "[" + text if text.startswith("[") else text


_SCHEMA: Final = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"


def _template(resources: list[dict[str, object]]) -> dict[str, object]:
    return {"$schema": _SCHEMA, "contentVersion": "1.0.0.0", "parameters": {}, "resources": resources}


def _json(
    *, indent: int | str | None = 2, ascii_only: bool = False, nested: bool = False, line_break: str = "\n"
) -> Wrapper:
    def wrap(texts: Sequence[str]) -> str | None:
        resources = [_search(text, number) for number, text in enumerate(texts)]
        if nested:
            if any(text.startswith("[") for text in texts):
                return None  # there, it begins an expression that is evaluated later
            inner: dict[str, object] = {"mode": "Incremental", "template": _template(resources)}
            outer: dict[str, object] = {"type": "Microsoft.Resources/deployments", "name": "inner", "properties": inner}
            resources = [outer]
        return json.dumps(_template(resources), indent=indent, ensure_ascii=ascii_only).replace("\n", line_break)

    return wrap


def _workbook(texts: Sequence[str]) -> str | None:
    items = [
        {"type": 3, "name": f"item {n}", "content": {"version": "KqlItem/1.0", "query": text, "queryType": 0}}
        for n, text in enumerate(texts)
    ]
    if any(text.lstrip().startswith("{") for text in texts):
        return None
    data = json.dumps({"version": "Notebook/1.0", "items": [{"type": 12, "content": {"items": items}}]}, indent=2)
    resource: dict[str, object] = {
        "type": "Microsoft.Insights/workbooks",
        "name": "w",
        "properties": {"serializedData": data},
    }
    return json.dumps(_template([resource]), indent=2)


def _markdown(fence: str, language: str, prefix: str = "", first: str = "", line_break: str = "\n") -> Wrapper:
    def wrap(texts: Sequence[str]) -> str | None:
        parts = ["# Queries", ""]
        for text in texts:
            if (
                re.search(f"^ *{re.escape(fence[:3])}", text, re.MULTILINE)
                or re.search("[\r\0]", text)
                or not text.strip()
            ):
                return None
            parts += ["Some words.", "", f"{first or prefix}{fence}{language}"]
            parts += [f"{prefix}{line}" for line in text.split("\n")]
            parts += [f"{prefix}{fence}", ""]
        return line_break.join(parts)

    return wrap


WRAPPERS: Final[dict[str, tuple[str, Wrapper]]] = {
    "sentinel, literal": (".yaml", _sentinel("|")),
    "sentinel, literal, 4 spaces, CRLF": (".yaml", _sentinel("|", indent=4, line_break="\r\n")),
    "sentinel, folded": (".yaml", _sentinel(">", width=60)),
    "sentinel, folded, CRLF": (".yml", _sentinel(">", width=80, line_break="\r\n")),
    "sentinel, double-quoted": (".yaml", _sentinel('"')),
    "sentinel, double-quoted, broken lines": (".yaml", _sentinel('"', width=50)),
    "sentinel, single-quoted": (".yaml", _sentinel("'")),
    "sentinel, single-quoted, broken lines, CRLF": (".yaml", _sentinel("'", width=50, line_break="\r\n")),
    "sentinel, plain": (".yaml", _sentinel("", width=70)),
    "sentinel, a list of rules": (".yaml", _sentinel("|", listed=True)),
    "by hand, |": (".yaml", _block("|", 2)),
    "by hand, |-, 4 spaces": (".yaml", _block("|-", 4)),
    "by hand, |+, CRLF": (".yaml", _block("|+", 2, line_break="\r\n")),
    "by hand, |2, comment": (".yaml", _block("|2  # the query", 2)),
    "by hand, at the end, a space": (".yaml", _block("|", 1, tail="")),
    "ARM": (".json", _json()),
    "ARM, tabs, ASCII, CRLF": (".json", _json(indent="\t", ascii_only=True, line_break="\r\n")),
    "ARM, one line": (".json", _json(indent=None)),
    "ARM, nested template": (".json", _json(nested=True)),
    "ARM, workbook": (".json", _workbook),
    "Markdown": (".md", _markdown("```", "kql")),
    "Markdown, tildes, CRLF": (".md", _markdown("~~~~", " kusto title", line_break="\r\n")),
    "Markdown, in a list": (".md", _markdown("```", "KQL", "    ", "1.  ")),
    "Markdown, in a quotation": (".md", _markdown("`````", "kql", "> ")),
}


_numbers: Final = itertools.count(1)


def marked(text: str, offsets: Sequence[int]) -> tuple[str, list[str]]:
    """Put words at offsets of a text that stand nowhere else; return the text and the words."""
    parts, words, done = [], [], 0
    for offset in offsets:
        word = f"qzm{next(_numbers)}zq"
        parts += [text[done:offset], word]
        words.append(word)
        done = offset
    return "".join([*parts, text[done:]]), words
