"""A site, as its file describes it: two lines are needed, everything else is optional. Pure.

```toml
title = "云岭大学新闻网"
start = ["https://news.example.edu.cn/xxyw.htm"]
```
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from crawler.errors import GuardError, SettingError
from crawler.hosts import check_url
from crawler.keys import (
    Table,
    duration,
    flag,
    joined,
    only_known,
    required_text,
    text,
    texts,
    whole,
)
from crawler.recheck import USUAL, Revisits

SHANGHAI = "Asia/Shanghai"
_SELECTORS = ("title", "date", "body", "source", "drop", "list", "next")
_KEYS = (
    "title", "start", "every", "delay_s", "since", "max_pages", "family", "timezone", "enabled",
    "counters", "render", "verify_tls", "headers", "cookies", "selectors", "plan", "soonest",
    "latest", "fetch", "fetch_kinds", "fetch_hosts", "max_file_mb", "max_crawl_mb",
    "revisit_soonest", "revisit_latest", "revisits_a_day",
)  # fmt: skip
_SLOWEST_S = 3600
_FILE_MB, _CRAWL_MB = 20, 500
_MOST_REVISITS_A_DAY = 100_000
_LARGEST_FILE_MB, _LARGEST_CRAWL_MB = 200, 100_000
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?", re.IGNORECASE)


class Fetch(StrEnum):
    """What of an article is fetched beside its page."""

    OFF = "off"
    ATTACHMENTS = "attachments"
    ALL = "all"  # pictures, too


class Plan(StrEnum):
    """How looks are spread: as a column's own rhythm has it, or evenly."""

    RHYTHM = "rhythm"
    FIXED = "fixed"


class SiteError(Exception):
    """A site file is wrong or missing. Correct the key that is named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One news site. `None` leaves a setting to the defaults of the program.

    `every` is how often its columns are looked at on average; `soonest` and `latest` bound it.
    `start` are its list pages, one a column. `since` is a local day; older list items are left
    out. `headers` and `cookies` are sent with every request to it. `render`: its pages are read as
    their scripts write them. `fetch_kinds` are endings of file names in small letters (empty: all
    but films and sound), `fetch_hosts` further hosts that its files may lie on.
    """

    name: str
    title: str
    start: tuple[str, ...]
    every: timedelta | None = None
    plan: Plan = Plan.RHYTHM
    soonest: timedelta | None = None
    latest: timedelta | None = None
    delay_s: float | None = None
    since: date | None = None
    max_pages: int | None = None
    family: str | None = None
    timezone: str = SHANGHAI
    enabled: bool = True
    counters: bool = True
    render: bool = False
    verify_tls: bool = True
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: Mapping[str, str] = field(default_factory=dict)
    selectors: Mapping[str, str] = field(default_factory=dict)
    fetch: Fetch | None = None
    fetch_kinds: tuple[str, ...] = ()
    fetch_hosts: tuple[str, ...] = ()
    max_file_mb: int = _FILE_MB
    max_crawl_mb: int = _CRAWL_MB
    revisits: Revisits = USUAL


def own_headers(site: Site) -> dict[str, str]:
    """Return the headers and cookies that the site file sets, as they are sent."""
    cookies = "; ".join(f"{name}={value}" for name, value in site.cookies.items())
    return {**site.headers, **({"Cookie": cookies} if cookies else {})}


def parse_site(name: str, table: Table, *, families: tuple[str, ...]) -> Site:
    """Return the site that a file's table describes.

    Raises:
        SettingError: names the key that is wrong.
    """
    only_known(table, _KEYS, "")
    every = duration(table, "every", "", default=timedelta(0))
    return Site(
        name=name,
        title=required_text(table, "title", ""),
        start=_start(table),
        every=every or None,
        plan=_plan(table),
        soonest=duration(table, "soonest", "", default=timedelta(0)) or None,
        latest=duration(table, "latest", "", default=timedelta(0)) or None,
        delay_s=_delay(table),
        since=_since(table),
        max_pages=_max_pages(table),
        family=_family(table, families),
        timezone=_timezone(table),
        enabled=flag(table, "enabled", "", default=True),
        counters=flag(table, "counters", "", default=True),
        render=flag(table, "render", "", default=False),
        verify_tls=flag(table, "verify_tls", "", default=True),
        headers=_texts_by_name(table, "headers"),
        cookies=_texts_by_name(table, "cookies"),
        selectors=_selectors(table),
        fetch=fetch_of(table, ""),
        fetch_kinds=_fetch_kinds(table),
        fetch_hosts=_fetch_hosts(table),
        max_file_mb=whole(
            table, "max_file_mb", "", default=_FILE_MB, least=1, most=_LARGEST_FILE_MB
        ),
        max_crawl_mb=whole(
            table, "max_crawl_mb", "", default=_CRAWL_MB, least=1, most=_LARGEST_CRAWL_MB
        ),
        revisits=_revisits(table),
    )


