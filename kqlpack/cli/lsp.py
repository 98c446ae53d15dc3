"""`kqlpack lsp`: the language server, for editors."""

from __future__ import annotations

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
    from kqlpack.lsp.server import serve

    try:
        running = version("kqlpack")
    except PackageNotFoundError:
        running = ""
    serve(running)
    return 0
