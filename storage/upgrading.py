"""Make the tables of a new database, and bring those of an old one up to date.

Whoever does it holds the writer's lock: of two processes, one waits for the other.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    inspect,
    text,
)

from storage.errors import DatabaseFailedError
from storage.schema import Base

# Alembic's own table, as it would make it.
_VERSIONS = Table(
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)


def create(engine: Engine, head: str) -> None:
    """Make the tables of a new database as all migrations together would.

    Alembic takes longer to import than a small crawl takes; a test holds the two ways equal.
    """
    with _schema_lock(engine) as connection:
        if inspect(connection).has_table(_VERSIONS.name):
            return  # another process was faster
        Base.metadata.create_all(connection, checkfirst=False)
        _VERSIONS.create(connection)
        connection.execute(_VERSIONS.insert().values(version_num=head))


def migrate(engine: Engine) -> None:
    """Run the migrations under the writer's lock: of two processes, one waits for the other."""
    from alembic import command  # noqa: PLC0415 (slow to import, needed only here)

    with _schema_lock(engine) as connection:
        config = _alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def revision(engine: Engine) -> str | None:
    """Return the revision of a database; None: it has no tables yet."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return found


def known_revisions() -> set[str]:
    """Return the revisions of this version."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    script = ScriptDirectory.from_config(_alembic_config())
    return {one.revision for one in script.walk_revisions()}


@contextmanager
def _schema_lock(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as connection, _references_unwatched(connection):
        connection.execution_options(wenxun_writer=True)
        with connection.begin():
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(7395012)"))
            yield connection
            if connection.dialect.name == "sqlite":
                _check_references(connection)


@contextmanager
def _references_unwatched(connection: Connection) -> Iterator[None]:
    """Let SQLite drop a table and put its new form in its place without deleting what points to it.

    It cannot alter most of a table: migrations copy it. Dropping the old one would delete its rows
    first, and with them, by ON DELETE CASCADE, all that belongs to them.
    Source: https://www.sqlite.org/lang_altertable.html#otheralter (step 1; no use in a transaction)
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    driver: Any = connection.connection.driver_connection
    driver.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys = ON")


def _check_references(connection: Connection) -> None:
    broken = connection.execute(text("PRAGMA foreign_key_check")).first()
    if broken is not None:
        raise DatabaseFailedError(
            connection.engine.url.render_as_string(hide_password=True),
            f"a row of {broken[0]} points to a row of {broken[2]} that is not there",
        )


def _alembic_config() -> Any:
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config
