"""`wenxun sites repair`: propose rules for a site whose layout changed, and write them."""

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple
from zoneinfo import ZoneInfo

import typer
from rich.console import Console

from crawler.repairing.lists import judged_lists, repaired_lists
from crawler.repairing.repair import LEAST_KNOWN, Outcome, repaired
from crawler.site import Site, SiteError
from crawler.sites import load_site_file
from crawler.trial import Fetch
from storage.whole_file import whole_file
from wenxun.asking import may_write
from wenxun.config import Config
from wenxun.context import ConfigOption, Context, DatabaseOption, JsonOption, open_context
from wenxun.crawling import SHIPPED_SITES, site_path
from wenxun.repair_view import Offer, print_offer
from wenxun.site_text import with_selectors

if TYPE_CHECKING:
    from wenxun.known_pages import KnownPages

_UNKNOWN = (
    "{site}: too few of its articles are known: {found} pages show what is stored of them. "
    f"Rules need {LEAST_KNOWN}; crawl the site while it is read right, or name a day with --before"
)
_NO_PAGE = (
    "{site}: no page of its known articles came (why is said above), so nothing can be proved: "
    "ask again when the site answers"
)
_CHANGED = "{path} is not as it was when its rules were looked for: run this again"


class _File(NamedTuple):
    """Where the rules are written, and the file's text; a new one is that which ships."""

    path: Path
    text: str
    is_new: bool


ArticlesOption = Annotated[
    int, typer.Option("--articles", min=LEAST_KNOWN, max=60, help="Known articles to look at.")
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
        path = site_path(context.config, site)
        chosen, file = load_site_file(path), _file_of(context.config, path)
        from wenxun.visiting import site_fetch  # noqa: PLC0415 (help does not wait for it)

        fetch = site_fetch(context.config, chosen, folder=folder)
        day = before and before.replace(tzinfo=ZoneInfo(chosen.timezone))
        pages = _known_pages(context, chosen, fetch, most=articles, before=day)
    offer = _offer(chosen, file, pages, fetch)
    if not as_json:
        print_offer(Console(), offer)
    written = offer.is_change and may_write(offer.path, yes=yes, as_json=as_json)
    if written:
        _write(offer, file)
    if as_json:
        typer.echo(json.dumps({**offer.record(), "written": written}, ensure_ascii=False))
    if offer.outcome is Outcome.UNKNOWN:
        found = len(offer.repair.before)
        why = _NO_PAGE if pages.known and not pages.articles else _UNKNOWN
        typer.echo(why.format(site=chosen.name, found=found), err=True)
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


def _offer(site: Site, file: _File, pages: "KnownPages", fetch: Fetch) -> Offer:
    from wenxun.known_pages import proved_next  # noqa: PLC0415 (as above)

    repair = repaired(pages.articles, site.selectors)
    held = repair.selectors if repair.outcome is Outcome.FOUND else site.selectors
    lists = repaired_lists(pages.lists, held)
    selectors = {**held, **({"list": lists.selector} if lists.selector else {})}
    if following := proved_next(pages.lists, selectors, fetch):
        selectors["next"] = following
        lists = replace(lists, after=judged_lists(pages.lists, selectors))
    return Offer(
        site=site,
        repair=repair,
        lists=lists,
        selectors=selectors,
        unread=pages.unread,
        path=file.path,
        before=file.text,
        after=file.text if selectors == site.selectors else with_selectors(file.text, selectors),
    )


def _file_of(settings: Config, path: Path) -> _File:
    is_shipped = path.parent == SHIPPED_SITES and settings.sites_dir != SHIPPED_SITES
    return _File(
        path=settings.sites_dir / path.name if is_shipped else path,
        text=path.read_bytes().decode("utf-8"),
        is_new=is_shipped,
    )


def _write(offer: Offer, file: _File) -> None:
    try:
        offer.path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SiteError(f"{offer.path}: cannot be written: {error.strerror or error}") from error
    # A person may have thought about it for long, with the file open in an editor.
    now = file.path.read_bytes() if file.path.is_file() else None
    if now != (None if file.is_new else file.text.encode("utf-8")):
        raise SiteError(_CHANGED.format(path=file.path))
    with whole_file(file.path) as out:
        out.write(offer.after)
    again = f"wenxun crawl {offer.site.name}"
    typer.echo(f"written: {offer.path}. Read its articles again: {again} --full", err=True)
