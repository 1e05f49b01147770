"""`wenxun watch`: what someone waits for, and what it would have found."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from crawler.errors import SettingError
from crawler.extract import Refusal, extract
from crawler.page import Page
from scheduler.meeting import View, Want, explain, obstacles, want, word_index
from scheduler.render import local, matched, said
from scheduler.watch import Watch, definition, parse_watch
from storage.alert import EventKind, KeptWatch, Subject
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
from wenxun.tables import plain_table
from wenxun.watching import sync_watches

_MOST_EVENTS = 20_000
Words = list[str] | None


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
    regex: Annotated[Words, typer.Option("--regex", help="A match of one of these (RE2).")] = None,
    sites: Annotated[Words, typer.Option("--site", help="Only these sites.")] = None,
    events: Annotated[Words, typer.Option("--event", help="Only these events.")] = None,
    channels: Annotated[Words, typer.Option("--channel", help="Whom to tell.")] = None,
    backfill: Annotated[
        bool, typer.Option("--backfill", help="Also what a site's first crawl finds.")
    ] = False,
    config: ConfigOption = None,
    database: DatabaseOption = None,
) -> None:
    """Add a watch; options may be given several times. A running service takes it at once."""
    lists = {
        "any_of": any_of, "all_of": all_of, "none_of": none_of, "regex": regex,
        "sites": sites, "events": events, "channels": channels,
    }  # fmt: skip
    table = {key: value for key, value in lists.items() if value}
    watch = _parsed({**table, "name": name, "backfill": backfill})
    with open_context(config, database) as context:
        watches = _watches(context)
        known = {channel.name for channel in watches.channels()}
        for channel in watch.channels:
            if channel not in known:
                raise ConfigError(f"no channel {channel!r} (there are: {', '.join(sorted(known))})")
        watches.add(watch.name, definition(watch), now=datetime.now(UTC))
    typer.echo(f"{name}: watching", err=True)


def list_watches(
    as_json: JsonOption = False,
    config: ConfigOption = None,
    database: DatabaseOption = None,
) -> None:
    """List the watches, those of the configuration file and those added by command."""
    with open_context(config, database) as context:
        kept = _watches(context).watches()
    if as_json:
        for watch in kept:
            _echo({**watch.definition, "origin": watch.origin, "since": _iso(watch.created_at)})
    elif kept:
        Console().print(_table(kept))
    else:
        typer.echo("no watches: write [[watch]] in wenxun.toml, or `wenxun watch add`", err=True)


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
    url: Annotated[
        str, typer.Option("--url", help="The address of the saved page.")
    ] = "http://localhost/",
    as_json: JsonOption = False,
    config: ConfigOption = None,
    database: DatabaseOption = None,
) -> None:
    """Hold an article against the watches and say which match, and why or why not."""
    with open_context(config, database) as context:
        watches = _chosen(_watches(context), name)
        if article.isdecimal() and not Path(article).exists():
            subject = _stored(context, int(article))
        else:
            subject = _subject(Path(article), url)
    wants = [want(watch) for watch in watches]
    view = View(subject, word_index(wants))
    for ready in wants:
        _say_verdict(ready, view, as_json=as_json)


def backtest(
    name: Annotated[str, typer.Argument(help="What the watch is called.")],
    days: Annotated[int, typer.Option("--days", min=1, help="How far to look back.")] = 30,
    as_json: JsonOption = False,
    config: ConfigOption = None,
    database: DatabaseOption = None,
) -> None:
    """List which stored articles of the last days this watch would have told."""
    with open_context(config, database) as context:
        (watch,) = _chosen(_watches(context), name)
        then = datetime.now(UTC) - timedelta(days=days)
        subjects = Alerts(context.store).since(then, limit=_MOST_EVENTS)
    ready = want(watch)
    index = word_index([ready])
    views = (View(subject, index) for subject in subjects)
    found = [view for view in views if not obstacles(ready, view)]
    for view in found:
        _say_found(ready, view, as_json=as_json)
    per_day = len(found) / days
    typer.echo(f"{name}: {len(found)} alerts in {days} days, {per_day:.1f} a day", err=True)
    if len(subjects) == _MOST_EVENTS:
        typer.echo(f"only the newest {_MOST_EVENTS} events were looked at", err=True)


def _watches(context: Context) -> Watches:
    return sync_watches(context.config, context.store, now=datetime.now(UTC))


def _chosen(watches: Watches, name: str | None) -> tuple[Watch, ...]:
    kept = [watch for watch in watches.watches() if name in {None, watch.name}]
    if name is not None and not kept:
        raise WatchMissingError(name)
    return tuple(_parsed(watch.definition) for watch in kept)


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


def _say_verdict(ready: Want, view: View, *, as_json: bool) -> None:
    watch, subject = ready.watch, view.subject
    against = tuple(o for o in obstacles(ready, view) if subject.site or not _of_site(o))
    met = None if against else explain(ready, view)
    if as_json:
        reasons = list(matched(met)) if met else []
        _echo({"watch": watch.name, "matches": met is not None, "matched": reasons,
               "obstacles": list(against)})  # fmt: skip
    elif met is None:
        typer.echo(f"{watch.name}: no. {'; '.join(against)}")
    else:
        typer.echo(f"{watch.name}: yes. {'; '.join(map(said, met.reasons)) or 'everything'}")


def _of_site(obstacle: str) -> bool:
    return obstacle.startswith("sites:")


def _say_found(ready: Want, view: View, *, as_json: bool) -> None:
    watch, subject = ready.watch, view.subject
    met = explain(ready, view)
    reasons = met.reasons if met else ()
    if as_json:
        _echo({"watch": watch.name, "article": subject.article_id, "event": subject.kind,
               "site": subject.site, "title": subject.title, "url": subject.url,
               "matched": list(matched(met)) if met else []})  # fmt: skip
        return
    when = local(subject.published_at or subject.occurred_at, subject.timezone)
    why = "；".join(map(said, reasons))
    typer.echo(f"{when:%Y-%m-%d}  {subject.kind:<9}  {subject.site}  {subject.title}  {why}")


def _table(kept: Iterable[KeptWatch]) -> Table:
    table = plain_table("watch", "conditions", "channels", "from", "since", whole=("since",))
    for watch in kept:
        rules = [
            f"{key}: {'、'.join(value) if isinstance(value, list) else value}"
            for key, value in watch.definition.items()
            if key not in {"name", "channels"}
        ]
        channels = "、".join(watch.definition.get("channels", ())) or "all"
        since = f"{watch.created_at.astimezone():%Y-%m-%d %H:%M}"
        table.add_row(watch.name, "\n".join(rules), channels, watch.origin, since)
    return table


def _iso(instant: datetime) -> str:
    return instant.astimezone().isoformat()


def _echo(record: dict[str, object]) -> None:
    typer.echo(json.dumps(record, ensure_ascii=False))
