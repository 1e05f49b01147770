"""The tables. Nothing outside `storage` imports this file.

Datetimes are aware UTC on the way in and out, whatever the database keeps. The database keeps the
promises (unique, not null, foreign keys): two processes that race cannot both win.

Words: docs/architecture.md. A change here needs a migration beside it.
"""

from storage.schema.alerting import Alert, Channel, Delivery, DeliveryAttempt, Event, Watch
from storage.schema.assets import Asset, AssetCopy, AssetText, VersionAsset
from storage.schema.care import CareRecord
from storage.schema.documents import Amendment, Content, Document, Sighting, Version, ViewCount
from storage.schema.evidence import Body, Response, Segment
from storage.schema.forgetting import Forgetting, ForgottenKey
from storage.schema.searching import PIECES, SearchEntry, SearchFill, create_words
from storage.schema.sites import Column, Crawl, Service, Site, Slot, Verdict
from storage.schema.stories import StoryKey, StoryLink, StoryMember
from storage.schema.table import Base, UtcDateTime

__all__ = [
    "PIECES",
    "Alert",
    "Amendment",
    "Asset",
    "AssetCopy",
    "AssetText",
    "Base",
    "Body",
    "CareRecord",
    "Channel",
    "Column",
    "Content",
    "Crawl",
    "Delivery",
    "DeliveryAttempt",
    "Document",
    "Event",
    "Forgetting",
    "ForgottenKey",
    "Response",
    "SearchEntry",
    "SearchFill",
    "Segment",
    "Service",
    "Sighting",
    "Site",
    "Slot",
    "StoryKey",
    "StoryLink",
    "StoryMember",
    "UtcDateTime",
    "Verdict",
    "Version",
    "VersionAsset",
    "ViewCount",
    "Watch",
    "create_words",
]
