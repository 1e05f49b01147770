"""The part of a crawl that fetches files and pictures, after all that articles need.

It asks for them when nothing else is left to ask, one after the other as for pages: robots.txt,
the delay and the gate are the crawl's. What is not reached waits in the database for the next one.
"""

import asyncio
from collections import Counter as Tally
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta

from scrapy.http import Request, Response
from twisted.python.failure import Failure

from crawler.crawl import LiveCrawl
from crawler.extract import Refusal
from crawler.failures import StoppedError, refusal_of
from crawler.files.answer import read_answer
from crawler.files.looks import conditions, missed, read_again, seen_again
from crawler.files.plan import plan_of
from crawler.files.text.child import text_of
from crawler.guard import ALLOWED
from crawler.live_spider import LiveSpider
from crawler.reading import BLOCKING, raw_response
from crawler.wordings import State
from storage.asset import DueAsset, FileText
from storage.crawl import RawResponse, Trigger

_PRIORITY = -10  # after everything else
_AT_ONCE = 20  # addresses taken from the database at a time
_CHECKS_A_CRAWL = 20  # kept files that are asked for again
_TIMEOUT_S = 300.0
_REFUSED_IN_A_ROW = 5
# A crawl of the service that fetched files for hours would keep other sites from their turn.
_SERVICE_SPENDS = timedelta(minutes=5)
_NOT_MODIFIED = 304
_STOP_POLL_S = 0.2


class FileFetching:
    """Fetches the files of one crawl: the spider asks it for requests, and carries them out."""

    def __init__(self, spider: LiveSpider) -> None:
        self.plan = plan_of(spider.site, default=spider.options.fetch)
        self._spider = spider
        self._asked: set[int] = set()
        self._counts: Tally[str] = Tally()
        self._size = 0  # bytes
        self._checks = 0
        self._refused_in_a_row = 0
        self._since: datetime | None = None
        self._reading = asyncio.Lock()  # one text at a time: each may take a gigabyte

    def requests(self) -> Iterator[Request]:
        """Yield the next requests for files; none when all is done or enough for one crawl."""
        if self._had_enough():
            return
        self._spider.live().writer.flush()
        for due in self._due_files():
            self._asked.add(due.id)
            yield self._file_request(due)

    def _had_enough(self) -> bool:
        now = self._spider.now()
        self._since = self._since or now
        is_service = self._spider.options.trigger == Trigger.SERVICE
        return (
            self._size >= self.plan.crawl_bytes
            or self._refused_in_a_row >= _REFUSED_IN_A_ROW
            or (is_service and now - self._since > _SERVICE_SPENDS)
        )

    def _due_files(self) -> list[DueAsset]:
        crawl = self._spider.live()
        limit = _AT_ONCE + len(self._asked)
        found = crawl.assets.due(crawl.lease.site_id, now=self._spider.now(), limit=limit)
        if self._spider.options.full:
            found += crawl.assets.named_now(crawl.lease.site_id)
        fresh = {due.id: due for due in found if due.id not in self._asked}
        chosen = []
        for due in fresh.values():
            if conditions(due):
                self._checks += 1
                if self._checks > _CHECKS_A_CRAWL and not self._spider.options.full:
                    continue
            chosen.append(due)
        left = self.plan.crawl_bytes - self._size
        return chosen[: min(_AT_ONCE, max(1, left // self.plan.file_bytes))]

    def _file_request(self, due: DueAsset) -> Request:
        request = self._spider.request(
            due.url, self.parse_file, self.on_file_failed, priority=_PRIORITY, due=due
        )
        request.headers.update({"Accept": "*/*", "Referer": due.referer, **conditions(due)})
        request.meta.update(
            {
                "download_maxsize": self.plan.file_bytes,
                "download_timeout": _TIMEOUT_S,
                "dont_retry": True,  # the next crawl does
                ALLOWED: self.plan.allows,
            }
        )
        return request

    async def parse_file(self, response: Response, due: DueAsset) -> None:
        """Keep a file, with its text."""
        page = self._spider.page(response)
        self._size += len(page.body)
        if page.status == _NOT_MODIFIED:
            self._counts["unchanged"] += 1
            self._spider.live().save(seen_again(due, now=page.fetched_at))
            return
        came = read_answer(page, url=due.url, named=due.named)
        if isinstance(came, Refusal):
            self._miss(due, came, raw_response(page))
            return
        if not self.plan.takes(came.kind):
            self._miss(due, Refusal(state=State.NOT_WANTED, evidence=f"it is {came.kind}"), None)
            return
        try:
            text = await self._text(page.body, came.kind)
        except StoppedError:
            return  # the next crawl fetches it again
        self._counts["kept"] += 1
        self._refused_in_a_row = 0
        self._spider.live().save(read_again(due, came, raw_response(page), text))

    def on_file_failed(self, failure: Failure) -> None:
        """Keep the address of a file that could not be fetched for another crawl."""
        request: Request = failure.request  # type: ignore[attr-defined]  # set by Scrapy
        refusal = refusal_of(failure)
        if refusal.state == State.TOO_LARGE:
            limit = self.plan.file_bytes // 1024 // 1024
            refusal = Refusal(state=State.TOO_LARGE, evidence=f"over {limit} MB (`max_file_mb`)")
        self._miss(request.cb_kwargs["due"], refusal, None)

    def _miss(self, due: DueAsset, refusal: Refusal, response: RawResponse | None) -> None:
        crawl = self._spider.live()
        crawl.save(missed(due, refusal, response=response, now=self._spider.now()))
        if refusal.state == State.NOT_WANTED:
            return
        self._counts["missed"] += 1
        crawl.fail(f"file_{refusal.state}", due.url, refusal.evidence)
        if refusal.state == State.RATE_LIMITED:
            self._refused_in_a_row = _REFUSED_IN_A_ROW
        elif refusal.state in BLOCKING:
            self._refused_in_a_row += 1

    async def _text(self, body: bytes, kind: str | None) -> FileText | None:
        """Return a file's text.

        Raises:
            StoppedError: the crawl is told to stop.
        """
        reading = asyncio.ensure_future(self._alone(body, kind))
        while not reading.done():
            await asyncio.wait([reading], timeout=_STOP_POLL_S)
            if self._spider.stopping.is_set() and not reading.done():
                reading.cancel()
                with suppress(asyncio.CancelledError):
                    await reading
                raise StoppedError
        return reading.result()

    async def _alone(self, body: bytes, kind: str | None) -> FileText | None:
        async with self._reading:
            return await text_of(body, kind)

    def notes(self, crawl: LiveCrawl) -> list[str]:
        """Return what became of files, for people."""
        if crawl.broken:
            return []
        crawl.writer.flush()
        waiting = crawl.assets.waiting(crawl.lease.site_id)
        counts = [f"{count} {what}" for what, count in sorted(self._counts.items())]
        if waiting:
            counts.append(f"{waiting} wait for the next crawl")
        size = f" ({self._size / 1024 / 1024:.1f} MB)" if self._size else ""
        return [f"files: {', '.join(counts)}{size}"] if counts else []
