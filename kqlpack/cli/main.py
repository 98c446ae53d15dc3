"""The group of commands: finds each in its module when it is called, and turns errors into messages and exit codes."""

from __future__ import annotations

import importlib
import keyword
import os
import sys
from typing import Any, Final

import click

from kqlpack.cli.streams import take_any_character
from kqlpack.errors import Error

# A command's module is imported when the command is called: `kqlpack lint` must not wait for duckdb or azure.
COMMANDS: Final = (
    "build",
    "explain",
    "format",
    "import",
    "init",
    "lint",
    "lock",
    "lsp",
    "render",
    "rules",
    "run",
    "schema",
    "test",
)

USAGE_OR_INTERNAL: Final = 2


class Commands(click.Group):
    """A group whose commands are found by their names."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of a name; it is the function `command` of its module."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module = f"{cmd_name}_" if keyword.iskeyword(cmd_name) else cmd_name
        command: click.Command = importlib.import_module(f"kqlpack.cli.{module}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that the arguments name, with a did-you-mean when there is none."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            import difflib

            near = difflib.get_close_matches(args[0], COMMANDS, 1, 0.5)
            hint = f" Did you mean `{near[0]}`?" if near else ""
            ctx.fail(f"No such command `{args[0]}`.{hint}")
        return super().resolve_command(ctx, args)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="kqlpack", prog_name="kqlpack")
def _kqlpack() -> None:
    """Check, test, run and publish KQL query packs.

    \b
    Examples:
      kqlpack lint                                  check the packs below this folder
      kqlpack run packs/entra-signins:password-spray --data examples/data --now 2026-03-02T12:00:00Z
      kqlpack build packs/entra-signins --target arm -o out
    """


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit."""
    sys.exit(run(arguments))


def run(arguments: list[str] | None = None) -> int:
    """Run the command line; return the exit code."""
    take_any_character()
    try:
        outcome: Any = _kqlpack.main(args=arguments, prog_name="kqlpack", standalone_mode=False)
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.ClickException as error:
        error.show()
        # Findings have a code of their own; all else that stops a command was asked wrongly, or can't be done.
        return int(getattr(error, "code", USAGE_OR_INTERNAL))
    except click.Abort:
        click.echo("stopped", err=True)
        return 130
    except Error as error:
        click.echo(f"kqlpack: {error}", err=True)
        return USAGE_OR_INTERNAL
    except BrokenPipeError:
        # The reader went away (`| head`): nothing more can be said, not even at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return USAGE_OR_INTERNAL
    except Exception as error:  # a fault of kqlpack's own is told in a line; the traceback is for who asks
        if os.environ.get("KQLPACK_TRACEBACK"):
            raise
        kind = type(error).__name__
        message = f"kqlpack: internal error ({kind}: {error}). KQLPACK_TRACEBACK=1 shows where; please report it."
        click.echo(message, err=True)
        return USAGE_OR_INTERNAL
    return outcome if isinstance(outcome, int) else 0
