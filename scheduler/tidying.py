"""Once a day, let go what is older than it is to be kept; of several services, one does it."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from storage.care import last_done_at
from storage.pruning import RetentionPlan, prune, rules
from storage.store import Store

logger = logging.getLogger(__name__)

_EVERY = timedelta(days=1)


def tidy(
    store: Store, plan: RetentionPlan, *, now: datetime, is_stopping: Callable[[], bool]
) -> None:
    """Prune, if nobody did within a day; what is left when the service stops goes the next day."""
    if plan.is_for_ever:
        return
    with store.read() as connection:
        last = last_done_at(connection, "prune")
    if last is not None and now - last < _EVERY:
        return
    done = prune(
        store, rules(), plan, sites=None, dry_run=False, now=now,
        go_on=lambda *_: not is_stopping(),
    )  # fmt: skip
    for one in done:
        logger.info("pruned site=%s rows=%s what=%s", one.site, one.rows, one.rule)
