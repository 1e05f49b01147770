"""What a rehearsal found, as people read it and as programs are given it."""

from collections.abc import Iterator, Mapping
from typing import Any

from rich.text import Text

from crawler.rehearse import PAGE_KEY, Fate, Rehearsed
from crawler.site import Site
from storage.differing.versions import ReadingDiff, reading_diff
from wenxun.diff_view import diff_lines, shown
from wenxun.history_record import given
from wenxun.rehearsal import Tally

_FATES = {
    Fate.CHANGED: "would change",
    Fate.NO_ARTICLE: "would be no article",
    Fate.INCOMPLETE: "has pages that were never fetched",
    Fate.ARTICLE: "was refused, would be an article",
    Fate.NOT_KEPT: "has pages that were given up",
    Fate.FAILED: "could not be read",
}


def found_record(site: Site, one: Rehearsed) -> dict[str, Any]:
    """Return one finding as programs are given it; offsets count letters, from 0."""
    diff = _diff(site, one).record()
    return {
        "article": one.article_id,
        "document": one.document_id,
        "site": site.name,
        "url": one.url,
        "fate": str(one.fate),
        "changed": list(one.old),
        "fields": [*diff["fields"], *_page_key(one)],
        "text": diff["text"],
        "evidence": one.evidence,
        "title": one.new.get("title") if one.fate is Fate.ARTICLE else None,
    }


def found_lines(site: Site, one: Rehearsed) -> Iterator[Text]:
    """Yield one finding as people read it."""
    number = f"#{one.article_id} " if one.article_id else ""
    yield Text(f"{number}{site.name} {one.url}: {_FATES[one.fate]}", "bold")
    if one.evidence:
        yield Text(f"  {one.evidence}")
    if one.fate is Fate.ARTICLE:
        yield Text(f"  {one.new['title']}")
    for line in diff_lines(_diff(site, one)):
        yield Text("  ").append_text(line)
    for key in _page_key(one):
        yield Text(f"  {PAGE_KEY}: [-{shown(key['old'])}-]{{+{shown(key['new'])}+}}")


def tally_record(tally: Tally, *, interrupted: bool) -> dict[str, Any]:
    """Return the whole as programs are given it."""
    return {
        "summary": True,
        "articles": len(tally.articles),
        "changed": len(tally.changed),
        "fields": dict(tally.fields.most_common()),
        "no_article": dict(tally.no_article),
        "incomplete": tally.incomplete,
        "new_articles": tally.new_articles,
        "not_kept": tally.not_kept,
        "failed": tally.failed,
        "applied": tally.applied,
        "passed_over": tally.passed_over,
        "left_alone": tally.left_alone,
        "tried_again": tally.tried_again,
        "busy": dict(tally.busy),
        "interrupted": interrupted,
        "last_document": tally.last_document,
    }


def tally_lines(tally: Tally, *, applied: bool) -> Iterator[str]:
    """Yield the whole as people read it."""
    told = ", ".join(f"{name} {count}" for name, count in tally.fields.most_common())
    verb = "changes" if len(tally.changed) == 1 else "change"
    yield f"{len(tally.changed):,} of {len(tally.articles):,} articles {verb}" + (
        f": {told}" if told else ""
    )
    states = ", ".join(f"{name} {count}" for name, count in tally.no_article.most_common())
    counts = {
        f"would be no articles any more ({states}); they are left alone": tally.no_article.total(),
        "have pages that were never fetched": tally.incomplete,
        "refused pages would be articles": tally.new_articles,
        "have pages that were given up to make room": tally.not_kept,
        "could not be read again": tally.failed,
    }
    if applied:
        counts |= {
            "versions written, marked reparsed; nobody is told": tally.applied,
            "would be known by another key, and are left alone": tally.left_alone,
            "were changed meanwhile, and are left alone": tally.passed_over,
            "are fetched again by the next crawl": tally.tried_again,
        }
    yield from (f"  {count:,} {what}" for what, count in counts.items() if count)
    yield from (f"  not applied: {why}" for why in tally.busy.values())


def _diff(site: Site, one: Rehearsed) -> ReadingDiff:
    if one.fate is not Fate.CHANGED:
        return ReadingDiff(fields=())
    return reading_diff(_local(site, one.old), _local(site, one.new))


def _local(site: Site, values: Mapping[str, Any]) -> dict[str, Any]:
    return {"text": "", **{name: given(name, v, site.timezone) for name, v in values.items()}}


def _page_key(one: Rehearsed) -> list[dict[str, Any]]:
    if PAGE_KEY not in one.old:
        return []
    return [{"field": PAGE_KEY, "old": one.old[PAGE_KEY], "new": one.new[PAGE_KEY]}]
