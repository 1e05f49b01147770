"""The commands of `wenxun archive` that take long; each may be ended and begun again."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import DownloadColumn

from crawler.fields.links import url_key
from storage.archive.compacting import Compacted, compact
from storage.archive.moving import move, waiting
from storage.archive.overview import archive_stats
from storage.archive.retention import drop, droppable
from storage.archive.verifying import problems, strangers
from storage.errors import ImportFailedError
from wenxun.context import ConfigOption, DatabaseOption, JsonOption, open_context
from wenxun.progress import progress_bar
from wenxun.times import iso


def verify(
    *, as_json: JsonOption = False, config: ConfigOption = None, database: DatabaseOption = None
) -> None:
    """Read every kept page back and compare it with its hash; say what is missing or damaged."""
    count = 0
    with open_context(config, database) as context:
        total = archive_stats(context.store)
        with progress_bar("verifying", total=total.bytes, counted=DownloadColumn()) as bar:
            for problem in problems(context.store, on_progress=bar.advance):
                count += 1
                if as_json:
                    typer.echo(json.dumps(asdict(problem), ensure_ascii=False))
                else:
                    where = f"{problem.file} ({problem.url})" if problem.url else problem.file
                    typer.echo(f"{where}: {problem.what}")
        unknown = strangers(context.store)
    for name in unknown:
        typer.echo(f"{name} is not in the database: import it, or remove it", err=True)
    typer.echo(
        f"{total.responses} responses in {total.files} files: {count or 'no'} problems", err=True
    )
    if count:
        raise typer.Exit(1)


def prune(
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would go, and change nothing.")
    ] = False,
    as_json: JsonOption = False,
    config: ConfigOption = None,
    database: DatabaseOption = None,
) -> None:
    """Drop what `max_age` and `max_size` do not allow; `wenxun run` does so every day."""
    with open_context(config, database) as context:
        limits = context.config.archive.limits
        ask = droppable if dry_run else drop
        gone = ask(context.store, limits, now=datetime.now(UTC))
        done = Compacted() if dry_run else compact(context.store)
    if as_json:
        record = {**asdict(gone), **asdict(done), "dry_run": dry_run}
        typer.echo(json.dumps(record, default=_json_time))
        return
    if limits.is_none:
        typer.echo("no limits are set: [archive] max_age, max_size", err=True)
    would = "would go" if dry_run else "went"
    typer.echo(
        f"{gone.responses} responses {would} ({gone.bytes / 1e6:.1f} MB), {gone.standing} of them "
        "what an article stands on"
    )
    if not dry_run:
        typer.echo(f"{done.files} files written anew, {done.bytes_freed / 1e6:.1f} MB freed")
    for name in done.waiting:
        typer.echo(f"{name} is being written to or cannot be read: run it again", err=True)


def import_files(
    files: Annotated[list[Path], typer.Argument(help="WARC or ARC files, compressed or not.")],
    *,
    site: Annotated[
        str | None,
        typer.Option("--site", help="The site they belong to. Default: known by its list pages."),
    ] = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
    database: DatabaseOption = None,
) -> None:
    """Take the responses of WARC files that other tools wrote; nothing is taken twice."""
    from storage.archive.importing import Imported, import_file  # noqa: PLC0415 (warcio is slow)

    failed = False
    with open_context(config, database) as context:
        for path in files:
            done, error = Imported(), None
            size = path.stat().st_size if path.is_file() else 0
            with progress_bar(
                f"importing {path.name}", total=size, counted=DownloadColumn()
            ) as bar:
                try:
                    before = 0
                    for done in import_file(context.store, path, url_key=url_key, site=site):
                        bar.advance(done.bytes_read - before)
                        before = done.bytes_read
                except ImportFailedError as failure:
                    error, failed = str(failure), True
            _say_imported(path, asdict(done), error, as_json=as_json)
    if failed:
        raise typer.Exit(1)


def move_rows(*, config: ConfigOption = None, database: DatabaseOption = None) -> None:
    """Move what an older version kept in the database into the archive's files."""
    moved = 0
    with open_context(config, database) as context:
        total = waiting(context.store)
        with progress_bar("moving", total=total) as bar:
            for count in move(context.store):
                moved += count
                bar.advance(count)
    typer.echo(f"{moved} responses moved", err=True)
    if moved:
        typer.echo("the database file shrinks with: sqlite3 wenxun.db VACUUM", err=True)
    if moved < total:
        typer.echo(
            f"{total - moved} cannot be read and stay; see `wenxun archive verify`", err=True
        )
        raise typer.Exit(1)


def _say_imported(path: Path, done: dict[str, Any], error: str | None, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({"file": str(path), **done, "error": error}, ensure_ascii=False))
        return
    typer.echo(f"{path}: {done['taken']} responses taken, {done['known']} known already")
    if done["differing"]:
        typer.echo(f"{path}: {done['differing']} of them differ from their digests", err=True)
    for why, count in sorted(done["left"].items()):
        typer.echo(f"{path}: not taken: {count} {why}", err=True)
    if error:
        typer.echo(error, err=True)


def _json_time(value: object) -> str:
    assert isinstance(value, datetime)
    return iso(value, None)
