"""`kqlpack lock`: writes down which versions of other packs a pack was checked with."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from kqlpack.cli.pack_path import pack_path_option
from kqlpack.cli.queries import Findings, load_pack
from kqlpack.cli.streams import cannot, save, show_differences
from kqlpack.pack.lock import lock_of, lock_path
from kqlpack.source import SourceFile, explain

if TYPE_CHECKING:
    from pathlib import Path


@click.command("lock")
@click.argument("names", nargs=-1, required=True, metavar="PACK...")
@click.option("--check", is_flag=True, help="Write nothing; exit with 1, and show it, when a lock would change.")
@pack_path_option
def command(names: tuple[str, ...], check: bool, pack_path: tuple[Path, ...]) -> int:
    """Write kqlpack.lock beside packs that require others.

    It holds the version of each pack that was taken, a hash of its files, and who requires it. The highest versions
    that fit are taken, whatever was locked before. From then on the locked versions are used, and `kqlpack lint` tells
    when they are gone or have changed.

    \b
    Examples:
      kqlpack lock packs/entra-signins
      kqlpack lock packs/* --check
      kqlpack lock packs/entra-signins --pack-path ../shared-packs
    """
    stale = code = 0
    for name in names:
        try:
            pack = load_pack(name, pack_path, use_lock=False)
        except Findings as findings:
            # One pack that can't be loaded must not hide what is to be said of the others.
            findings.show()
            code = max(code, findings.code)
            continue
        path = lock_path(pack.path)
        old = _read(path)
        if old is None and not pack.requires.packs:
            click.echo(f"`{name}` requires no packs: there is nothing to lock", err=True)
            continue
        text = lock_of(pack).text
        if old is not None and old.text == text:
            click.echo(f"unchanged {path}", err=True)
            continue
        stale += 1
        if check:
            show_differences([(old or SourceFile(str(path), ""), text)])
            sys.stdout.flush()
        else:
            save(SourceFile(str(path), ""), text)
        click.echo(f"{'would change' if check else 'wrote'} {path}", err=True)
    return max(code, 1 if check and stale else 0)


def _read(path: Path) -> SourceFile | None:
    """Return the lock that is there; one that is not even text is as none, and is written anew."""
    try:
        file = SourceFile.read(path)
    except FileNotFoundError:
        return None
    except UnicodeDecodeError as error:
        return SourceFile(str(path), f"{path.name} {explain(error)}")
    except OSError as error:
        raise cannot(path, "read", error) from None
    # A checkout may have changed the line ends.
    return SourceFile(file.path, file.text.replace("\r\n", "\n"))
