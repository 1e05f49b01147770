"""Settings: `wenxun.toml`, where there is one, and the environment, which comes first.

Every setting has a variable: `WENXUN_` and its name in capitals (`[delivery] retry_delays_s` is
`WENXUN_DELIVERY_RETRY_DELAYS_S`); the variable with `_FILE` behind it names a file that holds the
value. Read once, when a command starts, and passed down as a frozen value.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

from crawler.errors import SettingError
from crawler.keys import Table, duration, flag, only_known, text, whole
from crawler.site import Fetch, fetch_of
from scheduler.plan import RETRY_DELAYS
from scheduler.watch import Watch
from storage.alert import WrittenChannel
from storage.crawl import LEASE
from storage.retention import Retention, RetentionPlan
from wenxun.archive_settings import ArchiveSettings, archive_settings
from wenxun.places import told_with_place
from wenxun.retention_settings import retention_plan
from wenxun.watch_settings import CONSOLE, WrongSettingsError, channels_and_watches

_FILE = Path("wenxun.toml")
_DATABASE_URL = "sqlite:///wenxun.db"
_EVERY = timedelta(minutes=30)
_ALERT_MAX_AGE = timedelta(days=7)
_CRAWL_TIMEOUT = timedelta(hours=1)
_MAX_CHILDREN = 2
_PORTS = 65_536
_LONGEST_DELAY_S = 7 * 86_400
_SHORTEST_LEASE, _LONGEST_LEASE = timedelta(seconds=2), timedelta(hours=1)
_TEXTS = (
    "database_url",
    "contact",
    "sites_dir",
    "subscribers_dir",
    "every",
    "alert_max_age",
    "crawl_timeout",
    "lease",
    "workers",
    "chromium",
    "fetch",
    "listen",
)
_FLAGS = ("allow_private_hosts",)
_NUMBERS = ("max_children",)
_DELAYS = ("delivery.retry_delays_s",)
_ARCHIVE = ("archive.dir", "archive.max_age", "archive.max_size")
_RETENTION = tuple(f"retention.{one.name}" for one in fields(Retention))
_SETTINGS = (*_TEXTS, *_ARCHIVE, *_RETENTION, *_FLAGS, *_NUMBERS, *_DELAYS)
_TRUTH = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}


class Workers(StrEnum):
    """Who runs the crawls: the services' own children, or workers on any machine."""

    LOCAL = "local"
    QUEUE = "queue"


