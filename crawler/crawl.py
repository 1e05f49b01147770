"""One running crawl of one site: its lease, its writer, its counts. Knows no Scrapy."""

import logging
from collections import Counter as Tally
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from crawler.advice import advice, first_failures
from crawler.counting import Counting
from crawler.dating import list_claim
from crawler.extract import UNREADABLE
from crawler.fields.links import host_key, url_key
from crawler.reading import BLOCKING, Look, looks_at
from crawler.recheck import looks_left
from crawler.settings import CrawlOptions
from crawler.site import Site, own_headers
from crawler.symptoms import Settled, Symptoms
from crawler.volume import KNOWN
from crawler.wordings import State
from crawler.writer import Writer
from storage.crawl import ArticleRead, CrawlEnd, CrawlOutcome, CrawlSummary, Lease, Saved, Trigger
from storage.crawls import Crawls
from storage.errors import StorageError
from storage.holder import me
from storage.listings import Listings, StoredColumn
from storage.site_health import SiteHealth
from storage.store import open_store

if TYPE_CHECKING:  # most crawls fetch no files
    from storage.asset import AnyRecord
    from storage.assets import Assets

logger = logging.getLogger(__name__)

_TURNED_AWAY = 20  # pages
_SOON = timedelta(minutes=1)  # a column that is due so soon is read along
# Failures that are counted and make no crawl a partial one.
ONLY_COUNTED = frozenset({"counter", UNREADABLE})
_OF_FILES = "file_"


