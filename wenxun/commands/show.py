"""`wenxun show`: one article, what became of it, who else tells it, where its date comes from."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from storage.articles import Articles, StoredArticle
from storage.assets import Assets
from storage.differing.versions import reading_diff
from storage.export import stored_document
from storage.history import History, KeptAmendment, KeptVersion
from storage.store import Store
from storage.stories import Stories, Story
from wenxun.comparing import compare_waiting
from wenxun.context import (
    LARGEST_NUMBER,
    ConfigOption,
    DatabaseOption,
    JsonOption,
    open_context,
)
from wenxun.diff_view import diff_lines
from wenxun.files_view import files_table, write_files
from wenxun.history_record import (
    count_record,
    diff_record,
    look_record,
    sighting_record,
    version_record,
    withdrawal_record,
    withdrawals,
)
from wenxun.history_view import (
    amendment_lines,
    dates_table,
    sightings_table,
    version_lines,
    versions_table,
    views_table,
    withdrawal_lines,
)
from wenxun.tables import print_table
from wenxun.telling import story_hint, story_lines, story_record


class Part(StrEnum):
    """What of an article is shown in place of its text."""

    VERSIONS = "versions"
    DIFF = "diff"
    SIGHTINGS = "sightings"
    VIEWS = "views"
    WITHDRAWALS = "withdrawals"
    DATES = "dates"
    STORY = "story"


_Number = Annotated[int, typer.Argument(help="The article's number.", min=1, max=LARGEST_NUMBER)]
_Versions = Annotated[
    bool, typer.Option("--versions", help="Its versions: when found, by which crawl, why.")
]
_Diff = Annotated[bool, typer.Option("--diff", help="What changed at last, as [-cut-]{+added+}.")]
_From = Annotated[int | None, typer.Option("--from", min=1, help="With --diff: the older version.")]
_To = Annotated[int | None, typer.Option("--to", min=1, help="With --diff: the newer version.")]
_Sightings = Annotated[
    bool, typer.Option("--sightings", help="The columns that list it, first and last seen.")
]
_Views = Annotated[
    bool, typer.Option("--views", help="Its view counts over time; one that fell is flagged.")
]
_Withdrawals = Annotated[
    bool, typer.Option("--withdrawals", help="When it was withdrawn and restored, and the proof.")
]
_Dates = Annotated[bool, typer.Option("--dates", help="What is said of its date.")]
_SaveFiles = Annotated[
    Path | None, typer.Option("--save-files", help="Write its files and pictures into this folder.")
]
_Story = Annotated[bool, typer.Option("--story", help="Who else tells it: when, and how changed.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An article and its history."""

    article: StoredArticle
    history: History
    stories: Stories
    assets: Assets

    @property
    def story(self) -> Story | None:
        """The story that it tells with others."""
        return self.stories.of(self.article.id)

    @property
    def zone(self) -> str:
        """The zone in which times are told: the site's."""
        return self.article.timezone


def register(app: typer.Typer) -> None:
    """Add `show`."""
    app.command("show")(show)


def show(
    article: _Number,
    *,
    versions: _Versions = False,
    diff: _Diff = False,
    from_: _From = None,
    to: _To = None,
    sightings: _Sightings = False,
    views: _Views = False,
    withdrawn: _Withdrawals = False,
    dates: _Dates = False,
    story: _Story = False,
    save_files: _SaveFiles = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
    database: DatabaseOption = None,
) -> None:
    """Show an article in the document form, or a part of its history.

    With --json alone: the article with its whole history. Times are those of the site's zone.
    """
    wanted = {
        Part.VERSIONS: versions, Part.DIFF: diff, Part.SIGHTINGS: sightings, Part.VIEWS: views,
        Part.WITHDRAWALS: withdrawn, Part.DATES: dates, Part.STORY: story,
    }  # fmt: skip
    part = _one_part([name for name, is_wanted in wanted.items() if is_wanted])
    if part is not Part.DIFF and (from_ or to):
        raise typer.BadParameter("needs --diff", param_hint="--from, --to")
    with open_context(config, database) as context:
        one = _shown(context.store, article)
        if story:
            compare_waiting(context.store)
        if save_files is not None:
            write_files(one.assets, one.article.id, save_files)
        elif as_json:
            typer.echo(json.dumps(_record(one, part, from_, to), ensure_ascii=False))
        elif part is None:
            _print_document(one)
        else:
            _print_part(one, part, from_, to)


def _shown(store: Store, number: int) -> Shown:
    return Shown(
        article=Articles(store).get(number),
        history=History(store),
        stories=Stories(store),
        assets=Assets(store),
    )


def _one_part(parts: Sequence[Part]) -> Part | None:
    if len(parts) > 1:
        named = " and ".join(f"--{part}" for part in parts)
        raise typer.BadParameter("one of them at a time", param_hint=named)
    return parts[0] if parts else None


