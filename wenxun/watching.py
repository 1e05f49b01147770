"""Join configuration, storage and scheduler: what is watched, and the service that watches."""

import logging
import os
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

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
from wenxun.config import Config, ConfigError, Workers, load_config
from wenxun.crawling import crawl_options, user_agent
from wenxun.subscribers import FilesState, Subscribers, files_state, read_subscribers

logger = logging.getLogger(__name__)

_SITES_PER_CHILD = 8
_GRACE = timedelta(seconds=10)


def sync_watches(config: Config, store: Store, *, now: datetime) -> Watches:
    """Bring the watches and channels of the configuration and of its subscribers into the database.

    A subscriber's file that is wrong is told as an error, and what it said before still holds.
    """
    found = subscribers(config)
    for broken in found.broken:
        for line in broken.says.split("\n"):
            logger.error("%s", line)
    watches = Watches(store)
    watches.sync(
        watches={watch.name: definition(watch) for watch in config.watches},
        channels=config.channels,
        subscribers=found.good,
        left_alone=[broken.name for broken in found.broken],
        now=now,
    )
    return watches


def subscribers(config: Config) -> Subscribers:
    """Return what the folder of subscribers holds."""
    general = [channel.name for channel in config.channels]
    return read_subscribers(config.subscribers_dir, general=general)


def rereading(config: Config, store: Store) -> Callable[[], None]:
    """Return what brings watches and channels into the database again when a file has changed.

    Of a configuration that is wrong now, what it said before still holds.
    """
    known = _files_of(config)

    def reread() -> None:
        nonlocal known
        found = _files_of(config)
        if found == known:
            return
        try:
            fresh = config if config.path is None else load_config(config.path, dict(os.environ))
        except ConfigError as error:
            for line in str(error).split("\n"):
                logger.error("%s", line)  # noqa: TRY400 (the reason is all)
        else:
            sync_watches(fresh, store, now=datetime.now(UTC))
            logger.info("watches and channels were read again")
        known = found  # not before: what the database did not take is brought again

    return reread


def _files_of(config: Config) -> FilesState:
    own = () if config.path is None else (config.path,)
    return files_state([*own, *sorted(config.subscribers_dir.glob("*.toml"))])


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
            queued=config.workers is Workers.QUEUE,
            archive=config.archive.limits,
            retention=config.retention,
            preload=("wenxun.cli",),  # the child imports the program's entry again
            only_these_sites=all_sites,
            reread=rereading(config, store),
        ),
        observer=observer,
    )
