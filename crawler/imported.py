"""A document that somebody hands over becomes an article, by the rules for pages. Pure."""

from collections.abc import Sequence
from datetime import datetime

from crawler.dating import dated
from crawler.families import known_key
from crawler.fields.dates import find_date
from crawler.fields.labels import read_labels
from crawler.fields.links import url_key
from crawler.fields.published import Clock, Published, bare_date_in, published_in, updated_in
from crawler.fields.relative_dates import LOOKS_RELATIVE
from crawler.recheck import next_check
from storage.article import Article, DateClaim, DateFlag, DateSource
from storage.crawl import ArticleRead, RawResponse
from storage.document_form import ReadDocument

_NO_EXTRACTOR = 0
FAMILY = "imported"


def imported_article(
    document: ReadDocument, *, name: str, url: str | None, now: datetime, zone: str
) -> Article:
    """Return the article of a document; `url` is its canonical address, if that is known.

    Its date is read as if a page printed it; `name` is its file's, and stands for the address.
    """
    found, flags = _published(document.published_text, Clock(now=now, zone=zone))
    article = Article(
        url=url or f"file:{name}",
        page_key=page_key(name, url),
        title=document.title,
        text=document.text,
        published_text=document.published_text,
        published_at=found.at if found else None,
        published_precision=found.precision if found else None,
        dates=_claims(found, flags),
        views=document.views,
        empty_reason=None if document.text else "nothing",
        family=FAMILY,
        flags=(*(found.flags if found else ()), *flags),
    )
    return dated(article, now=now, zone=zone)


def imported_read(article: Article, data: bytes, *, now: datetime) -> ArticleRead:
    """Return the article as it is saved. One with an address is looked at by later crawls."""
    has_address = not article.url.startswith("file:")
    key = url_key(article.url) if has_address else article.url
    return ArticleRead(
        article=article,
        response=RawResponse(
            url=article.url, url_key=key, status=200, headers={}, body=data, fetched_at=now
        ),
        link_url_key=key,
        column_id=0,
        extractor_version=_NO_EXTRACTOR,
        next_check_at=next_check(key, now=now, first_seen_at=now, published_at=article.published_at)
        if has_address
        else None,
        imported=True,
    )


def page_key(name: str, url: str | None) -> str:
    """Return the key of a document: that of a page at its address, or one of its file's name."""
    if url is None:
        return f"{FAMILY}/{name}"
    return known_key(url) or url_key(url)


def _published(text: str | None, clock: Clock) -> tuple[Published | None, Sequence[DateFlag]]:
    if text is None:
        return None, ()
    if LOOKS_RELATIVE.search(text) and not find_date(text, now=clock.now, zone=clock.zone):
        return None, ()  # 3小时前: nobody knows before what
    labels = read_labels(text)
    if found := published_in(labels, clock):
        return found, ()
    if updated := updated_in(labels, clock):
        return updated, (DateFlag.OF_UPDATE,)
    return bare_date_in([text], clock), ()


def _claims(found: Published | None, flags: Sequence[DateFlag]) -> tuple[DateClaim, ...]:
    if found is None:
        return ()
    source = DateSource.UPDATED if flags else DateSource.PRINTED
    doubt = found.flags[0] if found.flags else None
    claim = DateClaim(
        source=source, text=found.text, at=found.at, precision=found.precision, doubt=doubt
    )
    return (claim,)
