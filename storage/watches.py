"""The watches and channels that are kept, with where they are written down.

What came from the file is changed only there: the file's set is brought in as a whole. A name that
is gone keeps its row, because alerts point to it.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, case, func, select, update

from storage.alert import DeliveryState, KeptChannel, KeptWatch, Origin, WrittenChannel
from storage.channels import kept_channel
from storage.errors import StorageError
from storage.retrying import retried
from storage.schema import Channel, Delivery, Event, Watch
from storage.store import Store, upsert

Definition = Mapping[str, Any]


class WatchExistsError(StorageError):
    """There is a watch of this name. Choose another name, or remove it first."""

    def __init__(self, name: str) -> None:
        super().__init__(f"there is a watch {name!r} already: choose another name or remove it")
        self.name = name


class WatchOfFileError(StorageError):
    """This watch is written in the configuration file. Edit it there."""

    def __init__(self, name: str) -> None:
        super().__init__(f"the watch {name!r} comes from the configuration file: edit it there")
        self.name = name


class WatchMissingError(StorageError):
    """There is no watch of this name. `wenxun watch list` shows them."""

    def __init__(self, name: str) -> None:
        super().__init__(f"no watch {name!r}: `wenxun watch list` shows them")
        self.name = name


class Watches:
    """Questions and changes about watches and channels."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def watches(self) -> tuple[KeptWatch, ...]:
        """Return the watches in force, by name."""
        query = select(Watch).where(Watch.removed_at.is_(None))
        with self._store.read() as connection:
            rows = _by_name(connection.execute(query).mappings())
        return tuple(
            KeptWatch(
                id=row["id"],
                name=row["name"],
                origin=Origin(row["origin"]),
                definition=row["definition"],
                created_at=row["created_at"],
            )
            for row in rows
        )

    def channels(self) -> tuple[KeptChannel, ...]:
        """Return the channels in force, by name."""
        query = select(Channel).where(Channel.removed_at.is_(None))
        with self._store.read() as connection:
            rows = _by_name(connection.execute(query).mappings())
        return tuple(kept_channel(row) for row in rows)

    @retried
    def sync(
        self,
        *,
        watches: Mapping[str, Definition],
        channels: Sequence[WrittenChannel],
        now: datetime,
    ) -> None:
        """Make what came from the file equal to it; `watches` maps names to definitions.

        A watch that stays keeps its birthday, so an edit does not hide what happens meanwhile. A
        name that a command had taken belongs to the file from now on. What waited for a channel
        that is gone is given up, visibly.
        """
        with self._store.write() as connection:
            for name, definition in watches.items():
                values: dict[str, Any] = {"definition": dict(definition)}
                _put(connection, Watch, name, values, now=now, origin=Origin.FILE)
            for channel in channels:
                values = {"kind": channel.kind, "options": dict(channel.options)}
                _put(connection, Channel, channel.name, values, now=now, origin=channel.origin)
            _remove_others(connection, Watch, list(watches), now)
            _remove_others(connection, Channel, [channel.name for channel in channels], now)
            _give_up_removed(connection, now)

    @retried
    def add(self, name: str, definition: Definition, *, now: datetime) -> None:
        """Add a watch by command.

        Raises:
            WatchExistsError: the name is taken.
        """
        with self._store.write() as connection:
            row = _find(connection, name)
            if row is not None and row["removed_at"] is None:
                raise WatchExistsError(name)
            values = {"definition": dict(definition)}
            _put(connection, Watch, name, values, now=now, origin=Origin.COMMAND)

    @retried
    def remove(self, name: str, *, now: datetime) -> None:
        """Remove a watch that a command added.

        Raises:
            WatchMissingError: there is none of this name.
            WatchOfFileError: it is written in the file.
        """
        with self._store.write() as connection:
            row = _find(connection, name)
            if row is None or row["removed_at"] is not None:
                raise WatchMissingError(name)
            if row["origin"] == Origin.FILE:
                raise WatchOfFileError(name)
            connection.execute(update(Watch).where(Watch.name == name).values(removed_at=now))


Table = type[Watch] | type[Channel]


def _by_name(rows: Iterable[RowMapping]) -> list[RowMapping]:
    # Not by the database: some order letters by a language, each its own way.
    return sorted(rows, key=lambda row: row["name"])


def _find(connection: Connection, name: str) -> RowMapping | None:
    query = select(Watch.origin, Watch.removed_at).where(Watch.name == name)
    return connection.execute(query).mappings().one_or_none()


def _put(
    connection: Connection,
    table: Table,
    name: str,
    values: dict[str, Any],
    *,
    now: datetime,
    origin: Origin,
) -> None:
    """Insert, or update in place; one that had been removed is born again."""
    values = {**values, "origin": origin, "removed_at": None}
    born = case((table.removed_at.is_(None), table.created_at), else_=now)
    connection.execute(
        upsert(connection, table)
        .values(name=name, created_at=now, **values)
        .on_conflict_do_update(index_elements=["name"], set_={**values, "created_at": born})
    )
    if table is Watch and values["definition"].get("backfill"):
        newest = select(func.max(Event.id)).scalar_subquery()
        is_born = (Watch.name == name, Watch.created_at == now)
        connection.execute(update(Watch).where(*is_born).values(history_event_id=newest))


def _remove_others(
    connection: Connection, table: Table, names: Sequence[str], now: datetime
) -> None:
    connection.execute(
        update(table)
        .where(table.origin == Origin.FILE, table.removed_at.is_(None), table.name.not_in(names))
        .values(removed_at=now)
    )


def _give_up_removed(connection: Connection, now: datetime) -> None:
    removed = select(Channel.id).where(Channel.removed_at.is_not(None))
    connection.execute(
        update(Delivery)
        .where(
            Delivery.state.in_((DeliveryState.PENDING, DeliveryState.WAITING)),
            Delivery.channel_id.in_(removed),
        )
        .values(
            state=DeliveryState.DEAD,
            next_attempt_at=None,
            dead_at=now,
            last_error="the channel was removed from the configuration",
        )
    )
