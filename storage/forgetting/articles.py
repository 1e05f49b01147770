"""Forget articles: every document of them, all that hangs on those, and the responses of both.

What others say stays: the same content on another site, pages that link to it and print its title.
Of its links the address alone stays, so that a crawl knows what it must not ask for.
"""

from collections import Counter as Tally
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, or_, select, update

from storage.errors import NotFoundError, SiteBusyError
from storage.forgetting import evidence
from storage.forgetting.digests import blank_digests
from storage.forgetting.purging import overwrite_deleted
from storage.forgetting.quotes import quotes
from storage.forgetting.recording import Asked, block_pages, record, salt_of
from storage.forgetting.remarks import blank_remarks
from storage.forgotten import STATE, page_digest
from storage.holder import is_dead, shown
from storage.removing import (
    contents_of,
    documents_of,
    drop_contents,
    drop_documents,
    unnamed_assets,
)
from storage.retrying import retried
from storage.rows import AnyRow
from storage.schema import (
    Content,
    Document,
    Event,
    Response,
    Sighting,
    Site,
    Version,
)
from storage.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Doomed:
    """An article that is to be forgotten. `elsewhere` are articles with the same content."""

    id: int
    site: str
    title: str
    url: str
    documents: int
    elsewhere: tuple[int, ...]


def doomed(store: Store, ids: Collection[int], urls: Collection[str]) -> list[Doomed]:
    """Return the articles of these documents and addresses (as `url_key` writes them).

    Raises:
        NotFoundError: there is none for one of them.
    """
    with store.read() as connection:
        leads = [_lead(connection, Document.id == one, str(one)) for one in ids]
        leads += [_lead(connection, _at(url), url) for url in urls]
        return [_doomed(connection, lead) for lead in dict.fromkeys(leads)]


@retried
def forget_articles(
    store: Store, leads: Sequence[int], asked: Asked, *, dry_run: bool = False
) -> Mapping[str, int]:
    """Forget these articles; return how many rows went, by table.

    Raises:
        SiteBusyError: one of their sites is being crawled.
    """
    counts: Tally[str] = Tally()
    with store.write() as connection:
        overwrite_deleted(connection)
        step = connection.begin_nested()
        _forget(connection, leads, asked, counts)
        step.rollback() if dry_run else step.commit()
    return {name: count for name, count in counts.items() if count}


def hold_sites(connection: Connection, site_ids: Collection[int] | None, *, now: Any) -> None:
    """Keep crawls of these sites (None: of all) away until the transaction ends.

    Raises:
        SiteBusyError: one is being crawled.
    """
    question = select(Site.name, Site.lease_holder, Site.lease_expires_at).order_by(Site.id)
    if site_ids is not None:
        question = question.where(Site.id.in_(site_ids))
    for row in connection.execute(question.with_for_update()):
        held = row.lease_holder is not None and row.lease_expires_at > now
        if held and not is_dead(row.lease_holder):
            raise SiteBusyError(row.name, shown(row.lease_holder))


def _at(url_key: str) -> Any:
    sighted = select(Sighting.document_id).where(Sighting.url_key == url_key)
    return or_(Document.url_key == url_key, Document.id.in_(sighted))


def _lead(connection: Connection, condition: Any, name: str) -> int:
    question = select(func.coalesce(Document.lead_id, Document.id)).where(condition).limit(1)
    found = connection.scalar(question)
    if found is None:
        raise NotFoundError("article", name)
    return int(found)


def _doomed(connection: Connection, lead: int) -> Doomed:
    row = connection.execute(
        select(Document.url, Document.content_id, Document.site_id, Content.title, Site.name)
        .join(Content, Content.id == Document.content_id)
        .join(Site, Site.id == Document.site_id)
        .where(Document.id == lead)
    ).one()
    others = select(Document.id).where(
        Document.content_id == row.content_id,
        Document.lead_id.is_(None),
        Document.id != lead,
    )
    return Doomed(
        id=lead,
        site=row.name,
        title=row.title,
        url=row.url,
        documents=len(documents_of(connection, [lead])),
        elsewhere=tuple(connection.scalars(others.order_by(Document.id))),
    )


