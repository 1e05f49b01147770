"""`wenxun stories`: what several sites tell."""

import json
from typing import Annotated

import typer

from storage.stories import Stories
from wenxun.comparing import compare_waiting
from wenxun.context import (
    ConfigOption,
    DatabaseOption,
    JsonOption,
    SinceOption,
    open_context,
)
from wenxun.telling import story_lines, story_record


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
    Articles that are not compared yet are compared first.
    """
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
