"""`wenxun events`: the ledger of what happened, to read or to hand on."""

import csv
import json
import sys
from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import IO, Annotated, Any

import typer

from storage.alert import EventKind
from storage.export.letters import defused
from storage.ledger import ENTRY_FIELDS, Entry, Ledger, Wanted
from storage.whole_file import whole_file
from wenxun.context import ConfigOption, DatabaseOption, JsonOption, open_context
from wenxun.progress import progress_bar

_DAY = ["%Y-%m-%d"]


class Form(StrEnum):
    """What the ledger is written as."""

    JSONL = "jsonl"
    CSV = "csv"


_Site = Annotated[str | None, typer.Option("--site", help="Only this site.")]
_Since = Annotated[
    datetime | None,
    typer.Option(
        "--since", metavar="DAY", formats=_DAY, help="On this day of the site's zone or later."
    ),
]
_Until = Annotated[
    datetime | None,
    typer.Option("--until", metavar="DAY", formats=_DAY, help="On this day or before."),
]
_Kind = Annotated[
    list[EventKind] | None, typer.Option("--kind", help="Only these; may be repeated.")
]
_After = Annotated[
    str | None, typer.Option("--after", help="Go on behind the event with this uid.")
]
_Limit = Annotated[int | None, typer.Option("--limit", min=1, help="At most so many.")]
_Form = Annotated[Form | None, typer.Option("--format", help="Write all fields.")]
_Out = Annotated[Path | None, typer.Option("--out", help="A file for --format. Default: stdout.")]


def register(app: typer.Typer) -> None:
    """Add `events`."""
    app.command("events")(events)


def events(
    *,
    site: _Site = None,
    since: _Since = None,
    until: _Until = None,
    kind: _Kind = None,
    after: _After = None,
    limit: _Limit = None,
    form: _Form = None,
    out: _Out = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
    database: DatabaseOption = None,
) -> None:
    """List what happened to articles and sites, the oldest first, each with its state and reason.

    The order is fixed and only grows at the end: give --after the last uid to fetch what came
    since. Of an event listed before, only the state may become another: provisional (its crawl is
    not judged yet), open, held (too much changed at once), cancelled.
    """
    form = form or (Form.JSONL if as_json or out else None)
    if out is not None and out.is_dir():
        raise typer.BadParameter("is a folder: name a file", param_hint="--out")
    wanted = Wanted(
        site=site, since=since.date() if since else None, until=until.date() if until else None,
        kinds=tuple(kind or ()), after=after,
    )  # fmt: skip
    with open_context(config, database) as context:
        ledger = Ledger(context.store)
        found = islice(ledger.entries(wanted), limit)
        if out is None:
            count = _write(found, form, sys.stdout)
        else:
            total = min(limit or sys.maxsize, ledger.count(wanted))
            count = _write_file(_shown(found, total), form, out)
    if out is not None:
        typer.echo(f"{count} events in {out}", err=True)
    elif not count and form is None:
        typer.echo("no events", err=True)


def _write_file(found: Iterable[Entry], form: Form | None, out: Path) -> int:
    # The mark at the start lets spreadsheets see that it is UTF-8.
    with whole_file(out, encoding="utf-8-sig" if form is Form.CSV else "utf-8") as file:
        return _write(found, form, file)


def _write(found: Iterable[Entry], form: Form | None, file: IO[str]) -> int:
    count = 0
    table = csv.DictWriter(file, ENTRY_FIELDS)
    if form is Form.CSV:
        table.writeheader()
    for count, entry in enumerate(found, start=1):  # noqa: B007 (how many there were)
        record = entry.record()
        match form:
            case Form.CSV:
                table.writerow({name: _cell(value) for name, value in record.items()})
            case Form.JSONL:
                file.write(json.dumps(record, ensure_ascii=False) + "\n")
            case None:
                file.write(_line(record) + "\n")
    return count


def _cell(value: object) -> object:
    """Return a value that no spreadsheet takes for a formula: titles are what strangers wrote."""
    return defused(value) if isinstance(value, str) else value


def _line(record: dict[str, Any]) -> str:
    """Return an event as people read it, in one line."""
    at = record["occurred_at"]
    kind = f"{record['kind']} ({record['change']})" if record["change"] else record["kind"]
    state = record["state"]
    if record["state_reason"]:
        state += f": {record['state_reason']}"
    remarks = [f"[{state}]"] if state != "open" else []
    remarks += [f"({record['detail']})"] if record["detail"] else []
    what = f"#{record['article']} {record['title']}" if record["article"] else ""
    if record["previous_title"] not in {None, record["title"]}:
        what += f" (was: {record['previous_title']})"
    parts = [f"{at[:10]} {at[11:19]} {at[-6:]}", record["site"], kind, what, *remarks]
    return "  ".join(part for part in (*parts, record["uid"]) if part)


def _shown(found: Iterator[Entry], total: int) -> Iterator[Entry]:
    with progress_bar("writing events", total=total) as bar:
        for entry in found:
            yield entry
            bar.advance()
