"""Obey the rules of retention, a thousand rows a transaction: no writer waits long."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Select, func, select

from storage.care import note
from storage.pruning.rule import Rule
from storage.retention import RetentionPlan
from storage.retrying import retried
from storage.schema import Site
from storage.store import Store

_BATCH = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """How many rows of a site went by a rule, or would go; all were older than `before`."""

    site: str
    timezone: str
    rule: str
    before: datetime
    rows: int


def prune(
    store: Store,
    rules: Sequence[Rule],
    plan: RetentionPlan,
    *,
    sites: Sequence[str] | None,
    dry_run: bool,
    now: datetime,
    go_on: Callable[[str, str, int], bool],
) -> list[Pruned]:
    """Let go what is too old, of all sites or of some; return what went, and write it down.

    `go_on` is told the site, the rule and how many of its rows went so far, and says whether to.
    """
    with store.read() as connection:
        known = connection.execute(select(Site.id, Site.name, Site.timezone).order_by(Site.name))
        chosen = [row for row in known if sites is None or row.name in sites]
    done = []
    for site in chosen:
        for rule in rules:
            age = getattr(plan.of(site.name), rule.setting)
            if age is None:
                continue
            doomed = rule.doomed(site.id, site.timezone, now - age)
            if dry_run:
                rows = _count(store, doomed)
            else:
                rows = _remove(store, rule, doomed, partial(go_on, site.name, rule.name))
            if rows:
                pruned = Pruned(
                    site=site.name, timezone=site.timezone, rule=rule.name, before=now - age,
                    rows=rows,
                )  # fmt: skip
                done.append(pruned)
    if not dry_run:
        went = [{"site": one.site, "rule": one.rule, "rows": one.rows} for one in done]
        _write_down(store, went, now=now)
    return done


@retried
def _write_down(store: Store, went: Sequence[Mapping[str, Any]], *, now: datetime) -> None:
    with store.write() as connection:
        note(connection, kind="prune", detail={"went": list(went)}, now=now)


def _count(store: Store, doomed: Select[int]) -> int:
    with store.read() as connection:
        return connection.scalar(select(func.count()).select_from(doomed.subquery())) or 0


def _remove(store: Store, rule: Rule, doomed: Select[int], go_on: Callable[[int], bool]) -> int:
    removed = 0
    while go_on(removed):
        went = _remove_batch(store, rule, doomed)
        removed += went
        if went < _BATCH:
            break
    return removed


@retried
def _remove_batch(store: Store, rule: Rule, doomed: Select[int]) -> int:
    with store.write() as connection:
        numbers = connection.scalars(doomed.limit(_BATCH)).all()
        if numbers:
            rule.remove(connection, numbers)
    return len(numbers)
