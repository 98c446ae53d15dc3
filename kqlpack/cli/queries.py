"""What the commands on queries share: naming one, giving values, showing findings. In: arguments. Out: values."""

from __future__ import annotations

import difflib
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kqlpack.cli.streams import Stopped, cannot, has_colors
from kqlpack.diagnostics.render.text import message
from kqlpack.pack import Pack, Query, Value, ValueFault, read_text, read_value
from kqlpack.pipeline import Target, load, load_foreign_pack, target_of
from kqlpack.source import SourceFile, decode_loosely, explain
from kqlpack.template import free_names

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.template import Rendered


class Findings(click.ClickException):
    """Findings that stop a command: shown as `lint` shows them, exit code 1 (2 where nothing could be read)."""

    def __init__(self, diagnostics: Iterable[Diagnostic], code: int = 1) -> None:
        """Take at least one diagnostic."""
        self.diagnostics = tuple(diagnostics)
        self.code = code
        super().__init__(self.diagnostics[0].message)

    def show(self, file: Any = None) -> None:
        """Print the findings, to standard error where no stream is given."""
        stream = file or sys.stderr
        color = has_colors(stream)
        click.echo("\n\n".join(message(one, color=color) for one in self.diagnostics), file=stream)


def load_pack(path: str, pack_path: tuple[Path, ...] = (), *, use_lock: bool = True) -> Pack:
    """Load a pack, or the one around a file of it; findings of severity error stop the command."""
    return _load(_target(path), pack_path, use_lock=use_lock)


def _load(target: Target, pack_path: tuple[Path, ...], *, use_lock: bool = True) -> Pack:
    path = target.path
    pack = load(path, pack_path=pack_path, use_lock=use_lock) if target.is_pack else load_foreign_pack(path)
    errors = [one for one in pack.diagnostics if one.severity == "error"]
    if errors:
        raise Findings(errors, code=1 if pack.file.text else 2)
    return pack


def _target(name: str) -> Target:
    """Return the pack that a path names, as `lint` sees it: of a pack's own files, the pack around them."""
    path = Path(name)
    if not os.path.isfile(path):  # noqa: PTH113 - Path.is_file raises for a name that is too long
        return Target(path, is_pack=True)
    try:
        found = target_of(path, decode_loosely(path.read_bytes()))
    except OSError:
        return Target(path, is_pack=True)  # which says why it can't be read
    return found if isinstance(found, Target) else Target(path, is_pack=True)


def split_name(name: str) -> tuple[str, str | None]:
    """Part `PACK:QUERY`; None without a query."""
    if not name:
        raise Stopped("the name of a pack or a file is empty")
    try:
        if Path(name).exists():
            return name, None
    except (OSError, ValueError):
        pass  # longer than a name may be: not there
    path, colon, query = name.rpartition(":")
    return (path, query) if colon and path else (name, None)


def find_queries(name: str, pack_path: tuple[Path, ...] = ()) -> tuple[Pack, list[Query]]:
    """Load what `PACK` or `PACK:QUERY` names: the pack and its queries, or that one."""
    path, query_id = split_name(name)
    target = _target(path)
    pack = _load(target, pack_path)
    if query_id is None and target.only:
        return pack, _queries_of(pack, target.only[0])
    if query_id is None:
        return pack, list(pack.queries.values())
    if query_id not in pack.queries:
        near = difflib.get_close_matches(query_id, pack.queries, 1)
        hint = f"did you mean `{near[0]}`?" if near else f"it has {', '.join(pack.queries) or 'none'}"
        raise Stopped(f"`{path}` has no query `{query_id}`; {hint}")
    return pack, [pack.queries[query_id]]


def _queries_of(pack: Pack, file: Path) -> list[Query]:
    """Return the query that stands in a file of the pack, or that the tests in it are for."""
    path = os.path.abspath(file)  # noqa: PTH100 - resolve() would follow links to another name
    found = [query for query in pack.queries.values() if os.path.abspath(query.file.path) == path]  # noqa: PTH100
    if not found and file.stem in pack.queries:
        found = [pack.queries[file.stem]]
    if not found:
        raise Stopped(f"the pack `{pack.name}` has no query `{file.stem}`, nor one in `{file}`")
    return found


