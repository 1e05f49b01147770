"""`wenxun show`: one article, with its versions, and where its date comes from."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from storage.articles import Articles, StoredArticle, StoredVersion
from storage.asset import KEPT
from storage.assets import Assets, StoredAsset
from storage.export import stored_document
from storage.record import local_date
from wenxun.context import (
    LARGEST_NUMBER,
    ConfigOption,
    DatabaseOption,
    JsonOption,
    open_context,
)
from wenxun.saved_files import file_name
from wenxun.saved_files import save_files as save_files_of
from wenxun.tables import plain_table

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
    save_files: Annotated[
        Path | None,
        typer.Option("--save-files", help="Write its files and pictures into this folder."),
    ] = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
    database: DatabaseOption = None,
) -> None:
    """Show an article in the document form and its files, or its versions, or its dates."""
    with open_context(config, database) as context:
        articles = Articles(context.store)
        found = articles.get(article)
        history = articles.versions(found.id)
        assets = Assets(context.store)
        files = assets.of(found.id)
        if save_files is not None:
            _save(assets, files, save_files)
    if save_files is not None:
        return
    if as_json:
        record = found.record() | {"files": [one.record(found.timezone) for one in files]}
        typer.echo(json.dumps(record, ensure_ascii=False))
    elif dates:
        Console().print(_dates(found))
    elif versions:
        Console().print(_versions(history))
    else:
        _print_document(found, files)


def _print_document(article: StoredArticle, files: Sequence[StoredAsset]) -> None:
    typer.echo(stored_document(article))
    if files:
        typer.echo()
        Console().print(_files(files))
    if article.unreadable_letters:
        note = f"{article.unreadable_letters} letters of this article could not be read (\ufffd)"
        typer.echo(f"wenxun: {note}", err=True)


def _save(assets: Assets, files: Sequence[StoredAsset], folder: Path) -> None:
    lost = 0
    for asset, path in save_files_of(assets, files, folder):
        if path is None:
            lost += 1
            typer.echo(f"wenxun: {asset.url}: its bytes are not in the archive", err=True)
        else:
            typer.echo(f"{path}\t{asset.size}\t{asset.sha256}")
    if lost:
        raise typer.Exit(1)
    if not any(asset.sha256 for asset in files):
        typer.echo("wenxun: no file of this article is kept", err=True)


def _files(files: Sequence[StoredAsset]) -> Table:
    """Return each file with its size, kind and state, and what of its text can be found."""
    table = plain_table("file", "kind", "bytes", "state", "text", "version", numbers=("bytes",))
    for asset in files:
        remark = f": {asset.evidence}" if asset.evidence and asset.stands_as != KEPT else ""
        table.add_row(
            file_name(asset), asset.kind or asset.role,
            "-" if asset.size is None else str(asset.size), f"{asset.stands_as}{remark}",
            asset.text_state or "-", ", ".join(map(str, asset.versions)),
        )  # fmt: skip
    return table


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
