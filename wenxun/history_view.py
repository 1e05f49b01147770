"""What happened to an article as people read it: tables with times in the site's zone."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from rich.table import Table
from rich.text import Text

from storage.article import UNKNOWN
from storage.articles import StoredArticle
from storage.history import KeptAmendment, KeptCount, KeptLook, KeptSighting, KeptVersion
from storage.record import local_date
from wenxun.diff_view import shown
from wenxun.history_record import (
    Withdrawal,
    amendment_record,
    evidence_of,
    local,
    reason_of,
)
from wenxun.tables import plain_table
from wenxun.times import SECONDS
from wenxun.times import shown as shown_time

_REASONS = {
    "first": "first",
    "changed": "changed",
    "reparsed": "reparsed: our reading changed, not the page",
}


def when(instant: datetime | None, zone: str) -> str:
    """Return an instant as people read it, with the zone's offset: `2026-03-02 16:05:00 +08:00`."""
    told = local(instant, zone)
    return UNKNOWN if told is None else f"{told[:10]} {told[11:19]} {told[19:]}"


def versions_table(versions: Sequence[KeptVersion], zone: str) -> Table:
    """Return the versions, with what was amended beside each."""
    table = plain_table(
        "version", "why", "found", "last looked at", "crawl", "title", "characters",
        numbers=("version", "characters", "crawl"),
    )  # fmt: skip
    for version in versions:
        text = version.reading["text"]
        table.add_row(
            str(version.number), _why(version), when(version.seen_from, zone),
            when(version.last_look_at, zone), str(version.crawl_id or "-"),
            version.reading["title"], str(len(text)),
        )  # fmt: skip
        for one in version.amendments:
            names = ", ".join(one.before)
            table.add_row(
                "", f"{one.reason} beside the text: {names}", when(one.found_at, zone),
                "", str(one.crawl_id or "-"), "", "",
            )  # fmt: skip
    return table


def version_lines(
    old: KeptVersion, new: KeptVersion, looks: Sequence[KeptLook], zone: str
) -> Iterator[Text]:
    """Yield between which two looks one version became the other, and by which evidence."""
    yield Text(f"version {old.number} → version {new.number}: {_why(new)}", "bold")
    yield Text(f"  version {old.number} found        {when(old.seen_from, zone)}{_by(old)}")
    yield Text(f"  version {old.number} last seen    {when(old.last_look_at, zone)}")
    yield Text(f"  version {new.number} found        {when(new.seen_from, zone)}{_by(new)}")
    for version in (old, new):
        for look in evidence_of(version, looks):
            yield Text(f"  evidence for {version.number}      {_look(look)}", "dim")


def amendment_lines(amendments: Iterable[KeptAmendment], zone: str) -> Iterator[Text]:
    """Yield what was said before beside a text that stayed."""
    for one in amendments:
        yield Text(
            f"{one.reason} beside the text, found {when(one.found_at, zone)}{_by(one)}; "
            f"last look before: {when(one.last_look_at, zone)}"
        )
        for name, value in amendment_record(one, zone)["before"].items():
            yield Text(f"  {name} was: {shown(value)}")


def sightings_table(sightings: Sequence[KeptSighting], zone: str) -> Table:
    """Return the columns that list an article."""
    table = plain_table("column", "first seen", "last seen", "listed as", "listed date", "address")
    for one in sightings:
        table.add_row(
            one.column or one.column_url, when(one.first_seen_at, zone),
            when(one.last_seen_at, zone), one.title or UNKNOWN, one.listed_text or UNKNOWN, one.url,
        )  # fmt: skip
    return table


def views_table(counts: Sequence[KeptCount], zone: str) -> Table:
    """Return the view counts with their growth; one that fell is flagged."""
    table = plain_table("day", "views", "change", "read", "remark", numbers=("views", "change"))
    before: int | None = None
    for one in counts:
        change = "" if before is None else f"{one.views - before:+d}"
        remark = "decreased" if one.decreased else ""
        table.add_row(one.day, str(one.views), change, when(one.observed_at, zone), remark)
        before = one.views
    return table


def withdrawal_lines(found: Sequence[Withdrawal], zone: str) -> Iterator[Text]:
    """Yield the withdrawals, each with the looks that prove it."""
    for one in found:
        if one.withdrawn is None:
            yield Text(f"not withdrawn, but not found at the last {len(one.looks)} looks", "bold")
        else:
            yield Text(f"withdrawn {when(one.withdrawn.occurred_at, zone)}", "bold")
        for look in one.looks:
            yield Text(f"  not found {when(look.fetched_at, zone)}  {_look(look)}")
        if one.restored is not None:
            yield Text(f"  restored {when(one.restored.occurred_at, zone)}{_by(one.restored)}")


def dates_table(article: StoredArticle) -> Table:
    """Return the date that counts, every claim, and when the article was first seen."""
    zone = article.timezone
    table = plain_table("source", "says", "at", "to the", "remark", whole=("source",))
    flags = " ".join(flag for flag in article.flags if flag.startswith("date_"))
    at = _at(local(article.published_at, zone), zone)
    counts = (article.published_text, at, article.published_precision, flags)
    table.add_row("counts", *map(_cell, counts))
    for claim in article.dates:
        one = local_date(claim, zone)
        said = (one["text"], _at(one["at"], zone), one["precision"], one["doubt"])
        table.add_row(one["source"], *map(_cell, said))
    table.add_row("first seen", "", _at(local(article.first_seen_at, zone), zone))
    return table


def _why(version: KeptVersion) -> str:
    if reason_of(version) == "reverted":
        return f"reverted: as version {version.same_as}"
    return _REASONS.get(version.reason, version.reason)


def _by(one: Any) -> str:
    return f" (crawl {one.crawl_id})" if one.crawl_id is not None else ""


def _look(look: KeptLook) -> str:
    said = " ".join(str(part) for part in (look.state, look.evidence) if part)
    size = UNKNOWN if look.size is None else f"{look.size} bytes"
    sha256 = (look.body_sha256 or UNKNOWN)[:16]
    told = f"status {look.status}" + (f" ({said})" if said else "")
    told += "  (body given up)" if look.dropped_at else ""
    return f"{look.url}  {told}  {size}  sha256 {sha256}  response {look.id}{_by(look)}"


def _at(value: str | None, zone: str) -> str | None:
    return value and shown_time(datetime.fromisoformat(value), zone, SECONDS)


def _cell(value: object) -> str:
    return str(value or "-")
