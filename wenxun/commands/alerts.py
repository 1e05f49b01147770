"""`wenxun alerts`: what is on its way to whom, and another try for what was given up."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from storage.alert import DeliveryRow
from storage.deliveries import Deliveries
from wenxun.context import ConfigOption, DatabaseOption, JsonOption, open_context
from wenxun.tables import plain_table


def register(app: typer.Typer) -> None:
    """Add `alerts list` and `alerts retry`."""
    alerts = typer.Typer(no_args_is_help=True, help="See alerts on their way; retry given-up ones.")
    alerts.command("list")(list_alerts)
    alerts.command("retry")(retry)
    app.add_typer(alerts, name="alerts")


def list_alerts(
    unsent: Annotated[
        bool, typer.Option("--unsent", help="Only what waits or was given up.")
    ] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many.")] = 50,
    as_json: JsonOption = False,
    config: ConfigOption = None,
    database: DatabaseOption = None,
) -> None:
    """List alerts, one line for each channel that is told; the newest first."""
    with open_context(config, database) as context:
        deliveries = Deliveries(context.store)
        rows = deliveries.unsent(limit) if unsent else deliveries.latest(limit)
    if as_json:
        for row in rows:
            typer.echo(json.dumps(asdict(row), ensure_ascii=False, default=_json_time))
    elif rows:
        Console().print(_table(rows))
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


def _table(rows: tuple[DeliveryRow, ...]) -> Table:
    table = plain_table(
        "no.", "state", "watch", "channel", "alert", "made", "tries", "last error",
        whole=("state", "made"), numbers=("no.", "tries"),
    )  # fmt: skip
    for row in rows:
        made = f"{row.created_at.astimezone():%m-%d %H:%M}"
        table.add_row(
            str(row.id), row.state, row.watch, row.channel, row.subject, made, str(row.attempts),
            row.last_error or "",
        )  # fmt: skip
    return table


def _json_time(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone().isoformat()
    raise TypeError(f"no JSON for {type(value).__name__}")
