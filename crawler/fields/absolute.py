"""Where the relative addresses of a page start from. Pure."""

from functools import lru_cache
from urllib.parse import urljoin, urlsplit

from crawler.fields.links import canonical_url, clean_href
from crawler.fields.tree import attribute
from crawler.marks import marks_of, pattern
from crawler.page import Page

_MARK = pattern(b"(?i)<base")


def base_of(page: Page) -> str:
    """Return the address that relative ones belong to: `<base>`, else the page's own."""
    if _MARK not in marks_of(page):
        return page.url
    node = page.tree.css_first("base[href]")
    href = attribute(node, "href") if node else None
    return absolute_url(href, base=page.url) or page.url if href else page.url


@lru_cache(maxsize=1024)  # each address is asked for twice: for the list and for the clean markup
def absolute_url(href: str, *, base: str) -> str | None:
    """Return an address in canonical form, or None where it leads to no page or file.

    Pages read from a disk have a `file:` base; their relative addresses become `file:` ones.
    """
    if url := canonical_url(href, base=base):
        return url
    if not base.startswith("file:"):
        return None
    href = clean_href(href)
    try:
        return None if urlsplit(href).scheme else urljoin(base, href)
    except ValueError:  # an unbalanced bracket
        return None
