"""`wenxun forget`: remove an article or a person's name from everything that is kept."""

import getpass
import json
import socket
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.table import Table

from crawler.fields.links import url_key
from storage.forgetting.articles import Doomed, doomed, forget_articles
from storage.forgetting.names import NameForgotten, forget_name
from storage.forgetting.purging import purge
from storage.forgetting.recording import Asked, Record, Records
from storage.forgotten import bare_name
from storage.store import Store
from wenxun.asking import must_agree
from wenxun.context import (
    LARGEST_NUMBER,
    ConfigOption,
    DatabaseOption,
    DryRunOption,
    JsonOption,
    open_context,
)
from wenxun.tables import plain_table, print_table
from wenxun.times import iso, shown

_SHORTEST, _LONGEST = 2, 60  # letters of a name
_KEPT = "nothing forgotten"
_NOT_REACHED = (
    "not reached: messages that were delivered, exports that were written, backups that were made"
)
Numbers = Annotated[
    list[int] | None,
    typer.Argument(help="Articles by number.", metavar="ARTICLE", min=1, max=LARGEST_NUMBER),
]
Urls = Annotated[list[str] | None, typer.Option("--url", help="An article by its address.")]
Name = Annotated[str | None, typer.Option("--name", help="A name: it goes from all that is kept.")]
SiteName = Annotated[str | None, typer.Option("--site", help="The name goes from this site alone.")]
Reason = Annotated[str | None, typer.Option("--reason", help="Why (not what), for the record.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
Listed = Annotated[
    bool, typer.Option("--list", help="List what was forgotten: when, by whom, why.")
]
Lift = Annotated[
    int | None, typer.Option("--lift", min=1, help="Let what a record names be kept again.")
]


def register(app: typer.Typer) -> None:
    """Add `forget`."""
    app.command("forget")(forget)


def forget(
    articles: Numbers = None,
    *,
    url: Urls = None,
    name: Name = None,
    site: SiteName = None,
    reason: Reason = None,
    yes: Yes = False,
    dry_run: DryRunOption = False,
    listed: Listed = False,
    lift: Lift = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
    database: DatabaseOption = None,
) -> None:
    """Remove articles, or a name, from everything that is kept, and keep them out from now on.

    Without either it finishes what an earlier call could not.
    """
    _check(name, site, is_article=bool(articles or url))
    asked = Asked(by=_who(), at=datetime.now(UTC), reason=reason)
    with open_context(config, database) as context:
        store = context.store
        if listed:
            _list(Records(store).all(), as_json=as_json)
        elif lift is not None:
            _lift(store, lift)
        elif name is not None:
            _forget_name(store, name, site, asked, yes=yes, dry_run=dry_run, as_json=as_json)
        elif articles or url:
            found = doomed(store, articles or [], [url_key(one) for one in url or []])
            _forget_articles(store, found, asked, yes=yes, dry_run=dry_run, as_json=as_json)
        else:
            _finish_earlier(store)


def _check(name: str | None, site: str | None, *, is_article: bool) -> None:
    if name is None:
        if site is not None:
            raise typer.BadParameter("--site goes with --name only")
        return
    if is_article:
        raise typer.BadParameter("forget articles, or a name: not both at once")
    if not _SHORTEST <= len(bare_name(name)) <= _LONGEST:
        raise typer.BadParameter(f"--name has to have {_SHORTEST} to {_LONGEST} letters")


def _forget_articles(
    store: Store,
    found: Sequence[Doomed],
    asked: Asked,
    *,
    yes: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    for one in found:
        typer.echo(f"{one.id}  {one.site}  {one.title}  {one.url}", err=True)
        if one.elsewhere:
            numbers = ", ".join(map(str, one.elsewhere))
            typer.echo(f"    the same content stays as article {numbers}", err=True)
    if not dry_run:
        must_agree(f"Forget {len(found)} articles for good?", yes=yes, else_=_KEPT)
    leads = [one.id for one in found]
    counts = forget_articles(store, leads, asked, dry_run=dry_run)
    _report(store, counts, dry_run=dry_run, as_json=as_json)


def _forget_name(
    store: Store,
    name: str,
    site: str | None,
    asked: Asked,
    *,
    yes: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    if site is not None:
        Records(store).check_site(site)
    typer.echo("looking through all that is kept …", err=True)
    if dry_run or not yes:
        would = forget_name(store, name, asked, site=site, dry_run=True)
        _show_places(would)
    if not dry_run:
        must_agree("Put ■■ in its place everywhere, for good?", yes=yes, else_=_KEPT)
        would = forget_name(store, name, asked, site=site)
    for table, rows in would.left.items():
        typer.echo(
            f"it still stands in {rows} rows of {table}: {_ADVICE.get(table, _ADDRESS)}", err=True
        )
    _report(store, would.counts, dry_run=dry_run, as_json=as_json)


_ADDRESS = "in an address or key; forget the article to be rid of it"
_ADVICE = {
    "responses": "of responses, these could not be read, or their address tells it",
    "watches": "somebody waits for it, see `wenxun watch list`",
    "channels": "it is part of a channel's settings, see wenxun.toml",
}


def _show_places(found: NameForgotten) -> None:
    for place in found.places:
        typer.echo(f"    …{place}…", err=True)


def _report(store: Store, counts: Mapping[str, int], *, dry_run: bool, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({"forgotten": not dry_run, "counts": dict(counts)}))
    else:
        said = ", ".join(f"{table} {rows}" for table, rows in sorted(counts.items())) or "nothing"
        typer.echo(f"{'would go' if dry_run else 'gone'}: {said}")
    if not dry_run:
        _finish(store)
        typer.echo(_NOT_REACHED, err=True)


def _finish(store: Store) -> None:
    typer.echo("writing database and archive anew, so that no byte is left …", err=True)
    why_not = purge(store)
    if why_not is None:
        Records(store).finish(now=datetime.now(UTC))
        return
    typer.echo(
        f"wenxun: bytes are left in files: {why_not}. "
        "Stop what else uses them and run `wenxun forget`",
        err=True,
    )
    raise typer.Exit(1)


def _finish_earlier(store: Store) -> None:
    if all(record.finished_at is not None for record in Records(store).all()):
        raise typer.BadParameter("name an article (ARTICLE, --url) or a name (--name)")
    _finish(store)
    typer.echo("done: no byte of what was forgotten is left")


def _lift(store: Store, number: int) -> None:
    if not Records(store).lift(number):
        raise typer.BadParameter(f"no record {number}: see `wenxun forget --list`")
    typer.echo(f"{number}: what it names is kept again from the next crawl on")


def _list(records: Sequence[Record], *, as_json: bool) -> None:
    if as_json:
        for one in records:
            typer.echo(json.dumps(_record(one), ensure_ascii=False))
    elif records:
        print_table(_table(records))
    else:
        typer.echo("nothing was forgotten", err=True)


def _record(one: Record) -> dict[str, object]:
    return {
        "id": one.id, "kind": one.kind, "site": one.site, "done_at": iso(one.done_at, None),
        "done_by": one.done_by, "reason": one.reason, "counts": dict(one.counts),
        "finished_at": one.finished_at and iso(one.finished_at, None),
    }  # fmt: skip


def _table(records: Sequence[Record]) -> Table:
    table = plain_table("record", "kind", "site", "when", "by", "why", "gone", "files")
    for one in records:
        table.add_row(
            str(one.id), one.kind, one.site or "all", shown(one.done_at, None),
            one.done_by, one.reason or "-",
            ", ".join(f"{name} {rows}" for name, rows in sorted(one.counts.items())),
            "clean" if one.finished_at else "to be finished",
        )  # fmt: skip
    return table


def _who() -> str:
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # a container's user without a name
        user = "unknown"
    return f"{user}@{socket.gethostname()}"
