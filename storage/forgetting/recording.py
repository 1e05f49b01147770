"""Record that something was forgotten, and what is to be kept out from now on."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from storage.errors import NotFoundError
from storage.forgotten import ForgottenName
from storage.retrying import retried
from storage.schema import Forgetting, ForgottenKey, Site
from storage.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Who wants something forgotten, when and why (None: they did not say)."""

    by: str
    at: datetime
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """That something was forgotten. `site` None: on all sites; `counts`: rows by table.

    `finished_at` is None while bytes of it may still be left in files.
    """

    id: int
    kind: str
    site: str | None
    done_at: datetime
    done_by: str
    reason: str | None
    counts: Mapping[str, int]
    finished_at: datetime | None


def salt_of(connection: Connection) -> str:
    """Return the database's salt, a new one if nothing was ever forgotten."""
    known = connection.scalar(select(Forgetting.salt).order_by(Forgetting.id).limit(1))
    return known or secrets.token_hex(32)


def record(
    connection: Connection,
    asked: Asked,
    *,
    kind: str,
    site: str | None,
    counts: Mapping[str, int],
    salt: str,
) -> int:
    """Record that something was forgotten; return the number of the record."""
    statement = insert(Forgetting).values(
        kind=kind, site=site, done_at=asked.at, done_by=asked.by, reason=asked.reason,
        counts=dict(counts), salt=salt,
    )  # fmt: skip
    return connection.execute(statement.returning(Forgetting.id)).scalar_one()


def block_pages(
    connection: Connection, forgetting_id: int, pages: Sequence[tuple[int, str]]
) -> None:
    """Keep these (site, digest) of pages out from now on."""
    if pages:
        rows = [
            {"forgetting_id": forgetting_id, "site_id": site_id, "digest": digest}
            for site_id, digest in pages
        ]
        connection.execute(insert(ForgottenKey), rows)


def block_name(
    connection: Connection, forgetting_id: int, name: ForgottenName, *, site_id: int | None
) -> None:
    """Keep a name out from now on, on a site or (None) on all."""
    connection.execute(
        insert(ForgottenKey).values(
            forgetting_id=forgetting_id, site_id=site_id, digest=name.digest,
            letters=name.letters, hint=name.hint,
        )
    )  # fmt: skip


def site_id_of(connection: Connection, name: str) -> int | None:
    """Return the number of a site."""
    return connection.scalar(select(Site.id).where(Site.name == name))


class Records:
    """Questions about what was forgotten."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def all(self) -> list[Record]:
        """Return what was forgotten, the oldest first."""
        columns = (
            Forgetting.id, Forgetting.kind, Forgetting.site, Forgetting.done_at,
            Forgetting.done_by, Forgetting.reason, Forgetting.counts, Forgetting.finished_at,
        )  # fmt: skip
        with self._store.read() as connection:
            rows = connection.execute(select(*columns).order_by(Forgetting.id))
            return [Record(**row._mapping) for row in rows]  # noqa: SLF001 (public, despite its name)

    def check_site(self, name: str) -> None:
        """Check that there is such a site.

        Raises:
            NotFoundError: there is none.
        """
        with self._store.read() as connection:
            if site_id_of(connection, name) is None:
                raise NotFoundError("site", name)

    @retried
    def finish(self, *, now: datetime) -> None:
        """Note that the bytes of all that was forgotten are gone from the files."""
        with self._store.write() as connection:
            connection.execute(
                update(Forgetting).where(Forgetting.finished_at.is_(None)).values(finished_at=now)
            )

    @retried
    def lift(self, number: int) -> bool:
        """Let what a record names be kept again when it is read; say whether there is one."""
        with self._store.write() as connection:
            found = connection.scalar(select(Forgetting.id).where(Forgetting.id == number))
            if found is not None:
                connection.execute(delete(ForgottenKey).where(ForgottenKey.forgetting_id == number))
        return found is not None
