"""`wenxun export`: write articles to files."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from storage.articles import Articles, Filter
from storage.export import ExportFormat, export
from wenxun.context import (
    ConfigOption,
    DatabaseOption,
    SinceOption,
    UntilOption,
    open_context,
)


def register(app: typer.Typer) -> None:
    """Add `export`."""
    app.command("export")(export_articles)


def export_articles(
    *,
    form: Annotated[ExportFormat, typer.Option("--format", help="What to write.")],
    out: Annotated[Path, typer.Option("--out", help="A folder for text, a file otherwise.")],
    site: Annotated[str | None, typer.Option("--site", help="Only this site.")] = None,
    since: SinceOption = None,
    until: UntilOption = None,
    query: Annotated[
        str | None, typer.Option("--query", help="Found by this query (see `wenxun search`).")
    ] = None,
    config: ConfigOption = None,
    database: DatabaseOption = None,
) -> None:
    """Write articles: one document a file (text), one article a line (jsonl), or a table (csv)."""
    if form is not ExportFormat.TEXT and out.is_dir():
        raise typer.BadParameter("is a folder: name a file", param_hint="--out")
    wanted = Filter(site=site, since=since, until=until, words=query)
    console = Console(stderr=True)
    with open_context(config, database) as context:
        articles = Articles(context.store)
        with Progress(
            TextColumn("exporting"), BarColumn(), MofNCompleteColumn(),
            console=console, transient=True, disable=not console.is_terminal,
        ) as bar:  # fmt: skip
            task = bar.add_task("export", total=articles.count(wanted))
            count = export(
                articles.all(wanted), form=form, out=out,
                progress=lambda done: bar.update(task, completed=done),
            )  # fmt: skip
        typer.echo(f"{count} articles in {out}", err=True)
        left_out = articles.undated(wanted) if since or until else 0
    if left_out:
        typer.echo(f"{left_out} articles without a date are in no range of days", err=True)
