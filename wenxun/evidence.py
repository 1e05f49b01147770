"""The page that the verdict of a site stands on, as a fixture with the truth of what was before."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from crawler.discover import Link, LinkKind, Listing
from crawler.errors import CrawlerError
from crawler.fields.links import url_key
from crawler.fixture import TruthKind, record_with_truth, result_of
from crawler.page import Page
from crawler.site import Site
from storage.archive.reading import Archived, read, standing
from storage.crawl import ListedItem
from storage.site_health import PastVerdict, SiteHealth
from storage.store import Store

_MOST = 100  # verdicts


class NoEvidenceError(CrawlerError):
    """There is no page to be had. Crawl the site, or look at `wenxun status`."""

    def __init__(self, site: str, reason: str) -> None:
        super().__init__(f"{site}: {reason}")


def keep_evidence(store: Store, site: Site | None, name: str, *, folder: Path) -> TruthKind:
    """Write the page of the newest bad verdict of a site with what it has to be read as.

    Raises:
        NoEvidenceError: nothing was ever wrong, no page came, or nothing is known of before.
        FixtureError: the folder has a case already, or the page is too large.
        StorageError: there is no such site, or the page cannot be read back.
    """
    verdict = newest_bad(store, name)
    if verdict.response_id is None:
        reason = f"{verdict.evidence}: no page came that could be kept"
        raise NoEvidenceError(name, reason)
    kept = read(store, verdict.response_id)
    truth = _truth(store, site, name, verdict, kept)
    return record_with_truth(_page(kept, site), folder, truth)


def newest_bad(store: Store, name: str) -> PastVerdict:
    """Return the newest verdict of a site by which something was wrong.

    Raises:
        NoEvidenceError: there is none.
        NoSuchSiteError: there is no such site.
    """
    found = SiteHealth(store).history(name, limit=_MOST)
    bad = next((one for one in found if not one.health.is_good), None)
    if bad is None:
        raise NoEvidenceError(name, "nothing was wrong with it so far")
    return bad


def _truth(
    store: Store, site: Site | None, name: str, verdict: PastVerdict, kept: Archived
) -> Listing | dict[str, Any]:
    if kept.document_id is not None:
        for _, pages in standing(store, [kept.document_id]):
            good = next((one for one in pages if isinstance(one, Archived)), None)
            if good is not None:
                kind, found = result_of(_page(good, site))
                if kind is TruthKind.ARTICLE:
                    return found
        raise NoEvidenceError(name, f"{kept.url}: its page from before is not in the archive")
    items = SiteHealth(store).listed_before(verdict, url_key(kept.url))
    if not items:
        raise NoEvidenceError(name, f"{kept.url}: nothing is known of what it said before")
    links = tuple(_link(item) for item in items)
    return Listing(url=kept.url, links=links)


def _link(item: ListedItem) -> Link:
    return Link(
        url=item.url,
        kind=LinkKind(item.kind),
        title=item.title,
        key=item.link_key,
        listed_text=item.listed_text,
        listed_at=item.listed_at,
    )


def _page(kept: Archived, site: Site | None) -> Page:
    page = Page(
        url=kept.url, status=kept.status, headers=kept.headers, body=kept.body,
        fetched_at=kept.fetched_at,
    )  # fmt: skip
    if site is None:
        return page
    return replace(page, timezone=site.timezone, selectors=site.selectors, family=site.family)