def fetch_of(table: Table, path: str) -> Fetch | None:
    """Return what is to be fetched beside pages, or None where the table does not say.

    Raises:
        SettingError: it says something else.
    """
    value = text(table, "fetch", path)
    try:
        return None if value is None else Fetch(value)
    except ValueError as error:
        raise SettingError(joined(path, "fetch"), f"must be one of {', '.join(Fetch)}") from error


def _plan(table: Table) -> Plan:
    value = text(table, "plan", "") or Plan.RHYTHM
    if value not in set(Plan):
        raise SettingError("plan", f"must be one of {', '.join(Plan)}")
    return Plan(value)


def _start(table: Table) -> tuple[str, ...]:
    start = texts(table, "start", "")
    if not start:
        raise SettingError("start", "is missing: the list pages, one a column")
    for number, url in enumerate(start):
        try:
            check_url(url)
        except GuardError as error:
            raise SettingError(f"start[{number}]", error.reason) from error
    return start


def _delay(table: Table) -> float | None:
    value = table.get("delay_s")
    if value is None:
        return None
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not 0 <= float(str(value)) <= _SLOWEST_S:
        raise SettingError("delay_s", f"must be a number of seconds from 0 to {_SLOWEST_S}")
    return float(str(value))


def _since(table: Table) -> date | None:
    value = table.get("since")
    if value is None or type(value) is date:
        return value
    try:
        return date.fromisoformat(value) if isinstance(value, str) else _no_day()
    except ValueError:
        return _no_day()


def _no_day() -> date:
    raise SettingError("since", 'must be a day such as "2024-01-01"')


def _max_pages(table: Table) -> int | None:
    value = table.get("max_pages")
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise SettingError("max_pages", "must be a whole number, at least 1")
    return value


def _family(table: Table, families: tuple[str, ...]) -> str | None:
    family = text(table, "family", "")
    if family is not None and family not in families:
        raise SettingError("family", f"is unknown (known: {', '.join(sorted(families))})")
    return family


def _fetch_kinds(table: Table) -> tuple[str, ...]:
    from crawler.files.kinds import is_known_kind  # noqa: PLC0415 (few site files name kinds)

    kinds = texts(table, "fetch_kinds", "")
    for number, kind in enumerate(kinds):
        if not is_known_kind(kind):
            where = f"fetch_kinds[{number}]"
            raise SettingError(where, f'{kind!r} is no ending of files such as "pdf" or "docx"')
    return kinds


def _fetch_hosts(table: Table) -> tuple[str, ...]:
    hosts = texts(table, "fetch_hosts", "")
    for number, host in enumerate(hosts):
        if not _HOST.fullmatch(host):
            raise SettingError(f"fetch_hosts[{number}]", "must be a host's name, without http://")
    return tuple(host.lower() for host in hosts)


def _revisits(table: Table) -> Revisits:
    soonest = duration(table, "revisit_soonest", "", default=USUAL.soonest)
    latest = duration(table, "revisit_latest", "", default=max(USUAL.latest, soonest))
    if latest < soonest:
        raise SettingError("revisit_latest", "must not be shorter than `revisit_soonest`")
    a_day = whole(
        table, "revisits_a_day", "", default=USUAL.a_day, least=0, most=_MOST_REVISITS_A_DAY
    )
    return Revisits(soonest=soonest, latest=latest, a_day=a_day)


def _timezone(table: Table) -> str:
    name = text(table, "timezone", "") or SHANGHAI
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise SettingError("timezone", "is no zone such as Asia/Shanghai") from error
    return name


def _selectors(table: Table) -> Mapping[str, str]:
    selectors = _texts_by_name(table, "selectors")
    only_known(selectors, _SELECTORS, "selectors")
    if selectors:
        from crawler.fields.selecting import is_selector  # noqa: PLC0415 (few site files have any)

        for name, css in selectors.items():
            if not is_selector(css):
                raise SettingError(f"selectors.{name}", f"{css!r} is no CSS selector")
    return selectors


def _texts_by_name(table: Table, key: str) -> Mapping[str, str]:
    value = table.get(key, {})
    if not isinstance(value, Mapping):
        raise SettingError(key, "must be a table of texts")
    found = {name: required_text(value, name, key) for name in value}
    for name, one in found.items():
        if not (name + one).isprintable():
            raise SettingError(f"{key}.{name}", "must be one line")
    return found
