"""Sites break in many ways: is it known at the first crawl, and as what? Never where they do not.

Sites of many CMSs (the fixture site, and sites made of saved pages) are crawled by the crawl's own
code, without a network, in simulated time. Then their list pages or articles change as rebuilt and
refused sites do (`layout_breaks.py`), and they are crawled once more, and once more when they are
well again. What is still read right after a change is no breakage and has to be found healthy: each
page is read for itself and held against what it said. The last part has sites that publish little,
stop for weeks, take articles down, and answer 404 and 502 now and then: nothing is broken there.

    python benchmarks/layout_mutations.py [--sites N] [--seed N] [--some N] [--days N] [--misses]
"""

import argparse
import logging
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from layout_breaks import HELD_OUT, NEW_HOST, NEW_SITE, TUNED, Break
from offline_crawl import Answer, crawl_offline
from quiet_worlds import AnySite, site_of

from crawler.discover import LinkKind, Listing
from crawler.extract import extract
from crawler.families import listing_in
from crawler.fields.links import url_key
from crawler.page import Page
from crawler.settings import CrawlOptions
from crawler.site import Site
from storage.article import Article
from storage.articles import Articles, Filter
from storage.health import Health
from storage.overview import Overview
from storage.store import open_store

_DETECTED, _FALSE = 0.95, 0.01
_PROBED = 6  # articles that are read to say whether all is still right
_START = datetime(2026, 4, 9, 3, 0, tzinfo=UTC)
_LOOK = timedelta(hours=8)
_OK = 200
_HELD_OUT_SITES = 100  # the number of the first site that nothing was tuned on


@dataclass(frozen=True, slots=True)
class Case:
    """A break of a site: what it has to be found as (None: half is read right), and what was.

    `recovered`: the crawl after it is healthy. `is_kept`: no text that stood became another one.
    """

    site: str
    name: str
    wanted: Health | None
    found: Health
    evidence: str | None
    recovered: bool
    is_kept: bool

    @property
    def is_breakage(self) -> bool:
        return self.wanted not in {None, Health.HEALTHY}

    @property
    def is_miss(self) -> bool:
        if self.wanted is None:
            return False
        return self.wanted is not self.found or not self.recovered


class World:
    """A site that answers, whatever befell it, and its crawls."""

    def __init__(self, seed: int, folder: Path, *, start: datetime = _START) -> None:
        self.seed, self.now = seed, start
        self.rng = random.Random(seed)
        self.site: AnySite = site_of(seed)
        self.site.fill(24, start)
        self.breaks: Break | None = None
        self.fails = 0.0  # share of answers that are a 404 or 502 instead
        self.database = f"sqlite:///{folder}/{seed}.db"
        Path(folder, f"{seed}.db").unlink(missing_ok=True)
        self._site = Site(name=f"site{seed}", title="云岭", start=tuple(self.site.start))

    def serve(self, method: str, url: str, _headers: Mapping[str, str]) -> Answer:
        """Answer a request."""
        if url.endswith("/robots.txt"):
            return Answer(status=404)
        answer, shown = self.site.answer(method, url)
        broken = self.breaks
        if self.rng.random() < self.fails:
            return Answer(status=self.rng.choice((404, 502)), body=b"<h1>Error</h1>")
        if broken is None or method != "GET":
            return answer
        if broken.error is not None:
            raise broken.error
        if NEW_HOST in url:
            return NEW_SITE
        act = broken.lists if shown is None else broken.articles
        is_page = answer.headers.get("Content-Type", "").startswith("text/html")
        is_told = act is not None and (is_page or shown is not None)
        return act(answer, random.Random(self.seed)) if act and is_told else answer

    def crawl(self) -> tuple[Health, str | None]:
        """Crawl the site eight hours later; return its verdict with the evidence."""
        self.now += _LOOK
        options = CrawlOptions(
            database_url=self.database, user_agent="Wenxun/test", alert_max_age=timedelta(days=7)
        )
        crawl_offline(self._site, options, self.serve, now=lambda: self.now)
        store = open_store(self.database)
        (status,) = Overview(store).sites(now=self.now)
        store.close()
        return Health(status.health or "healthy"), status.health_evidence

    def texts(self) -> dict[int, str]:
        """Return the hash of each article that is stored."""
        store = open_store(self.database)
        found = {one.id: one.content_hash for one in Articles(store).all(Filter())}
        store.close()
        return found

    def pages(self, broken: Break) -> list[str]:
        """Return addresses of the pages that a break concerns, as the lists have them."""
        if broken.lists is not None:
            return list(self.site.start)
        links: list[str] = []
        for url in self.site.start:
            found = self.read(url)
            links += found if isinstance(found, list) else []
        return [link for link in dict.fromkeys(links) if self.read(link)][:_PROBED]

    def read(self, url: str) -> list[str] | tuple[object, ...] | None:
        """Return what is read from a page: the links of a list, or what an article says."""
        answer = self.serve("GET", url, {})
        if answer.status != _OK:
            return None
        headers = {name.lower(): value for name, value in answer.headers.items()}
        page = Page(url=url, body=answer.body, headers=headers, fetched_at=self.now)
        if url in self.site.start:
            return _links(listing_in(page))
        found = extract(page)
        if not isinstance(found, Article):
            return None
        day = found.published_at.date() if found.published_at else None
        return found.title, found.text, day