class LiveCrawl:
    """A crawl that holds its site's lease. `finish()` it, whatever happened."""

    _probed = False
    on_news: Callable[[], None] = staticmethod(lambda: None)  # something new was saved

    def __init__(self, site: Site, options: CrawlOptions, *, now: Callable[[], datetime]) -> None:
        """Open the database and take the lease; `now` is the clock of all that follows.

        Raises:
            StorageError: the database cannot be used, or the site is being crawled.
        """
        self.site, self.options, self.now = site, options, now
        self.failures: Tally[str] = Tally()
        self.notes: list[str] = []
        self.saved: Tally[Saved] = Tally()
        self.requests = self.columns_read = self.listings_read = self._refused_in_a_row = 0
        self.blocked = False
        self._first_of_kind: dict[str, tuple[str, str]] = {}
        self._store = open_store(options.database_url, archive_dir=options.archive_dir)
        try:
            self._crawls = Crawls(self._store)
            self.lease = self._begin()
        except BaseException:
            self._store.close()
            raise
        self.listings = Listings(self._store)
        self.counting = Counting(
            form=self._crawls.counter_form(self.lease.site_id), enabled=site.counters
        )
        self.writer = Writer(
            self._crawls, self.lease, requests=lambda: self.requests, now=now,
            on_saved=self._count, doubting=not options.accept,
        )  # fmt: skip

    def _begin(self) -> Lease:
        return self._crawls.begin(
            self.site.name,
            title=self.site.title,
            timezone=self.site.timezone,
            holder=me(),
            trigger=Trigger(self.options.trigger),
            full=self.options.full,
            alert_max_age=self.options.alert_max_age,
            now=self.now(),
            lasts=self.options.lease,
            slot=self.options.slots.get(self.site.name),
        )

    @cached_property
    def _health(self) -> SiteHealth:
        return SiteHealth(self._store)

    @cached_property
    def symptoms(self) -> Symptoms:
        """Return what is gathered of how the site is; asked for before anything is saved."""
        past = self._health.past(self.lease.site_id)
        # Where people believe what articles say, nothing is held against what was said before.
        return Symptoms(replace(past, articles=0) if self.options.accept else past)

    @cached_property
    def assets(self) -> "Assets":
        """Return where files are asked for."""
        from storage.assets import Assets  # noqa: PLC0415 (most crawls fetch none)

        return Assets(self._store)

    @cached_property
    def stored_columns(self) -> list[StoredColumn]:
        """Return the site's columns, in the order of its file."""
        addresses = [(url, url_key(url)) for url in self.site.start]
        return self.listings.columns(self.lease.site_id, addresses, now=self.now())

    @cached_property
    def due_columns(self) -> list[StoredColumn]:
        """Return the columns to be read: all, or for the service those whose time has come."""
        if self.options.full or self.options.trigger != Trigger.SERVICE:
            return self.stored_columns
        # The plan's clock may be another machine's.
        now = self.now()
        soon = max(now, self.options.planned_at or now) + _SOON
        return [c for c in self.stored_columns if c.next_look_at is None or c.next_look_at <= soon]

    def save(self, record: "AnyRecord") -> None:
        """Hand a record to the writer; a writer that failed is found out by `broken`."""
        if isinstance(record, ArticleRead):
            self._refused_in_a_row = 0
            if lost := record.article.unreadable_letters:
                self.failures[UNREADABLE] += lost
            if self.symptoms.article_read(record):
                return  # it waits for the end of the crawl
        if self.writer.error is None:
            self.writer.add(record)

    def meet(self, state: State) -> None:
        """Note the state of a page that gave nothing."""
        if state in BLOCKING:
            self.blocked = True
            self._refused_in_a_row += 1

    @property
    def is_turned_away(self) -> bool:
        """Say whether the site refuses us page after page, so that asking on is only a burden."""
        return self._refused_in_a_row >= _TURNED_AWAY

    @property
    def broken(self) -> bool:
        """Say whether saving has failed, so that going on is no use."""
        return self.writer.error is not None

    def fail(self, kind: str, url: str, evidence: str) -> None:
        """Count a failure and name it in the log; the first of its kind joins the notes."""
        self.failures[kind] += 1
        self._first_of_kind.setdefault(kind, (evidence, url))
        logger.warning("%s site=%s url=%s %s", kind, self.site.name, url, evidence)

    def headers(self, url: str) -> dict[str, str]:
        """Return the headers and cookies that the site file sets, for the site's own hosts."""
        if not self._own_headers or host_key(url) not in self._own_hosts:
            return {}
        return dict(self._own_headers)

    @cached_property
    def _own_headers(self) -> dict[str, str]:
        return own_headers(self.site)

    @cached_property
    def _own_hosts(self) -> frozenset[str]:
        return frozenset(host_key(start) for start in self.site.start)

    def count_unknown(self, counters: int) -> None:
        """Count view counts that nobody answered with a number."""
        if counters:
            self.failures["counter"] += counters

    def pending_looks(self) -> list[Look]:
        """Return the links that are due to be fetched, once what waits is saved."""
        self.settle_links()
        if self.broken:
            return []
        pending = self.listings.pending(
            self.lease.site_id, [c.id for c in self.stored_columns], now=self.now()
        )
        return [
            Look(
                url=p.url,
                url_key=p.url_key,
                column_id=p.column_id,
                tries=p.tries,
                listed=list_claim(p.listed_text, p.listed_at),
            )
            for p in pending
        ]

    def due_looks(self, *, full: bool) -> list[Look]:
        """Return the known articles to be looked at again: those that are due, or all."""
        site_id, now = self.lease.site_id, self.now()
        if full:
            return looks_at(self.listings.stored_documents(site_id))
        limit = looks_left(self.site.revisits, made=self.listings.looked_again(site_id, now=now))
        return looks_at(self.listings.due(site_id, now=now, limit=limit))

    def probes(self, *, but: Collection[int | None]) -> list[Look]:
        """Return known articles to be looked at: one now and then, more where there is a doubt."""
        if self._probed or self.is_turned_away:
            return []
        self.writer.flush()
        if self.broken:
            return []
        limit = self.symptoms.probes(self.writer.doubted)
        self._probed = limit > 1
        asked = [one for one in but if one is not None]
        columns = self.symptoms.doubtful_columns
        return looks_at(
            self._health.known_documents(self.lease, columns=columns, but=asked, limit=limit)
            if limit
            else []
        )

    def settle_links(self) -> None:
        """Save what waits, and join pending links to the documents that they are twins of."""
        self.writer.flush()
        if not self.broken:
            self._crawls.link_twins(self.lease, now=self.now())

    def finish(self, *, interrupted: bool) -> CrawlSummary:
        """Save the rest, judge, give the lease back, close the database."""
        settled = None if interrupted else self._settled()
        self.writer.close()
        if self.is_turned_away:
            self.notes.append(f"{_TURNED_AWAY} pages in a row were refused: the rest waits")
        end = CrawlEnd(
            outcome=self._outcome(interrupted=interrupted),
            requests=self.requests,
            failures=dict(self.failures),
            notes=(
                *self.notes,
                *first_failures(self._first_of_kind, settled.finding if settled else None),
                *advice(
                    self.failures,
                    read=self.listings_read + sum(self.saved.values()),
                    render=self.site.render,
                ),
            ),
            counter_form=self.counting.form,
            columns_read=self.columns_read,
            finding=settled.finding if settled else None,
            columns=settled.columns if settled else (),
        )
        try:
            if self.writer.error is not None:
                raise self.writer.error
            return self._crawls.finish(self.lease, end, now=self.now())
        except StorageError as error:
            return failed_summary(self.site.name, "database", str(error))
        finally:
            self._store.close()

    def _settled(self) -> Settled | None:
        """Judge, and hand what waited for it to the writer."""
        doubted = self.writer.take_doubted()
        if self.broken:
            return None
        now = self.now()
        today = now.astimezone(ZoneInfo(self.site.timezone)).date()
        days = self._health.published(self.lease.site_id, since=today - KNOWN)
        settled = self.symptoms.settled(
            doubted, columns=self.stored_columns, published=days, today=today, now=now
        )
        for record in settled.records:
            if not self.broken:
                self.writer.add(record)
        return settled

    def _outcome(self, *, interrupted: bool) -> CrawlOutcome:
        if interrupted:
            return CrawlOutcome.INTERRUPTED
        if self.columns_read == 0 and self.due_columns:
            return CrawlOutcome.BLOCKED if self.blocked else CrawlOutcome.FAILED
        is_ok = all(kind in ONLY_COUNTED or kind.startswith(_OF_FILES) for kind in self.failures)
        return CrawlOutcome.OK if is_ok else CrawlOutcome.PARTIAL

    def _count(self, saved: Sequence[Saved]) -> None:
        self.saved.update(saved)
        if Saved.NEW in saved:
            self.on_news()


def failed_summary(site: str, kind: str, reason: str) -> CrawlSummary:
    """Return the summary of a crawl that could not be run or not be saved."""
    return CrawlSummary(site=site, outcome=CrawlOutcome.FAILED, failures={kind: 1}, notes=(reason,))
