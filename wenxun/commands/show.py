"""`wenxun show`: one article, its versions, its story, and where its date comes from."""

import json
import re
from collections.abc import Sequence
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from storage.articles import Articles, StoredArticle, StoredVersion
from storage.export import stored_document
from storage.record import local_date
from storage.stories import Stories, Story
from wenxun.comparing import compare_waiting
from wenxun.context import (
    LARGEST_NUMBER,
    ConfigOption,
    DatabaseOption,
    JsonOption,
    open_context,
)
from wenxun.tables import plain_table
from wenxun.telling import story_hint, story_lines, story_record

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]")


def register(app: typer.Typer) -> None:
    """Add `show`."""
    app.command("show")(show)


def show(
    article: Annotated[
        int, typer.Argument(help="The article's number.", min=1, max=LARGEST_NUMBER)
    ],
    *,
    versions: Annotated[
        bool, typer.Option("--versions", help="List its versions instead.")
    ] = False,
    dates: Annotated[
        bool, typer.Option("--dates", help="List what is said of its date instead.")
    ] = False,
    story: Annotated[
        bool, typer.Option("--story", help="List the articles of its story instead.")
    ] = False,
    as_json: JsonOption = False,
    config: ConfigOption = None,
    database: DatabaseOption = None,
) -> None:
    """Show an article in the document form, or its versions, its story, or its date's origin."""
    with open_context(config, database) as context:
        articles = Articles(context.store)
        found = articles.get(article)
        history = articles.versions(found.id)
        if story:
            compare_waiting(context.store)
        told = Stories(context.store).of(found.id)
    if as_json:
        record = found.record() | {"story": story_record(told) if told else None}
        typer.echo(json.dumps(record, ensure_ascii=False))
        return
    if story:
        _print_story(found, told)
    elif dates:
        Console().print(_dates(found))
    elif versions:
        Console().print(_versions(history))
    else:
        _print_document(found)
        if told:
            typer.echo(f"wenxun: {story_hint(told, article_id=found.id)}", err=True)


def _print_story(article: StoredArticle, story: Story | None) -> None:
    if story is None:
        typer.echo("nobody else tells this story", err=True)
        return
    for line in story_lines(story, article_id=article.id):
        typer.echo(line)


def _print_document(article: StoredArticle) -> None:
    typer.echo(stored_document(article))
    if article.unreadable_letters:
        note = f"{article.unreadable_letters} letters of this article could not be read (\ufffd)"
        typer.echo(f"wenxun: {note}", err=True)


def _versions(history: Sequence[StoredVersion]) -> Table:
    table = plain_table(
        "version", "reason", "from", "to", "title", "characters", numbers=("version", "characters")
    )
    for version in history:
        until = "stands" if version.seen_to is None else f"{version.seen_to:%Y-%m-%d %H:%M} UTC"
        table.add_row(
            str(version.number), version.reason, f"{version.seen_from:%Y-%m-%d %H:%M} UTC", until,
            version.title, str(len(version.text)),
        )  # fmt: skip
    return table


def _dates(article: StoredArticle) -> Table:
    """Return the date that counts, every claim, and when the article was first seen."""
    record = article.record()
    table = plain_table("source", "says", "at", "to the", "remark", whole=("source",))
    flags = " ".join(flag for flag in article.flags if flag.startswith("date_"))
    counts = (record["published_text"], record["published_at"], article.published_precision, flags)
    table.add_row("counts", *map(_shown, counts))
    for claim in article.dates:
        one = local_date(claim, article.timezone)
        said = (one["text"], one["at"], one["precision"], one["doubt"])
        table.add_row(one["source"], *map(_shown, said))
    table.add_row("first seen", "", str(record["first_seen_at"])[:19])
    return table


def _shown(value: object) -> str:
    """Return a value as a cell; of a time what stands before its zone."""
    text = str(value or "-")
    return text[:19] if _INSTANT.match(text) else text
