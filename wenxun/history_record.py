"""What happened to an article as programs are given it. Pure: values in, records out.

Times carry the offset of the site's zone; None is what nobody wrote down, or what the page does
not say.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from storage.differing.versions import ReadingDiff
from storage.history import (
    KeptAmendment,
    KeptCount,
    KeptLook,
    KeptSighting,
    KeptVersion,
    Turn,
)
from storage.record import local_date

_FAILED = frozenset({"missing", "refused"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """A withdrawal with its evidence: the looks that found nothing.

    `withdrawn` is None where looks failed and it was not withdrawn (yet).
    """

    withdrawn: Turn | None
    restored: Turn | None
    looks: tuple[KeptLook, ...]


def withdrawals(
    turns: Sequence[Turn], looks: Sequence[KeptLook], versions: Sequence[KeptVersion]
) -> list[Withdrawal]:
    """Return the withdrawals, oldest first, and last the looks that missed it since."""
    missing = [look for look in looks if look.outcome == "missing"]
    stood = sorted(_stood(versions))
    found: list[Withdrawal] = []
    for place, turn in enumerate(turns):
        if turn.kind != "withdrawn":
            continue
        since = max((at for at in stood if at < turn.occurred_at), default=None)
        mine = [look for look in missing if look.fetched_at <= turn.occurred_at]
        restored = next((t for t in turns[place + 1 :] if t.kind == "restored"), None)
        found.append(Withdrawal(withdrawn=turn, restored=restored, looks=_after(mine, since)))
    latest = max([*stood, *(turn.occurred_at for turn in turns)], default=None)
    if open_ones := _after(missing, latest):
        found.append(Withdrawal(withdrawn=None, restored=None, looks=open_ones))
    return found


def evidence_of(version: KeptVersion, looks: Sequence[KeptLook]) -> tuple[KeptLook, ...]:
    """Return the kept responses from which a version was read: all pages of the article.

    What only our reading changed has no response of its own: it was read from an earlier one.
    """
    own = (look for look in looks if look.document_id == version.document_id)
    gave = [look for look in own if look.outcome not in _FAILED]
    mine = [look for look in gave if look.crawl_id == version.crawl_id]
    if version.crawl_id is None or not mine:
        earlier = [look for look in gave if look.fetched_at <= version.seen_from]
        mine = [look for look in earlier if look.crawl_id == earlier[-1].crawl_id]
    return tuple(look for look in mine if look.outcome == mine[-1].outcome)


def reason_of(version: KeptVersion) -> str:
    """Return why there is this version: `reverted` where the page went back to an earlier one."""
    is_reverted = version.same_as is not None and version.reason == "changed"
    return "reverted" if is_reverted else version.reason


def version_record(version: KeptVersion, looks: Sequence[KeptLook], zone: str) -> dict[str, Any]:
    """Return a version."""
    return {
        "version": version.number,
        "reason": reason_of(version),
        "same_as": version.same_as,
        "from": local(version.seen_from, zone),
        "last_look": local(version.last_look_at, zone),
        "to": local(version.seen_to, zone),
        "crawl": version.crawl_id,
        "extractor_version": version.extractor_version,
        "content_hash": version.content_hash,
        "title": version.reading["title"],
        "characters": len(version.reading["text"]),
        "evidence": [look_record(look, zone) for look in evidence_of(version, looks)],
        "amendments": [amendment_record(one, zone) for one in version.amendments],
    }


def amendment_record(one: KeptAmendment, zone: str) -> dict[str, Any]:
    """Return what was said before beside a content that stayed."""
    return {
        "reason": one.reason,
        "found": local(one.found_at, zone),
        "last_look_before": local(one.last_look_at, zone),
        "crawl": one.crawl_id,
        "before": {name: given(name, value, zone) for name, value in one.before.items()},
    }


def sighting_record(one: KeptSighting, zone: str) -> dict[str, Any]:
    """Return a sighting."""
    return {
        "column": one.column,
        "column_url": one.column_url,
        "url": one.url,
        "title": one.title,
        "listed_text": one.listed_text,
        "first_seen_at": local(one.first_seen_at, zone),
        "last_seen_at": local(one.last_seen_at, zone),
    }


def count_record(one: KeptCount, zone: str) -> dict[str, Any]:
    """Return a view count."""
    return {
        "day": one.day,
        "views": one.views,
        "decreased": one.decreased,
        "observed_at": local(one.observed_at, zone),
    }


def look_record(look: KeptLook, zone: str) -> dict[str, Any]:
    """Return a kept response."""
    return {
        "response": look.id,
        "fetched_at": local(look.fetched_at, zone),
        "url": look.url,
        "status": look.status,
        "outcome": look.outcome,
        "state": look.state,
        "evidence": look.evidence,
        "crawl": look.crawl_id,
        "sha256": look.body_sha256,
        "bytes": look.size,
        "dropped_at": local(look.dropped_at, zone),
    }


def withdrawal_record(one: Withdrawal, zone: str) -> dict[str, Any]:
    """Return a withdrawal with its evidence."""
    return {
        "withdrawn_at": local(one.withdrawn.occurred_at, zone) if one.withdrawn else None,
        "event": one.withdrawn.uid if one.withdrawn else None,
        "detail": one.withdrawn.detail if one.withdrawn else None,
        "restored_at": local(one.restored.occurred_at, zone) if one.restored else None,
        "looks": [look_record(look, zone) for look in one.looks],
    }


def diff_record(
    old: KeptVersion,
    new: KeptVersion,
    diff: ReadingDiff,
    *,
    looks: Sequence[KeptLook],
    amendments: Sequence[KeptAmendment],
    zone: str,
) -> dict[str, Any]:
    """Return what differs between two versions, with when and by what it was found."""
    record = diff.record()
    for change in record["fields"]:
        for side in ("old", "new"):
            change[side] = given(change["field"], change[side], zone)
    return {
        "from": version_record(old, looks, zone),
        "to": version_record(new, looks, zone),
        "changed": list(diff.changed),
        **record,
        "amendments": [amendment_record(one, zone) for one in amendments],
    }


def given(name: str, value: Any, zone: str) -> Any:
    """Return the value of a field with its times in the site's zone."""
    if name == "published_at" and value is not None:
        at = datetime.fromisoformat(value) if isinstance(value, str) else value
        return local(at, zone)
    if name == "dates" and value is not None:
        return [local_date(one, zone) for one in value]
    return value


def local(instant: datetime | None, zone: str) -> str | None:
    """Return an instant with the zone's offset, to the second."""
    if instant is None:
        return None
    return instant.astimezone(ZoneInfo(zone)).isoformat(timespec="seconds")


def _stood(versions: Iterable[KeptVersion]) -> Iterable[datetime]:
    for version in versions:
        yield version.seen_from
        if version.last_look_at is not None:
            yield version.last_look_at


def _after(looks: Sequence[KeptLook], since: datetime | None) -> tuple[KeptLook, ...]:
    return tuple(look for look in looks if since is None or look.fetched_at > since)