def _print_document(one: Shown) -> None:
    article = one.article
    typer.echo(stored_document(article))
    if files := one.assets.of(article.id):
        typer.echo()
        print_table(files_table(files))
    if told := one.story:
        typer.echo(f"wenxun: {story_hint(told, article_id=article.id)}", err=True)
    if article.unreadable_letters:
        note = f"{article.unreadable_letters} letters of this article could not be read (\ufffd)"
        typer.echo(f"wenxun: {note}", err=True)


def _print_part(one: Shown, part: Part, from_: int | None, to: int | None) -> None:
    number, zone, history = one.article.id, one.zone, one.history
    match part:
        case Part.VERSIONS:
            print_table(versions_table(history.versions(number), zone))
        case Part.SIGHTINGS:
            _table_or(sightings_table(history.sightings(number), zone), "no column lists it")
        case Part.VIEWS:
            _table_or(views_table(history.view_counts(number), zone), "its views are 未知")
        case Part.WITHDRAWALS:
            versions, looks = history.versions(number), history.looks(number)
            found = withdrawals(history.turns(number), looks, versions)
            _lines(withdrawal_lines(found, zone), "never withdrawn")
        case Part.DATES:
            print_table(dates_table(one.article))
        case Part.STORY:
            told = one.story
            lines = story_lines(told, article_id=number) if told else ()
            _lines(map(Text, lines), "nobody else tells this story")
        case Part.DIFF:
            _print_diff(one, from_, to)


def _print_diff(one: Shown, from_: int | None, to: int | None) -> None:
    versions = one.history.versions(one.article.id)
    old, new = _two(versions, from_, to)
    amendments = _amendments(versions, old, new)
    if old is new:
        typer.echo(f"version {new.number} is the only one that was asked for", err=True)
    else:
        looks = one.history.looks(one.article.id)
        _lines(version_lines(old, new, looks, one.zone))
        _lines(diff_lines(reading_diff(old.reading, new.reading)), "they say the same")
    _lines(amendment_lines(amendments, one.zone))


def _two(
    versions: Sequence[KeptVersion], from_: int | None, to: int | None
) -> tuple[KeptVersion, KeptVersion]:
    """Return the versions to compare: the last two where none is named."""
    by_number = {version.number: version for version in versions}
    newer = to or max(by_number)
    older = from_ or max(1, newer - 1)
    for number, option in ((newer, "--to"), (older, "--from")):
        if number not in by_number:
            raise typer.BadParameter(
                f"there is no version {number}: it has {len(versions)}", param_hint=option
            )
    return by_number[older], by_number[newer]


def _amendments(
    versions: Sequence[KeptVersion], old: KeptVersion, new: KeptVersion
) -> list[KeptAmendment]:
    """Return what was amended from one version to the other, both included."""
    numbers = range(min(old.number, new.number), max(old.number, new.number) + 1)
    return [one for version in versions if version.number in numbers for one in version.amendments]


def _record(one: Shown, part: Part | None, from_: int | None, to: int | None) -> dict[str, Any]:
    number, zone, history = one.article.id, one.zone, one.history
    versions, looks = history.versions(number), history.looks(number)
    head = {"id": number, "site": one.article.site, "url": one.article.url}
    if part is Part.DIFF:
        old, new = _two(versions, from_, to)
        diff = reading_diff(old.reading, new.reading)
        amendments = _amendments(versions, old, new)
        return head | diff_record(old, new, diff, looks=looks, amendments=amendments, zone=zone)
    parts: dict[Part, Any] = {
        Part.VERSIONS: [version_record(v, looks, zone) for v in versions],
        Part.SIGHTINGS: [sighting_record(s, zone) for s in history.sightings(number)],
        Part.VIEWS: [count_record(c, zone) for c in history.view_counts(number)],
        Part.WITHDRAWALS: [
            withdrawal_record(w, zone)
            for w in withdrawals(history.turns(number), looks, versions)
        ],
        Part.DATES: one.article.record()["dates"],
        Part.STORY: story_record(told) if (told := one.story) else None,
    }  # fmt: skip
    if part is not None:
        return head | {str(part): parts[part]}
    # `sightings` is their number there, and `views` the newest count.
    return one.article.record() | {
        "versions": parts[Part.VERSIONS],
        "seen_in": parts[Part.SIGHTINGS],
        "view_counts": parts[Part.VIEWS],
        "withdrawals": parts[Part.WITHDRAWALS],
        "story": parts[Part.STORY],
        "files": [file.record(zone) for file in one.assets.of(number)],
        "responses": [look_record(look, zone) for look in looks],
    }


def _table_or(table: Any, nothing: str) -> None:
    if table.row_count:
        print_table(table)
    else:
        typer.echo(nothing, err=True)


def _lines(lines: Iterable[Text], nothing: str | None = None) -> None:
    console, count = Console(soft_wrap=True, highlight=False), 0
    for count, line in enumerate(lines, start=1):  # noqa: B007 (how many there were)
        console.print(line)
    if not count and nothing:
        typer.echo(nothing, err=True)
