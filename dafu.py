"""dafu (答复): where the rooms' commands meet."""

import os
import signal
import sys
from importlib.metadata import version
from typing import Annotated

import typer

import archive.cli
import crawler.cli
import crawler.demo.cli
import crawler.doctor
import crawler.extraction.cli
import scheduler.cli
import storage.cli
from crawler.registry import definitions
from storage.refusal import Refused

app = typer.Typer(
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
    context.obj = definitions


app.command("demo", rich_help_panel="Begin here")(crawler.demo.cli.demo)
app.add_typer(crawler.cli.portals_app, name="portals", rich_help_panel="Crawl")
app.command("crawl", rich_help_panel="Crawl")(crawler.cli.crawl)
app.command("recrawl", rich_help_panel="Crawl")(crawler.cli.recrawl)
app.add_typer(scheduler.cli.app, name="schedule", rich_help_panel="Crawl")
app.command("status", rich_help_panel="Look")(storage.cli.status)
app.command("show", rich_help_panel="Look")(storage.cli.show)
app.command("doctor", rich_help_panel="Look")(crawler.doctor.doctor)
app.command("dump", rich_help_panel="Take away")(archive.cli.dump)
app.command("extract", rich_help_panel="Take away")(crawler.extraction.cli.extract_command)
app.command("reextract", rich_help_panel="Take away")(archive.cli.reextract)


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
