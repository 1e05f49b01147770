"""Articles that a page holds for its script only: in JSON-LD, `<noscript>` or `<textarea>`.

Pure. The page is written out as its script would do it; it is then read like any other.
"""

import html
import re
from dataclasses import replace

from crawler.fields.json_ld import json_ld_text
from crawler.page import Page

_CLOSED = re.compile(r"<(noscript|textarea)\b[^<>]*>", re.IGNORECASE)
_ENDS = {
    "noscript": re.compile(r"</noscript\s*>", re.IGNORECASE),
    "textarea": re.compile(r"</textarea\s*>", re.IGNORECASE),
}
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
    written = _opened(text)
    if written == text:
        written = _with_json_ld(page)
    if written == text:
        return None
    return replace(page, body=written.encode("utf-8", "replace"), headers={})


def _opened(text: str) -> str:
    """Return the page with its closed elements as plain ones, where running text is in them."""
    pieces: list[str] = []
    place = 0
    for start in _CLOSED.finditer(text):
        if start.start() < place:
            continue
        end = _ENDS[start.group(1).lower()].search(text, start.end())
        if end is None:
            break
        inside = text[start.end() : end.start()]
        if _ESCAPED.search(inside):
            inside = html.unescape(inside)
        if _SENTENCE_END in inside and _MARKUP.search(inside):
            pieces += [text[place : start.start()], "<div>", inside, "</div>"]
            place = end.end()
    return "".join((*pieces, text[place:]))


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
