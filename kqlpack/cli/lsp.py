"""`kqlpack lsp`: the language server, for editors."""

from __future__ import annotations

import sys
from importlib.metadata import PackageNotFoundError, version

import click


@click.command("lsp")
# Some editors say it to every server.
@click.option("--stdio", is_flag=True, hidden=True)
def command(stdio: bool) -> int:
    """Serve an editor on standard input and output: findings, fixes, layout, completion.

    It speaks the Language Server Protocol; editors start it themselves. docs/editors.md shows how to set them up.

    \b
    Examples:
      kqlpack lsp
    """
    del stdio
    if sys.stdin is not None and sys.stdin.isatty():
        click.echo(
            "kqlpack lsp: an editor starts this; it waits for messages on standard input (Ctrl-D ends it)", err=True
        )
    from kqlpack.lsp.server import serve

    try:
        running = version("kqlpack")
    except PackageNotFoundError:
        running = ""
    serve(running)
    return 0
