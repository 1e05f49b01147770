"""`wenxun crawl`: crawl sites by hand."""

import json
import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.live import Live
from rich.table import Table

from crawler.collecting import collect_seldom
from crawler.settings import CrawlOptions
from crawler.site import Site
from storage.crawl import CrawlOutcome, CrawlSummary
from wenxun.context import ConfigOption, DatabaseOption, JsonOption, read_config
from wenxun.crawling import chosen_sites, crawl_options
from wenxun.tables import print_table


def register(app: typer.Typer) -> None:
    """Add `crawl`."""
    app.command("crawl")(crawl)


def crawl(
    sites: Annotated[
        list[str] | None, typer.Argument(help="Sites by name. Default: every enabled site file.")
    ] = None,
    *,
    site_file: Annotated[
        list[Path] | None, typer.Option("--site-file", help="A site file, anywhere.")
    ] = None,
    full: Annotated[
        bool, typer.Option("--full", help="Read every listing and article again.")
    ] = False,
    accept: Annotated[
        bool,
        typer.Option("--accept", help="Believe what articles say now, however much they lost."),
    ] = False,
    max_articles: Annotated[
        int | None, typer.Option("--max-articles", min=1, help="Fetch at most so many articles.")
    ] = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
    database: DatabaseOption = None,
) -> None:
    """Crawl sites now: find what is new, changed or withdrawn, and keep it."""
    settings = read_config(config, database)
    chosen = chosen_sites(settings, names=sites or [], files=site_file or [])
    options = crawl_options(settings, full=full, accept=accept, max_articles=max_articles)
    log_to_stderr()
    collect_seldom()
    summaries = _crawled(chosen, options)
    _print(summaries, as_json=as_json)
    if any(failed(summary) for summary in summaries):
        raise typer.Exit(1)


def _crawled(chosen: Sequence[Site], options: CrawlOptions) -> Sequence[CrawlSummary]:
    # Scrapy takes half a second to import: only when it is certain that there is work.
    from crawler.run import run_crawls  # noqa: PLC0415

    console = Console(stderr=True)
    if not console.is_terminal:
        return run_crawls(chosen, options)
    with Live(console=console, transient=True) as live:
        return run_crawls(
            chosen, options, on_progress=lambda spiders: live.update(_progress(spiders))
        )


def failed(summary: CrawlSummary) -> bool:
    """Say whether a site, a listing or an article failed; counters only count."""
    return summary.outcome != CrawlOutcome.OK


def log_to_stderr(level: int = logging.WARNING) -> None:
    """Log in one line an event. What Scrapy and Twisted say is counted and shown by us."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setLevel(level)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    handler.addFilter(lambda record: not record.name.startswith(("scrapy", "twisted", "asyncio")))
    logging.basicConfig(level=level, handlers=[handler])


def _progress(spiders: Sequence[object]) -> Table:
    table = Table("site", "requests", "lists", "articles", "failures", box=None, pad_edge=False)
    for spider in spiders:
        crawl_now = getattr(spider, "crawl", None)
        if crawl_now is not None:
            table.add_row(
                crawl_now.site.name,
                str(crawl_now.requests),
                str(crawl_now.listings_read),
                str(sum(crawl_now.saved.values())),
                str(sum(crawl_now.failures.values())),
            )
    return table


def _print(summaries: Sequence[CrawlSummary], *, as_json: bool) -> None:
    if as_json:
        for summary in summaries:
            typer.echo(json.dumps(summary.record(), ensure_ascii=False))
    else:
        print_table(summary_table(summaries))
    for summary in summaries:
        for note in summary.notes:
            typer.echo(f"{summary.site}: {note}", err=True)


def summary_table(summaries: Sequence[CrawlSummary]) -> Table:
    """Return the summaries as people read them."""
    table = Table(box=None, pad_edge=False)
    table.add_column("site", overflow="fold")
    table.add_column("outcome", no_wrap=True)
    for name in ("new", "changed", "gone", "seen", "requests"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("failures", overflow="fold")
    table.add_column("time", justify="right", no_wrap=True)
    for s in summaries:
        failures = ", ".join(f"{kind} {count}" for kind, count in sorted(s.failures.items()))
        table.add_row(
            s.site, s.outcome, str(s.articles_new), str(s.articles_changed),
            str(s.articles_withdrawn), str(s.articles_seen), str(s.requests),
            failures or "none", f"{s.elapsed_s:.1f} s",
        )  # fmt: skip
    return table
