"""The form of a WARC record: values to bytes, and back. Pure.

A record here is one response as we keep it: its body is decoded, its headers are those that say
what the body is. Cookies are never written.

Source: ISO 28500:2017 (WARC 1.1), https://iipc.github.io/warc-specifications/.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus

from storage.article import storable

VERSION = "WARC/1.1"
CONFORMS_TO = "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"
REVISIT_PROFILE = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
# Headers that say what the body is and how fresh; cookies are never kept.
KEPT_HEADERS = frozenset((
    "content-type", "content-length", "content-encoding", "content-disposition", "date",
    "last-modified", "etag", "location", "server", "retry-after", "refresh",
    # By these a page is told to be a challenge and no article.
    "cf-mitigated", "cf-ray", "x-amzn-waf-action", "x-vercel-mitigated", "bxpunish",
))  # fmt: skip
# True of the bytes on the wire, not of the decoded body: told under another name, as others do.
_OF_THE_WIRE = frozenset({"content-encoding", "transfer-encoding", "content-length"})
_ORIGINAL = "X-Archive-Orig-"
END = b"\r\n\r\n"  # of a head, and of a record
_BREAKS = str.maketrans("\r\n\0", "   ")
_REASONS = {status.value: status.phrase for status in HTTPStatus}


class NoRecordError(ValueError):
    """These bytes are no WARC record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """What a record tells of a response beside its body. Header names are lower case.

    `truncated` says why the body is not whole (length, time, disconnect), where it is not.
    """

    url: str
    status: int
    headers: Mapping[str, str]
    fetched_at: datetime
    truncated: str | None = None

    def as_original(self, record_id: str) -> "Original":
        """Return its record as a revisit names it."""
        return Original(record_id=record_id, url=_line(self.url), date=warc_date(self.fetched_at))


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """The record that a revisit refers to."""

    record_id: str
    url: str
    date: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A record as read: its named fields, and its block (for a response: HTTP head and body)."""

    fields: Mapping[str, str]
    block: memoryview

    @property
    def kind(self) -> str:
        """Return the `WARC-Type`."""
        return self.fields.get("warc-type", "")

    @property
    def payload(self) -> bytes:
        """Return what follows the HTTP head."""
        return split_head(self.block)[1]

    @property
    def original(self) -> Original:
        """Return this record as a revisit names it."""
        return Original(
            record_id=self.fields["warc-record-id"],
            url=self.fields["warc-target-uri"],
            date=self.fields["warc-date"],
        )


def body_sha256(body: bytes) -> str:
    """Return the address of these bytes: lower-case hex."""
    return hashlib.sha256(body).hexdigest()


def response_record(
    exchange: Exchange, body: bytes, *, body_hash: str, record_id: str
) -> tuple[bytes, bytes]:
    """Return the head (WARC and HTTP) and the body of a `response` record; its end is `END`.

    It has no digest of its block: the payload's guards the body, the HTTP head is written by us,
    and hashing each page twice would cost a fifth of what keeping it costs.
    """
    http = _http_head(exchange, body_bytes=len(body))
    fields = [
        *_first_fields("response", exchange, record_id),
        f"WARC-Payload-Digest: sha256:{body_hash}",
    ]
    return _head(fields, "application/http;msgtype=response", len(http) + len(body)) + http, body


def revisit_record(
    exchange: Exchange, original: Original, *, body_hash: str, body_bytes: int, record_id: str
) -> bytes:
    """Return a `revisit` record: the same bytes as the original's, fetched again."""
    http = _http_head(exchange, body_bytes=body_bytes)
    fields = [
        *_first_fields("revisit", exchange, record_id),
        f"WARC-Profile: {REVISIT_PROFILE}",
        f"WARC-Refers-To: {original.record_id}",
        f"WARC-Refers-To-Target-URI: {original.url}",
        f"WARC-Refers-To-Date: {original.date}",
        f"WARC-Payload-Digest: sha256:{body_hash}",
        f"WARC-Block-Digest: sha256:{hashlib.sha256(http).hexdigest()}",
    ]
    return _head(fields, "application/http;msgtype=response", len(http)) + http


