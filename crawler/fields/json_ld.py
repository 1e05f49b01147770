"""When an article was published and changed, and its text, as the page's JSON-LD says. Pure.

Source: https://schema.org/NewsArticle (datePublished, dateModified, articleBody), and the form that
a Chinese search engine asks of pages (pubDate, upDate). Broken JSON says nothing.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from crawler.marks import mark, marks_of
from crawler.page import Page

_MARK, _TEXT_MARK = mark(b"ld+json"), mark(b"articleBody")
_SCRIPTS = "script[type*='ld+json' i]"
_ARTICLES = frozenset(
    ["article", "newsarticle", "reportagenewsarticle", "blogposting", "webpage", "report"]
)
_PUBLISHED = ("datePublished", "pubDate")
_MODIFIED = ("dateModified", "upDate")
_MAX_CHARACTERS = 200_000
_MAX_DEPTH = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonLdDates:
    """The two dates as they are written; None where the page does not say."""

    published: str | None = None
    modified: str | None = None


def json_ld_dates(page: Page) -> JsonLdDates:
    """Return the dates of the first article in the page's JSON-LD that has a publishing date."""
    if _MARK not in marks_of(page):
        return JsonLdDates()
    articles = [one for data in _scripts(page) for one in _articles(data, depth=_MAX_DEPTH)]
    dated = [one for one in articles if _text(one, _PUBLISHED)]
    first = (dated or articles or [{}])[0]
    return JsonLdDates(published=_text(first, _PUBLISHED), modified=_text(first, _MODIFIED))


def json_ld_text(page: Page) -> tuple[str | None, str] | None:
    """Return headline and text of the first article in the page's JSON-LD that has one, or None."""
    if not marks_of(page).issuperset((_MARK, _TEXT_MARK)):
        return None
    for article in (one for data in _scripts(page) for one in _articles(data, depth=_MAX_DEPTH)):
        if text := _text(article, ("articleBody",)):
            return _text(article, ("headline", "name")), text
    return None


def _scripts(page: Page) -> Iterator[Any]:
    for node in page.tree.css(_SCRIPTS):
        text = node.text().strip()
        if len(text) > _MAX_CHARACTERS:
            continue
        try:
            yield json.loads(text, strict=False)
        except (ValueError, RecursionError):
            continue


def _articles(data: Any, *, depth: int) -> Iterator[dict[str, Any]]:
    """Yield the objects that describe an article, or describe the page without saying as what."""
    if depth == 0:
        return
    if isinstance(data, list):
        for part in data:
            yield from _articles(part, depth=depth - 1)
    elif isinstance(data, dict):
        if _is_article(data):
            yield data
        for name in ("@graph", "mainEntity", "mainEntityOfPage"):
            yield from _articles(data.get(name), depth=depth - 1)


def _is_article(data: dict[str, Any]) -> bool:
    kinds = data.get("@type")
    if kinds is None:
        return "pubDate" in data
    kinds = kinds if isinstance(kinds, list) else [kinds]
    return any(isinstance(kind, str) and kind.lower() in _ARTICLES for kind in kinds)


def _text(data: dict[str, Any], names: tuple[str, ...]) -> str | None:
    values = (data.get(name) for name in names)
    return next(
        (value.strip() for value in values if isinstance(value, str) and value.strip()), None
    )
