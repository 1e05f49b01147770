"""`wenxun prune`: let go what is older than it is to be kept."""

import json
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.filesize import decimal

from storage.archive.compacting import compact
from storage.archive.retention import Dropped, drop, droppable
from storage.overview import Overview
from storage.pruning import Pruned, prune, rules
from wenxun.context import ConfigOption, Context, DatabaseOption, JsonOption, open_context
from wenxun.tables import plain_table, print_table
from wenxun.times import iso, shown


def register(app: typer.Typer) -> None:
    """Add `prune`."""
    app.command("prune")(prune_old)


def prune_old(
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would go, and let nothing go.")
    ] = False,
    site: Annotated[
        list[str] | None,
        typer.Option("--site", help="Only this site, not the archive; may be repeated."),
    ] = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
    database: DatabaseOption = None,
) -> None:
    """Let go what is older than wenxun.toml says under `retention` and `archive`.

    Nothing goes that is not named there. The service does it every day.
    """
    with open_context(config, database) as context:
        for name in site or ():
            Overview(context.store).require_site(name)
        done = _rows(context, site, dry_run=dry_run)
        gone = Dropped() if site else _responses(context, dry_run=dry_run)
        kept = context.config.retention.is_for_ever and context.config.archive.limits.is_none
    if as_json:
        _print_json(done, gone, dry_run=dry_run)
    elif done or gone.responses:
        _print(done, gone, dry_run=dry_run)
    elif kept:
        typer.echo("everything is kept for ever: no [retention] and no [archive] limits it")
    else:
        typer.echo("nothing is too old")


def _rows(context: Context, sites: list[str] | None, *, dry_run: bool) -> list[Pruned]:
    with Console(stderr=True).status("pruning") as bar:

        def show(site: str, rule: str, rows: int) -> bool:
            bar.update(f"pruning {site}: {rows:,} {rule}")
            return True

        return prune(
            context.store, rules(), context.config.retention, sites=sites, dry_run=dry_run,
            now=datetime.now(UTC), go_on=show,
        )  # fmt: skip


def _responses(context: Context, *, dry_run: bool) -> Dropped:
    ask = droppable if dry_run else drop
    gone = ask(context.store, context.config.archive.limits, now=datetime.now(UTC))
    if not dry_run:
        compact(context.store)
    return gone


def _print_json(done: list[Pruned], gone: Dropped, *, dry_run: bool) -> None:
    for one in done:
        record = {
            "site": one.site, "rule": one.rule, "before": iso(one.before, one.timezone),
            "rows": one.rows, "dry_run": dry_run,
        }  # fmt: skip
        typer.echo(json.dumps(record, ensure_ascii=False))
    archive = {"responses": gone.responses, "bytes": gone.bytes, "dry_run": dry_run}
    typer.echo(json.dumps({"archive": archive}))


def _print(done: list[Pruned], gone: Dropped, *, dry_run: bool) -> None:
    went = "would go" if dry_run else "went"
    if done:
        table = plain_table("site", "what", "before", went, whole=("before",), numbers=(went,))
        for one in done:
            table.add_row(one.site, one.rule, shown(one.before, one.timezone), f"{one.rows:,}")
        print_table(table)
    if gone.responses:
        typer.echo(f"archive: {gone.responses:,} responses {went}, {decimal(gone.bytes)}")
