"""What a rehearsal is told by the database, as values. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptSite:
    """A site with kept pages."""

    id: int
    name: str
    timezone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A document as it stands: its newest version, and all that this says (`reading`)."""

    document_id: int
    article_id: int
    url: str
    link_key: str
    first_seen_at: datetime
    version_id: int
    extractor_version: int
    content_hash: str
    reading: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedPage:
    """A kept page that gave no article, and behind which none was found since.

    `document_id` is set where a known article was looked at again.
    """

    response_id: int
    url_key: str
    document_id: int | None
