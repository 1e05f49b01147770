"""Run a rehearsal on a terminal: its plan, its progress, its findings as they come, its end."""

import json
import signal
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

import typer
from rich.console import Console

from crawler.rehearse import Fate, Rehearsed
from crawler.site import Site
from crawler.sites import load_site_file
from storage.rehearsals import Rehearsals
from wenxun.config import Config
from wenxun.context import Context
from wenxun.crawling import SHIPPED_SITES
from wenxun.progress import progress_bar
from wenxun.rehearsal import Extent, Plan, Rehearsal, plans
from wenxun.rehearsal_view import found_lines, found_record, tally_lines, tally_record

_INTERRUPTED = 130


def plans_of(
    context: Context, extent: Extent, *, names: Sequence[str], files: Sequence[Path]
) -> list[Plan]:
    """Return what is to be read of the named sites, or of all.

    Raises:
        NotFoundError: a site was never crawled.
        SiteError: a site file is wrong.
    """
    rehearsals = Rehearsals(context.store)
    known = [rehearsals.site(name) for name in names] if names else rehearsals.sites()
    by_name = {path.stem: path for path in files}
    rules = [(kept, _rules(context.config, kept.name, kept.timezone, by_name)) for kept in known]
    return plans(rehearsals, rules, extent)


def _rules(config: Config, name: str, timezone: str, files: dict[str, Path]) -> Site:
    """Return a site as its file of today says; without a file, as pages of any site are read."""
    shipped = (folder / f"{name}.toml" for folder in (config.sites_dir, SHIPPED_SITES))
    for path in (files.get(name), *shipped):
        if path is not None and path.is_file():
            return load_site_file(path)
    typer.echo(f"{name}: there is no site file: its pages are read without selectors", err=True)
    return Site(name=name, title=name, start=(), timezone=timezone)


@dataclass(slots=True)
class Printer:
    """Prints findings: all of them for programs, a few of each field for people."""

    show: int
    as_json: bool
    shown: Counter[str] = field(default_factory=Counter)

    def print(self, site: Site, one: Rehearsed) -> None:
        """Print a finding, unless enough of its kind were shown."""
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


def run(rehearsal: Rehearsal, found: Sequence[Plan], printer: Printer) -> bool:
    """Rehearse to the end or to Ctrl-C; say whether it was that."""
    total = sum(len(plan.documents) + len(plan.refused) for plan in found)
    shown = progress_bar("rehearsing", total=total, is_long=True)
    with shown as bar, _stopped_by_signals() as is_stopped:
        running = rehearsal.run(found, progress=bar.advance, is_stopped=is_stopped)
        with closing(running):
            for site, one in running:
                printer.print(site, one)
        return is_stopped()


@contextmanager
def _stopped_by_signals() -> Iterator[Callable[[], bool]]:
    """Yield the question whether Ctrl-C or SIGTERM came; a second Ctrl-C ends at once."""
    stopped = Event()

    def stop(*_: object) -> None:
        if stopped.is_set():
            raise KeyboardInterrupt
        stopped.set()

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stopped.is_set
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def finish(rehearsal: Rehearsal, *, apply: bool, as_json: bool, interrupted: bool) -> None:
    """Print what it came to; end with the code that says so.

    Raises:
        typer.Exit: it was interrupted, or something could not be read or written.
    """
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
