"""What is known of a link of a listing, from the rows that were found for it. Pure."""

from dataclasses import dataclass
from datetime import datetime

from storage.article import Counter
from storage.crawl import ListedItem
from storage.identity import titles_agree
from storage.rows import AnyRow


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownLink:
    """What is known of a link of a listing.

    `in_column` says that it was seen in this column before, `from_end` where. `document_id` is
    the document behind it; `retitled` says that the list names it otherwise than before.
    `waiting` says that it is pending or refused, and `due` that it may be tried now. `counter` is
    where the document's views are asked for, `counted_at` when they were read last;
    `first_seen_at` is when the document was first seen.
    """

    document_id: int | None = None
    in_column: bool = False
    from_end: int | None = None
    retitled: bool = False
    waiting: bool = False
    due: bool = True
    counter: Counter | None = None
    counted_at: datetime | None = None
    first_seen_at: datetime | None = None


def known_link(
    item: ListedItem,
    column_id: int,
    sightings: dict[str, list[AnyRow]],
    documents: dict[str, list[AnyRow]],
    *,
    now: datetime,
) -> KnownLink:
    """Return what the rows of its addresses and its key say of an item of a listing."""
    rows = sightings.get(item.url_key, [])
    here = next((row for row in rows if row.column_id == column_id), None)
    stored = next((row for row in rows if row.document_id is not None), None)
    document_id = stored.document_id if stored else _twin(item, documents)
    same_key = documents.get(item.link_key or "", [])
    document = next((row for row in same_key if row.id == document_id), None)
    pending = next((row for row in rows if row.kind == "article"), None)
    waiting = pending if document_id is None else None
    return KnownLink(
        document_id=document_id,
        in_column=here is not None,
        from_end=here.from_end if here else None,
        retitled=document_id is not None and here is not None and _differ(item.title, here.title),
        waiting=waiting is not None,
        due=waiting is None or (waiting.next_try_at is not None and waiting.next_try_at <= now),
        counter=_counter(document),
        counted_at=document.views_at if document is not None else None,
        first_seen_at=document.first_seen_at if document is not None else None,
    )


def _differ(title: str | None, before: str | None) -> bool:
    return title is not None and before is not None and title != before


def _counter(row: AnyRow | None) -> Counter | None:
    if row is None or row.counter_id is None:
        return None
    return Counter(owner=row.counter_owner, article_id=row.counter_id, kind=row.counter_kind)


def _twin(item: ListedItem, documents: dict[str, list[AnyRow]]) -> int | None:
    """Return the document with this link's key, if the list's title agrees with its own."""
    for row in documents.get(item.link_key or "", []):
        if row.url_key == item.url_key or titles_agree(item.title, row.title):
            return int(row.id)
    return None
