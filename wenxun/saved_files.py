"""Write the files of an article out, byte for byte, under names that people know them by."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from storage.assets import Assets, StoredAsset
from storage.errors import ExportError, NotFoundError

_NOT_IN_NAMES = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')
_MOST_BYTES = 200  # of a name; file systems take 255
_ENDING = re.compile(r"\.[0-9A-Za-z]{1,5}$")


def save_files(
    assets: Assets, found: Sequence[StoredAsset], folder: Path
) -> Iterator[tuple[StoredAsset, Path | None]]:
    """Write the kept copies into a folder; yield each with its path (None: bytes are gone).

    A file that is there with other bytes is left alone, and ours gets its hash into its name.

    Raises:
        ExportError: the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for asset in found:
            if asset.sha256 is not None:
                yield asset, _saved(assets, asset, folder)
    except OSError as error:
        raise ExportError(str(folder), error.strerror or str(error)) from error


def file_name(asset: StoredAsset) -> str:
    """Return the name of a file: the article's, the server's, or the address's."""
    path = unquote(PurePosixPath(urlsplit(asset.url).path).name)
    named = [name for name in (asset.named, asset.name, path) if name]
    ended = next((name for name in named if _ENDING.search(name)), None)
    name = _NOT_IN_NAMES.sub("_", ended or (named[0] if named else "file")).strip(" .")
    stem, ending = _split(name or "file")
    kind = f".{asset.kind}" if asset.kind else ""
    # A script of the site is no kind of file: download.jsp.
    ending = ending if ending and ending.lower() not in {".jsp", ".aspx", ".php"} else kind
    return _cut(stem) + ending


def _saved(assets: Assets, asset: StoredAsset, folder: Path) -> Path | None:
    try:
        body = assets.body(asset)
    except NotFoundError:
        return None
    path = folder / file_name(asset)
    if path.exists() and path.read_bytes() != body:
        path = path.with_stem(f"{path.stem}-{(asset.sha256 or '')[:8]}")
    path.write_bytes(body)
    return path


def _split(name: str) -> tuple[str, str]:
    match = _ENDING.search(name)
    return (name[: match.start()], match.group()) if match else (name, "")


def _cut(stem: str) -> str:
    return stem.encode()[:_MOST_BYTES].decode("utf-8", "ignore")
