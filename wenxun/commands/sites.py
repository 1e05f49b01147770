"""`wenxun sites`: list the site files, try a site, and write the file of a new one."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from crawler.errors import CrawlerError, GuardError
from crawler.hosts import check_url
from crawler.site import SHANGHAI, Site, SiteError
from crawler.sites import check_name, load_site_file, load_sites
from crawler.survey import Candidate
from crawler.trial import ColumnTrial, Fetch, Trial, find_columns, try_articles, try_column
from scheduler.render import local
from wenxun.asking import may_write
from wenxun.context import (
    ConfigOption,
    DatabaseOption,
    JsonOption,
    open_context,
    read_config,
)
from wenxun.crawling import SHIPPED_SITES, found_file, site_path
from wenxun.proposal import Proposal, proposed, site_file_text, site_name
from wenxun.repairing import repair_site
from wenxun.tables import plain_table, print_table
from wenxun.trials import print_trial, problems, trial_record

_TAKEN = "{path} is there already: choose another name with --name, or remove it"


class NothingFoundError(CrawlerError):
    """An address leads to no list of news. Give that of a list page (栏目)."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(
            f"{url}: no list of news found ({reason}). Give the address of a list page (栏目)"
        )


FromOption = Annotated[
    Path | None,
    typer.Option(
        "--from", exists=True, file_okay=False, help="Read the site's pages from this folder."
    ),
]
RenderOption = Annotated[
    bool, typer.Option("--render", help="Run the pages' scripts in a browser; the file too.")
]
ArticlesOption = Annotated[
    int, typer.Option("--articles", min=1, max=50, help="Articles to try in each column.")
]


def register(app: typer.Typer) -> None:
    """Add `sites`."""
    group = typer.Typer(help="Site files: list, try, add, repair.", no_args_is_help=True)
    group.command("list")(list_sites)
    group.command("add")(add_site)
    group.command("check")(check_site)
    group.command("evidence")(site_evidence)
    group.command("repair")(repair_site)
    app.add_typer(group, name="sites")


def list_sites(*, as_json: JsonOption = False, config: ConfigOption = None) -> None:
    """List the sites: those of the site folder, and those that ship and run only when named."""
    settings = read_config(config)
    here = load_sites(settings.sites_dir)
    shipped = load_sites(SHIPPED_SITES)
    rows = [(site, str(settings.sites_dir)) for site in here]
    rows += [(site, "shipped") for site in shipped if site.name not in {s.name for s in here}]
    if as_json:
        for site, origin in rows:
            _print_json(_record(site, origin))
        return
    table = plain_table("site", "title", "lists", "enabled", "from", numbers=("lists",))
    for site, origin in rows:
        enabled = "when named" if origin == "shipped" else "yes" if site.enabled else "no"
        table.add_row(site.name, site.title, str(len(site.start)), enabled, origin)
    print_table(table)


