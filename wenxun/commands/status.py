"""`wenxun status`: how the sites, the alerts and the service stand."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.table import Table

from crawler.site import SiteError
from storage.alert import DeliveryState
from storage.deliveries import Deliveries
from storage.health import ADVICE, WORDS, Health
from storage.held import Held
from storage.holder import is_here
from storage.holder import shown as shown_holder
from storage.overview import Overview, SiteStatus
from storage.queue import Queued
from storage.services import Kind, Running, Services
from wenxun.config import Config
from wenxun.context import ConfigOption, DatabaseOption, JsonOption, open_context
from wenxun.crawling import enabled_sites
from wenxun.tables import plain_table, print_table
from wenxun.times import SHORT, column, iso, shown

_MOST_NOTES = 6  # of the last crawl of a site that did not end well


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Events that no watch was held against yet, those that wait for a person, queued crawls."""

    unmatched: int
    held: int
    queued: int


def register(app: typer.Typer) -> None:
    """Add `status`."""
    app.command("status")(status)


def status(
    check: Annotated[
        bool,
        typer.Option(
            "--check", help="Say nothing but whether a service is alive: exit code 0 or 1."
        ),
    ] = False,
    here: Annotated[
        bool,
        typer.Option(
            "--here", help="With --check: a service or worker of this machine, or container."
        ),
    ] = False,
    as_json: JsonOption = False,
    config: ConfigOption = None,
    database: DatabaseOption = None,
) -> None:
    """Show each site with its last and next look, the alerts on their way, and the service."""
    if here and not check:
        raise typer.BadParameter("goes with --check", param_hint="--here")
    with open_context(config, database) as context:
        services = Services(context.store)
        now = services.time()
        running = services.live(now=now)
        if check:
            _check(running, here=here)
            return
        overview = Overview(context.store)
        sites = _with_new_ones(overview.sites(now=now), context.config)
        waiting = Waiting(
            unmatched=overview.unmatched_events(),
            held=Held(context.store).count(),
            queued=Queued(context.store).count(),
        )
        counts = Deliveries(context.store).counts()
    if as_json:
        _print_json(sites, counts, running, waiting)
    else:
        _print(sites, counts, running, now)
        _print_waiting(waiting, running)


def _check(running: tuple[Running, ...], *, here: bool) -> None:
    """End with exit code 1 where no service is alive; `here`: no service or worker of ours."""
    if any(is_here(one.holder) if here else one.kind is Kind.SERVICE for one in running):
        return
    what = "no service or worker of this machine" if here else "no service"
    how = "`wenxun run` or `wenxun worker`" if here else "`wenxun run`"
    typer.echo(f"{what} is alive: start one with {how}", err=True)
    raise typer.Exit(1)


def _with_new_ones(known: tuple[SiteStatus, ...], config: Config) -> tuple[SiteStatus, ...]:
    """Add the sites of the site folder that the database does not know yet."""
    try:
        here = enabled_sites(config)
    except SiteError as error:  # how the others stand is still worth knowing
        typer.echo(f"wenxun: {error}", err=True)
        return known
    names = {site.site for site in known}
    new = [
        SiteStatus(site=site.name, title=site.title, timezone=site.timezone)
        for site in here
        if site.name not in names
    ]
    return tuple(sorted((*known, *new), key=lambda site: site.site))


def _print_json(
    sites: tuple[SiteStatus, ...],
    counts: dict[DeliveryState, int],
    running: tuple[Running, ...],
    waiting: Waiting,
) -> None:
    for site in sites:
        record = {
            key: iso(value, site.timezone) if isinstance(value, datetime) else value
            for key, value in asdict(site).items()
        }
        record["health_advice"] = _advice(site)
        _echo(record)
    _echo({"deliveries": {str(state): count for state, count in counts.items()}})
    _echo(
        {
            "unmatched_events": waiting.unmatched,
            "held_events": waiting.held,
            "queued_crawls": waiting.queued,
        }
    )
    _echo({f"{kind}s": [_alive(one) for one in running if one.kind is kind] for kind in Kind})


def _alive(one: Running) -> dict[str, str]:
    return {"holder": one.holder, "heartbeat_at": iso(one.heartbeat_at, None)}


def _echo(record: dict[str, Any]) -> None:
    typer.echo(json.dumps(record, ensure_ascii=False))


def _print(
    sites: tuple[SiteStatus, ...],
    counts: dict[DeliveryState, int],
    running: tuple[Running, ...],
    now: datetime,
) -> None:
    if sites:
        print_table(_table(sites))
    else:
        typer.echo("sites: none; write sites/<name>.toml, then `wenxun crawl` or `wenxun run`")
    for site in sites:
        _print_what_is_wrong(site)
    typer.echo("alerts: " + ", ".join(f"{count} {state}" for state, count in counts.items()))
    for one in running:
        age = (now - one.heartbeat_at).total_seconds()
        typer.echo(f"{one.kind}: {shown_holder(one.holder)}, heartbeat {age:.0f} s ago")
    if not any(one.kind is Kind.SERVICE for one in running):
        typer.echo("service: none is alive; start one with `wenxun run`")


def _table(sites: tuple[SiteStatus, ...]) -> Table:
    last, lasts = column("last look", [_time(one.last_started_at, one) for one in sites])
    coming, nexts = column("next look", [_time(one.next_due_at, one) for one in sites])
    table = plain_table(
        "site", "title", "health", "articles", "today", last, "outcome", coming,
        whole=("health", last, "outcome", coming), numbers=("articles", "today"),
    )  # fmt: skip
    for site, looked, due in zip(sites, lasts, nexts, strict=True):
        table.add_row(
            site.site, site.title or "", _health(site), str(site.articles),
            str(site.articles_today), looked, _outcome(site), due,
        )  # fmt: skip
    return table


def _print_what_is_wrong(site: SiteStatus) -> None:
    """Print the evidence of a verdict, what to do, and what else the last crawl noted."""
    if (advice := _advice(site)) is not None:
        since = _time(site.health_since, site)
        typer.echo(f"{site.site}: {_health(site)} since {since}: {site.health_evidence}")
        typer.echo(f"{site.site}: what to do: {advice}")
    elif site.health_evidence:
        typer.echo(f"{site.site}: {site.health_evidence}")
    if site.last_outcome not in {None, "ok"}:
        others = [
            note for note in site.last_notes if note != f"{_health(site)}: {site.health_evidence}"
        ]
        for note in others[:_MOST_NOTES]:
            typer.echo(f"{site.site}: {note}")


def _print_waiting(waiting: Waiting, running: tuple[Running, ...]) -> None:
    if waiting.queued and not any(one.kind is Kind.WORKER for one in running):
        typer.echo(f"queue: {waiting.queued} crawls wait, and no worker is alive: "
                   "start one with `wenxun worker`")  # fmt: skip
    elif waiting.queued:
        typer.echo(f"queue: {waiting.queued} crawls wait for a worker")
    if waiting.held:
        typer.echo(f"held: {waiting.held} events, see `wenxun alerts list --held`")


def _health(site: SiteStatus) -> str:
    return WORDS[Health(site.health)] if site.health else ""


def _advice(site: SiteStatus) -> str | None:
    """Return what to do about a site, or None: nothing is wrong."""
    advice = ADVICE.get(Health(site.health)) if site.health else None
    return None if advice is None else advice.format(site=site.site)


def _outcome(site: SiteStatus) -> str:
    if site.last_outcome is not None:
        return site.last_outcome
    return "never" if site.last_started_at is None else "running"


def _time(instant: datetime | None, site: SiteStatus) -> str:
    return shown(instant, site.timezone, SHORT) if instant else ""
