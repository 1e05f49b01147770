"""`wenxun show`: one article, with its versions."""

import json
from typing import Annotated

import typer
from rich.console import Console

from storage.articles import Articles
from storage.export import stored_document
from wenxun.context import (
    LARGEST_NUMBER,
    ConfigOption,
    DatabaseOption,
    JsonOption,
    open_context,
)
from wenxun.tables import plain_table


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
    as_json: JsonOption = False,
    config: ConfigOption = None,
    database: DatabaseOption = None,
) -> None:
    """Show an article in the document form, or its versions."""
    with open_context(config, database) as context:
        articles = Articles(context.store)
        found = articles.get(article)
        history = articles.versions(found.id)
    if as_json:
        typer.echo(json.dumps(found.record(), ensure_ascii=False))
        return
    if not versions:
        typer.echo(stored_document(found))
        if found.unreadable_letters:
            note = f"{found.unreadable_letters} letters of this article could not be read (\ufffd)"
            typer.echo(f"wenxun: {note}", err=True)
        return
    table = plain_table(
        "version", "reason", "from", "to", "title", "characters", numbers=("version", "characters")
    )
    for version in history:
        until = "stands" if version.seen_to is None else f"{version.seen_to:%Y-%m-%d %H:%M} UTC"
        table.add_row(
            str(version.number), version.reason, f"{version.seen_from:%Y-%m-%d %H:%M} UTC", until,
            version.title, str(len(version.text)),
        )  # fmt: skip
    Console().print(table)
