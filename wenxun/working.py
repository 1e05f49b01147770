"""Join configuration and worker."""

from datetime import timedelta

from scheduler.machine import Machine, MachineSettings
from scheduler.worker import Limits
from storage.crawl import Trigger
from storage.holder import me
from storage.store import Store
from wenxun.config import Config
from wenxun.crawling import crawl_options

_GRACE = timedelta(seconds=10)


def machine(config: Config, store: Store) -> Machine:
    """Return the worker of this machine.

    Raises:
        StorageError: the database is none for workers.
    """
    return Machine(
        store,
        MachineSettings(
            holder=me(),
            lease=config.lease,
            crawl=crawl_options(config, trigger=Trigger.SERVICE),
            # Of a child that ended the next job may hear before its place is free.
            limits=Limits(
                children=2 * config.max_children,
                sites_per_child=1,
                timeout=config.crawl_timeout,
                grace=_GRACE,
            ),
            preload=("wenxun.cli",),
        ),
    )