def _forget(connection: Connection, leads: Sequence[int], asked: Asked, counts: Tally[str]) -> None:
    rows = documents_of(connection, leads)
    ids = [row.id for row in rows]
    sites = {row.site_id for row in rows}
    hold_sites(connection, sites, now=asked.at)
    salt = salt_of(connection)
    keys = _keys(connection, rows)
    contents = contents_of(connection, rows)
    quoted = quotes(connection, ids, contents)
    counts["digests"] = blank_digests(connection, ids, quoted)
    _drop_responses(connection, rows, keys, counts)
    _bare_sightings(connection, ids, keys, counts)
    counts["versions"] = _count(connection, Version, Version.document_id.in_(ids))
    counts["events"] = _count(connection, Event, Event.document_id.in_(ids))
    counts["documents"] = drop_documents(connection, rows)
    # Of all files: a rehearsal may have found that the article does not name one it once named.
    evidence.drop_assets(connection, unnamed_assets(connection), counts)
    counts["contents"] = drop_contents(connection, contents)
    counts["remarks"] = blank_remarks(connection, quoted)
    site = _only(connection, sites)
    number = record(connection, asked, kind="article", site=site, counts=counts, salt=salt)
    digests = {(site_id, page_digest(key, salt=salt)) for site_id, key in keys}
    block_pages(connection, number, sorted(digests))


def _keys(connection: Connection, rows: Sequence[AnyRow]) -> set[tuple[int, str]]:
    """Return every key by which a link or page of these documents is known: (site, key)."""
    keys = {(row.site_id, key) for row in rows for key in (row.link_key, row.url_key)}
    sighted = connection.execute(
        select(Sighting.site_id, Sighting.url_key).where(
            Sighting.document_id.in_([row.id for row in rows])
        )
    )
    return keys | {(row.site_id, row.url_key) for row in sighted}


def _drop_responses(
    connection: Connection,
    rows: Sequence[AnyRow],
    keys: set[tuple[int, str]],
    counts: Tally[str],
) -> None:
    by_document = Response.document_id.in_([row.id for row in rows])
    found = set(connection.scalars(select(Response.id).where(by_document)))
    for site_id, key in keys:
        at = select(Response.id).where(Response.site_id == site_id, Response.url_key == key)
        found |= set(connection.scalars(at))
    counts["responses"] = evidence.drop(connection, found)


def _bare_sightings(
    connection: Connection, ids: Sequence[int], keys: set[tuple[int, str]], counts: Tally[str]
) -> None:
    """Leave the addresses of the links alone, also of those that were not followed yet."""
    conditions: list[ColumnElement[bool]] = [Sighting.document_id.in_(ids)]
    for site_id in {site_id for site_id, _ in keys}:
        ours = [key for of_site, key in keys if of_site == site_id]
        leads_there = Sighting.url_key.in_(ours) | Sighting.link_key.in_(ours)
        conditions.append((Sighting.site_id == site_id) & leads_there)
    counts["sightings"] = connection.execute(
        update(Sighting)
        .where(or_(*conditions))
        .values(
            document_id=None, kind=STATE, link_key=None, title=None, listed_text=None,
            listed_at=None, refused_state=STATE, next_try_at=None,
        )
    ).rowcount  # fmt: skip


def _count(connection: Connection, table: Any, condition: Any) -> int:
    return connection.scalar(select(func.count()).select_from(table).where(condition)) or 0


def _only(connection: Connection, site_ids: Collection[int]) -> str | None:
    if len(site_ids) != 1:
        return None
    return connection.scalar(select(Site.name).where(Site.id.in_(site_ids)))
