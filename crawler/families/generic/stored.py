"""Articles that a page holds for its script only: in JSON-LD, `<noscript>` or `<textarea>`.

Pure. The page is written out as its script would do it; it is then read like any other.
"""

import html
import re
from dataclasses import replace

from crawler.fields.json_ld import json_ld_text
from crawler.page import Page

_CLOSED = re.compile(r"<(noscript|textarea)\b[^>]*>(.*?)</\1\s*>", re.IGNORECASE | re.DOTALL)
_BODY = re.compile(r"<body\b[^>]*>", re.IGNORECASE)
_ESCAPED = re.compile(r"&lt;(?:p|div|br)\b", re.IGNORECASE)
_MARKUP = re.compile(r"<(?:p|div|br)\b", re.IGNORECASE)
_SENTENCE_END = "。"
_MOST_CHARACTERS = 2_000_000  # of a page that is looked through for this


def written_out(page: Page) -> Page | None:
    """Return the page with the article that it keeps for its script, or None if it keeps none."""
    text = page.text
    if len(text) > _MOST_CHARACTERS:
        return None
    written = _CLOSED.sub(_opened, text)
    if written == text:
        written = _with_json_ld(page)
    if written == text:
        return None
    return replace(page, body=written.encode("utf-8", "replace"), headers={})


def _opened(match: re.Match[str]) -> str:
    """Return the inside of an element as markup, where it is running text, else the element."""
    inside = match.group(2)
    if _ESCAPED.search(inside):
        inside = html.unescape(inside)
    is_text = _SENTENCE_END in inside and _MARKUP.search(inside)
    return f"<div>{inside}</div>" if is_text else match.group()


def _with_json_ld(page: Page) -> str:
    found = json_ld_text(page)
    if found is None:
        return page.text
    headline, text = found
    lines = text if _MARKUP.search(text) else _paragraphs(text)
    article = f"<article><h1>{html.escape(headline or '')}</h1><div>{lines}</div></article>"
    return _BODY.sub(lambda match: match.group() + article, page.text, count=1)


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{html.escape(line)}</p>" for line in text.splitlines() if line.strip())
