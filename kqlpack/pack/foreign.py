"""Other people's files as packs. In: `.kql`, Microsoft Sentinel's YAML, ARM and workbook JSON, Markdown. Out: a `Pack`.

Braces in them mean nothing: they are no templates. Keys that kqlpack does not know are theirs, and not looked at.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from kqlpack.pack.files import read_file
from kqlpack.pack.findings import Findings
from kqlpack.pack.model import Pack, Query
from kqlpack.source import SourceFile, SourceMap

if TYPE_CHECKING:
    from collections.abc import Mapping
    from os import PathLike

    from kqlpack.pack.model import Unread

KQL_SUFFIXES: Final = frozenset({".kql", ".csl", ".kusto"})
YAML_SUFFIXES: Final = frozenset({".yaml", ".yml"})
JSON_SUFFIXES: Final = frozenset({".json", ".jsonc", ".workbook"})
MARKDOWN_SUFFIXES: Final = frozenset({".md", ".markdown"})
# Microsoft Sentinel's keys of a query: of rules and hunting queries, and of parsers.
QUERY_KEYS: Final = ("query", "FunctionQuery", "ParserQuery")
# Keys under which people keep a list of mappings with such a key.
LIST_KEYS: Final = ("queries", "rules", "detections", "hunts", "alerts", "parsers", "functions", "items")
# What a file must mention to be worth a look.
JSON_MENTIONS: Final = (
    r"(?i)savedSearches|scheduledQueryRules|queryPacks|alertRules|alertRuleTemplates|huntingQueries|summaryLogs"
    r"|contentTemplates|workbooks|workbookTemplates|Notebook/1\.0|KqlItem/|Microsoft\.Portal/dashboards"
    r'|"functionAlias"|"queryFrequency"'
)
MARKDOWN_MENTIONS: Final = r"(?i)(?:```|~~~)[ \t]*\{?\.?(?:kql|kusto|csl)\b"


def load_foreign(path: str | PathLike[str], *, texts: Mapping[str, str] | None = None) -> Pack:
    """Read a file of another format as a pack. `texts` stand for what files of these paths hold.

    Never raises for what is in the file; a file without a query gives a pack without queries.
    """
    path = Path(path)
    findings = Findings()
    file = read_file(path, texts or {}, findings, "")
    if file is None:
        return Pack(path, SourceFile(str(path), ""), diagnostics=findings.sorted(), is_foreign=True)
    suffix = path.suffix.lower()
    unread: list[Unread] = []
    if suffix in YAML_SUFFIXES:
        from kqlpack.pack.sentinel import from_yaml

        queries = from_yaml(file, path.stem, findings)
    elif suffix in JSON_SUFFIXES:
        from kqlpack.pack.arm import from_json

        queries, unread = from_json(file, findings)
    elif suffix in MARKDOWN_SUFFIXES:
        from kqlpack.pack.markdown import from_markdown

        queries = from_markdown(file, path.stem)
    else:
        queries = [Query(path.stem, file.text, SourceMap.identity(file), is_template=False)]
    first = queries[0] if queries else None
    return Pack(
        path,
        file,
        name=path.stem,
        title=first.title if first else "",
        description=first.description if first else "",
        queries={query.id: query for query in queries},
        files=(file,),
        unread=tuple(unread),
        diagnostics=findings.sorted(),
        is_foreign=True,
        node=first.node if first else None,
    )


def is_pack_file(file: SourceFile) -> bool:
    """Tell whether a YAML text is a pack by itself: a mapping with the key `kqlpack`, even if its rest is broken."""
    return any(line.startswith(("kqlpack:", '"kqlpack":', "'kqlpack':")) for line in file.text.splitlines())
