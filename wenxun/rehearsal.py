"""Rehearse: today's code over the kept pages of some sites, told as it goes, applied where asked.

What is applied is saved under the lease of its site, a batch in a transaction; a site that is being
crawled is told and left alone.
"""

import time
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from zoneinfo import ZoneInfo

from crawler.extract import EXTRACTOR_VERSION
from crawler.rehearse import PAGE_KEY, Fate, Rehearsed
from crawler.rehearsing import BATCH, Batch, Database, Done, run_batches
from crawler.site import Site
from storage.crawl import Lease, Saved
from storage.errors import LeaseLostError, NotFoundError, SiteBusyError
from storage.holder import me
from storage.rehearsal import KeptSite, RefusedPage
from storage.rehearsals import Rehearsals
from storage.store import Store

_RENEW_S = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """What is rehearsed. Days are local to the site, inclusive: when the pages were fetched.

    `sample`: at most so many articles, spread evenly. `after`: go on behind this document.
    """

    since: date | None = None
    until: date | None = None
    sample: int | None = None
    after: int | None = None


@dataclass(slots=True)
class Tally:
    """What it came to so far. `applied` counts versions, `fields` changed articles by field."""

    articles: set[int] = field(default_factory=set)
    changed: set[int] = field(default_factory=set)
    fields: Counter[str] = field(default_factory=Counter)
    no_article: Counter[str] = field(default_factory=Counter)
    incomplete: int = 0
    new_articles: int = 0
    not_kept: int = 0
    failed: int = 0
    applied: int = 0
    passed_over: int = 0
    left_alone: int = 0
    tried_again: int = 0
    busy: dict[str, str] = field(default_factory=dict)
    last_document: int | None = None

    def add(self, done: Done) -> None:
        """Count a batch."""
        self.articles.update(done.articles)
        for one in done.found:
            self._add(one)
        if done.batch.documents:
            self.last_document = done.batch.documents[-1]

    def _add(self, one: Rehearsed) -> None:
        match one.fate:
            case Fate.CHANGED:
                self.changed.add(one.article_id or 0)
                self.fields.update(list(one.old))
            case Fate.NO_ARTICLE:
                self.no_article[(one.evidence or "").partition(":")[0]] += 1
            case Fate.INCOMPLETE:
                self.incomplete += 1
            case Fate.ARTICLE:
                self.new_articles += 1
            case Fate.NOT_KEPT:
                self.not_kept += 1
            case Fate.FAILED:
                self.failed += 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The kept pages of one site that are read again, by the rules of its file of today."""

    kept: KeptSite
    site: Site
    documents: Sequence[int]
    refused: Sequence[RefusedPage]

    def batches(self, *, wants_reads: bool) -> Iterator[Batch]:
        """Yield them in batches."""
        for start in range(0, len(self.documents), BATCH):
            documents = tuple(self.documents[start : start + BATCH])
            yield Batch(site=self.site, documents=documents, wants_reads=wants_reads)
        for start in range(0, len(self.refused), BATCH):
            yield Batch(site=self.site, refused=tuple(self.refused[start : start + BATCH]))


def plans(
    rehearsals: Rehearsals, sites: Iterable[tuple[KeptSite, Site]], extent: Extent
) -> list[Plan]:
    """Return what is to be read, site by site.

    Raises:
        NotFoundError: the document to go on behind is not among them.
    """
    found = []
    for kept, site in sites:
        since, until = _span(extent, site.timezone)
        documents = rehearsals.documents(kept.id, since=since, until=until)
        refused = rehearsals.refused(kept.id, since=since, until=until)
        found.append(Plan(kept=kept, site=site, documents=documents, refused=refused))
    if extent.after is not None:
        found = _behind(found, extent.after)
    return found if extent.sample is None else _sampled(found, extent.sample)


class Rehearsal:
    """A rehearsal that runs; `apply` makes what it finds so."""

    def __init__(self, store: Store, *, database: Database, jobs: int, apply: bool) -> None:
        self.tally = Tally()
        self._rehearsals = Rehearsals(store)
        self._database = database
        self._jobs = jobs
        self._apply = apply
        self._lease: Lease | None = None
        self._renew_at = 0.0

    def run(
        self,
        found: Sequence[Plan],
        *,
        progress: Callable[[int], None],
        is_stopped: Callable[[], bool],
    ) -> Generator[tuple[Site, Rehearsed]]:
        """Yield all that would become another, in order; `progress` is told how many were read.

        It ends early, after a whole batch, where `is_stopped` says so.
        """
        kept = {plan.site.name: plan.kept for plan in found}
        batches = (b for plan in found for b in plan.batches(wants_reads=self._apply))
        size = sum(len(plan.documents) + len(plan.refused) for plan in found)
        jobs = max(1, min(self._jobs, -(-size // BATCH)))
        try:
            for done in run_batches(batches, database=self._database, jobs=jobs):
                if self._apply:
                    self._save(kept[done.batch.site.name], done)
                self.tally.add(done)
                progress(len(done.batch.documents) + len(done.batch.refused))
                yield from ((done.batch.site, one) for one in done.found)
                if is_stopped():
                    return
        finally:
            self._give_back()

    def _save(self, site: KeptSite, done: Done) -> None:
        try:
            lease = self._lease_of(site)
            if lease is not None:
                self._apply_batch(lease, done)
        except LeaseLostError as error:
            self.tally.busy[site.name] = str(error)
            self._lease = None

    def _lease_of(self, site: KeptSite) -> Lease | None:
        """Return the lease of this site, taken with its first batch; None: it is being crawled."""
        if self._lease is None or self._lease.site_id != site.id:
            self._give_back()
            if site.name in self.tally.busy:
                return None
            try:
                self._lease = self._rehearsals.begin(site, holder=me(), now=datetime.now(UTC))
            except SiteBusyError as error:
                self.tally.busy[site.name] = str(error)
        return self._lease

    def _apply_batch(self, lease: Lease, done: Done) -> None:
        now = datetime.now(UTC)
        changed = [one for one in done.found if one.read is not None]
        reads = [one.read for one in changed if one.read is not None and PAGE_KEY not in one.old]
        if reads:
            saved = self._rehearsals.apply(lease, reads, now=now)
            self.tally.applied += saved.count(Saved.REPARSED)
            self.tally.passed_over += saved.count(Saved.SEEN)
        self.tally.left_alone += len(changed) - len(reads)
        again = _tried_again(done)
        if again:
            self._rehearsals.try_again(lease, again, now=now)
            self.tally.tried_again += len(again)
        if done.stale or time.monotonic() > self._renew_at:
            self._rehearsals.mark_read(
                lease, done.stale, extractor_version=EXTRACTOR_VERSION, now=now
            )
            self._renew_at = time.monotonic() + _RENEW_S

    def _give_back(self) -> None:
        if self._lease is not None:
            self._rehearsals.end(self._lease)
            self._lease = None


def _tried_again(done: Done) -> list[RefusedPage]:
    """Return what the next crawl fetches again: it alone can tell what stands there today."""
    by_response = {page.response_id: page for page in done.batch.refused}
    again = [by_response[one.response_id] for one in done.found if one.response_id in by_response]
    return again + [
        RefusedPage(response_id=0, url_key="", document_id=one.document_id)
        for one in done.found
        if one.fate is Fate.INCOMPLETE
    ]


def _span(extent: Extent, zone: str) -> tuple[datetime | None, datetime | None]:
    here = ZoneInfo(zone)
    since = datetime.combine(extent.since, clock_time(), here) if extent.since else None
    end = extent.until + timedelta(days=1) if extent.until else None
    return since, datetime.combine(end, clock_time(), here) if end else None


def _behind(found: Sequence[Plan], after: int) -> list[Plan]:
    """Return what follows on a document: the rest of its site, and the sites behind it."""
    place = next((n for n, plan in enumerate(found) if after in set(plan.documents)), None)
    if place is None:
        raise NotFoundError("document with kept pages", str(after))
    first = found[place]
    left = [number for number in first.documents if number > after]
    return [
        Plan(kept=first.kept, site=first.site, documents=left, refused=first.refused),
        *found[place + 1 :],
    ]


def _sampled(found: Sequence[Plan], sample: int) -> list[Plan]:
    """Return so many documents, and at most as many refused pages, spread over all of them."""
    documents = set(_spread([n for plan in found for n in plan.documents], sample))
    pages = _spread([p.response_id for plan in found for p in plan.refused], sample)
    return [
        Plan(
            kept=plan.kept, site=plan.site,
            documents=[number for number in plan.documents if number in documents],
            refused=[page for page in plan.refused if page.response_id in set(pages)],
        )
        for plan in found
    ]  # fmt: skip


def _spread(numbers: Sequence[int], count: int) -> list[int]:
    if count >= len(numbers):
        return list(numbers)
    return [numbers[place * len(numbers) // count] for place in range(count)]
