"""`wenxun migrate`: bring the database's schema up to date, or move all of another one into it."""

from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from storage.store import migrate_database, open_existing, open_store
from wenxun.context import ConfigOption, DatabaseOption, read_config


def register(app: typer.Typer) -> None:
    """Add `migrate`."""
    app.command("migrate")(migrate)


def migrate(
    *,
    from_url: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="URL",
            help="Move everything of this database into the one of --database, which is to be new "
            "or empty. Stop who writes to it first. All of it arrives, or nothing.",
        ),
    ] = None,
    config: ConfigOption = None,
    database: DatabaseOption = None,
) -> None:
    """Bring the database's schema up to date (back it up first), or move another one into it."""
    settings = read_config(config, database)
    if from_url is not None:
        _move(from_url, settings.database_url)
        return
    before, after = migrate_database(settings.database_url)
    if before == after:
        typer.echo(f"the schema is up to date ({after})")
    else:
        typer.echo(f"the schema is now {after} (was {before or 'none'})")


def _move(from_url: str, to_url: str) -> None:
    from storage.transfer import transfer  # noqa: PLC0415 (only here)

    console = Console(stderr=True)
    source = open_existing(from_url)
    try:
        target = open_store(to_url)
        try:
            with Progress(
                TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
                console=console, transient=True, disable=not console.is_terminal,
            ) as bar:  # fmt: skip
                task = bar.add_task("moving")
                moved = transfer(
                    source, target, now=datetime.now(UTC),
                    progress=lambda table, done, total: bar.update(
                        task, description=f"moving {table}", completed=done, total=total
                    ),
                )  # fmt: skip
        finally:
            target.close()
    finally:
        source.close()
    for table, rows in moved.items():
        if rows:
            typer.echo(f"{table}: {rows}")
    typer.echo(f"moved and compared: {sum(moved.values())} rows of {from_url} are in {target.url}")
