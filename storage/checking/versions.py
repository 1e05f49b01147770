"""The versions of each document: numbered without a gap, the last one stands, and it is shown."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise

from sqlalchemy import Connection, exists, func, or_, select, update
from sqlalchemy.orm import aliased

from storage.checking.finding import Check, Found, Looking
from storage.schema import Document, Version

_LATER = aliased(Version)


def find(connection: Connection, _looking: Looking) -> Iterator[Found]:
    """Yield documents whose versions do not fit together."""
    none = ~exists().where(Version.document_id == Document.id)
    for number in connection.scalars(select(Document.id).where(none).order_by(Document.id)):
        yield Found(
            where=f"document {number}",
            says="has no version, so no article shows it: take that from a backup",
        )
    yield from _gaps(connection)
    yield from _standing(connection)
    yield from _shown(connection)


def mend(connection: Connection, found: Sequence[Found], _now: datetime) -> None:
    """Let the last version of each document stand alone, and the document show it."""
    for one in found:
        versions = connection.execute(
            select(Version.id, Version.seen_from, Version.seen_to, Version.content_id)
            .where(Version.document_id == one.key)
            .order_by(Version.number)
        ).all()
        for version, later in pairwise(versions):
            if version.seen_to is None:
                _end(connection, version.id, later.seen_from)
        last = versions[-1]
        _end(connection, last.id, None)
        connection.execute(
            update(Document).where(Document.id == one.key).values(content_id=last.content_id)
        )


def _gaps(connection: Connection) -> Iterator[Found]:
    least, most, count = func.min(Version.number), func.max(Version.number), func.count()
    question = (
        select(Version.document_id, least, most, count)
        .group_by(Version.document_id)
        .having(or_(least != 1, most != count))
        .order_by(Version.document_id)
    )
    for document, first, last, there in connection.execute(question):
        yield Found(
            where=f"document {document}",
            says=f"has {there} versions, numbered {first} to {last}: the history has a gap, "
            "take it from a backup",
        )


def _standing(connection: Connection) -> Iterator[Found]:
    is_last = ~exists().where(
        _LATER.document_id == Version.document_id, _LATER.number > Version.number
    )
    wrong = or_(is_last & Version.seen_to.is_not(None), ~is_last & Version.seen_to.is_(None))
    question = select(Version.document_id, Version.number, Version.seen_to).where(wrong)
    told: set[int] = set()
    for row in connection.execute(question.order_by(Version.document_id, Version.number)):
        if row.document_id in told:
            continue
        told.add(row.document_id)
        state = "does not stand" if row.seen_to else "stands"
        place = "though it is the last" if row.seen_to else "though there is a later one"
        yield Found(
            where=f"document {row.document_id}",
            says=f"version {row.number} {state} {place}",
            repair="lets the last one stand alone",
            key=row.document_id,
        )


def _shown(connection: Connection) -> Iterator[Found]:
    question = (
        select(Document.id, Document.content_id, Version.number, Version.content_id.label("says"))
        .join(Version, (Version.document_id == Document.id) & Version.seen_to.is_(None))
        .where(Version.content_id != Document.content_id)
        .order_by(Document.id)
    )
    for row in connection.execute(question):
        yield Found(
            where=f"document {row.id}",
            says=f"shows content {row.content_id}, its version {row.number} that stands says "
            f"{row.says}",
            repair="shows what the version says",
            key=row.id,
        )


def _end(connection: Connection, version_id: int, seen_to: datetime | None) -> None:
    connection.execute(update(Version).where(Version.id == version_id).values(seen_to=seen_to))


CHECK = Check(name="versions", rank=3, find=find, mend=mend)