def _links(listing: Listing | None) -> list[str] | None:
    if listing is None:
        return None
    return [link.url for link in listing.links if link.kind is LinkKind.ARTICLE]


def expected(world: World, broken: Break) -> Health | None:
    """Return what a break has to be found as; None where half is read right and half is not."""
    if broken.health is not None:
        return broken.health
    right, pages = 0, world.pages(broken)
    for url in pages:
        before = world.read(url)
        world.breaks = broken
        right += _is_same(before, world.read(url))
        world.breaks = None
    if right == len(pages):
        return Health.HEALTHY
    if 2 * right > len(pages):
        return None
    return Health.LISTING_BROKEN if broken.lists is not None else Health.LAYOUT_BROKEN


def _is_same(before: object, after: object) -> bool:
    if not isinstance(before, list) or not isinstance(after, list):
        return before == after
    was, is_now = {url_key(url) for url in before}, {url_key(url) for url in after}
    # A link home beside the items takes nothing away.
    return is_now >= was and len(is_now) <= len(was) + 2


def broken_case(seed: int, broken: Break, folder: Path) -> Case:
    """Crawl a site, break it, crawl it, mend it, crawl it."""
    world = World(seed, folder)
    world.crawl()
    world.site.publish(world.now)
    before = world.crawl()
    if not before[0].is_good:
        raise RuntimeError(f"site {seed} is {before} though nothing happened")
    kept, wanted = world.texts(), expected(world, broken)
    for _ in range(2):
        world.site.publish(world.now)
    world.breaks = broken
    found, evidence = world.crawl()
    is_kept = kept.items() <= world.texts().items()
    world.breaks = None
    recovered, _ = world.crawl()
    return Case(
        site=_name(world.site, seed), name=broken.name, wanted=wanted, found=found,
        evidence=evidence, recovered=recovered.is_good, is_kept=is_kept,
    )  # fmt: skip


def quiet_case(seed: int, days: int, folder: Path) -> tuple[int, list[str]]:
    """Crawl a site that is only quiet; return how many crawls, and each bad verdict."""
    world = World(seed, folder, start=datetime(2026, 5, 4, 1, 0, tzinfo=UTC))
    rng, bad, crawls = random.Random(seed), [], 0
    pause = date(2026, 5, 4) + timedelta(days=rng.randrange(days))
    rate = rng.choice((0.0, 0.05, 0.2, 1.0))
    world.crawl()
    for n in range(days):
        day = world.now.date()
        is_off = day.weekday() >= 5 or day >= pause
        for _ in range(3):
            if not is_off and rng.random() < rate / 3:
                world.site.publish(world.now)
            if rng.random() < 0.02:
                world.site.edit(rng.choice(world.site.online()))
            if rng.random() < 0.02 and len(world.site.online()) > 20:
                world.site.withdraw(rng.choice(world.site.online()))
            world.fails = 0.02 if rng.random() < 0.3 else 0.0
            health, evidence = world.crawl()
            crawls += 1
            if not health.is_good:
                bad.append(f"{_name(world.site, seed)} day {n}: {health}: {evidence}")
    return crawls, bad


