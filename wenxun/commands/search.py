"""`wenxun search`: find articles by their words."""

import json
import sys
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from storage.articles import Filter, tree_of
from storage.file_search import FileSearch, Result, together
from storage.filling import SearchIndex
from storage.search import Search
from wenxun.context import (
    ConfigOption,
    DatabaseOption,
    JsonOption,
    SinceOption,
    UntilOption,
    open_context,
)
from wenxun.filling import fill_index, warn_of_filling
from wenxun.marks import bold

_MOST = 10_000
_INDENT = Text(" " * 4)
_HELP = """Find articles by their words, the newest first.

Words side by side must all be there. Between them:
a | b (or OR): either; -a (or NOT): without; (…): a group; "a b": in this order.

title:奖学金 looks in one field (also text, section, source, credit).
site:NAME, date:2023..2024-03, after:2024-01-15, before:2024 (days inclusive).

Files of articles (PDF, DOCX, XLSX) are looked through, too.

Width, case and blanks inside a word make no difference; Latin words and
numbers are found whole. Quote what the shell would take: '(招生 | 录取) -考试'
"""


class Order(StrEnum):
    """What comes first."""

    DATE = "date"
    RELEVANCE = "relevance"


def register(app: typer.Typer) -> None:
    """Add `search`."""
    # What begins with one dash is a word to leave out, `-h` too.
    settings = {"ignore_unknown_options": True, "help_option_names": ["--help"]}
    app.command("search", help=_HELP, context_settings=settings)(search)


def search(
    words: Annotated[
        list[str] | None, typer.Argument(metavar="QUERY", help="What to find.")
    ] = None,
    *,
    limit: Annotated[int, typer.Option("--limit", min=1, max=_MOST, help="At most so many.")] = 20,
    sort: Annotated[
        Order, typer.Option("--sort", help="The newest first, or those that say most about it.")
    ] = Order.DATE,
    site: Annotated[str | None, typer.Option("--site", help="Only this site.")] = None,
    since: SinceOption = None,
    until: UntilOption = None,
    reindex: Annotated[
        bool, typer.Option("--reindex", help="Make the search index anew, then search.")
    ] = False,
    as_json: JsonOption = False,
    config: ConfigOption = None,
    database: DatabaseOption = None,
) -> None:
    """Find articles."""
    query = _query(words, reindex=reindex)
    tree = tree_of(Filter(site=site, since=since, until=until, words=query)) if query else None
    with open_context(config, database) as context:
        index = SearchIndex(context.store)
        if reindex:
            fill_index(index, anew=True)
        if tree is None:
            return
        found = Search(context.store)
        hits = (found.newest if sort is Order.DATE else found.best)(tree, limit=limit + 1)
        files = FileSearch(context.store).newest(tree, limit=limit + 1)
        warn_of_filling(index)
    results = together(hits, files, by_date=sort is Order.DATE)
    # Whoever reads on through a pipe gets whole lines.
    console = Console(highlight=False, soft_wrap=not sys.stdout.isatty())
    for result in results[:limit]:
        _print_json(result) if as_json else _print(console, result)
    _print_rest(results, limit)


def _query(words: list[str] | None, *, reindex: bool) -> str | None:
    for word in words or ():
        if word.startswith("--"):
            raise typer.BadParameter(f"no such option: {word}")
    query = " ".join(words or ()).strip()
    if not query and not reindex:
        raise typer.BadParameter("write what to find", param_hint="QUERY")
    return query or None


def _print_json(result: Result) -> None:
    hit = result.hit
    zone = ZoneInfo(hit.timezone)
    record = {
        "id": hit.id,
        "site": hit.site,
        "url": hit.url,
        "title": hit.title.text,
        "title_marks": hit.title.marks,
        "published_at": _local(hit.published_at, zone),
        "withdrawn_at": _local(hit.withdrawn_at, zone),
        "snippet": hit.snippet.text,
        "snippet_marks": hit.snippet.marks,
        "files": [
            {
                "name": one.name, "url": one.url, "sha256": one.sha256,
                "snippet": one.snippet.text, "snippet_marks": one.snippet.marks,
            }
            for one in result.files
        ],
    }  # fmt: skip
    typer.echo(json.dumps(record, ensure_ascii=False))


def _local(instant: datetime | None, zone: ZoneInfo) -> str | None:
    return None if instant is None else instant.astimezone(zone).isoformat()


def _print(console: Console, result: Result) -> None:
    """Print an article: its day and title, what it and its files say, and where it is."""
    hit = result.hit
    heading = Text.assemble(hit.published_day or "undated   ", "  ", bold(hit.title))
    if hit.withdrawn_at is not None:
        day = hit.withdrawn_at.astimezone(ZoneInfo(hit.timezone)).date()
        heading.append(f"  (withdrawn {day})", style="red")
    where = Text(f"{hit.site}  {hit.id}  {hit.url}", style="dim")
    console.print(heading)
    said = [bold(hit.snippet)] if result.is_itself else []
    files = [Text.assemble(f"{one.name or one.url}: ", bold(one.snippet)) for one in result.files]
    for line in (*said, *files, where):
        if line:
            console.print(Padding.indent(line, 4) if console.is_terminal else _INDENT + line)


def _print_rest(hits: Sequence[Result], limit: int) -> None:
    if not hits:
        typer.echo("nothing found", err=True)
    elif len(hits) > limit:
        typer.echo(f"there are more than these {limit} (--limit)", err=True)
