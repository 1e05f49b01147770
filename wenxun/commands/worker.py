"""`wenxun worker`: one more machine that only runs crawls."""

import logging

import typer

from scheduler.memory import keep_little
from wenxun.commands.crawl import log_to_stderr
from wenxun.context import ConfigOption, DatabaseOption, open_context
from wenxun.working import machine

logger = logging.getLogger(__name__)


def register(app: typer.Typer) -> None:
    """Add `worker`."""
    app.command("worker")(worker)


def worker(config: ConfigOption = None, database: DatabaseOption = None) -> None:
    """Run crawls that a service with `workers = "queue"` hands out, on any number of machines.

    Needs PostgreSQL and the extra `workers`. Ends cleanly on SIGTERM and Ctrl-C.
    """
    log_to_stderr(logging.INFO)
    for name in ("procrastinate", "alembic"):  # what matters of a job, we log
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("psycopg.pool").setLevel(logging.ERROR)  # and that the server is away
    keep_little()
    with open_context(config, database) as context:
        running = machine(context.config, context.store)
        logger.info(
            "worker started: %s crawls at once, database %s",
            context.config.max_children, context.store.url,
        )  # fmt: skip
        running.run()