def _name(site: AnySite, seed: int) -> str:
    made = getattr(site, "templates", None)
    return f"{seed} {made[0].name if made else 'fixture site'}"


def main() -> int:
    """Run both parts and print what came out."""
    logging.disable(logging.CRITICAL)
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sites", type=int, default=6, help="sites of each part (default 6)")
    parser.add_argument("--seed", type=int, default=1, help="the first site (default 1)")
    parser.add_argument("--some", type=int, help="so many breaks of each part a site, by chance")
    parser.add_argument("--days", type=int, default=60, help="days of quiet sites (default 60)")
    parser.add_argument("--misses", action="store_true", help="list what was not found as it is")
    given = parser.parse_args()
    held_out = given.seed + _HELD_OUT_SITES
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        parts = [
            _breaks("tuned on", TUNED, range(given.seed, given.seed + given.sites), folder, given),
            _breaks("held out", HELD_OUT, range(held_out, held_out + given.sites), folder, given),
            _quiet(range(held_out, held_out + given.sites), folder, given),
        ]
    return 0 if all(parts) else 1


def _breaks(
    title: str, breaks: Sequence[Break], seeds: range, folder: Path, given: argparse.Namespace
) -> bool:
    cases = []
    for seed in seeds:
        chosen = random.Random(seed).sample(breaks, given.some or len(breaks))
        for broken in chosen:
            cases.append(broken_case(seed, broken, folder))
            if given.misses and cases[-1].is_miss:
                print(f"  {cases[-1]}", flush=True)
    return _report(title, cases)


def _report(title: str, cases: Sequence[Case]) -> bool:
    breakages = [c for c in cases if c.is_breakage]
    well = [c for c in cases if c.wanted is Health.HEALTHY]
    right = sum(c.found is c.wanted for c in breakages)
    known = sum(not c.found.is_good for c in breakages)
    false = sum(not c.found.is_good for c in well)
    recovered = sum(c.recovered for c in breakages)
    spoilt = sum(not c.is_kept for c in breakages)
    kinds = Counter(str(c.wanted) for c in breakages)
    print(f"{title}: {len(cases)} changes of sites, {len(breakages)} of them breakages")
    print("  " + ", ".join(f"{kind} {count}" for kind, count in sorted(kinds.items())))
    print(
        f"  known at the first crawl {known}, as what it is {right} "
        f"({right / max(1, len(breakages)):.1%}, bar {_DETECTED:.0%}); recovered {recovered}; "
        f"texts overwritten in {spoilt}"
    )
    parts = len(cases) - len(breakages) - len(well)
    print(f"  still read right {len(well)}, {false} of them called broken; in part {parts}")
    return right >= _DETECTED * len(breakages) and false <= _FALSE * max(1, len(well))


def _quiet(seeds: range, folder: Path, given: argparse.Namespace) -> bool:
    crawls, bad = 0, []
    for seed in seeds:
        made, verdicts = quiet_case(seed, given.days, folder)
        crawls += made
        bad += verdicts
        if given.misses:
            print("".join(f"  {one}\n" for one in verdicts), end="", flush=True)
    share = len(bad) / crawls
    print(f"quiet sites: {crawls} crawls, {len(bad)} bad verdicts ({share:.2%}, bar {_FALSE:.0%})")
    return share <= _FALSE


if __name__ == "__main__":
    sys.exit(main())
