"""`wenxun stories`: what several sites tell."""

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from wenxun.context import (
    ConfigOption,
    DatabaseOption,
    JsonOption,
    SinceOption,
    open_context,
)

if TYPE_CHECKING:
    from storage.store import Store


def register(app: typer.Typer) -> None:
    """Add `stories`."""
    app.command("stories")(stories)


def stories(
    *,
    site: Annotated[str | None, typer.Option("--site", help="Only what this site has too.")] = None,
    since: SinceOption = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many stories.")] = 50,
    as_json: JsonOption = False,
    config: ConfigOption = None,
    database: DatabaseOption = None,
) -> None:
    """List the stories that several sites have: who was first, who took them over and how.

    The same or nearly the same text is one story, under whatever title. The newest come first.
    Articles that no crawl has compared yet are compared first.
    """
    from storage.stories import Stories  # noqa: PLC0415 (imports the database)
    from wenxun.telling import story_lines, story_record  # noqa: PLC0415

    with open_context(config, database) as context:
        compare_waiting(context.store)
        found = Stories(context.store).told_by_several(limit=limit, site=site, since=since)
    for story in found:
        if as_json:
            typer.echo(json.dumps(story_record(story), ensure_ascii=False))
            continue
        typer.echo(story.tellings[0].title)
        for line in story_lines(story):
            typer.echo(line)
    if not as_json:
        typer.echo(f"{len(found)} stories with several sites", err=True)


def compare_waiting(store: "Store") -> None:
    """Compare what is not compared yet, with progress; Ctrl-C loses nothing."""
    from storage.stories import Stories  # noqa: PLC0415
    from storage.story_groups import group_batch  # noqa: PLC0415

    waiting = Stories(store).waiting()
    if not waiting:
        return
    console = Console(stderr=True)
    with Progress(
        TextColumn("comparing"), BarColumn(), MofNCompleteColumn(),
        console=console, transient=True, disable=not console.is_terminal,
    ) as bar:  # fmt: skip
        task = bar.add_task("compare", total=waiting)
        while done := group_batch(store, now=datetime.now(UTC)):
            bar.advance(task, done)
