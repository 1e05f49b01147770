"""`wenxun archive`: the raw pages, found by address and time; their files checked and limited."""

import json
import re
import sys
from dataclasses import asdict
from datetime import datetime, time
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from crawler.fields.links import url_key
from storage.archive.overview import archive_stats, as_warc
from storage.archive.reading import Archived, KeptResponse, find, kept_of_address
from wenxun.archive_work import import_files, move_rows, prune, verify
from wenxun.context import ConfigOption, DatabaseOption, JsonOption, open_context
from wenxun.tables import plain_table, print_table
from wenxun.times import SECONDS, in_zone, iso, shown

_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def register(app: typer.Typer) -> None:
    """Add `archive` and its commands."""
    archive = typer.Typer(
        no_args_is_help=True, help="The raw pages: find, check, limit them; take those of others."
    )
    archive.command("list")(list_responses)
    archive.command("get")(get)
    archive.command("stats")(stats)
    archive.command("verify")(verify)
    archive.command("prune")(prune)
    archive.command("import")(import_files)
    archive.command("move")(move_rows)
    app.add_typer(archive, name="archive")


def _time(written: str | None) -> datetime | None:
    """Return a time; a day is meant to its end. Without an offset it is in no zone yet."""
    if written is None:
        return None
    try:
        found = datetime.fromisoformat(written)
    except ValueError as error:
        raise typer.BadParameter("must be a day or a time: 2026-03-02T09:28") from error
    if _DAY.fullmatch(written):
        found = datetime.combine(found, time.max)
    return found


UrlArgument = Annotated[str, typer.Argument(help="The page's address.")]


def list_responses(
    url: Annotated[str, typer.Argument(help="The page's address; with a * at its end, all below.")],
    *,
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many.")] = 50,
    as_json: JsonOption = False,
    config: ConfigOption = None,
    database: DatabaseOption = None,
) -> None:
    """List what was kept of an address, the newest first."""
    key = url_key(url.removesuffix("*")) + ("*" if url.endswith("*") else "")
    with open_context(config, database) as context:
        found = kept_of_address(context.store, key, limit=limit)
    if as_json:
        for one in found:
            typer.echo(json.dumps(_record(one), ensure_ascii=False))
    elif found:
        print_table(_table(found))
    if not found:
        typer.echo(f"nothing was kept of {url}", err=True)
        raise typer.Exit(1)


def get(
    url: UrlArgument,
    *,
    at: Annotated[
        str | None,
        typer.Option(
            "--at",
            help="As it was then: 2026-03-02 or 2026-03-02T09:28 (the site's time, or +08:00).",
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="A file to write to. Default: stdout.")
    ] = None,
    warc: Annotated[
        bool, typer.Option("--warc", help="As a WARC file with its headers, to hand it on.")
    ] = False,
    as_json: JsonOption = False,
    config: ConfigOption = None,
    database: DatabaseOption = None,
) -> None:
    """Write the page as it was kept: its bytes, or what is known of it (--json)."""
    until = _time(at)
    key = url_key(url)
    with open_context(config, database) as context:
        if until is not None and until.tzinfo is None:
            newest = kept_of_address(context.store, key, limit=1)
            until = in_zone(until, newest[0].timezone if newest else None)
        found = find(context.store, key, until=until)
    if found is None:
        typer.echo(f"nothing was kept of {url}" + (f" until {at}" if at else ""), err=True)
        raise typer.Exit(1)
    if as_json:
        typer.echo(json.dumps(_record(found), ensure_ascii=False))
        return
    _write(b"".join(as_warc(found)) if warc else found.body, out)
    _say(found)


def stats(
    *, as_json: JsonOption = False, config: ConfigOption = None, database: DatabaseOption = None
) -> None:
    """Say what the archive holds, and what was dropped."""
    with open_context(config, database) as context:
        found = asdict(archive_stats(context.store))
        found["folder"] = str(context.store.folder.path)
    for name in ("oldest", "newest"):
        found[name] = iso(found[name], None) if found[name] else None
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False))
        return
    table = plain_table("what", "value")
    for name, value in found.items():
        table.add_row(name.replace("_", " "), "–" if value is None else str(value))
    print_table(table)


def _write(content: bytes, out: Path | None) -> None:
    if out is None:
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        return
    try:
        out.write_bytes(content)
    except OSError as error:
        raise typer.BadParameter(f"{out}: {error.strerror or error}", param_hint="--out") from error


def _say(found: Archived) -> None:
    typer.echo(
        f"{found.status} {found.url} fetched {iso(found.fetched_at, found.timezone)}", err=True
    )


def _table(found: list[KeptResponse]) -> Table:
    table = plain_table(
        "fetched", "status", "outcome", "bytes", "address",
        whole=("fetched", "outcome"), numbers=("status", "bytes"),
    )  # fmt: skip
    for one in found:
        outcome = f"{one.outcome} (dropped)" if one.is_dropped else one.outcome
        table.add_row(
            shown(one.fetched_at, one.timezone, SECONDS), str(one.status), outcome,
            "–" if one.bytes is None else str(one.bytes), one.url,
        )  # fmt: skip
    return table


def _record(one: KeptResponse) -> dict[str, object]:
    record = asdict(one)
    record.pop("body", None)
    zone = record.pop("timezone")
    for name in ("fetched_at", "dropped_at"):
        record[name] = iso(record[name], zone) if record[name] else None
    return record
