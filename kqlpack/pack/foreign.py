"""Other people's files as packs. In: a `.kql` file, or Microsoft Sentinel's YAML. Out: a `Pack` of one query.

Braces in them mean nothing: they are no templates. Keys that kqlpack does not know are theirs, and not looked at.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kqlpack.pack.files import read_file
from kqlpack.pack.findings import Findings
from kqlpack.pack.model import Pack, Query
from kqlpack.source import SourceFile, SourceMap

if TYPE_CHECKING:
    from collections.abc import Mapping
    from os import PathLike

KQL_SUFFIXES = frozenset({".kql", ".csl", ".kusto"})
YAML_SUFFIXES = frozenset({".yaml", ".yml"})


def load_foreign(path: str | PathLike[str], *, texts: Mapping[str, str] | None = None) -> Pack:
    """Read a file of another format as a pack. `texts` stand for what files of these paths hold.

    Never raises for what is in the file; a YAML file without a query gives a pack without queries.
    """
    path = Path(path)
    findings = Findings()
    file = read_file(path, texts or {}, findings, "")
    if file is None:
        return Pack(path, SourceFile(str(path), ""), diagnostics=findings.sorted(), is_foreign=True)
    if path.suffix.lower() in YAML_SUFFIXES:
        from kqlpack.pack.sentinel import from_yaml

        query = from_yaml(file, path, findings)
    else:
        query = Query(path.stem, file.text, SourceMap.identity(file), is_template=False)
    return Pack(
        path,
        file,
        name=path.stem,
        title=query.title if query else "",
        description=query.description if query else "",
        queries={query.id: query} if query else {},
        files=(file,),
        diagnostics=findings.sorted(),
        is_foreign=True,
        node=query.node if query else None,
    )


def is_pack_file(file: SourceFile) -> bool:
    """Tell whether a YAML text is a pack by itself: a mapping with the key `kqlpack`, even if its rest is broken."""
    return any(line.startswith(("kqlpack:", '"kqlpack":', "'kqlpack':")) for line in file.text.splitlines())
