"""dafu (答复): where the rooms' commands meet."""

import os
import signal
import sys
from importlib import import_module
from importlib.metadata import version
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from storage.refusal import Refused

COMMANDS = {
    "demo": ("Begin here", "crawler.demo.cli", "demo"),
    "probe": ("Crawl", "crawler.cli", "probe"),
    "portals": ("Crawl", "crawler.cli", "portals_app"),
    "crawl": ("Crawl", "crawler.cli", "crawl"),
    "recrawl": ("Crawl", "crawler.cli", "recrawl"),
    "schedule": ("Crawl", "scheduler.cli", "app"),
    "status": ("Look", "storage.cli", "status"),
    "show": ("Look", "storage.cli", "show"),
    "doctor": ("Look", "crawler.doctor", "doctor"),
    "dump": ("Take away", "archive.cli", "dump"),
    "extract": ("Take away", "crawler.extraction.cli", "extract_command"),
    "reextract": ("Take away", "archive.cli", "reextract"),
}
"""Each command: the heading of the help under which it stands, and where it is."""


class _Rooms(TyperGroup):
    """Imports a room when its command is asked for: a process that only reads pages must not load the others."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in COMMANDS:
            return None
        panel, module, attribute = COMMANDS[cmd_name]
        found = getattr(import_module(module), attribute)
        if not isinstance(found, typer.Typer):
            alone = typer.Typer(add_completion=False)
            alone.command()(found)
            found = alone
        command: Any = typer.main.get_command(found)
        command.name, command.rich_help_panel = cmd_name, panel
        return command


app = typer.Typer(
    cls=_Rooms,
    help="dafu (答复): crawl, keep and read the replies of Chinese governments to 政协 proposals and 人大 suggestions.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


def _say_version(asked: bool) -> None:
    if asked:
        print(f"dafu {version('dafu')}")
        raise typer.Exit


@app.callback()
def begin(
    context: typer.Context,
    _: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Say which dafu this is.")
    ] = False,
) -> None:
    """What holds for all commands."""
    context.obj = _definitions


def _definitions(*arguments: Any) -> Any:
    """The portals' definitions, for the rooms that must not know the crawler."""
    from crawler.registry import definitions

    return definitions(*arguments)


def main() -> None:
    """Run the `dafu` command; what is refused is one line on standard error and an exit code that is not 0."""
    # A shell starts what runs in the background deaf to Ctrl-C; whoever sends us SIGINT all the same means it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        app()
    except Refused as refusal:
        print(f"dafu: {refusal}", file=sys.stderr)
        sys.exit(refusal.exit_code)
    except KeyboardInterrupt:
        print("dafu: stopped", file=sys.stderr)
        sys.exit(3)
    except BrokenPipeError:  # whoever read our output has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
