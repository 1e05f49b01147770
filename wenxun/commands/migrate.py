"""`wenxun migrate`: bring the database's schema up to date."""

import typer

from storage.store import migrate_database
from wenxun.context import ConfigOption, DatabaseOption, read_config


def register(app: typer.Typer) -> None:
    """Add `migrate`."""
    app.command("migrate")(migrate)


def migrate(*, config: ConfigOption = None, database: DatabaseOption = None) -> None:
    """Bring the database's schema up to date. Back it up first."""
    settings = read_config(config, database)
    before, after = migrate_database(settings.database_url)
    if before == after:
        typer.echo(f"the schema is up to date ({after})")
    else:
        typer.echo(f"the schema is now {after} (was {before or 'none'})")