def find_query(name: str, pack_path: tuple[Path, ...] = ()) -> tuple[Pack, Query]:
    """Load the one query that `PACK:QUERY` names; of a pack with a single query, PACK is enough."""
    pack, queries = find_queries(name, pack_path)
    if len(queries) == 1:
        return pack, queries[0]
    listed = "\n  ".join(f"{name}:{query.id}" for query in queries)
    raise Stopped(
        f"`{name}` has {len(queries)} queries; name one:\n  {listed}" if queries else f"`{name}` has no query"
    )


def read_values(
    query: Query,
    given: tuple[str, ...],
    file: str | None,
    *,
    may_lack: bool = False,
    others: Collection[str] = (),
) -> dict[str, Value]:
    """Read `-p NAME=VALUE` and `--params FILE`; the former win.

    `may_lack`: what has no value is found elsewhere. `others`: names that other queries have, and this one may lack.
    """
    found = _values_of_file(file) if file else {}
    typed: dict[str, str] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals:
            raise click.UsageError(f"-p takes NAME=VALUE, not `{text}`")
        typed[name.strip()] = value
    values = {}
    for name in {**found, **typed}:
        parameter = query.parameters.get(name)
        if parameter is None and name in others:
            continue
        if parameter is None:
            near = difflib.get_close_matches(name, query.parameters, 1)
            known = ", ".join(query.parameters) or "no parameters"
            hint = f"did you mean `{near[0]}`?" if near else f"it has {known}"
            raise Stopped(f"`{query.id}` has no parameter `{name}`; {hint}")
        try:
            is_typed = name in typed
            values[name] = read_text(parameter, typed[name]) if is_typed else read_value(parameter, found[name])
        except ValueFault as fault:
            help_ = f" ({fault.help})" if fault.help else ""
            raise Stopped(f"{fault}{help_}") from None
    for name, parameter in query.parameters.items():
        if parameter.secret and name not in values and (secret := os.environ.get(_variable(name))) is not None:
            try:
                values[name] = read_text(parameter, secret)
            except ValueFault as fault:
                raise Stopped(f"{fault} ({fault.help}; it comes from the variable {_variable(name)})") from None
    if not may_lack:
        _refuse_missing(query, values)
    return values


def _variable(name: str) -> str:
    """Return the environment variable that may hold a secret: what stands on a command line, others can read."""
    return f"KQLPACK_SECRET_{name.upper()}"


def _refuse_missing(query: Query, values: Mapping[str, Value]) -> None:
    missing = [one for name, one in query.parameters.items() if one.is_required and name not in values]
    missing = [one for one in missing if one.name in free_names(query.text)]
    if missing:
        names = ", ".join(f"`{one.name}`" for one in missing)
        ways = " ".join(f"{_variable(one.name)}=..." if one.secret else f"-p {one.name}=..." for one in missing)
        raise Stopped(f"`{query.id}` needs a value for {names}: {ways}")


def _values_of_file(path: str) -> Mapping[str, object]:
    from kqlpack.pack import read_mapping

    try:
        text = SourceFile.read(path).text
    except OSError as error:
        raise cannot(path, "read", error) from None
    except UnicodeDecodeError as error:
        raise Stopped(f"`{path}` {explain(error)}: save it as UTF-8") from None
    try:
        content = json.loads(text) if path.endswith(".json") else read_mapping(text)
    except json.JSONDecodeError as error:
        why = f"line {error.lineno}, column {error.colno}: {error.msg.lower()}"
        raise Stopped(f"`{path}` is not JSON: {why}") from None
    except ValueError as error:
        raise Stopped(f"`{path}` is neither YAML nor JSON: {error}") from None
    except RecursionError:
        raise Stopped(f"`{path}` nests too deeply to be read") from None
    if not isinstance(content, dict):
        raise Stopped(f"`{path}` must hold a mapping of parameter names to values")
    return content


def render_query(query: Query, values: Mapping[str, Value]) -> Rendered:
    """Render a query; findings of severity error stop the command."""
    from kqlpack.template import render

    rendered = render(query, values)
    errors = [one for one in rendered.diagnostics if one.severity == "error"]
    if errors:
        raise Findings(errors)
    return rendered
