"""`wenxun stats`: how much there is, and what it takes."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.filesize import decimal
from rich.table import Table

from storage.overview import Overview
from storage.statistics import MonthCounts, SiteCounts, Sizes, Statistics, statistics
from wenxun.context import ConfigOption, DatabaseOption, JsonOption, open_context
from wenxun.tables import plain_table

_MONTHS = 12  # that are shown to people
_NUMBERS = ("articles", "withdrawn", "versions", "sightings")


def register(app: typer.Typer) -> None:
    """Add `stats`."""
    app.command("stats")(stats)


def stats(
    *,
    site: Annotated[str | None, typer.Option("--site", help="Only this site.")] = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
    database: DatabaseOption = None,
) -> None:
    """Count articles, versions and sightings by site and by month; say what they take on disk."""
    with open_context(config, database) as context:
        if site is not None:
            Overview(context.store).require_site(site)
        counted = statistics(context.store, site=site)
    if as_json:
        _print_json(counted)
    else:
        _print(counted)


def _print_json(counted: Statistics) -> None:
    for one in counted.sites:
        typer.echo(json.dumps(asdict(one), ensure_ascii=False))
    typer.echo(json.dumps({"months": [asdict(one) for one in counted.months]}))
    typer.echo(json.dumps({"sizes": asdict(counted.sizes)}))


def _print(counted: Statistics) -> None:
    if not counted.sites:
        typer.echo("no articles yet: crawl a site first")
        return
    console = Console()
    console.print(_sites(counted.sites))
    typer.echo()
    console.print(_months(counted.months))
    typer.echo()
    _print_sizes(counted.sizes, sum(one.articles for one in counted.sites))


def _sites(sites: Sequence[SiteCounts]) -> Table:
    table = plain_table("site", *_NUMBERS, "from", "to", whole=("from", "to"), numbers=_NUMBERS)
    for one in sites:
        numbers = (f"{getattr(one, name):,}" for name in _NUMBERS)
        table.add_row(one.site, *numbers, one.first_day or "", one.last_day or "")
    if len(sites) > 1:
        sums = (f"{sum(getattr(one, name) for one in sites):,}" for name in _NUMBERS)
        table.add_row("all", *sums, "", "")
    return table


def _months(months: Sequence[MonthCounts]) -> Table:
    """Return the newest months with the growth of each: what was found in it."""
    table = plain_table(
        "month", "published", "found", "", whole=("month",), numbers=("published", "found")
    )
    newest = months[-_MONTHS:]
    most = max((one.found for one in newest), default=0) or 1
    for one in newest:
        bar = "█" * round(20 * one.found / most)
        table.add_row(one.month, f"{one.published:,}", f"{one.found:,}", bar)
    if len(months) > len(newest):
        earlier = months[: -len(newest)]
        published, found = sum(o.published for o in earlier), sum(o.found for o in earlier)
        table.add_row("earlier", f"{published:,}", f"{found:,}", "")
    return table


def _print_sizes(sizes: Sizes, articles: int) -> None:
    per = f", {decimal(sizes.database // articles)} an article" if articles else ""
    typer.echo(
        f"database: {decimal(sizes.database)} (search index {decimal(sizes.index)}){per}\n"
        f"archive: {decimal(sizes.archive)} in {sizes.archive_files:,} files, "
        f"{sizes.responses:,} responses"
    )
