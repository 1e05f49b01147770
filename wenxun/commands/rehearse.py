"""`wenxun rehearse`: what today's code would read differently, out of the pages that were kept."""

from datetime import datetime
from typing import Annotated

import typer

from crawler.workers import usable_cores, warm_up
from wenxun.context import (
    LARGEST_NUMBER,
    ConfigOption,
    DatabaseOption,
    JsonOption,
    SiteFileOption,
    open_context,
)

_DAY = ["%Y-%m-%d"]
_Sites = Annotated[
    list[str] | None, typer.Option("--site", help="Only this site; may be repeated.")
]
_Since = Annotated[
    datetime | None,
    typer.Option(
        "--since",
        metavar="DAY",
        formats=_DAY,
        help="Pages fetched on this day (site's zone) or later.",
    ),
]
_Until = Annotated[
    datetime | None,
    typer.Option("--until", metavar="DAY", formats=_DAY, help="Fetched on this day or before."),
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
    site_file: SiteFileOption = None,
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
    jobs = jobs or usable_cores()
    if jobs > 1:
        warm_up()  # beside what is imported here
    from crawler.rehearsing import Database  # noqa: PLC0415
    from wenxun.rehearsal import Extent, Rehearsal  # noqa: PLC0415
    from wenxun.rehearsing import Printer, finish, plans_of, run  # noqa: PLC0415

    extent = Extent(
        since=since.date() if since else None, until=until.date() if until else None,
        sample=sample, after=after,
    )  # fmt: skip
    with open_context(config, database) as context:
        found = plans_of(context, extent, names=sites or [], files=site_file or [])
        config_ = context.config
        database_ = Database(url=config_.database_url, archive_dir=config_.archive.folder)
        rehearsal = Rehearsal(context.store, database=database_, jobs=jobs, apply=apply)
        interrupted = run(rehearsal, found, Printer(show=show, as_json=as_json))
    finish(rehearsal, apply=apply, as_json=as_json, interrupted=interrupted)
