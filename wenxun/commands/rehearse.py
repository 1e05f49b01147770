"""`wenxun rehearse`: what today's code would read differently, out of the pages that were kept."""

import json
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from crawler.rehearse import Fate, Rehearsed
from crawler.site import Site
from crawler.sites import load_site_file
from storage.rehearsals import Rehearsals
from wenxun.config import Config
from wenxun.context import (
    LARGEST_NUMBER,
    ConfigOption,
    DatabaseOption,
    JsonOption,
    open_context,
)
from wenxun.crawling import SHIPPED_SITES
from wenxun.rehearsal import Extent, Plan, Rehearsal, plans, usable_cores
from wenxun.rehearsal_view import found_lines, found_record, tally_lines, tally_record

_DAY = ["%Y-%m-%d"]
_INTERRUPTED = 130
_Sites = Annotated[
    list[str] | None, typer.Option("--site", help="Only this site; may be repeated.")
]
_SiteFiles = Annotated[
    list[Path] | None, typer.Option("--site-file", help="A site file, anywhere.")
]
_Since = Annotated[
    datetime | None,
    typer.Option("--since", formats=_DAY, help="Pages fetched on this day (site's zone) or later."),
]
_Until = Annotated[
    datetime | None, typer.Option("--until", formats=_DAY, help="Fetched on this day or before.")
]
_Sample = Annotated[
    int | None, typer.Option("--sample", min=1, help="Only so many articles, evenly spread.")
]
_Jobs = Annotated[int | None, typer.Option("--jobs", min=1, help="Processes. Default: one a core.")]
_Show = Annotated[
    int, typer.Option("--show", min=0, help="So many findings of each kind and field are shown.")
]
_Apply = Annotated[
    bool, typer.Option("--apply", help="Make it so: new versions, `reparsed`; nobody is told.")
]
_After = Annotated[
    int | None,
    typer.Option("--after", max=LARGEST_NUMBER, help="Go on behind this document (see a stop)."),
]


def register(app: typer.Typer) -> None:
    """Add `rehearse`."""
    app.command("rehearse")(rehearse)


def rehearse(
    *,
    sites: _Sites = None,
    site_file: _SiteFiles = None,
    since: _Since = None,
    until: _Until = None,
    sample: _Sample = None,
    jobs: _Jobs = None,
    show: _Show = 3,
    apply: _Apply = False,
    after: _After = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
    database: DatabaseOption = None,
) -> None:
    """Read the kept pages again with today's code and site files, and show what would change.

    Nothing is fetched, and nothing is written without --apply. Counters are left alone. Exit code
    1: a page could not be read, or a site not be written; that something changes is no failure.
    """
    extent = Extent(
        since=since.date() if since else None, until=until.date() if until else None,
        sample=sample, after=after,
    )  # fmt: skip
    with open_context(config, database) as context:
        rehearsals = Rehearsals(context.store)
        known = rehearsals.sites() if not sites else [rehearsals.site(name) for name in sites]
        files = {path.stem: path for path in site_file or []}
        rules = [(kept, _rules(context.config, kept.name, kept.timezone, files)) for kept in known]
        found = plans(rehearsals, rules, extent)
        rehearsal = Rehearsal(
            context.store, database_url=context.config.database_url,
            jobs=jobs or usable_cores(), apply=apply,
        )  # fmt: skip
        printer = _Printer(show=show, as_json=as_json)
        interrupted = _run(rehearsal, found, printer)
    _finish(rehearsal, apply=apply, as_json=as_json, interrupted=interrupted)


def _rules(config: Config, name: str, timezone: str, files: dict[str, Path]) -> Site:
    """Return a site as its file of today says; without a file, as pages of any site are read."""
    shipped = (folder / f"{name}.toml" for folder in (config.sites_dir, SHIPPED_SITES))
    for path in (files.get(name), *shipped):
        if path is not None and path.is_file():
            return load_site_file(path)
    typer.echo(f"{name}: there is no site file: its pages are read without selectors", err=True)
    return Site(name=name, title=name, start=(), timezone=timezone)


@dataclass(slots=True)
class _Printer:
    """Prints findings: all of them for programs, a few of each field for people."""

    show: int
    as_json: bool
    shown: Counter[str] = field(default_factory=Counter)

    def print(self, site: Site, one: Rehearsed) -> None:
        if self.as_json:
            typer.echo(json.dumps(found_record(site, one), ensure_ascii=False))
            return
        kinds = list(one.old) if one.fate is Fate.CHANGED else [str(one.fate)]
        if all(self.shown[kind] >= self.show for kind in kinds):
            return
        self.shown.update(kinds)
        console = Console(soft_wrap=True, highlight=False)
        for line in found_lines(site, one):
            console.print(line)


def _run(rehearsal: Rehearsal, found: Sequence[Plan], printer: _Printer) -> bool:
    """Rehearse to the end or to Ctrl-C; say whether it was that."""
    console = Console(stderr=True)
    total = sum(len(plan.documents) + len(plan.refused) for plan in found)
    with Progress(
        TextColumn("rehearsing"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
        console=console, transient=True, disable=not console.is_terminal,
    ) as bar:  # fmt: skip
        task = bar.add_task("rehearse", total=total)
        running = rehearsal.run(found, progress=lambda read: bar.advance(task, read))
        with closing(running):
            try:
                for site, one in running:
                    printer.print(site, one)
            except KeyboardInterrupt:
                return True
    return False


def _finish(rehearsal: Rehearsal, *, apply: bool, as_json: bool, interrupted: bool) -> None:
    tally = rehearsal.tally
    if as_json:
        typer.echo(json.dumps(tally_record(tally, interrupted=interrupted), ensure_ascii=False))
    else:
        for line in tally_lines(tally, applied=apply):
            typer.echo(line)
        if tally.changed and not apply:
            typer.echo("nothing was written: --apply makes it so", err=True)
    if interrupted:
        on = "" if tally.last_document is None else f": go on with --after {tally.last_document}"
        typer.echo(f"wenxun: interrupted{on}", err=True)
        raise typer.Exit(_INTERRUPTED)
    if tally.failed or tally.busy:
        raise typer.Exit(1)
