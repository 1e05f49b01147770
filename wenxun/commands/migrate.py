"""`wenxun migrate`: bring the database up to date, or move all of another one into it."""

from typing import Annotated

import typer

from storage.filling import SearchIndex
from storage.queue import Queued
from storage.services import Services
from storage.store import Store, migrate_database, open_existing
from storage.transfer import transfer
from wenxun.config import Workers
from wenxun.context import ConfigOption, DatabaseOption, open_context, read_config
from wenxun.filling import fill_index
from wenxun.progress import progress_bar


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
            "or empty. Stop who writes to it first. All of it arrives, or nothing. The archive's "
            "files stay where they are: name their folder as `archive_dir`.",
        ),
    ] = None,
    config: ConfigOption = None,
    database: DatabaseOption = None,
) -> None:
    """Bring the database's schema up to date (back it up first), or move another one into it.

    Then fill the search index with what is not in it yet; stopped, it goes on there the next time.
    """
    if from_url is None:
        before, after = migrate_database(read_config(config, database).database_url)
        if before == after:
            typer.echo(f"the schema is up to date ({after})")
        else:
            typer.echo(f"the schema is now {after} (was {before or 'none'})")
    with open_context(config, database) as context:
        if context.config.workers is Workers.QUEUE:
            Queued(context.store).prepare()
        if from_url is not None:
            _move(from_url, context.store)
        fill_index(SearchIndex(context.store))


def _move(from_url: str, target: Store) -> None:
    source = open_existing(from_url)
    try:
        with progress_bar("moving") as bar:
            moved = transfer(
                source, target, now=Services(source).time(),
                progress=lambda table, done, total: bar.update(
                    done, total=total, what=f"moving {table}"
                ),
            )  # fmt: skip
    finally:
        source.close()
    for table, rows in moved.items():
        if rows:
            typer.echo(f"{table}: {rows}")
    total = sum(moved.values())
    typer.echo(f"moved and compared: {total} rows of {source.url} are in {target.url}")
