"""`wenxun migrate`: bring the database's schema up to date."""

import typer

from storage.filling import SearchIndex
from storage.store import migrate_database
from wenxun.context import ConfigOption, DatabaseOption, open_context, read_config
from wenxun.filling import fill_index


def register(app: typer.Typer) -> None:
    """Add `migrate`."""
    app.command("migrate")(migrate)


def migrate(*, config: ConfigOption = None, database: DatabaseOption = None) -> None:
    """Bring the database's schema up to date. Back it up first.

    Then fill the search index with what is not in it yet; stopped, it goes on there the next time.
    """
    settings = read_config(config, database)
    before, after = migrate_database(settings.database_url)
    if before == after:
        typer.echo(f"the schema is up to date ({after})")
    else:
        typer.echo(f"the schema is now {after} (was {before or 'none'})")
    with open_context(config, database) as context:
        fill_index(SearchIndex(context.store))
