"""How often people are told of what did not happen: weeks of restless pages, in simulated time.

Sites of many CMSs change as real pages do though nothing happened (`quiet_noise.py` names how):
counters, advertisements, shuffled lists beside, sticky items, items that move over list pages,
tokens, sessions, twins of addresses, dates of today, single articles that answer for hours with
404, 502, a challenge or an intranet notice, and whole sites that do for some minutes. Between,
articles are published, edited, taken down and put back. Whatever is told has to be one of these,
and each of these has to be told once.

Nothing is replaced but the network and the clock: the real spider reads the pages, the database
keeps them, the plan says when to look, and the watch is matched after each crawl.

Usage: python benchmarks/false_alarms.py [--sites 50] [--days 30] [--seed 1] [--jobs 2]
"""

import argparse
import heapq
import logging
import random
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from databases import DATABASES, new_database
from measuring import table
from offline_crawl import Answer, crawl_offline
from quiet_noise import KINDS, Visit, noisy
from quiet_worlds import FIXTURES, AnySite, Shown, site_of

from crawler.fixture import TruthKind, case_folders, load_case
from crawler.settings import CrawlOptions
from crawler.site import Site
from scheduler.looking import interval_of, plan_looks
from scheduler.matching import match_all
from storage.alerts import Alerts
from storage.ledger import Ledger, Wanted
from storage.looks import Looks
from storage.store import open_store
from storage.watches import Watches

START = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
EVERY = 8 * HOUR
BASELINE = 40  # articles that are there before anybody looks
TOLD = ("new", "changed", "withdrawn", "restored", "broken", "recovered")
RATES = {"publish": 1.2, "edit": 0.25, "withdraw": 0.08, "restore": 0.05, "fidget": 3.0}  # a day
_BAD_PAGE = 0.02  # of all visits to articles
_LONGEST_BAD = 20 * HOUR
_OUTAGE = 0.05  # of all looks at a site; one that lasts is told, as it should be
_LONGEST_OUTAGE = timedelta(minutes=9)
_SHUT = {
    "challenge", "waf", "blocked", "intranet", "login", "rate_limited", "not_found", "server_error",
}  # fmt: skip
# Crawls of everything when all is over: what happened last is found, and three looks over more
# than a day withdraw an article.
_ERROR = b"<html><body>error</body></html>"
_LAST = (0 * HOUR, 9 * HOUR, 18 * HOUR, 30 * HOUR)


@dataclass(slots=True)
class Watched:
    """A site with what its visitors were shown, and what therefore has to be told."""

    name: str
    world: AnySite
    random_: random.Random
    kinds: tuple[str, ...]
    now: datetime = START
    first_day: set[int] = field(default_factory=set)
    shown: dict[int, tuple[str, ...]] = field(default_factory=dict)
    expected: Counter[tuple[str, int]] = field(default_factory=Counter)
    gone: set[int] = field(default_factory=set)
    bad_until: dict[str, tuple[datetime, Answer]] = field(default_factory=dict)
    outage: tuple[datetime, Answer] = (START, Answer())
    visits: int = 0
    bad: int = 0
    outages: int = 0
    is_calm: bool = False  # all is over: every page answers

    @property
    def site(self) -> Site:
        return Site(name=self.name, title=self.name, start=self.world.start, every=EVERY)

    def clock(self) -> datetime:
        return self.now

    def serve(self, method: str, url: str, _headers: Mapping[str, str]) -> Answer:
        """Answer a request: as the site does, restlessly, or badly for a while."""
        self.now += timedelta(milliseconds=300)
        self.visits += 1
        if method == "GET" and self.now < self.outage[0]:
            return self.outage[1]
        answer, shown = self.world.answer(method, url)
        may_fail = method == "GET" and shown is not None and not self.is_calm
        if may_fail and (bad := self._bad(url)):
            self.bad += 1
            return bad
        if shown is not None:
            self._note(shown)
        kind = answer.headers.get("Content-Type", "")
        if answer.status != 200 or not kind.startswith("text/html"):
            return answer
        host = url.partition("://")[2].partition("/")[0].removeprefix("www.")
        visit = Visit(self.random_, self.now, host, self.world.links())
        body = noisy(answer.body.decode("utf-8", "replace"), visit, self.kinds)
        # What is drawn anew for every visit never stands as it did.
        kept = {"Content-Type": kind}
        return Answer(body=body.encode("utf-8", "replace"), headers=kept)

    def _bad(self, url: str) -> Answer | None:
        until, answer = self.bad_until.get(url, (START, Answer()))
        if until > self.now:
            return answer
        if self.now < START + DAY or self.random_.random() > _BAD_PAGE:
            return None
        answer = self.random_.choice(refused_pages())
        self.bad_until[url] = (self.now + self.random_.random() * _LONGEST_BAD, answer)
        return answer

    def may_fail(self) -> None:
        """Let the site turn everybody away for some minutes, now and then."""
        # Two looks in a row that fail are told, as they should be.
        if self.now > max(START, self.outage[0]) + DAY and self.random_.random() < _OUTAGE:
            until = self.now + self.random_.random() * _LONGEST_OUTAGE
            self.outage = until, self.random_.choice(refused_pages(only=frozenset(_SHUT)))
            self.outages += 1

    def _note(self, shown: Shown) -> None:
        before = self.shown.get(shown.number)
        if not shown.content:
            return
        if before is not None and before != shown.content:
            self.expected["changed", shown.number] += 1
        self.shown[shown.number] = shown.content

    def happen(self, what: str) -> None:
        """Let something happen to the site; edits and the like meet what visitors know."""
        if what == "fidget":
            self.world.fidget()
            return
        if what == "publish":
            number = self.world.publish(self.now)
            self.expected["new", number] += 1
            return
        known = [number for number in self.world.online() if number in self.shown]
        if what == "restore":
            self._restore()
        elif what == "withdraw" and len(self.gone) < 5:
            number = self.random_.choice(known)
            self.world.withdraw(number)
            self.gone.add(number)
            self.expected["withdrawn", number] += 1
        elif what == "edit":
            self.world.edit(self.random_.choice(known))

    def _restore(self) -> None:
        """Put back what was taken down so long ago that everybody was told."""
        told = [n for n in self.gone if self.expected["told", n]]
        if told:
            number = self.random_.choice(told)
            self.world.restore(number)
            self.gone.discard(number)
            self.expected["told", number] = 0
            self.expected["restored", number] += 1