def info_record(about: Mapping[str, str], *, name: str, now: datetime, record_id: str) -> bytes:
    """Return the `warcinfo` record that begins a file."""
    block = "".join(f"{key}: {_line(value)}\r\n" for key, value in about.items()).encode()
    fields = [
        "WARC-Type: warcinfo",
        f"WARC-Record-ID: {record_id}",
        f"WARC-Date: {warc_date(now)}",
        f"WARC-Filename: {name}",
    ]
    return _head(fields, "application/warc-fields", len(block)) + block


def parse_record(plain: bytes) -> Record:
    """Read one whole record of any kind.

    Raises:
        NoRecordError: it does not begin as one, or is shorter than it says.
    """
    fields, start = parse_head(plain)
    try:
        length = int(fields["content-length"])
    except (KeyError, ValueError) as error:
        raise NoRecordError("it does not say how long it is") from error
    block = memoryview(plain)[start : start + length]
    if len(block) < length:
        raise NoRecordError(f"it has {len(block)} of {length} bytes")
    return Record(fields=fields, block=block)


def parse_head(plain: bytes) -> tuple[dict[str, str], int]:
    """Return the named fields (names in lower case) and where the block begins.

    Raises:
        NoRecordError: these bytes do not begin with the head of a record.
    """
    head, end, _ = plain.partition(END)
    first, *lines = head.decode("utf-8", "replace").split("\r\n")
    if not end or not first.startswith("WARC/"):
        raise NoRecordError("it does not begin as a WARC record")
    fields = {}
    for line in lines:
        name, _, value = line.partition(":")
        fields[name.strip().lower()] = value.strip()
    return fields, len(head) + len(END)


def split_head(block: bytes | memoryview) -> tuple[bytes, bytes]:
    """Split an HTTP message into its head and its body.

    Raises:
        NoRecordError: the head has no end.
    """
    head, end, body = bytes(block).partition(END)
    if not end:
        raise NoRecordError("its HTTP head has no end")
    return head, body


def warc_date(instant: datetime) -> str:
    """Return an instant as WARC 1.1 writes it: UTC, to the microsecond."""
    utc = instant.astimezone(UTC).replace(tzinfo=None)
    return f"{utc.isoformat(timespec='microseconds')}Z"


def kept_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers that are kept."""
    return {name: headers[name] for name in headers if name in KEPT_HEADERS}


def _first_fields(kind: str, exchange: Exchange, record_id: str) -> Sequence[str]:
    fields = [
        f"WARC-Type: {kind}",
        f"WARC-Record-ID: {record_id}",
        f"WARC-Date: {warc_date(exchange.fetched_at)}",
        f"WARC-Target-URI: {_line(exchange.url)}",
    ]
    if exchange.truncated is not None:
        fields.append(f"WARC-Truncated: {exchange.truncated}")
    left_out = sorted(exchange.headers.keys() - KEPT_HEADERS)
    if left_out:
        fields.append(f"Wenxun-Headers-Left-Out: {_line(', '.join(left_out))}")
    return fields


def _head(fields: Sequence[str], content_type: str, length: int) -> bytes:
    lines = [VERSION, *fields, f"Content-Type: {content_type}", f"Content-Length: {length}"]
    return storable("\r\n".join(lines)).encode() + END


def _http_head(exchange: Exchange, *, body_bytes: int) -> bytes:
    """Return the HTTP head that is true of the decoded body."""
    lines = [f"HTTP/1.1 {exchange.status} {_REASONS.get(exchange.status, '')}"]
    for name, value in exchange.headers.items():
        if name in _OF_THE_WIRE:
            if name != "content-length" or value != str(body_bytes):
                lines.append(f"{_ORIGINAL}{name.title()}: {_line(value)}")
        elif name in KEPT_HEADERS:
            lines.append(f"{name.title()}: {_line(value)}")
    lines.append(f"Content-Length: {body_bytes}")
    # Scrapy hands bytes over as latin-1; a header that was UTF-8 becomes its own bytes again.
    return "\r\n".join(lines).encode("latin-1", "replace") + END


def _line(value: str) -> str:
    """Return a value that cannot begin a line of its own."""
    return value.translate(_BREAKS)
