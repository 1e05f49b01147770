"""The `<meta>` elements of a page, and what they say of site and column.

Pure. Source: the metadata set of Chinese government sites (ArticleTitle, PubDate, ContentSource,
ColumnName), which newer institutional CMSs print too.
"""

from crawler.page import Page

_MACHINE_ONLY = frozenset(["viewport", "robots", "renderer", "generator"])


def read_metas(page: Page) -> dict[str, str]:
    """Return the named metas, names in lower case and without edges; the first of a name counts."""
    metas: dict[str, str] = {}
    for node in page.tree.css("meta"):
        attributes = node.attributes
        name = attributes.get("name") or attributes.get("property") or attributes.get("itemprop")
        content = (attributes.get("content") or "").strip()
        if name and content and (name := name.strip().lower()) not in _MACHINE_ONLY:
            # Some write `weibo: article:create_at`.
            metas.setdefault(name.replace(" ", "") if ":" in name else name, content)
    return metas


def site_name(metas: dict[str, str]) -> str | None:
    """Return the name of the site, or None: a meta of its own, else the first of the keywords."""
    if named := metas.get("sitename") or metas.get("og:site_name"):
        return named
    # VSB prints the site's name before the words it found in the article.
    first = metas.get("keywords", "").replace("，", ",").partition(",")[0].strip()
    return first or None