@cache
def refused_pages(only: frozenset[str] | None = None) -> tuple[Answer, ...]:
    """Return what sites answer in place of a page: the saved ones (of some states), and errors."""
    cases = [load_case(folder) for folder in case_folders(FIXTURES / "refused")]
    return (
        *(
            Answer(status=case.page.status, body=case.page.body, headers=dict(case.page.headers))
            for case in cases
            if case.kind is TruthKind.REFUSED and case.page.status not in {301, 302}
            and (only is None or case.truth["state"] in only)
        ),
        *(Answer(status=status, body=_ERROR) for status in (404, 500, 502, 503, 403)),
    )  # fmt: skip


def watched(number: int, seed: int) -> Watched:
    random_ = random.Random(seed * 1_000_003 + number)
    world = site_of(seed * 1000 + number)
    kinds = tuple(kind for kind in KINDS if random_.random() < 0.65)
    return Watched(f"site{number}", world, random_, kinds)


def happenings(one: Watched, days: int) -> list[tuple[datetime, str]]:
    """Return what happens to a site, in order; the last two days are left for finding it."""
    found = []
    for what, rate in RATES.items():
        at = START + DAY
        while (at := at + one.random_.expovariate(rate) * DAY) < START + (days - 2) * DAY:
            found.append((at, what))
    return sorted(found)


