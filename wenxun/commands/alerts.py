"""`wenxun alerts`: what is on its way to whom, and what a person decides about it."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.table import Table

from storage.alert import DeliveryRow
from storage.deliveries import Deliveries
from storage.held import Held, HeldEvent
from wenxun.context import ConfigOption, DatabaseOption, JsonOption, open_context
from wenxun.tables import plain_table, print_table
from wenxun.times import SHORT, column, iso, shown


def register(app: typer.Typer) -> None:
    """Add `alerts list`, `alerts retry` and `alerts release`."""
    alerts = typer.Typer(
        no_args_is_help=True, help="See alerts on their way; retry, release or drop them."
    )
    alerts.command("list")(list_alerts)
    alerts.command("retry")(retry)
    alerts.command("release")(release)
    app.add_typer(alerts, name="alerts")


def list_alerts(
    *,
    unsent: Annotated[
        bool, typer.Option("--unsent", help="Only what waits or was given up.")
    ] = False,
    held: Annotated[
        bool,
        typer.Option(
            "--held", help="What the guard holds because too much changed at once; see `release`."
        ),
    ] = False,
    subscriber: Annotated[
        str | None, typer.Option("--subscriber", help="Only what this subscriber is told.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many.")] = 50,
    as_json: JsonOption = False,
    config: ConfigOption = None,
    database: DatabaseOption = None,
) -> None:
    """List alerts, one line for each channel that is told; the newest first.

    What was bundled or folded is told in the line that `in` names.
    """
    with open_context(config, database) as context:
        if held:
            _list_held(Held(context.store), limit, as_json=as_json)
            return
        deliveries = Deliveries(context.store)
        asked = deliveries.unsent if unsent else deliveries.latest
        rows = asked(limit, subscriber=subscriber)
    if as_json:
        for row in rows:
            _echo(asdict(row), row.timezone)
    elif rows:
        print_table(_table(rows))
    else:
        typer.echo("no alerts", err=True)


def retry(
    ids: Annotated[
        list[int] | None, typer.Argument(help="Numbers from `alerts list`. Default: all given up.")
    ] = None,
    config: ConfigOption = None,
    database: DatabaseOption = None,
) -> None:
    """Send given-up alerts again, under the same key; `wenxun run` does the sending."""
    with open_context(config, database) as context:
        count = Deliveries(context.store).retry(ids or None, now=datetime.now(UTC))
    typer.echo(f"{count} alerts are due again", err=True)
    if ids and count < len(set(ids)):
        typer.echo("the others are not given up, or their channel is gone", err=True)
        raise typer.Exit(1)


def release(
    site: Annotated[str, typer.Argument(help="The site whose held events are decided.")],
    discard: Annotated[
        bool, typer.Option("--discard", help="Tell nobody; the versions are kept.")
    ] = False,
    config: ConfigOption = None,
    database: DatabaseOption = None,
) -> None:
    """Tell what the guard holds of a site: the changes are real. Or drop it: they are not."""
    with open_context(config, database) as context:
        events = Held(context.store)
        count = events.discard(site) if discard else events.release(site)
    if not count:
        typer.echo(f"nothing of {site} is held", err=True)
        raise typer.Exit(1)
    done = "dropped" if discard else "released; `wenxun run` holds them against the watches"
    typer.echo(f"{count} events of {site} {done}", err=True)


def _list_held(held: Held, limit: int, *, as_json: bool) -> None:
    events = held.events(limit)
    if as_json:
        for event in events:
            _echo(asdict(event), event.timezone)
        return
    if not events:
        typer.echo("nothing is held", err=True)
        return
    print_table(_held_table(events))
    typer.echo(
        f"{len(events)} of {held.count()} held; `wenxun alerts release SITE` tells them, "
        "with --discard nobody is told",
        err=True,
    )


def _held_table(events: tuple[HeldEvent, ...]) -> Table:
    table = plain_table("site", "event", "article", "title", "found", whole=("found",),
                        numbers=("article",))  # fmt: skip
    for event in events:
        kind = f"{event.kind} ({event.change})" if event.change else str(event.kind)
        found = shown(event.occurred_at, event.timezone, SHORT)
        table.add_row(event.site, kind, str(event.article_id or ""), event.title or "", found)
    return table


def _table(rows: tuple[DeliveryRow, ...]) -> Table:
    made, times = column("made", [shown(row.created_at, row.timezone, SHORT) for row in rows])
    table = plain_table(
        "no.", "state", "in", "watch", "channel", "alert", made, "tries", "last error",
        whole=("state", made), numbers=("no.", "in", "tries"),
    )  # fmt: skip
    for row, at in zip(rows, times, strict=True):
        table.add_row(
            str(row.id), row.state, str(row.told_in or ""), _watch(row), row.channel,
            row.subject, at, str(row.attempts), row.last_error or "",
        )  # fmt: skip
    return table


def _watch(row: DeliveryRow) -> str:
    whose = f"{row.subscriber}/" if row.subscriber else ""
    return f"{whose}{row.watch or '(digest)'}"


def _echo(record: dict[str, object], zone: str | None) -> None:
    told = {
        key: iso(value, zone) if isinstance(value, datetime) else value
        for key, value in record.items()
    }
    typer.echo(json.dumps(told, ensure_ascii=False))
