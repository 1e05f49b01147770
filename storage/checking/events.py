"""Events of articles: each names its document, and, where it tells of one, a version of that."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import Connection, or_, select, update

from storage.checking.finding import Check, Found, Looking
from storage.rows import AnyRow
from storage.schema import Event, Version

_OF_VERSIONS = ("new", "changed", "restored", "reposted")
_OF_ARTICLES = (*_OF_VERSIONS, "withdrawn")


def find(connection: Connection, _looking: Looking) -> Iterator[Found]:
    """Yield events that do not say what they tell of."""
    question = (
        select(
            Event.id, Event.kind, Event.key, Event.document_id, Event.version_id,
            Event.occurred_at, Version.document_id.label("of_document"),
        )
        .outerjoin(Version, Version.id == Event.version_id)
        .where(
            or_(
                Event.kind.in_(_OF_ARTICLES) & Event.document_id.is_(None),
                Event.kind.in_(_OF_VERSIONS)
                & (Version.id.is_(None) | (Version.document_id != Event.document_id)),
            )
        )
        .order_by(Event.id)
    )  # fmt: skip
    for row in connection.execute(question):
        where = f"event {row.id} ({row.kind})"
        if row.document_id is None:
            yield Found(where=where, says="names no document: take it from a backup")
            continue
        version = _version_of(connection, row)
        has = "has no version" if row.of_document is None else "has a version of another"
        yield Found(
            where=where,
            says=f"of document {row.document_id} {has}: it cannot be told",
            repair=None if version is None else "names the version that stood then",
            key=(row.id, version),
        )


def mend(connection: Connection, found: Sequence[Found], _now: datetime) -> None:
    """Let each event name its version."""
    for one in found:
        event, version = one.key
        connection.execute(update(Event).where(Event.id == event).values(version_id=version))


def _version_of(connection: Connection, row: AnyRow) -> int | None:
    """Return the version of the event's document that began at the event, or stood then."""
    found = select(Version.id).where(Version.document_id == row.document_id)
    if row.kind == "changed":
        # Its key names the version, which an event of a change must not mistake.
        number = row.key.rpartition(":")[2]
        found = found.where(Version.id == (int(number) if number.isdigit() else None))
    else:
        found = found.where(Version.seen_from <= row.occurred_at)
    version: int | None = connection.scalar(found.order_by(Version.number.desc()).limit(1))
    return version


CHECK = Check(name="events", rank=7, find=find, mend=mend)
