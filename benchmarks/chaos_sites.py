"""Fixture sites on which things happen, and the days that pass meanwhile: for `chaos.py`."""

import asyncio
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from chaos_receivers import Key
from sqlalchemy import Engine, select, update

from storage.schema import Document, Response
from wenxun.newssite import NewsSite
from wenxun.newssite.server import listen

_BASELINE = 4  # articles that are there before anybody looks
_OUTSTANDING = 3  # on one site: five changes at once are taken for a redesign
_HALF_A_DAY = timedelta(hours=13)
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass
class Place:
    """One site, and what happened on it that was not told yet."""

    name: str
    site: NewsSite
    ids: dict[str, int] = field(default_factory=dict)  # newsid by title
    touched: set[str] = field(default_factory=set)
    open: dict[Key, int] = field(default_factory=dict)

    def happen(self, chance: random.Random, number: int) -> Key | None:
        """Let the next thing happen; None: there is too much that nobody was told yet."""
        if len(self.open) >= _OUTSTANDING:
            return None
        waiting = {title for _, title in self.open}
        free = [one for one in self.ids if one not in self.touched and one not in waiting]
        what = chance.choices(["new", "changed", "withdrawn"], [60, 25, 15])[0] if free else "new"
        if what == "new":
            title = f"{self.name}第{number}号公告"
            story = self.site.publish(title=title)
            self.ids[title] = story.newsid
        else:
            title = chance.choice(free)
            self.touched.add(title)
            if what == "changed":
                self.site.edit(self.ids[title])
            else:
                self.site.withdraw(self.ids[title])
        self.open[(what, title)] = self.ids[title]
        return what, title

    def to_look_at(self) -> list[str]:
        """Return the addresses of what changed or vanished, and nobody was told."""
        column = self.site.columns[0]
        return [
            f"{self.site.base}/info/{column.tree}/{newsid}.htm"
            for (what, _), newsid in self.open.items()
            if what != "new"
        ]


@contextmanager
def places(count: int) -> Iterator[list[Place]]:
    """Serve so many sites from one thread while the block runs."""
    loop = asyncio.new_event_loop()
    made = [
        Place(f"site{n:02d}", NewsSite(articles=_BASELINE, columns=1, seed=n, variety=False))
        for n in range(count)
    ]
    open_ones = [loop.run_until_complete(listen(place.site, 0)) for place in made]
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        for one in open_ones:
            asyncio.run_coroutine_threadsafe(one.close(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def let_time_pass(engine: Engine, made: list[Place]) -> None:
    """Let half a day pass for pages that were not found, and looks fall due at what changed."""
    urls = [url for place in made for url in place.to_look_at()]
    # One transaction that takes the lock first, as all that write do.
    with engine.connect() as connection, connection.execution_options(wenxun_writer=True).begin():
        found = connection.execute(
            select(Document.id, Document.not_found_since)
            .where(Document.state == "live", Document.url.in_(urls))
            .with_for_update(skip_locked=True)  # what a crawl has just now comes later
        ).all()
        for row in found:
            since = row.not_found_since and row.not_found_since - _HALF_A_DAY
            connection.execute(
                update(Document)
                .where(Document.id == row.id)
                .values(not_found_since=since, next_check_at=_LONG_AGO)
            )
        missing = connection.execute(
            select(Response.id, Response.fetched_at).where(
                Response.document_id.in_([row.id for row in found]), Response.outcome == "missing"
            )
        ).all()
        for one in missing:
            connection.execute(
                update(Response)
                .where(Response.id == one.id)
                .values(fetched_at=one.fetched_at - _HALF_A_DAY)
            )
