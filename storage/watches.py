"""The watches and channels that are kept, with where they are written down.

What came from the file is changed only there: the file's set is brought in as a whole. A name that
is gone keeps its row, because alerts point to it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Text, case, cast, func, select, update

from storage.alert import (
    DeliveryState,
    KeptChannel,
    KeptWatch,
    Origin,
    WrittenChannel,
    WrittenSubscriber,
)
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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class InForce:
    """The watches and channels in force: the same object as long as none of them changes."""

    watches: tuple[KeptWatch, ...]
    channels: tuple[KeptChannel, ...]


class Watches:
    """Questions and changes about watches and channels."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._rows: tuple[RawRows, InForce] | None = None

    def in_force(self) -> InForce:
        """Return the watches and channels in force; what they say is read only where it changed.

        Rows are compared as they are kept: to read ten thousand takes ten times as long.
        """
        with self._store.read() as connection:
            rows = tuple(_raw(connection, table) for table in (Watch, Channel))
        known = self._rows
        if known is None or known[0] != rows:
            # What changes in between is another row at the next question.
            known = rows, InForce(watches=self.watches(), channels=self.channels())
            self._rows = known
        return known[1]

    def watches(self) -> tuple[KeptWatch, ...]:
        """Return the watches in force, by subscriber and name, the configuration's own first."""
        query = select(Watch.__table__).where(Watch.removed_at.is_(None))
        with self._store.read() as connection:
            rows = _by_name(connection.execute(query).mappings())
        return tuple(
            KeptWatch(
                id=row["id"],
                name=row["name"],
                origin=Origin(row["origin"]),
                definition=row["definition"],
                created_at=row["created_at"],
                subscriber=row["subscriber"] or None,
            )
            for row in rows
        )

    def channels(self) -> tuple[KeptChannel, ...]:
        """Return the channels in force, by subscriber and name, the configuration's own first."""
        query = select(Channel.__table__).where(Channel.removed_at.is_(None))
        with self._store.read() as connection:
            rows = _by_name(connection.execute(query).mappings())
        return tuple(kept_channel(row) for row in rows)

    @retried
    def sync(
        self,
        *,
        watches: Mapping[str, Definition],
        channels: Sequence[WrittenChannel],
        subscribers: Sequence[WrittenSubscriber] = (),
        left_alone: Collection[str] = (),
        now: datetime,
    ) -> None:
        """Make what came from files equal to them; `watches` maps names to definitions.

        A watch that stays keeps its birthday, so an edit does not hide what happens meanwhile. A
        name that a command had taken belongs to the file from now on. What waited for a channel
        that is gone is given up, visibly. Subscribers that are `left_alone`, because their files
        cannot be read now, keep what they had.
        """
        own = WrittenSubscriber(name="", watches=watches, channels=channels)
        everybody = (own, *subscribers)
        wanted_watches = {
            (one.name, name): {"definition": dict(definition), "origin": Origin.FILE}
            for one in everybody
            for name, definition in one.watches.items()
        }
        wanted_channels = {
            (one.name, channel.name): {
                "kind": channel.kind, "options": dict(channel.options), "origin": channel.origin,
            }
            for one in everybody
            for channel in one.channels
        }  # fmt: skip
        with self._store.write() as connection:
            _bring(connection, Watch, wanted_watches, left_alone=left_alone, now=now)
            _bring(connection, Channel, wanted_channels, left_alone=left_alone, now=now)
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
            values = {"definition": dict(definition), "origin": Origin.COMMAND}
            _put(connection, Watch, {("", name): values}, now=now)

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
            is_it = (Watch.subscriber == "", Watch.name == name)
            connection.execute(update(Watch).where(*is_it).values(removed_at=now))


Table = type[Watch] | type[Channel]
RawRows = tuple[Sequence[Any], ...]
_NOT_SAID = "history_event_id"  # how far a watch is held against what was before it
Key = tuple[str, str]  # subscriber and name
_AT_ONCE = 500


