"""The least crawl that keeps what ours keeps: an upper limit for any crawl made of the same parts.

It has the settings of the counting spider, one selectolax tree a page and three fields by CSS, with
no rule behind them; the same hashes and the same compression; and for each article one row in the
tables that a new article fills, inserted in batches of 200 by SQLAlchemy, with numbers of its own
so that nothing is looked up. It knows nothing of page states, families, encodings, twins, walks,
leases, known articles or the search index. Started by `rival_spiders.py least`.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

from scrapy.http import Response
from selectolax.lexbor import LexborHTMLParser
from sqlalchemy import func, insert, select

from storage.archive.members import compressed
from storage.crawl import Lease, Trigger
from storage.crawls import Crawls
from storage.schema import Body, Column, Content, Document, Event, Sighting, Version
from storage.schema import Response as KeptResponse
from storage.store import file_url, open_store

_BATCH = 200
_LISTS = ("credits", "attachments", "images", "flags", "dates")
Row = Mapping[str, Any]


class Kept:
    """The rows that wait, and the database that they go to."""

    def __init__(self, path: Path) -> None:
        self._made = 0
        self._store = open_store(file_url(path))
        self._archive = path.with_suffix(".gz").open("ab")
        self._rows: dict[Any, list[Row]] = {}
        now = datetime.now(UTC)
        self._lease = Crawls(self._store).begin(
            "least", title=None, timezone="Asia/Shanghai", holder="bench", trigger=Trigger.HAND,
            full=False, alert_max_age=timedelta(days=7), now=now,
        )  # fmt: skip
        with self._store.write() as connection:
            column = {"site_id": self._lease.site_id, "url": "", "url_key": "", "added_at": now}
            connection.execute(insert(Column), [{"id": 1, **column}])

    def add(self, response: Response) -> None:
        """Read a page and let its rows wait."""
        self._made += 1
        self._archive.write(b"".join(compressed(response.body)))
        for table, row in rows_of(response, self._lease, self._made).items():
            self._rows.setdefault(table, []).append(row)
        if self._made % _BATCH == 0:
            self.save()

    def save(self) -> None:
        """Insert what waits, in one transaction."""
        with self._store.write() as connection:
            for table, rows in self._rows.items():
                connection.execute(insert(table), rows)
        self._archive.flush()
        self._rows.clear()

    def stored(self) -> int:
        """Return how many articles the database holds."""
        with self._store.read() as connection:
            return connection.scalar(select(func.count()).select_from(KeptResponse)) or 0


def rows_of(response: Response, lease: Lease, number: int) -> Mapping[Any, Row]:
    """Return the rows of an article by their tables."""
    title, printed, text = fields_of(response.body)
    url, now = response.url, datetime.now(UTC)
    body_hash = sha256(response.body).hexdigest()
    content_hash = sha256(f"{title}\n{text}".encode()).hexdigest()
    site, crawl = {"site_id": lease.site_id}, {"crawl_id": lease.crawl_id}
    page = {**site, "url": url, "url_key": url}
    seen = {"first_seen_at": now, "last_seen_at": now, "first_crawl_id": lease.crawl_id}
    row, of_document = {"id": number}, {"id": number, "document_id": number}
    said: Row = {**dict.fromkeys(_LISTS, ()), "published_text": printed}
    return {
        Content: {
            **row, "content_hash": content_hash, "title": title, "text": text, "created_at": now,
        },
        Document: {**row, **page, **seen, "page_key": url, "link_key": url, "content_id": number},
        Version: {
            **of_document, **crawl, **said, "number": 1, "content_id": number, "reason": "first",
            "seen_from": now, "extractor_version": 1, "body_hash": body_hash,
        },
        Sighting: {**of_document, **page, **seen, "column_id": 1, "kind": "article"},
        Event: {
            **of_document, **site, **crawl, "uid": uuid4().hex, "key": url, "kind": "new",
            "occurred_at": now, "version_id": number,
        },
        Body: {"sha256": body_hash, "codec": "warc", "size": len(response.body), "data": b""},
        KeptResponse: {
            **of_document, **page, **crawl, "status": response.status, "headers": {},
            "body_sha256": body_hash, "fetched_at": now, "outcome": "new",
        },
    }  # fmt: skip


def fields_of(body: bytes) -> tuple[str, str | None, str]:
    """Return the title, the meta line and the text of a page of the fixture site."""
    tree = LexborHTMLParser(body.decode("utf-8"))
    heading, meta = tree.css_first("title"), tree.css_first("form")
    lines = (node.text().strip() for node in tree.css(".v_news_content p"))
    text = "\n".join(line for line in lines if line)
    return heading.text().partition("-")[0] if heading else "", meta.text() if meta else None, text
