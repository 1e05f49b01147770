"""Join configuration, storage and scheduler: what is watched, and the service that watches."""

import os
from collections.abc import Sequence
from datetime import datetime, timedelta

from crawler.site import Site
from scheduler.observing import NOBODY, Observer
from scheduler.outbox import OutboxSettings
from scheduler.service import Service, ServiceSettings
from scheduler.watch import definition
from scheduler.worker import Limits
from storage.crawl import Trigger
from storage.holder import me
from storage.store import Store
from storage.watches import Watches
from wenxun.config import Config
from wenxun.crawling import crawl_options, user_agent

_SITES_PER_CHILD = 8
_GRACE = timedelta(seconds=10)


def sync_watches(config: Config, store: Store, *, now: datetime) -> Watches:
    """Bring the watches and channels of the configuration into the database."""
    watches = Watches(store)
    watches.sync(
        watches={watch.name: definition(watch) for watch in config.watches},
        channels=config.channels,
        now=now,
    )
    return watches


def service(
    config: Config,
    store: Store,
    sites: Sequence[Site],
    *,
    all_sites: bool,
    observer: Observer = NOBODY,
) -> Service:
    """Return the service for these sites; `all_sites` says that no others are to be looked at."""
    return Service(
        store,
        sites,
        ServiceSettings(
            every=config.every,
            crawl=crawl_options(config, trigger=Trigger.SERVICE),
            limits=Limits(
                children=config.max_children,
                sites_per_child=_SITES_PER_CHILD,
                timeout=config.crawl_timeout,
                grace=_GRACE,
            ),
            outbox=OutboxSettings(
                holder=me(),
                retry_delays=config.retry_delays,
                allow_private_hosts=config.allow_private_hosts,
                environ=dict(os.environ),
                user_agent=user_agent(config),
            ),
            lease=config.lease,
            archive=config.archive.limits,
            retention=config.retention,
            preload=("wenxun.cli",),  # the child imports the program's entry again
            only_these_sites=all_sites,
        ),
        observer=observer,
    )
