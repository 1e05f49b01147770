"""The settings of retention: the table `[retention]` of `wenxun.toml`."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import timedelta

from crawler.errors import SettingError
from crawler.keys import Table, duration, joined, only_known
from storage.retention import Retention, RetentionPlan

FOR_EVER = "forever"
_NO_TIME = timedelta()
_NAMES = tuple(one.name for one in fields(Retention))


def retention_plan(table: Table) -> RetentionPlan:
    """Return what is kept for how long; what is not named is kept for ever.

    Raises:
        SettingError: names the key.
    """
    retention = _table(table, "retention", "")
    only_known(retention, (*_NAMES, "sites"), "retention")
    everywhere = _retention(retention, "retention", Retention())
    sites = _table(retention, "sites", "retention")
    return RetentionPlan(
        everywhere=everywhere,
        sites={site: _of_site(sites, site, everywhere) for site in sites},
    )


def _of_site(sites: Table, site: str, everywhere: Retention) -> Retention:
    path = f"retention.sites.{site}"
    table = _table(sites, site, "retention.sites")
    only_known(table, _NAMES, path)
    return _retention(table, path, everywhere)


def _retention(table: Table, path: str, default: Retention) -> Retention:
    spans: dict[str, timedelta | None] = {}
    for name in _NAMES:
        if table.get(name) == FOR_EVER:
            spans[name] = None
        elif name in table:
            spans[name] = duration(table, name, path, default=_NO_TIME)
        else:
            spans[name] = getattr(default, name)
    return Retention(**spans)


def _table(table: Table, key: str, path: str) -> Table:
    value = table.get(key, {})
    if not isinstance(value, Mapping):
        name = joined(path, key)
        raise SettingError(name, f"must be a table: [{name}]")
    return value
