"""Files and pictures that hang on articles, as a crawl hands them to the database. Pure."""

from dataclasses import dataclass
from datetime import datetime

from storage.crawl import RawResponse, Record

KEPT = "kept"
PENDING = "pending"
READ = "read"
NO_READER = "no_reader"  # of a text: the library that reads it is not installed


@dataclass(frozen=True, slots=True, kw_only=True)
class DueAsset:
    """An address that is to be asked for, and how it stands.

    `referer` is the address of an article that names it, `named` what the article calls it.
    `etag` and `last_modified` are those of the bytes that are kept; None where none are.
    """

    id: int
    url: str
    url_key: str
    role: str
    named: str | None
    referer: str
    tries: int
    first_named_at: datetime
    etag: str | None
    last_modified: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileText:
    """The text of a file. `state` is `read`, or says why there is none, and `reason` in words.

    A text that was cut off is `read` and has a reason, too.
    """

    state: str
    text: str = ""
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetRead:
    """A file came. `kind` is what its bytes are, `name` what the server calls it.

    `text` is None for what has no text to be found by (pictures, archives).
    """

    asset_id: int
    response: RawResponse
    kind: str | None
    name: str | None
    text: FileText | None
    next_try_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetSeen:
    """A file is as it was, said the server."""

    asset_id: int
    seen_at: datetime
    next_try_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetMissed:
    """A file did not come: the state of its address, the evidence, and when to try again.

    `missing`: it is gone. `final`: it is for others, or none at all; anything else may pass, and
    says nothing against the file that was kept before.
    """

    asset_id: int
    state: str
    evidence: str
    seen_at: datetime
    response: RawResponse | None
    next_try_at: datetime | None
    missing: bool = False
    final: bool = False


AssetRecord = AssetRead | AssetSeen | AssetMissed
AnyRecord = Record | AssetRecord
