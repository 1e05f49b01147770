"""The files of an article, as people see them: a table, or a folder to write them into."""

from collections.abc import Sequence
from pathlib import Path

import typer
from rich.table import Table

from storage.asset import KEPT
from storage.assets import Assets, StoredAsset
from wenxun.saved_files import file_name, save_files
from wenxun.tables import plain_table


def files_table(files: Sequence[StoredAsset]) -> Table:
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


def write_files(assets: Assets, article_id: int, folder: Path) -> None:
    """Write what is kept into a folder, and name each: path, bytes, SHA-256.

    Raises:
        Exit: bytes of some are not in the archive (any more).
    """
    files, lost = assets.of(article_id), 0
    for asset, path in save_files(assets, files, folder):
        if path is None:
            lost += 1
            typer.echo(f"wenxun: {asset.url}: its bytes are not in the archive", err=True)
        else:
            typer.echo(f"{path}\t{asset.size}\t{asset.sha256}")
    if lost:
        raise typer.Exit(1)
    if not any(asset.sha256 for asset in files):
        typer.echo("wenxun: no file of this article is kept", err=True)