class Shard:
    """Some of the sites, on a database of their own."""

    def __init__(self, url: str, sites: list[Watched], days: int) -> None:
        self.url, self.days = url, days
        self.sites = {one.name: one for one in sites}
        self.store = open_store(url)
        self.alerts, self.watches = Alerts(self.store), Watches(self.store)
        self.crawls = self.made = 0

    def run(self) -> None:
        definition = {"name": "all", "events": list(TOLD)}
        self.watches.add("all", definition, now=START - DAY)
        waiting: list[tuple[datetime, str]] = []
        coming = {}
        for name, one in self.sites.items():
            one.world.fill(BASELINE, START)
            one.first_day = set(one.world.online())
            coming[name] = happenings(one, self.days)
            heapq.heappush(waiting, (START + one.random_.random() * EVERY, name))
        while waiting and waiting[0][0] < START + self.days * DAY:
            at, name = heapq.heappop(waiting)
            heapq.heappush(waiting, (self._look(self.sites[name], at, coming[name]), name))
        for wait in _LAST:
            for one in self.sites.values():
                one.is_calm = True
                one.now = START + self.days * DAY + wait
                self._crawl(one, full=True)

    def _look(self, one: Watched, at: datetime, coming: list[tuple[datetime, str]]) -> datetime:
        while coming and coming[0][0] <= at:
            one.now, what = coming.pop(0)
            one.happen(what)
        one.now = max(one.now, at)
        one.may_fail()
        self._crawl(one, full=False)
        interval = interval_of(one.site, default=EVERY)
        return plan_looks(Looks(self.store), one.site, interval, now=one.now) or one.now + EVERY

    def _crawl(self, one: Watched, *, full: bool) -> None:
        options = CrawlOptions(
            database_url=self.url, user_agent="bench", full=full, trigger="service",
            allow_private_hosts=True,
        )  # fmt: skip
        crawl_offline(one.site, options, one.serve, now=one.clock)
        self.crawls += 1
        made = match_all(self.alerts, self.watches, now=one.now)
        self.made += made
        if made:
            for entry in self.told(one.name):
                if entry[0] == "withdrawn":
                    one.expected["told", entry[1]] = 1

    def told(self, site: str) -> Iterator[tuple[str, int]]:
        one = self.sites[site]
        for entry in Ledger(self.store).entries(Wanted(site=site)):
            values = entry.values
            if values["kind"] in TOLD and not values["backfill"] and values["state"] == "open":
                yield values["kind"], number_of(one.world, values["url"])

    def verdict(self) -> list[tuple[str, str, str]]:
        """Return what was told wrongly or not at all: site, what, and about which address."""
        told = sum(len(list(self.told(name))) for name in self.sites)
        wrong = [("all", f"false count of alerts: {self.made}", str(told))] * (self.made != told)
        for name, one in self.sites.items():
            found = Counter(self.told(name))
            due = Counter({key: n for key, n in one.expected.items() if key[0] != "told" and n})
            wrong += [
                (name, f"false {kind}", str(number)) for kind, number in (found - due).elements()
            ]
            wrong += [
                (name, f"missed {kind}", str(number)) for kind, number in (due - found).elements()
            ]
        return wrong


def number_of(world: AnySite, url: str | None) -> int:
    shown = world.answer("GET", url)[1] if url else None
    return -1 if shown is None else shown.number


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a shard came to."""

    wrong: list[tuple[str, str, str]]
    told: Counter[str]
    crawls: int
    visits: int
    bad: int
    names: dict[str, str]


def run_shard(numbers: list[int], seed: int, days: int, database: str) -> Outcome:
    logging.disable(logging.CRITICAL)
    sites = [watched(number, seed) for number in numbers]
    with tempfile.TemporaryDirectory() as folder, new_database(database, Path(folder)) as url:
        shard = Shard(url, sites, days)
        with closing(shard.store):
            shard.run()
            told = Counter(kind for one in sites for kind, _ in shard.told(one.name))
            return Outcome(
                shard.verdict(), told, shard.crawls, sum(s.visits for s in sites),
                sum(s.bad for s in sites), {s.name: _named(s) for s in sites},
            )  # fmt: skip


def _named(one: Watched) -> str:
    made = getattr(one.world, "templates", None)
    what = "+".join(t.name for t in made) if made else f"demo/{one.world.site.face}"  # type: ignore[union-attr]
    return f"{what} [{' '.join(one.kinds)}]"


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--sites", type=int, default=50)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--database", choices=DATABASES, default="sqlite")
    parser.add_argument("--only", type=int, nargs="*", help="these sites of that many")
    options = parser.parse_args()
    started = time.monotonic()
    numbers = options.only or list(range(options.sites))
    shards = [numbers[n :: options.jobs] for n in range(min(options.jobs, len(numbers)))]
    with ProcessPoolExecutor(len(shards)) as pool:
        running = [
            pool.submit(run_shard, shard, options.seed, options.days, options.database)
            for shard in shards
        ]
        found = [one.result() for one in running]
    return _report(found, took_s=time.monotonic() - started)


def _report(found: list[Outcome], *, took_s: float) -> int:
    told = sum((one.told for one in found), Counter[str]())
    wrong = sorted(line for one in found for line in one.wrong)
    by_site = defaultdict(list)
    for site, what, number in wrong:
        by_site[site].append(f"{what} {number}")
    names = {name: text for one in found for name, text in one.names.items()}
    for site, lines in by_site.items():
        print(f"{site} {names[site]}\n    " + ", ".join(lines[:12]))
    false = sum(what.startswith("false") for _, what, _ in wrong)
    print(table([
        ("crawls", "visits", "bad answers", "told", "false", "missed", "minutes"),
        (sum(o.crawls for o in found), sum(o.visits for o in found), sum(o.bad for o in found),
         " ".join(f"{k}:{n}" for k, n in sorted(told.items())), false, len(wrong) - false,
         f"{took_s / 60:.1f}"),
    ]))  # fmt: skip
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
