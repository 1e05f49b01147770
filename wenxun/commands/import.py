"""`wenxun import`: read documents into the database."""  # noqa: N999 (named as its command)

import csv
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer

from crawler.sites import check_name
from storage.holder import me
from storage.importing import Imported, Imports
from wenxun.context import ConfigOption, DatabaseOption, JsonOption, open_context
from wenxun.importing import (
    AddressesError,
    File,
    Outcome,
    documents_in,
    import_files,
    read_addresses,
)
from wenxun.progress import progress_bar


def register(app: typer.Typer) -> None:
    """Add `import`."""
    app.command("import")(import_documents)


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise typer.BadParameter("is no time zone such as Asia/Shanghai") from error
    return value


_Folder = Annotated[
    Path,
    typer.Argument(
        metavar="DIR", exists=True, file_okay=False, help="A folder of documents (*.txt)."
    ),
]
_Addresses = Annotated[
    Path | None,
    typer.Option(
        "--addresses", exists=True, dir_okay=False,
        help="A CSV or TSV of file,url[,site]: where the documents come from.",
    ),
]  # fmt: skip
_Timezone = Annotated[
    str, typer.Option("--timezone", callback=_zone, help="Of printed times, if the site is new.")
]


def import_documents(
    folder: _Folder,
    *,
    site: Annotated[str, typer.Option("--site", help="The site whose articles they are.")],
    addresses: _Addresses = None,
    timezone: _Timezone = "Asia/Shanghai",
    as_json: JsonOption = False,
    config: ConfigOption = None,
    database: DatabaseOption = None,
) -> None:
    """Import documents, as `wenxun export --format text` writes them, as articles of a site.

    Nothing that is stored changes, and nobody is alerted. A document that is there already, by its
    address or by its file's name, is left alone; what says the same as another article of the site
    joins it. Files that are no documents are named, and the exit code is 1.
    """
    check_name(site)
    try:
        known = read_addresses(addresses, site=site) if addresses else {}
    except (AddressesError, UnicodeDecodeError, csv.Error) as error:
        raise typer.BadParameter(str(error), param_hint="--addresses") from error
    files = documents_in(folder, known)
    if not files:
        raise typer.BadParameter("holds no *.txt files", param_hint="DIR")
    outcome = Outcome(site=site, files=len(files))
    lost = known.keys() - {file.name for file in files}
    outcome.broken.update(dict.fromkeys(sorted(lost), "has an address, but is not in the folder"))
    with open_context(config, database) as context:
        _import(Imports(context.store), files, outcome, timezone=timezone)
    _tell(outcome, as_json=as_json)
    if outcome.broken:
        raise typer.Exit(1)


def _import(imports: Imports, files: Sequence[File], outcome: Outcome, *, timezone: str) -> None:
    now = datetime.now(UTC)
    lease = imports.begin(outcome.site, timezone=timezone, holder=me(), now=now)
    try:
        with progress_bar("importing", total=len(files)) as bar:
            for done in import_files(imports, lease, files, outcome):
                bar.update(done)
    finally:
        imports.end(lease)


def _tell(outcome: Outcome, *, as_json: bool) -> None:
    for name, reason in outcome.broken.items():
        typer.echo(f"wenxun: {name} {reason}", err=True)
    if as_json:
        typer.echo(json.dumps(outcome.record(), ensure_ascii=False))
        return
    new, joined, seen = (outcome.counts[kind] for kind in Imported)
    typer.echo(
        f"{outcome.site}: {new} articles imported, {joined} joined others that say the same, "
        f"{seen} were there, {len(outcome.broken)} broken",
        err=True,
    )
