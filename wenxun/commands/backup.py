"""`wenxun backup`: copy the database while it is in use."""

from pathlib import Path
from typing import Annotated

import typer
from rich.filesize import decimal
from rich.progress import TaskProgressColumn

from storage.backup import back_up
from wenxun.context import ConfigOption, DatabaseOption, open_context
from wenxun.progress import progress_bar


def register(app: typer.Typer) -> None:
    """Add `backup`."""
    app.command("backup")(backup)


def backup(
    path: Annotated[
        Path, typer.Argument(help="The file to write; an older backup there is replaced.")
    ],
    *,
    archive: Annotated[
        bool, typer.Option("--archive/--no-archive", help="Copy the archive's files too.")
    ] = True,
    config: ConfigOption = None,
    database: DatabaseOption = None,
) -> None:
    """Copy the database to a file, and the archive beside it, while the service and crawls go on.

    The copy is checked, and appears when it is whole. SQLite only: for PostgreSQL, pg_dump.
    """
    shown = progress_bar("copying", counted=TaskProgressColumn(), is_long=True)
    with open_context(config, database) as context, shown as bar:

        def show(what: str, done: int, total: int) -> None:
            bar.update(done, total=total or None, what=what)

        made = back_up(context.store, path, with_archive=archive, progress=show)
    typer.echo(f"{path}: {decimal(made.database)}, whole and checked", err=True)
    if made.archive is not None:
        new = decimal(made.archive_copied)
        typer.echo(f"{made.archive}: {decimal(made.archive_bytes)}, of it {new} new", err=True)
