"""`wenxun fixture record|replay`: saved pages, their truth, and what today's code makes of them."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from crawler.fetch import fetch_page
from crawler.fixture import (
    FieldDiff,
    FixtureError,
    case_folders,
    load_case,
    record,
    replay_case,
    update_truth,
)
from crawler.page import Page
from wenxun import __version__
from wenxun.config import ConfigError
from wenxun.context import ConfigOption, DatabaseOption, read_config

_ROOT = Path("fixtures")


def register(app: typer.Typer) -> None:
    """Add the group to the command line."""
    group = typer.Typer(help="Saved pages and their truth.", no_args_is_help=True)
    group.command("record")(record_case)
    group.command("replay")(replay)
    app.add_typer(group, name="fixture")


def record_case(
    url: Annotated[str | None, typer.Argument(help="The page to fetch and save.")] = None,
    *,
    from_file: Annotated[
        Path | None, typer.Option("--from", help="A saved page in place of a fetched one.")
    ] = None,
    address: Annotated[
        str | None, typer.Option("--url", help="The address of the page given with --from.")
    ] = None,
    site: Annotated[
        str | None, typer.Option("--site", help="The folder. Default: the host.")
    ] = None,
    case: Annotated[
        str | None, typer.Option("--case", help="The case. Default: from the address.")
    ] = None,
    root: Annotated[Path, typer.Option("--root", help="Where the fixtures are.")] = _ROOT,
    config: ConfigOption = None,
    database: DatabaseOption = None,
) -> None:
    """Save a page with a draft of its truth; then correct the truth by hand, line by line."""
    page = _page(url, from_file=from_file, address=address, config=config, database=database)
    folder = root / (site or _site_of(page.url)) / (case or _case_of(page.url))
    kind = record(page, folder)
    typer.echo(f"{folder}: recorded as {kind.value}; now read {kind.value}.json against the page")


def replay(
    path: Annotated[
        Path, typer.Argument(help="A case, a site's folder or all. Default: fixtures.")
    ] = _ROOT,
    *,
    update: Annotated[
        bool, typer.Option("--update", help="Write today's results over the truths that differ.")
    ] = False,
    config: ConfigOption = None,  # noqa: ARG001 (every command takes it)
    database: DatabaseOption = None,  # noqa: ARG001 (every command takes it)
) -> None:
    """Compare what today's code makes of the saved pages with their truth, field by field."""
    folders = case_folders(path)
    if not folders:
        raise ConfigError(
            f"{path}: holds no cases (folders with a page.json): name the folder that does, "
            "or save a page with `wenxun fixture record URL`"
        )
    differing = [folder for folder in folders if _replay_one(folder, update=update)]
    typer.echo(f"{len(folders)} cases, {len(differing)} {'rewritten' if update else 'differ'}")
    if differing and not update:
        raise typer.Exit(1)


def _replay_one(folder: Path, *, update: bool) -> bool:
    """Print the differences of one case; say whether there are any."""
    case = load_case(folder)
    diffs = replay_case(case)
    for diff in diffs:
        typer.echo(_described(case.name, diff))
    if diffs and update:
        update_truth(folder)
    return bool(diffs)


def _described(name: str, diff: FieldDiff) -> str:
    return f"{name}:{diff.field}\n  - {_printed(diff.expected)}\n  + {_printed(diff.found)}"


def _printed(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _page(
    url: str | None,
    *,
    from_file: Path | None,
    address: str | None,
    config: Path | None,
    database: str | None,
) -> Page:
    if from_file is not None and (address or url):
        try:
            body = from_file.read_bytes()
        except OSError as error:
            raise FixtureError(from_file, error.strerror or "cannot be read") from error
        return Page(url=address or url or "", body=body, fetched_at=datetime.now(UTC))
    if url is None or from_file is not None:
        raise typer.BadParameter("give a URL, or --from FILE with --url URL")
    settings = read_config(config, database)
    agent = f"Wenxun/{__version__}" + (f" (+{settings.contact})" if settings.contact else "")
    return fetch_page(url, user_agent=agent, allow_private=settings.allow_private_hosts)


def _site_of(url: str) -> str:
    return (urlsplit(url).hostname or "unknown").removeprefix("www.")


def _case_of(url: str) -> str:
    parts = urlsplit(url)
    name = f"{parts.path.strip('/')} {parts.query}".strip() or "home"
    return "".join(char if char.isalnum() else "-" for char in name).strip("-")[:80]
