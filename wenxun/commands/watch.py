"""`wenxun watch`: what someone waits for, and what it would have found."""

import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from crawler.errors import SettingError
from crawler.extract import Refusal, extract
from crawler.page import Page
from scheduler.meeting import View, obstacles, want, word_index
from scheduler.watch import Watch, definition, parse_watch
from storage.alert import EventKind, Subject
from storage.alerts import Alerts
from storage.article import Article
from storage.errors import NotFoundError
from storage.watches import Watches, WatchMissingError
from wenxun.config import ConfigError
from wenxun.context import (
    LARGEST_NUMBER,
    ConfigOption,
    Context,
    DatabaseOption,
    JsonOption,
    open_context,
)
from wenxun.tables import print_table
from wenxun.times import iso
from wenxun.watch_view import called, echo, say_found, say_verdict, watch_table
from wenxun.watching import subscribers, sync_watches

_MOST_EVENTS = 20_000
_EVERYBODY = ""  # the watches that no subscriber has
Words = list[str] | None
SubscriberOption = Annotated[
    str | None, typer.Option("--subscriber", help="Only of this subscriber.")
]
Query = Annotated[
    str | None, typer.Option("--query", help="Found by this query, as `wenxun search` has it.")
]
Backfill = Annotated[bool, typer.Option("--backfill", help="Also what a site's first crawl finds.")]
Urgent = Annotated[
    bool, typer.Option("--urgent", help="At once, whatever a channel's timetable says.")
]
EveryRepost = Annotated[
    bool, typer.Option("--every-repost", help="A message for each site that has a story.")
]


def register(app: typer.Typer) -> None:
    """Add the group `watch`."""
    group = typer.Typer(no_args_is_help=True, help="What to wait for: add, list, try, remove.")
    group.command("add")(add)
    group.command("list")(list_watches)
    group.command("remove")(remove)
    group.command("test")(try_out)
    group.command("backtest")(backtest)
    app.add_typer(group, name="watch")


def add(
    name: Annotated[str, typer.Argument(help="What the watch is called.")],
    *,
    any_of: Annotated[Words, typer.Option("--any-of", help="At least one of these words.")] = None,
    all_of: Annotated[Words, typer.Option("--all-of", help="All of these words.")] = None,
    none_of: Annotated[Words, typer.Option("--none-of", help="None of these words.")] = None,
    query: Query = None,
    regex: Annotated[Words, typer.Option("--regex", help="A match of one of these (RE2).")] = None,
    sites: Annotated[Words, typer.Option("--site", help="Only these sites.")] = None,
    events: Annotated[Words, typer.Option("--event", help="Only these events.")] = None,
    channels: Annotated[Words, typer.Option("--channel", help="Whom to tell.")] = None,
    backfill: Backfill = False,
    urgent: Urgent = False,
    every_repost: EveryRepost = False,
    config: ConfigOption = None,
    database: DatabaseOption = None,
) -> None:
    """Add a watch; options may be given several times. A running service takes it at once."""
    lists = {
        "any_of": any_of, "all_of": all_of, "none_of": none_of, "regex": regex,
        "sites": sites, "events": events, "channels": channels,
    }  # fmt: skip
    table = {key: value for key, value in lists.items() if value}
    flags = {"backfill": backfill, "urgent": urgent, "every_repost": every_repost}
    watch = _parsed({**table, **flags, "name": name, "query": query})
    with open_context(config, database) as context:
        watches = _watches(context)
        known = {one.name for one in watches.channels() if one.subscriber is None}
        for channel in watch.channels:
            if channel not in known:
                raise ConfigError(f"no channel {channel!r} (there are: {', '.join(sorted(known))})")
        watches.add(watch.name, definition(watch), now=datetime.now(UTC))
    typer.echo(f"{name}: watching", err=True)


def list_watches(
    *,
    subscriber: SubscriberOption = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
    database: DatabaseOption = None,
) -> None:
    """List the watches of the configuration file, of subscribers, and those added by command.

    Exit code 1 if a subscriber's file is wrong: what it said before still holds.
    """
    with open_context(config, database) as context:
        everybody = _watches(context).watches()
        found = subscribers(context.config)
    kept = [one for one in everybody if subscriber in {None, one.subscriber}]
    named = {one.name for one in found.good} | {one.name for one in found.broken}
    if subscriber is not None and not kept and subscriber not in named:
        raise typer.BadParameter(
            f"no subscriber '{subscriber}': write subscribers/{subscriber}.toml",
            param_hint="--subscriber",
        )
    if as_json:
        for watch in kept:
            echo({**watch.definition, "subscriber": watch.subscriber, "origin": watch.origin,
                  "since": iso(watch.created_at, None)})  # fmt: skip
    elif kept:
        print_table(watch_table(kept))
    else:
        typer.echo("no watches: write [[watch]] in wenxun.toml, or `wenxun watch add`", err=True)
    if found.broken:
        raise typer.Exit(1)


