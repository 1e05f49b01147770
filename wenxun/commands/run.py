"""`wenxun run`: the service."""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from crawler.site import Site
from scheduler.memory import keep_little
from storage.alert import KeptWatch
from storage.overview import Overview
from wenxun.commands.crawl import log_to_stderr
from wenxun.config import ConfigError
from wenxun.context import ConfigOption, Context, DatabaseOption, open_context
from wenxun.crawling import chosen_sites, enabled_sites, nothing_to_crawl
from wenxun.watch_view import called
from wenxun.watching import service, sync_watches

logger = logging.getLogger(__name__)


def register(app: typer.Typer) -> None:
    """Add `run`."""
    app.command("run")(run)


def run(
    sites: Annotated[
        list[str] | None, typer.Argument(help="Sites by name. Default: every enabled site file.")
    ] = None,
    site_file: Annotated[
        list[Path] | None, typer.Option("--site-file", help="A site file, anywhere.")
    ] = None,
    config: ConfigOption = None,
    database: DatabaseOption = None,
) -> None:
    """Run the service: crawl each site on its schedule, match watches, send alerts.

    Ends cleanly on SIGTERM and Ctrl-C.
    """
    log_to_stderr(logging.INFO)
    # Each delivery and job, and what matters of a migration, we log.
    for name in ("httpx", "alembic", "procrastinate"):
        logging.getLogger(name).setLevel(logging.WARNING)
    keep_little()
    with open_context(config, database) as context:
        named = bool(sites or site_file)
        chosen = (
            chosen_sites(context.config, names=sites or [], files=site_file or [])
            if named
            else enabled_sites(context.config)
        )
        watches = sync_watches(context.config, context.store, now=datetime.now(UTC)).watches()
        _serve(context, chosen, watches, all_sites=not named)


def _serve(
    context: Context, sites: Sequence[Site], watches: Sequence[KeptWatch], *, all_sites: bool
) -> None:
    """Run the service until it is stopped, with its monitoring port where one is asked for.

    What cannot be begun is told before it says that it started.
    """
    if context.config.listen is None:
        running = service(context.config, context.store, sites, all_sites=all_sites)
        _say_hello(context, sites, watches)
        running.run()
        return
    from web.metrics import Metrics  # noqa: PLC0415 (only whoever listens needs them)
    from web.monitor import Monitor, PortInUseError, Watched  # noqa: PLC0415

    metrics = Metrics()
    running = service(context.config, context.store, sites, all_sites=all_sites, observer=metrics)
    watched = Watched(
        overview=Overview(context.store), metrics=metrics, beat_at=lambda: running.beat_at
    )
    try:
        monitor = Monitor(*context.config.listen, watched)
    except PortInUseError as error:
        raise ConfigError(str(error)) from error
    _say_hello(context, sites, watches)
    logger.info("monitoring port %s: /healthz /readyz /metrics", monitor.port)
    try:
        running.run()
    finally:
        monitor.close()


def _say_hello(context: Context, sites: Sequence[Site], watches: Sequence[KeptWatch]) -> None:
    logger.info(
        "started: %s sites (%s), %s watches (%s), %s subscribers, database %s",
        len(sites), _some([site.name for site in sites]),
        len(watches), _some([called(watch) for watch in watches]),
        len({watch.subscriber for watch in watches} - {None}), context.store.url,
    )  # fmt: skip
    if not sites:
        logger.warning("nothing to look at: %s", nothing_to_crawl(context.config))
    if not watches:
        logger.warning("no watches: articles are kept, nobody is told")
    known = {site.name for site in sites}
    for watch in watches:
        for name in set(watch.definition.get("sites", ())) - known:
            logger.warning(
                "watch %s waits for the site %s, which is not crawled", called(watch), name
            )


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(names[:5])
    return f"{shown} …" if len(names) > 5 else shown or "none"  # noqa: PLR2004 (as many as a line holds)
