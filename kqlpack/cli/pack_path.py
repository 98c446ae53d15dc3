"""The option `--pack-path`, which the commands that load packs share. In: an argument. Out: paths that exist."""

from __future__ import annotations

import os
from pathlib import Path

import click


def _existing(ctx: click.Context, option: click.Parameter, given: tuple[str, ...]) -> tuple[Path, ...]:
    """Refuse what is not there: a slip in the option would otherwise show only as packs that are missing."""
    for name in given:
        if not os.path.exists(name):  # noqa: PTH110 - Path.exists raises for a name that is too long
            raise click.BadParameter(f"there is no `{name}`", ctx, option)
    return tuple(Path(name) for name in given)


pack_path_option = click.option(
    "--pack-path",
    multiple=True,
    metavar="DIR",
    callback=_existing,
    help="Where packs lie that others require: a folder of packs, or a pack; repeatable.",
)
