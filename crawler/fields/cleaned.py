"""The body's markup, cleaned: its structure, links and pictures, and nothing that acts or styles.

What is not in the lists below does not get in, so that the result can be shown as it is. The pieces
are made here; `body` joins them while it reads. Pure.
"""

import re
from collections.abc import Iterable
from html import escape

from selectolax.lexbor import LexborNode

from crawler.fields.absolute import absolute_url
from crawler.fields.blanks import INVISIBLE
from crawler.fields.tree import attribute

_KEPT = frozenset(
    [
        *("p", "br", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd", "hr"),
        *("table", "thead", "tbody", "tfoot", "tr", "td", "th", "caption", "blockquote", "pre"),
        *("strong", "b", "em", "i", "u", "s", "sub", "sup", "code", "figure", "figcaption"),
    ]
)
_VOID = frozenset(["br", "hr"])
_RENAMED = {"section": "div", "center": "div", "div": "div"}
# The tags of elements that are kept without any attribute, and of those that are kept with some.
OPENED = {tag: f"<{_RENAMED.get(tag, tag)}>" for tag in (*_KEPT, *_RENAMED)}
CLOSED_BY = {tag: f"</{_RENAMED.get(tag, tag)}>" for tag in OPENED if tag not in _VOID}
_NUMBER = re.compile(r"[0-9]{1,4}")
_SPANS = ("colspan", "rowspan")
_NO_ADDRESS = ("javascript:", "#", "data:")


def joined(pieces: Iterable[str]) -> str:
    """Return the pieces as the markup of one body."""
    return INVISIBLE.sub("", "".join(pieces)).strip()


def text_markup(text: str) -> str:
    """Return a text as markup, also where it stood in an element that knows no escapes."""
    if "&" in text:
        text = text.replace("&", "&amp;")
    if "<" in text or ">" in text:
        text = text.replace("<", "&lt;").replace(">", "&gt;")
    return text.replace("\xa0", "&nbsp;")


def cell_markup(tag: str, node: LexborNode) -> str:
    """Return the start of a table cell: how many columns and rows it spans belongs to its sense."""
    given = node.attributes
    if not given:
        return OPENED[tag]
    spans = [(name, given.get(name) or "") for name in _SPANS if name in given]
    kept = "".join(f' {name}="{value}"' for name, value in spans if _NUMBER.fullmatch(value))
    return f"<{tag}{kept}>"


def link_markup(node: LexborNode, *, base: str) -> tuple[str, str]:
    """Return the tags around a link; none where it leads to no address: then it stays as text."""
    href = attribute(node, "href")
    if href is None or href.lower().startswith(_NO_ADDRESS):
        return "", ""
    url = absolute_url(href, base=base)
    return (f'<a href="{escape(url)}">', "</a>") if url else ("", "")


def image_markup(node: LexborNode, *, base: str) -> str:
    """Return a picture, or nothing where it has no address."""
    given = node.attributes
    source = (given.get("orisrc") or "").strip() or (given.get("src") or "").strip()
    url = absolute_url(source, base=base) if source and not source.startswith("data:") else None
    if url is None:
        return ""
    return f'<img src="{escape(url)}" alt="{escape((given.get("alt") or "").strip())}">'
