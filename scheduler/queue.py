"""The queue between services and workers: procrastinate, on the same PostgreSQL database.

A job is one site's crawl, so that one worker at a time asks a host (`lock`) and a site waits in it
once at most (`queueing_lock`). It carries the site's definition: workers need no site files. What
is due, run or missed is said by the slots; a job that is lost or comes twice changes nothing.
Source: https://procrastinate.readthedocs.io/en/stable/howto/advanced/locks.html and
…/howto/production/retry_stalled_jobs.html
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from crawler.fields.links import host_key
from crawler.site import Site
from crawler.site_record import site_record
from storage.queue import QUEUE
from storage.slots import ClaimedSlot

logger = logging.getLogger(__name__)

_TASK = "wenxun.crawl"
# Runs the crawl of a slot, of the site with this name and record.
RunJob = Callable[[int, str, Mapping[str, Any]], Awaitable[None]]


class Jobs:
    """Puts slots into the queue, within the transaction that claims them."""

    def __init__(self) -> None:
        from procrastinate import App, SyncPsycopgConnector  # noqa: PLC0415 (an extra)

        self._app = App(connector=SyncPsycopgConnector())  # never opened: connections are lent

    def defer(self, driver: Any, slot: ClaimedSlot, site: Site) -> bool:
        """Put a slot into the queue; False: a job of this site waits there already."""
        from procrastinate.exceptions import AlreadyEnqueued  # noqa: PLC0415

        job = self._app.configure_task(
            _TASK,
            queue=QUEUE,
            lock=host_key(site.start[0]),
            queueing_lock=site.name,
            connection=driver,
        )
        try:
            job.defer(slot=slot.id, site=site.name, record=site_record(site))
        except AlreadyEnqueued:
            return False
        return True


class Consumer:
    """Takes jobs out of the queue and has them run, until it is cancelled. For one event loop."""

    def __init__(self, arguments: Mapping[str, Any], run: RunJob) -> None:
        """`run` runs a job; it must not fail."""
        from procrastinate import App, PsycopgConnector  # noqa: PLC0415 (an extra)
        from procrastinate.exceptions import ProcrastinateException  # noqa: PLC0415

        self.error = ProcrastinateException  # what all methods raise where the server is away
        connector = PsycopgConnector(kwargs=dict(arguments), min_size=1, max_size=4)
        self._app = App(connector=connector)

        @self._app.task(name=_TASK, queue=QUEUE)
        async def crawl(slot: int, site: str, record: dict[str, Any]) -> None:
            await run(slot, site, record)

    async def consume(self, *, at_once: int, name: str, beat_s: float, lease_s: float) -> None:
        """Run jobs, so many at once; cancelled, it waits for those that run."""
        async with self._app.open_async():
            await self._app.run_worker_async(
                queues=[QUEUE],
                name=name,
                concurrency=at_once,
                fetch_job_polling_interval=1.0,  # a host's next job is told by nobody
                abort_job_polling_interval=60.0,
                install_signal_handlers=False,
                delete_jobs="always",
                update_heartbeat_interval=beat_s,
                stalled_worker_timeout=lease_s,
            )

    async def running(self) -> dict[int, list[int]]:
        """Return the jobs that run anywhere, by slot."""
        found: dict[int, list[int]] = {}
        for job in await self._app.job_manager.list_jobs_async(queue=QUEUE, status="doing"):
            found.setdefault(int(str(job.task_kwargs["slot"])), []).append(job.id or 0)
        return found

    async def stalled(self, *, lease_s: float) -> list[int]:
        """Return the jobs of workers that were silent for a lease."""
        jobs = await self._app.job_manager.get_stalled_jobs(
            queue=QUEUE, seconds_since_heartbeat=lease_s
        )
        return [job.id or 0 for job in jobs]

    async def drop(self, job_id: int) -> None:
        """Remove a job, so that its host is free for the next."""
        from procrastinate.jobs import Status  # noqa: PLC0415

        await self._app.job_manager.finish_job_by_id_async(
            job_id=job_id, status=Status.FAILED, delete_job=True
        )
