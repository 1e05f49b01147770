"""Run claimed crawls in child processes: bounded in number and time, and never orphaned.

A child ends a crawl gracefully on SIGTERM and is killed when it does not. It cannot outlive the
service: the kernel kills it when the service's end of the pipe between them closes, whatever the
child is doing. (PR_SET_PDEATHSIG would watch the fork server, which is the parent here.)
Source: multiprocessing "forkserver"; fcntl(2), F_SETSIG and O_ASYNC.
"""

import fcntl
import logging
import multiprocessing
import os
import select
import signal
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerProcess

from crawler.errors import CrawlerError
from crawler.settings import CrawlOptions
from crawler.site import Site
from crawler.workers import deaf_when_started
from storage.errors import StorageError

logger = logging.getLogger(__name__)

_SAID_CHARACTERS = 300
_NOISY = {"scrapy", "twisted", "asyncio", "py"}  # what matters of it, we log ourselves


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much at once, and how long. `grace` is the time between SIGTERM and SIGKILL."""

    children: int
    sites_per_child: int
    timeout: timedelta
    grace: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedCrawl:
    """A crawl to be run: of this site, for this slot, since then by the clock of the plan."""

    site: Site
    slot_id: int
    planned_at: datetime


# Told when a child has ended: its sites, each with what there is to say. It must not fail.
OnEnd = Callable[[Mapping[str, str | None]], None]
# Told when a crawl that goes on has found something new. It must not fail.
OnNews = Callable[[], None]
_Reports = Mapping[str, str | None]


class Worker:
    """The children; `stop()` it."""

    def __init__(
        self,
        options: CrawlOptions,
        limits: Limits,
        *,
        on_end: OnEnd,
        on_news: OnNews = lambda: None,
        preload: Sequence[str] = (),
    ) -> None:
        self._options = options
        self._limits = limits
        self._on_end = on_end
        self._on_news = on_news
        self._context = multiprocessing.get_context("forkserver")
        # What is imported before the fork costs a child nothing (0.28 s in place of 0.95 s).
        self._context.set_forkserver_preload([__name__, "crawler.run", *preload])
        self._lock = threading.Lock()
        self._supervisors: set[threading.Thread] = set()
        self._stop_reader, self._stop_writer = os.pipe()

    def free(self) -> int:
        """Return for how many sites there is room."""
        with self._lock:
            return (self._limits.children - len(self._supervisors)) * self._limits.sites_per_child

    def start(self, crawls: Sequence[PlannedCrawl]) -> None:
        """Start crawls, spread over as many children as there is room for. Never waits."""
        with self._lock:
            room = self._limits.children - len(self._supervisors)
        groups = [tuple(crawls[number::room]) for number in range(min(room, len(crawls)))]
        for group in groups:
            supervisor = threading.Thread(
                target=self._supervise, args=(group,), name="crawl", daemon=True
            )
            with self._lock:
                self._supervisors.add(supervisor)
            supervisor.start()

    def stop(self) -> None:
        """End all children gracefully, within the grace; wait until they are gone."""
        os.close(self._stop_writer)
        with self._lock:
            supervisors = tuple(self._supervisors)
        for supervisor in supervisors:
            supervisor.join()
        os.close(self._stop_reader)

    def _supervise(self, crawls: tuple[PlannedCrawl, ...]) -> None:
        """Start a child and see it to its end. Only this thread waits for it."""
        sites = tuple(one.site for one in crawls)
        options = replace(
            self._options,
            slots={one.site.name: one.slot_id for one in crawls},
            planned_at=max(one.planned_at for one in crawls),
        )
        said, say = self._context.Pipe(duplex=False)
        process = self._context.Process(target=_crawl, args=(sites, options, say), daemon=True)
        detail: str | None = "the crawl process could not be started"
        reports: _Reports = {}
        try:
            with deaf_when_started():
                process.start()
            say.close()  # the child has its own: it is over when the child is
            reports = self._hear(said, process)
            detail = self._see_to_end(process)
            process.close()
        finally:
            say.close()
            said.close()
            self._on_end({site.name: detail or reports.get(site.name) for site in sites})
            with self._lock:
                self._supervisors.discard(threading.current_thread())

    def _hear(self, said: Connection, process: ForkServerProcess) -> _Reports:
        """Return what the child reports in the end; nothing where it dies or hangs before."""
        deadline = time.monotonic() + self._limits.timeout.total_seconds()
        while (left_s := deadline - time.monotonic()) > 0:
            ready = wait([said, process.sentinel, self._stop_reader], timeout=left_s)
            if said not in ready:
                return {}
            try:
                heard: _Reports | None = said.recv()
            except EOFError:
                return {}
            if heard is not None:
                return heard
            self._on_news()
        return {}

    def _see_to_end(self, process: ForkServerProcess) -> str | None:
        timeout_s = self._limits.timeout.total_seconds()
        ready = wait([process.sentinel, self._stop_reader], timeout=timeout_s)
        detail = None
        if process.sentinel not in ready:
            detail = "the service stopped" if ready else f"took longer than {timeout_s:.0f} s"
            process.terminate()
            if not wait([process.sentinel], timeout=self._limits.grace.total_seconds()):
                detail += ", and had to be killed"
                process.kill()
        process.join()
        if detail is None and process.exitcode:
            detail = _ending(process.exitcode)
        return detail


def _ending(exit_code: int) -> str:
    if exit_code > 0:
        return f"the crawl process failed with exit code {exit_code}"
    return f"the crawl process was ended by {signal.Signals(-exit_code).name}"


def _crawl(sites: tuple[Site, ...], options: CrawlOptions, say: Connection) -> None:
    """Run in the child: crawl these sites, say why one could not be crawled, and exit."""
    os.setsid()  # Ctrl-C in a terminal reaches the service alone, which then ends its children
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
    _die_with_the_service()
    _log_to_stderr()
    from crawler.run import run_crawls  # noqa: PLC0415 (the service itself does without Scrapy)

    try:
        summaries = run_crawls(sites, options, on_news=lambda: say.send(None))
    except (StorageError, CrawlerError) as error:
        logger.error("crawl failed: %s", error)  # noqa: TRY400 (the message says it all)
        raise SystemExit(1) from error
    # Short enough for the pipe's buffer, so that this never waits.
    say.send({one.site: "; ".join(one.notes)[:_SAID_CHARACTERS] or None for one in summaries})


def _log_to_stderr() -> None:
    """Log what goes wrong; that a crawl ended is the service's line."""
    handler = logging.StreamHandler()
    # Not by level: Scrapy sets the levels of its loggers anew when a crawl begins.
    handler.addFilter(lambda record: record.name.partition(".")[0] not in _NOISY)
    logging.basicConfig(
        level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s", handlers=[handler]
    )


def _die_with_the_service() -> None:
    service = multiprocessing.parent_process()
    if service is None:
        return
    pipe = service.sentinel
    fcntl.fcntl(pipe, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(pipe, fcntl.F_SETSIG, signal.SIGKILL)
    fcntl.fcntl(pipe, fcntl.F_SETFL, fcntl.fcntl(pipe, fcntl.F_GETFL) | os.O_ASYNC)
    if select.select([pipe], [], [], 0)[0]:  # it was gone before we listened
        os.kill(os.getpid(), signal.SIGKILL)
