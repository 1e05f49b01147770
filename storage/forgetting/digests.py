"""Blank what digests tell of articles that are forgotten; they tell of others, too.

A message quotes pieces of an article, cut somewhere: what shares a run of letters with it goes.
"""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, or_, select, update
from sqlalchemy.orm import aliased

from storage.forgotten import MARK
from storage.rows import AnyRow
from storage.schema import Alert, Content, Delivery, Document, Event, Version

_RUN = 8  # letters in a row that no other article has by chance


def blank_digests(
    connection: Connection, document_ids: Sequence[int], content_ids: Collection[int]
) -> int:
    """Blank the articles of these documents in all digests; return how many parts were changed."""
    told = (
        select(Delivery.digest_id)
        .join(Alert, Alert.id == Delivery.alert_id)
        .join(Event, Event.id == Alert.event_id)
        .where(Event.document_id.in_(document_ids), Delivery.digest_id.is_not(None))
    )
    digests = set(connection.scalars(told))
    joined = _joined(connection, document_ids)
    if not digests and not joined:
        return 0
    said, exact = _words(connection, document_ids, content_ids)
    runs = {word[at : at + _RUN] for word in said for at in range(len(word) - _RUN + 1)}
    rows = connection.execute(
        select(Delivery.id, Delivery.message).where(
            or_(Delivery.id.in_(digests), Delivery.digest_id.in_(digests)),
            Delivery.alert_id.is_(None),
        )
    ).all()
    for row in rows:
        values = {"message": _blanked(row.message, runs, exact)}
        connection.execute(update(Delivery).where(Delivery.id == row.id).values(values))
    for row in joined:  # of a repost they say the address; all other words are of their own article
        values = {"message": _blanked(row.message, (), _addresses(connection, document_ids))}
        connection.execute(update(Delivery).where(Delivery.id == row.id).values(values))
    return len(rows) + len(joined)


def _joined(connection: Connection, document_ids: Sequence[int]) -> Sequence[AnyRow]:
    """Return the messages of other articles that name these as reposts."""
    first = aliased(Delivery)
    told = (
        select(first.alert_id)
        .join(Delivery, Delivery.folded_into_id == first.id)
        .join(Alert, Alert.id == Delivery.alert_id)
        .join(Event, Event.id == Alert.event_id)
        .where(Event.document_id.in_(document_ids))
    )
    return connection.execute(
        select(Delivery.id, Delivery.message).where(Delivery.alert_id.in_(told))
    ).all()


def _words(
    connection: Connection, document_ids: Sequence[int], content_ids: Collection[int]
) -> tuple[set[str], list[str]]:
    """Return what these articles say, pieces of which go, and what goes only as a whole.

    The whole are addresses, which begin as all of the site do, and titles of a few letters.
    """
    contents = connection.execute(
        select(Content.title, Content.text).where(Content.id.in_(content_ids))
    ).all()
    subtitles = select(Version.subtitle).where(Version.document_id.in_(document_ids))
    titles = {row.title for row in contents} | set(connection.scalars(subtitles))
    addresses = set(_addresses(connection, document_ids))
    short = {title for title in titles if title and len(title) < _RUN}
    said = {line for row in contents for line in row.text.splitlines()}
    return said | {t for t in titles if t}, sorted(addresses | short, key=len, reverse=True)


def _addresses(connection: Connection, document_ids: Sequence[int]) -> Sequence[str]:
    urls = select(Document.url).where(Document.id.in_(document_ids))
    return sorted(connection.scalars(urls), key=len, reverse=True)


def _blanked(value: Any, runs: Collection[str], exact: Sequence[str]) -> Any:
    if isinstance(value, str):
        return _blanked_text(value, runs, exact)
    if isinstance(value, dict):
        return {key: _blanked(one, runs, exact) for key, one in value.items()}
    return [_blanked(one, runs, exact) for one in value] if isinstance(value, list) else value


def _blanked_text(text: str, runs: Collection[str], exact: Sequence[str]) -> str:
    for word in exact:
        text = text.replace(word, MARK)
    told = bytearray(len(text))
    for at in range(len(text) - _RUN + 1):
        if text[at : at + _RUN] in runs:
            told[at : at + _RUN] = b"\1" * _RUN
    pieces = []
    for at, letter in enumerate(text):
        if not told[at]:
            pieces.append(letter)
        elif at == 0 or not told[at - 1]:
            pieces.append(MARK)
    return "".join(pieces)
