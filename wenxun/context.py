"""What every command starts from: the configuration, and the database where it needs one."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wenxun.config import Config, load_config

if TYPE_CHECKING:
    from storage.store import Store

ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", help="The configuration file. Default: wenxun.toml, if it is here."),
]
DatabaseOption = Annotated[
    str | None,
    typer.Option("--database", help="The database's address. Default: sqlite:///wenxun.db"),
]
JsonOption = Annotated[
    bool, typer.Option("--json", help="One JSON object a line on stdout, for programs.")
]
SitesArgument = Annotated[
    list[str] | None, typer.Argument(help="Sites by name. Default: every enabled site file.")
]
SiteFileOption = Annotated[
    list[Path] | None, typer.Option("--site-file", help="A site file, anywhere.")
]
DryRunOption = Annotated[
    bool, typer.Option("--dry-run", help="Say what would go, and change nothing.")
]


def _day(value: str | None) -> str | None:
    try:
        return value and date.fromisoformat(value).isoformat()
    except ValueError as error:
        raise typer.BadParameter("must be a day: YYYY-MM-DD") from error


SinceOption = Annotated[
    str | None, typer.Option("--since", callback=_day, help="Published on this day or later.")
]
UntilOption = Annotated[
    str | None, typer.Option("--until", callback=_day, help="Published on this day or before.")
]

LARGEST_NUMBER = 2**63 - 1  # as far as a database counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The configuration and the open database."""

    config: Config
    store: "Store"


def read_config(config: Path | None, database: str | None = None) -> Config:
    """Read the configuration; what the command line says comes before file and environment.

    Raises:
        ConfigError: the file or a variable is wrong.
    """
    environ = dict(os.environ)
    if database is not None:
        environ["WENXUN_DATABASE_URL"] = database
    return load_config(config, environ)


@contextmanager
def open_context(config: Path | None, database: str | None) -> Iterator[Context]:
    """Yield the configuration and the open database; close it in the end.

    Raises:
        ConfigError: the configuration is wrong.
        StorageError: the database cannot be used.
    """
    # SQLAlchemy takes half a second to import: commands without a database do not wait for it.
    from storage.store import open_store  # noqa: PLC0415

    settings = read_config(config, database)
    store = open_store(settings.database_url, archive_dir=settings.archive.folder)
    try:
        yield Context(config=settings, store=store)
    finally:
        store.close()