class ConfigError(Exception):
    """The configuration is wrong. Correct the key that is named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """All settings. `path` is None where there is no file.

    `channels` always holds one called `console`, built in unless the file says otherwise.
    """

    path: Path | None = None
    database_url: str = _DATABASE_URL
    contact: str | None = None
    allow_private_hosts: bool = False
    sites_dir: Path = Path("sites")
    subscribers_dir: Path = Path("subscribers")
    every: timedelta = _EVERY
    alert_max_age: timedelta = _ALERT_MAX_AGE
    crawl_timeout: timedelta = _CRAWL_TIMEOUT
    lease: timedelta = LEASE
    workers: Workers = Workers.LOCAL
    max_children: int = _MAX_CHILDREN
    chromium: str | None = None
    fetch: Fetch = Fetch.OFF
    listen: tuple[str, int] | None = None
    archive: ArchiveSettings = field(default_factory=ArchiveSettings)
    retention: RetentionPlan = field(default_factory=RetentionPlan)
    retry_delays: tuple[timedelta, ...] = RETRY_DELAYS
    watches: tuple[Watch, ...] = ()
    channels: tuple[WrittenChannel, ...] = (CONSOLE,)


def load_config(path: Path | None, environ: Mapping[str, str]) -> Config:
    """Read the file (`wenxun.toml` of this folder, if there is one) and the environment.

    Raises:
        ConfigError: the named file is missing or no TOML, or a setting is wrong.
    """
    if path is None and not _FILE.exists():
        return parse_config({}, path=None, environ=environ)
    chosen = path or _FILE
    try:
        written = chosen.read_text("utf-8")
        table = tomllib.loads(written)
    except OSError as error:
        raise ConfigError(f"{chosen}: cannot be read: {error.strerror or error}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{chosen}: is no TOML: {error}") from error
    return parse_config(table, path=chosen, environ=environ, written=written)


def parse_config(
    table: Table, *, path: Path | None, environ: Mapping[str, str], written: str = ""
) -> Config:
    """Return the settings of a file's table and the environment.

    Raises:
        ConfigError: names the file and the key, with its place in what is `written` there, or the
            variable. Watches and channels are all looked at: there may be several lines.
    """
    variables = dict(_set_variables(environ))
    try:
        values = {key: _value(key, given) for key, (_, given) in variables.items()}
        return _parse(_overridden(table, values), path)
    except WrongSettingsError as error:
        lines = [_told(one, path, written) for one in error.errors]
        raise ConfigError("\n".join(lines)) from error
    except SettingError as error:
        if error.key in variables:
            raise ConfigError(f"{variables[error.key][0]}: {error.reason}") from error
        raise ConfigError(_told(error, path, written)) from error


def _told(error: SettingError, path: Path | None, written: str) -> str:
    """Return an error with the place of its key."""
    return str(error) if path is None else told_with_place(error, path, written)


def _parse(table: Table, path: Path | None) -> Config:
    top = {key.partition(".")[0] for key in _SETTINGS}
    only_known(table, top | {"watch", "channel"}, "")
    channels, watches = channels_and_watches(table)
    return Config(
        path=path,
        database_url=text(table, "database_url", "") or _DATABASE_URL,
        contact=_contact(table),
        allow_private_hosts=flag(table, "allow_private_hosts", "", default=False),
        sites_dir=Path(text(table, "sites_dir", "") or "sites"),
        subscribers_dir=Path(text(table, "subscribers_dir", "") or "subscribers"),
        every=duration(table, "every", "", default=_EVERY),
        alert_max_age=duration(table, "alert_max_age", "", default=_ALERT_MAX_AGE),
        crawl_timeout=duration(table, "crawl_timeout", "", default=_CRAWL_TIMEOUT),
        lease=_lease(table),
        workers=_workers(table),
        max_children=whole(table, "max_children", "", default=_MAX_CHILDREN, least=1, most=64),
        chromium=text(table, "chromium", ""),
        fetch=fetch_of(table, "") or Fetch.OFF,
        listen=_listen(table),
        archive=archive_settings(table),
        retention=retention_plan(table),
        retry_delays=_delays(table),
        watches=watches,
        channels=channels,
    )


def _contact(table: Table) -> str | None:
    contact = text(table, "contact", "")
    if contact is not None and not contact.isprintable():
        raise SettingError("contact", "must be one line: an e-mail address or a web page")
    return contact


def _lease(table: Table) -> timedelta:
    lease = duration(table, "lease", "", default=LEASE)
    if not _SHORTEST_LEASE <= lease <= _LONGEST_LEASE:
        raise SettingError("lease", "must be from 2s to 1h")
    return lease


def _workers(table: Table) -> Workers:
    written = text(table, "workers", "") or Workers.LOCAL
    if written not in set(Workers):
        raise SettingError("workers", f"must be one of {', '.join(Workers)}")
    return Workers(written)


def _listen(table: Table) -> tuple[str, int] | None:
    """Return host and port of the monitoring port; an IPv6 host stands in brackets."""
    written = text(table, "listen", "")
    if written is None:
        return None
    host, _, port = written.rpartition(":")
    if not host or not port.isdecimal() or not 0 <= int(port) < _PORTS:
        raise SettingError("listen", 'must be an address and a port such as "127.0.0.1:9464"')
    return host.strip("[]"), int(port)


def _delays(table: Table) -> tuple[timedelta, ...]:
    delivery = table.get("delivery", {})
    if not isinstance(delivery, Mapping):
        raise SettingError("delivery", "must be a table: [delivery]")
    only_known(delivery, ("retry_delays_s",), "delivery")
    seconds = delivery.get("retry_delays_s")
    if seconds is None:
        return RETRY_DELAYS
    is_list = isinstance(seconds, list) and all(
        isinstance(one, int | float) and not isinstance(one, bool) and 0 <= one <= _LONGEST_DELAY_S
        for one in seconds
    )
    if not is_list:
        raise SettingError("delivery.retry_delays_s", "must be a list of seconds, at most 7 days")
    return tuple(timedelta(seconds=one) for one in seconds)


def _set_variables(environ: Mapping[str, str]) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield each setting that the environment gives, with its variable and what that says."""
    for key in _SETTINGS:
        variable = "WENXUN_" + key.replace(".", "_").upper()
        if written := environ.get(variable):
            yield key, (variable, written)
        elif path := environ.get(f"{variable}_FILE"):
            try:
                yield key, (f"{variable}_FILE", Path(path).read_text("utf-8").strip())
            except OSError as error:
                raise ConfigError(f"{variable}_FILE: {path}: {error.strerror or error}") from error


def _value(key: str, written: str) -> object:
    """Return what a variable says as the type that a file would give."""
    try:
        if key in _FLAGS:
            return _TRUTH[written.lower()]
        if key in _NUMBERS:
            return int(written)
        if key in _DELAYS:
            return [float(one) for one in written.split(",")]
    except KeyError as error:
        raise SettingError(key, "must be 1 or 0") from error
    except ValueError as error:
        raise SettingError(key, "must be numbers (several: with commas between)") from error
    return written


def _overridden(table: Table, values: Mapping[str, object]) -> Table:
    merged = dict(table)
    for key, value in values.items():
        section, _, name = key.rpartition(".")
        if not section:
            merged[name] = value
        elif isinstance(inner := merged.get(section, {}), Mapping):
            merged[section] = {**inner, name: value}
    return merged
