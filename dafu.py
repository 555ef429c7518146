"""dafu: where the rooms' commands meet."""

import typer

app = typer.Typer(help="dafu (答复): crawl, keep and read government replies.", no_args_is_help=True)


def main() -> None:
    """Run the `dafu` command."""
    app()
