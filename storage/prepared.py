"""A read article on its way into the database, with all that is derived from it."""

from dataclasses import dataclass

from storage.archive.warc import body_sha256
from storage.article import storable
from storage.crawl import ArticleRead, Saved
from storage.identity import printed_day, published_day


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A read article, before the database is asked. `printed_day` is the page's own day.

    `body_hash` is that of the response's body; `pages_hash` is over the bodies of all its parts.
    """

    read: ArticleRead
    content_hash: str
    url_key: str
    body_hash: str
    pages_hash: str
    day: str | None
    printed_day: str | None

    @property
    def link_key(self) -> str:
        """The page key as a link shows it, without the CMS's owner."""
        return storable(self.read.article.page_key)

    @property
    def url_keys(self) -> frozenset[str]:
        """The addresses under which the page was asked for and came."""
        return frozenset((self.url_key, self.read.link_url_key))


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """A page that was saved. `evidence` is why its response is kept; None: it is not."""

    prepared: Prepared
    document_id: int
    saved: Saved
    evidence: str | None = None


def prepare(read: ArticleRead, *, timezone: str) -> Prepared:
    """Derive what the database will be asked for."""
    body_hash = body_sha256(read.response.body)
    parts = [body_sha256(part.body) for part in read.parts]
    return Prepared(
        read=read,
        content_hash=read.article.content_hash,
        url_key=storable(read.response.url_key),
        body_hash=body_hash,
        pages_hash=body_sha256(" ".join([body_hash, *parts]).encode()) if parts else body_hash,
        day=published_day(read.article, timezone),
        printed_day=printed_day(read.article, timezone),
    )
