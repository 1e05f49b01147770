"""`wenxun sites repair`: propose rules for a site whose layout changed, and write them."""

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console

from crawler.repairing.lists import repaired_lists
from crawler.repairing.repair import Outcome, repaired
from crawler.site import Site, SiteError
from crawler.sites import load_site_file
from crawler.trial import Fetch
from wenxun.config import Config
from wenxun.context import ConfigOption, Context, DatabaseOption, JsonOption, open_context
from wenxun.crawling import SHIPPED_SITES, named_file
from wenxun.repair_view import Offer, print_offer
from wenxun.site_text import with_selectors
from wenxun.whole_file import whole_file

if TYPE_CHECKING:
    from wenxun.known_pages import KnownPages

_UNKNOWN = (
    "{site}: too few of its articles are known: {found} pages show what is stored of them. "
    "Rules need 4; crawl the site while it is read right, or name a day with --before"
)


ArticlesOption = Annotated[
    int, typer.Option("--articles", min=4, max=60, help="Known articles to look at.")
]
BeforeOption = Annotated[
    datetime | None,
    typer.Option(
        "--before",
        formats=["%Y-%m-%d"],
        help="Take articles as they were read before this day. "
        "Default: before the crawl that found the site broken.",
    ),
]
PagesOption = Annotated[
    Path | None,
    typer.Option(
        "--from", exists=True, file_okay=False, help="Read today's pages from this folder."
    ),
]


def repair_site(
    site: Annotated[str, typer.Argument(metavar="SITE", help="A site's name, or its file.")],
    *,
    articles: ArticlesOption = 12,
    before: BeforeOption = None,
    folder: PagesOption = None,
    yes: Annotated[bool, typer.Option("--yes", help="Write the file without asking.")] = False,
    as_json: JsonOption = False,
    config: ConfigOption = None,
    database: DatabaseOption = None,
) -> None:
    """Propose rules for a site whose layout changed, from its known articles, with the proof.

    Ends with 1 where no rules hold, or too little is known to prove any.
    """
    with open_context(config, database) as context:
        path = _file_of(context.config, site)
        chosen = load_site_file(path)
        from wenxun.visiting import site_fetch  # noqa: PLC0415 (help does not wait for it)

        fetch = site_fetch(context.config, chosen, folder=folder)
        day = before and before.replace(tzinfo=ZoneInfo(chosen.timezone))
        pages = _known_pages(context, chosen, fetch, most=articles, before=day)
    offer = _offer(context.config, chosen, path, pages, fetch)
    if not as_json:
        print_offer(Console(), offer)
    written = offer.is_change and _is_wanted(offer, yes=yes, as_json=as_json)
    if written:
        _write(offer)
    if as_json:
        typer.echo(json.dumps({**offer.record(), "written": written}, ensure_ascii=False))
    if offer.outcome is Outcome.UNKNOWN:
        found = len(offer.repair.before)
        typer.echo(_UNKNOWN.format(site=chosen.name, found=found), err=True)
    if offer.outcome not in {Outcome.FOUND, Outcome.RIGHT}:
        raise typer.Exit(1)


def _known_pages(
    context: Context, site: Site, fetch: Fetch, *, most: int, before: datetime | None
) -> "KnownPages":
    # Other commands on site files do not wait for the database's half second.
    from storage.known_articles import KnownArticles  # noqa: PLC0415
    from wenxun.known_pages import known_pages  # noqa: PLC0415

    known = KnownArticles(context.store)
    return known_pages(
        known,
        site,
        fetch,
        most=most,
        before=before or known.well_until(site.name),
        say=lambda line: typer.echo(line, err=True),
    )


def _offer(settings: Config, site: Site, path: Path, pages: "KnownPages", fetch: Fetch) -> Offer:
    from wenxun.known_pages import proved_next  # noqa: PLC0415 (as above)

    repair = repaired(pages.articles, site.selectors)
    held = repair.selectors if repair.outcome is Outcome.FOUND else site.selectors
    lists = repaired_lists(pages.lists, held)
    selectors = {**held, **({"list": lists.selector} if lists.selector else {})}
    if following := proved_next(pages.lists, selectors, fetch):
        selectors["next"] = following
    text = _text_of(path)
    is_shipped = path.parent == SHIPPED_SITES and settings.sites_dir != SHIPPED_SITES
    return Offer(
        site=site,
        repair=repair,
        lists=lists,
        selectors=selectors,
        unread=pages.unread,
        path=settings.sites_dir / path.name if is_shipped else path,
        before=text,
        after=text if selectors == site.selectors else with_selectors(text, selectors),
    )


def _file_of(settings: Config, named: str) -> Path:
    path = Path(named)
    return path if path.suffix == ".toml" and path.is_file() else named_file(settings, named)


def _text_of(path: Path) -> str:
    return path.read_bytes().decode("utf-8")


def _is_wanted(offer: Offer, *, yes: bool, as_json: bool) -> bool:
    if yes or as_json or not sys.stdin.isatty():
        if not yes:
            typer.echo(f"nothing written: --yes writes {offer.path}", err=True)
        return yes
    return typer.confirm(f"Write {offer.path}?")


def _write(offer: Offer) -> None:
    try:
        offer.path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SiteError(f"{offer.path}: cannot be written: {error.strerror or error}") from error
    with whole_file(offer.path) as file:
        file.write(offer.after)
    again = f"wenxun crawl {offer.site.name}"
    typer.echo(f"written: {offer.path}. Read its articles again: {again} --full", err=True)
