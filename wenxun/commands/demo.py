"""`wenxun demo`: the whole way, from a news site to an alert, in under two minutes."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from wenxun.config import ConfigError
from wenxun.demo import ChildFailedError, FolderRefusedError, tour
from wenxun.demo.screen import Screen


def register(app: typer.Typer) -> None:
    """Add `demo`."""
    app.command("demo")(demo)


def demo(
    folder: Annotated[
        Path, typer.Option("--dir", help="Where its files go; an earlier demo there is replaced.")
    ] = Path("demo-data"),
) -> None:
    """Show the whole way on a built-in news site: crawl, store, watch, alert. No network."""
    try:
        tour(folder, Screen(Console(highlight=False)))
    except FolderRefusedError as error:
        raise ConfigError(str(error)) from error
    except ChildFailedError as error:
        if error.log:
            typer.echo(error.log, err=True)
        typer.echo(f"wenxun: the demonstration failed: {error}", err=True)
        raise typer.Exit(1) from error
