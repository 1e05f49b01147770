"""`wenxun prune`: let go what is older than it is to be kept."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console

from storage.overview import Overview
from storage.pruning import Pruned, prune, rules
from wenxun.context import ConfigOption, DatabaseOption, JsonOption, open_context
from wenxun.tables import plain_table


def register(app: typer.Typer) -> None:
    """Add `prune`."""
    app.command("prune")(prune_old)


def prune_old(
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would go, and let nothing go.")
    ] = False,
    site: Annotated[
        list[str] | None, typer.Option("--site", help="Only this site; may be repeated.")
    ] = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
    database: DatabaseOption = None,
) -> None:
    """Let go what is older than `[retention]` in wenxun.toml says. The service does it every day.

    Nothing goes that is not named there.
    """
    with open_context(config, database) as context, Console(stderr=True).status("pruning") as bar:
        for name in site or ():
            Overview(context.store).require_site(name)
        plan = context.config.retention

        def show(of_site: str, rule: str, rows: int) -> bool:
            bar.update(f"pruning {of_site}: {rows:,} {rule}")
            return True

        done = prune(
            context.store, rules(), plan, sites=site, dry_run=dry_run, now=datetime.now(UTC),
            go_on=show,
        )  # fmt: skip
    if as_json:
        for one in done:
            record = asdict(one) | {"before": one.before.isoformat(), "dry_run": dry_run}
            typer.echo(json.dumps(record, ensure_ascii=False))
    elif done:
        _print(done, dry_run=dry_run)
    elif plan.is_for_ever:
        typer.echo("everything is kept for ever: name what is not in [retention] of wenxun.toml")
    else:
        typer.echo("nothing is too old")


def _print(done: list[Pruned], *, dry_run: bool) -> None:
    rows = "would go" if dry_run else "went"
    table = plain_table("site", "what", "before", rows, whole=("before",), numbers=(rows,))
    for one in done:
        table.add_row(one.site, one.rule, f"{one.before:%Y-%m-%d}", f"{one.rows:,}")
    Console().print(table)
