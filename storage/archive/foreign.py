"""Read the responses of WARC and ARC files that other tools wrote.

Files may be plain, or compressed a record or a whole file at a time; bodies come out decoded.

Source: https://iipc.github.io/warc-specifications/; https://github.com/webrecorder/warcio.
"""

import gzip
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from warcio.archiveiterator import ArchiveIterator  # type: ignore[import-untyped]
from warcio.bufferedreaders import BufferedReader  # type: ignore[import-untyped]
from warcio.exceptions import ArchiveLoadFailed  # type: ignore[import-untyped]

from storage.errors import ImportFailedError

_LARGEST_BODY = 200_000_000
_GZIP = b"\x1f\x8b"
_HTTP = ("http://", "https://")
_DAMAGED = (OSError, EOFError, zlib.error, ArchiveLoadFailed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreign:
    """A response of another tool's file. Header names are lower case.

    `body` is None for a revisit, which names its `original` (address and time, where it says so)
    and the digest of the body in its tool's own words.
    """

    url: str
    status: int
    headers: Mapping[str, str]
    fetched_at: datetime
    body: bytes | None = field(repr=False)
    record_id: str | None
    digest: str | None
    digest_differs: bool
    truncated: str | None
    original: tuple[str, datetime] | None


@dataclass(frozen=True, slots=True)
class Left:
    """A record that is not taken, and why, in words that can be counted."""

    why: str


class _LeftError(Exception):
    """A record is not taken."""


def responses_of(path: Path) -> Iterator[tuple[Foreign | Left, int]]:
    """Yield what the records of a file are, each with the bytes of the file read so far.

    Raises:
        ImportFailedError: the file cannot be opened, is of another kind, or is damaged from here.
    """
    count = 0
    try:
        with _opened(path) as (stream, raw):
            for record in ArchiveIterator(stream, arc2warc=True, check_digests=True):
                count += 1
                yield _read(record), raw.tell()
    except _DAMAGED as error:
        reason = getattr(error, "strerror", None) or str(error)
        where = f"damaged behind {count} records" if count else "is no WARC file that can be read"
        raise ImportFailedError(str(path), f"{where}: {reason}") from error
    if not count:
        raise ImportFailedError(str(path), "holds no records")


@contextmanager
def _opened(path: Path) -> Iterator[tuple[Any, BinaryIO]]:
    with path.open("rb") as raw:
        is_packed = raw.read(2) == _GZIP
        raw.seek(0)
        yield (_Unpacked(raw) if is_packed else raw), raw


class _Unpacked:
    """A stream without its compression; an end that comes too early is an error that is heard.

    warcio takes the EOFError of `gzip` for the end of the file.
    """

    def __init__(self, raw: BinaryIO) -> None:
        self._stream = gzip.GzipFile(fileobj=raw)

    def read(self, size: int) -> bytes:
        try:
            return self._stream.read1(size)  # `read` would lose what comes before the cut
        except EOFError as error:
            raise OSError("the file ends within a record") from error

    def tell(self) -> int:
        return self._stream.tell()


def _read(record: Any) -> Foreign | Left:
    try:
        return _response(record)
    except _LeftError as left:
        return Left(str(left))


def _response(record: Any) -> Foreign:
    if record.rec_type not in {"response", "revisit"}:
        raise _LeftError(f"{record.rec_type} records")
    field_of = record.rec_headers.get_header
    url = (field_of("WARC-Target-URI") or "").strip("<>")
    if not url.startswith(_HTTP) or record.http_headers is None:
        raise _LeftError("records of other protocols than HTTP")
    is_revisit = record.rec_type == "revisit"
    body = None if is_revisit else _decoded_body(record)
    return Foreign(
        url=url,
        status=_status(record),
        headers={name.lower(): value for name, value in record.http_headers.headers},
        fetched_at=_instant(field_of("WARC-Date")),
        body=body,
        record_id=field_of("WARC-Record-ID"),
        digest=field_of("WARC-Payload-Digest"),
        digest_differs=record.digest_checker is not None and record.digest_checker.passed is False,
        truncated=field_of("WARC-Truncated"),
        original=_original(field_of) if is_revisit else None,
    )


def _original(field_of: Any) -> tuple[str, datetime] | None:
    url, date = field_of("WARC-Refers-To-Target-URI"), field_of("WARC-Refers-To-Date")
    return (url.strip("<>"), _instant(date)) if url and date else None


def _instant(date: str | None) -> datetime:
    """Return a `WARC-Date` as aware UTC."""
    try:
        found = datetime.fromisoformat(date or "")
    except ValueError as error:
        raise _LeftError("records without a date") from error
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _status(record: Any) -> int:
    try:
        return int(record.http_headers.get_statuscode())
    except ValueError as error:
        raise _LeftError("responses without a status") from error


def _decoded_body(record: Any) -> bytes:
    encoding = (record.http_headers.get_header("Content-Encoding") or "identity").strip().lower()
    if encoding not in {"identity", *BufferedReader.get_supported_decompressors()}:
        raise _LeftError(f"bodies encoded as {encoding}")
    body: bytes = record.content_stream().read(_LARGEST_BODY + 1)
    if len(body) > _LARGEST_BODY:
        raise _LeftError(f"bodies of more than {_LARGEST_BODY // 10**6} MB")
    while more := record.raw_stream.read(1 << 20):
        del more  # to the end of the record, so that its digest is known
    if record.raw_stream.limit:
        raise OSError("the file ends within a record")
    return body