def add_site(
    url: Annotated[str, typer.Argument(metavar="URL", help="A home page or a list page.")],
    *,
    name: Annotated[
        str | None, typer.Option("--name", help="The site's name. Default: made of its host.")
    ] = None,
    columns: Annotated[
        int, typer.Option("--columns", min=1, max=100, help="Columns to take at the most.")
    ] = 12,
    tries: Annotated[
        int, typer.Option("--tries", min=1, max=500, help="Pages to look at for columns.")
    ] = 30,
    articles: ArticlesOption = 3,
    folder: FromOption = None,
    render: RenderOption = False,
    yes: Annotated[bool, typer.Option("--yes", help="Write the file without asking.")] = False,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Find the columns of a site, try some of its articles, and write its site file."""
    settings = read_config(config)
    if render and folder:
        raise typer.BadParameter("saved pages cannot be rendered", param_hint="--render")
    name = _new_name(url, name, settings.sites_dir)
    from wenxun.visiting import new_site_fetch  # noqa: PLC0415 (a list does not wait for it)

    fetch = new_site_fetch(settings, folder=folder, render=render)
    page = fetch(url)
    found = find_columns(page, fetch, most=columns, tries=tries, say=_say)
    trial = _tried(found, fetch, articles=articles)
    if not any(column.articles for column in found):
        raise NothingFoundError(url, "; ".join(problems(trial)))
    proposal = proposed(page, trial, name=name, folder=settings.sites_dir, render=render)
    written = _wanted(proposal, trial, yes=yes, as_json=as_json)
    if written:
        _write(proposal)
    if as_json:
        _print_json({**trial_record(trial, SHANGHAI), **proposal.record(), "written": written})
    if not trial.is_good:
        raise typer.Exit(1)


def check_site(
    site: Annotated[str, typer.Argument(metavar="SITE", help="A site's name, or its file.")],
    *,
    articles: ArticlesOption = 3,
    folder: FromOption = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Try a site: the first page of each column, some articles, a verdict for each field."""
    settings = read_config(config)
    chosen = load_site_file(site_path(settings, site))
    from wenxun.visiting import site_fetch  # noqa: PLC0415 (a list does not wait for it)

    fetch = site_fetch(settings, chosen, folder=folder)
    columns = []
    for start in chosen.start:
        _say(f"looking at {start}")
        columns.append(try_column(Candidate(url=start, name=""), fetch))
    trial = _tried(columns, fetch, articles=articles)
    if as_json:
        _print_json(
            {
                "site": chosen.name,
                "title": chosen.title,
                **trial_record(trial, chosen.timezone),
            }
        )
    else:
        heading = f"{chosen.name}  {chosen.title}"
        print_trial(Console(), heading, trial, timezone=chosen.timezone)
    if not trial.is_good:
        raise typer.Exit(1)


def site_evidence(
    site: Annotated[str, typer.Argument(metavar="SITE", help="A site's name.")],
    *,
    out: Annotated[
        Path, typer.Option("--out", help="Where the fixtures are.", file_okay=False)
    ] = Path("fixtures"),
    case: Annotated[
        str | None, typer.Option("--case", help="The case. Default: the verdict and its day.")
    ] = None,
    config: ConfigOption = None,
    database: DatabaseOption = None,
) -> None:
    """Write the page that the newest bad verdict stands on, and what it gave before."""
    from wenxun.evidence import keep_evidence, newest_bad  # noqa: PLC0415 (as above)

    with open_context(config, database) as context:
        verdict = newest_bad(context.store, site)
        path = found_file(context.config, site)
        chosen = load_site_file(path) if path else None
        since = local(verdict.since, chosen.timezone if chosen else SHANGHAI)
        folder = out / site / (case or f"{verdict.health}-{since:%Y%m%d-%H%M}")
        kind = keep_evidence(context.store, chosen, site, folder=folder)
    typer.echo(f"{folder}: the page, and in {kind.value}.json what was there before: read it")


def _new_name(url: str, name: str | None, folder: Path) -> str:
    """Return the name of a new site, before anything is fetched for it.

    Raises:
        SiteError: it is no name, or is taken.
    """
    try:
        check_url(url)
    except GuardError as error:
        raise typer.BadParameter(f"{url}: {error.reason}", param_hint="URL") from error
    name = name or site_name(url)
    check_name(name)
    if (folder / f"{name}.toml").exists():
        raise SiteError(_TAKEN.format(path=folder / f"{name}.toml"))
    return name


def _tried(columns: Sequence[ColumnTrial], fetch: Fetch, *, articles: int) -> Trial:
    tried = try_articles(columns, fetch, each=articles, say=_say)
    return Trial(columns=tuple(columns), articles=tried)


def _wanted(proposal: Proposal, trial: Trial, *, yes: bool, as_json: bool) -> bool:
    if not as_json:
        heading = f"{proposal.name}  {proposal.title}"
        print_trial(Console(), heading, trial, timezone=SHANGHAI)
        typer.echo(f"\n{proposal.path}:\n{site_file_text(proposal)}")
    return may_write(proposal.path, yes=yes, as_json=as_json)


def _write(proposal: Proposal) -> None:
    try:
        proposal.path.parent.mkdir(parents=True, exist_ok=True)
        with proposal.path.open("x", encoding="utf-8") as file:
            file.write(site_file_text(proposal))
    except FileExistsError as error:
        raise SiteError(_TAKEN.format(path=proposal.path)) from error
    except OSError as error:
        raise SiteError(f"{proposal.path}: cannot be written: {error.strerror or error}") from error
    typer.echo(f"written: {proposal.path}. Crawl it: wenxun crawl {proposal.name}", err=True)


def _print_json(record: dict[str, object]) -> None:
    typer.echo(json.dumps(record, ensure_ascii=False))


def _say(line: str) -> None:
    typer.echo(line, err=True)


def _record(site: Site, origin: str) -> dict[str, object]:
    return {
        "site": site.name,
        "title": site.title,
        "start": list(site.start),
        "enabled": site.enabled and origin != "shipped",
        "from": origin,
    }
