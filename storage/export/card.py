"""The data card beside a corpus: what it holds, where it comes from, whose the texts are. Pure.

Source: https://arxiv.org/abs/1803.09010 (datasheets for datasets), in small.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from storage.export.order import Tally

LICENCE = (
    "The texts, pictures and files belong to their publishers, who are named in `site` and `url`. "
    "Wenxun collected them and grants no rights in them: ask the publishers, or use what the law "
    "of your country allows for research. The list of stories, dates and reposts is facts."
)
# What a field means; times and days are told apart by their names.
FIELDS: Mapping[str, str] = {
    "id": "number of the article in the database that this was taken from",
    "site": "the site that published it, as Wenxun names it",
    "url": "its address",
    "content_hash": "hash of the normalised title and text",
    "title": "the heading",
    "subtitle": "the line under or over the heading",
    "published_text": "the date as the page prints it, with its label",
    "published_at": "the instant of publication; for a day without a time its local midnight",
    "published_precision": "how exactly that is known: day, minute or second",
    "published_day": "the local day of publication",
    "timezone": "the zone of the site's times and days",
    "dates": "all that is said of the date: source, text, instant, precision, doubt",
    "views": "how often the page was read, as it counts; null: unknown",
    "views_at": "when that number was read",
    "text": "the text, one paragraph a line",
    "html": "the cleaned body",
    "empty_reason": "why there is no text: images, video, pdf, attachments, nothing",
    "source": "whom the page names as the source",
    "section": "the column, as the page names it",
    "language": "the language, as the page names it",
    "credits": "people and offices: role, name, and the words of the page",
    "attachments": "files, videos and PDF: kind, name, address",
    "images": "pictures: address, alternative text",
    "flags": "what has to be known before the record is trusted",
    "unreadable_letters": "letters that could not be read and stand as U+FFFD",
    "first_seen_at": "when a crawl saw the article first",
    "last_seen_at": "when a crawl saw it last",
    "withdrawn_at": "when it was found to be withdrawn; null: it stands",
    "version": "number of the version that stands; more than 1: it was edited",
    "sightings": "in how many places it was seen",
    "reposts": "the other articles of the story: id, site, address, day, when first seen",
}


def card(
    tally: Tally,
    *,
    files: Sequence[str],
    form: str,
    fields: Sequence[str],
    asked: Mapping[str, Any],
    version: str,
    now: datetime,
) -> dict[str, Any]:
    """Return the card as programs read it."""
    return {
        "name": files[0].partition("-00001-of-")[0].partition(".")[0],
        "made_at": now.isoformat(timespec="seconds"),
        "made_by": f"Wenxun {version}",
        "format": form,
        "files": list(files),
        "query": dict(asked),
        "stories": tally.articles,
        "reposts": tally.reposts,
        "first_day": tally.first_day,
        "last_day": tally.last_day,
        "undated": tally.undated,
        "sites": dict(sorted(tally.sites.items())),
        "fields": {name: FIELDS[name] for name in fields},
        "remarks": {str(remark): count for remark, count in tally.remarks.items() if count},
        "licence": LICENCE,
    }


def readme(card: Mapping[str, Any]) -> str:
    """Return the card as people read it."""
    days = f"{card['first_day']} to {card['last_day']}" if card["first_day"] else "no known days"
    asked = ", ".join(f"{name} {value}" for name, value in card["query"].items() if value)
    head = (
        f"{card['stories']:,} stories of {len(card['sites'])} sites, {days} ({card['undated']:,} "
        "without a known day). One article a story, that of its first publisher; `reposts` lists "
        f"{card['reposts']:,} more."
    )
    lines = [
        f"# {card['name']}",
        "",
        head,
        "",
        f"- Made by {card['made_by']}, {card['made_at']}.",
        f"- Asked for: {asked or 'everything'}.",
        "- Order: by `id`, as the articles were found; the same database gives the same files.",
        *("", "## Licence", "", card["licence"]),
        *("", f"## Files ({card['format']})", ""),
        *(f"- `{name}`" for name in card["files"]),
        *("", "## Fields", "", "| field | meaning |", "|---|---|"),
        *(f"| `{name}` | {meaning} |" for name, meaning in card["fields"].items()),
        *("", "## Stories by site", "", "| site | stories |", "|---|---:|"),
        *(f"| {name} | {count:,} |" for name, count in card["sites"].items()),
        *(("", "## Remarks", "") if card["remarks"] else ()),
        *(f"- {count:,} {remark}." for remark, count in card["remarks"].items()),
    ]
    return "\n".join(lines) + "\n"