def _raw(connection: Connection, table: Table) -> Sequence[Any]:
    """Return the rows in force with their values as the database has them."""
    columns = [cast(one, Text) for one in table.__table__.columns if one.name != _NOT_SAID]
    query = select(*columns).where(table.removed_at.is_(None)).order_by(table.id)
    return connection.execute(query).all()


def _by_name(rows: Iterable[RowMapping]) -> list[RowMapping]:
    # Not by the database: some order letters by a language, each its own way.
    return sorted(rows, key=lambda row: (row["subscriber"], row["name"]))


def _find(connection: Connection, name: str) -> RowMapping | None:
    is_it = (Watch.subscriber == "", Watch.name == name)
    query = select(Watch.origin, Watch.removed_at).where(*is_it)
    return connection.execute(query).mappings().one_or_none()


def _bring(
    connection: Connection,
    table: Table,
    wanted: Mapping[Key, dict[str, Any]],
    *,
    left_alone: Collection[str],
    now: datetime,
) -> None:
    """Write what is new or different, and remove what came from a file that no longer has it."""
    kept = {
        (row["subscriber"], row["name"]): row
        for row in connection.execute(select(table.__table__)).mappings()
    }
    changed = {
        key: values
        for key, values in wanted.items()
        if (row := kept.get(key)) is None
        or row["removed_at"] is not None
        or any(row[name] != values[name] for name in values)
    }
    _put(connection, table, changed, now=now)
    gone = [
        row["id"]
        for key, row in kept.items()
        if key not in wanted
        and key[0] not in left_alone
        and row["origin"] == Origin.FILE
        and row["removed_at"] is None
    ]
    for at in range(0, len(gone), _AT_ONCE):
        some = update(table).where(table.id.in_(gone[at : at + _AT_ONCE]))
        connection.execute(some.values(removed_at=now))


def _put(
    connection: Connection, table: Table, changed: Mapping[Key, dict[str, Any]], *, now: datetime
) -> None:
    """Insert, or update in place; one that had been removed is born again."""
    if not changed:
        return
    rows = [
        {"subscriber": subscriber, "name": name, "created_at": now, "removed_at": None, **values}
        for (subscriber, name), values in changed.items()
    ]
    insert = upsert(connection, table)
    born = case((table.removed_at.is_(None), table.created_at), else_=now)
    new = {key: insert.excluded[key] for key in rows[0] if key not in {"subscriber", "name"}}
    connection.execute(
        insert.on_conflict_do_update(
            index_elements=["subscriber", "name"], set_={**new, "created_at": born}
        ),
        rows,
    )
    if table is Watch:
        for (subscriber, name), values in changed.items():
            if values["definition"].get("backfill"):
                _begin_history(connection, subscriber, name, now)


def _begin_history(connection: Connection, subscriber: str, name: str, now: datetime) -> None:
    """Let a watch that was born now be held against what was before it."""
    newest = select(func.max(Event.id)).scalar_subquery()
    is_born = (Watch.subscriber == subscriber, Watch.name == name, Watch.created_at == now)
    connection.execute(update(Watch).where(*is_born).values(history_event_id=newest))


def _give_up_removed(connection: Connection, now: datetime) -> None:
    removed = select(Channel.id).where(Channel.removed_at.is_not(None))
    unsent = Delivery.state.in_((DeliveryState.PENDING, DeliveryState.WAITING))
    # What was folded into a message that had left still waits for its time.
    untold = (Delivery.state == DeliveryState.FOLDED) & Delivery.next_attempt_at.is_not(None)
    connection.execute(
        update(Delivery)
        .where(
            unsent | untold,
            Delivery.channel_id.in_(removed),
        )
        .values(
            state=DeliveryState.DEAD,
            next_attempt_at=None,
            dead_at=now,
            last_error="the channel was removed from the configuration",
        )
    )