def remove(
    name: Annotated[str, typer.Argument(help="What the watch is called.")],
    config: ConfigOption = None,
    database: DatabaseOption = None,
) -> None:
    """Remove a watch that was added by command."""
    with open_context(config, database) as context:
        _watches(context).remove(name, now=datetime.now(UTC))
    typer.echo(f"{name}: removed", err=True)


def try_out(
    article: Annotated[str, typer.Argument(help="A saved page, or the number of an article.")],
    *,
    name: Annotated[
        str | None, typer.Option("--watch", help="Only this watch. Default: all.")
    ] = None,
    subscriber: SubscriberOption = None,
    url: Annotated[
        str, typer.Option("--url", help="The address of the saved page.")
    ] = "http://localhost/",
    as_json: JsonOption = False,
    config: ConfigOption = None,
    database: DatabaseOption = None,
) -> None:
    """Hold an article against the watches and say which match, and why or why not."""
    with open_context(config, database) as context:
        watches = _chosen(_watches(context), name, subscriber)
        if article.isdecimal() and not Path(article).exists():
            subject = _stored(context, int(article))
        else:
            subject = _subject(Path(article), url)
    wants = [want(watch) for watch in watches]
    view = View(subject, word_index(wants))
    console = Console(highlight=False, soft_wrap=not sys.stdout.isatty())
    for ready in wants:
        say_verdict(console, ready, view, as_json=as_json)


def backtest(
    name: Annotated[str, typer.Argument(help="What the watch is called.")],
    days: Annotated[int, typer.Option("--days", min=1, help="How far to look back.")] = 30,
    *,
    subscriber: Annotated[
        str | None, typer.Option("--subscriber", help="Whose watch it is. Default: everybody's.")
    ] = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
    database: DatabaseOption = None,
) -> None:
    """List which stored articles of the last days this watch would have told."""
    with open_context(config, database) as context:
        (watch,) = _chosen(_watches(context), name, subscriber or _EVERYBODY)
        then = datetime.now(UTC) - timedelta(days=days)
        subjects = Alerts(context.store).since(then, limit=_MOST_EVENTS)
    ready = want(watch)
    index = word_index([ready])
    views = (View(subject, index) for subject in subjects)
    found = [view for view in views if not obstacles(ready, view)]
    for view in found:
        say_found(ready, view, as_json=as_json)
    per_day = len(found) / days
    typer.echo(f"{name}: {len(found)} alerts in {days} days, {per_day:.1f} a day", err=True)
    if len(subjects) == _MOST_EVENTS:
        typer.echo(f"only the newest {_MOST_EVENTS} events were looked at", err=True)


def _watches(context: Context) -> Watches:
    return sync_watches(context.config, context.store, now=datetime.now(UTC))


def _chosen(watches: Watches, name: str | None, subscriber: str | None) -> tuple[Watch, ...]:
    """Return the watches of a name (None: all) and of somebody, everybody's or (None) any."""
    kept = [
        watch
        for watch in watches.watches()
        if name in {None, watch.name} and subscriber in {None, watch.subscriber or _EVERYBODY}
    ]
    if not kept and (name is not None or subscriber is not None):
        whose = f"{subscriber}/" if subscriber else ""
        raise WatchMissingError(f"{whose}{name or ''}")
    return tuple(_parsed({**watch.definition, "name": called(watch)}) for watch in kept)


def _parsed(table: Mapping[str, object]) -> Watch:
    try:
        return parse_watch(table, "")
    except SettingError as error:
        raise ConfigError(str(error)) from error


def _stored(context: Context, article_id: int) -> Subject:
    known = article_id <= LARGEST_NUMBER
    subject = Alerts(context.store).subject(article_id) if known else None
    if subject is None:
        raise NotFoundError("article", str(article_id))
    return subject


def _subject(path: Path, url: str) -> Subject:
    now = datetime.now(UTC)
    try:
        page = Page(url=url, body=path.read_bytes(), fetched_at=now)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror or error}") from error
    found = extract(page)
    if isinstance(found, Refusal):
        raise ConfigError(f"{path}: is no article: {found.state} ({found.evidence})")
    return _as_subject(found, now)


def _as_subject(article: Article, now: datetime) -> Subject:
    return Subject(
        event_id=0,
        uid="",
        kind=EventKind.NEW,
        change=None,
        backfill=False,
        occurred_at=now,
        detail=None,
        site="",
        site_title=None,
        timezone="Asia/Shanghai",
        title=article.title,
        subtitle=article.subtitle,
        text=article.text,
        source=article.source,
        credits=article.credits,
    )
