"""A VSB article page as an Article. Pure.

Source: the three generations of the CMS's article component and its hand-made variants, as seen
in saved pages; docs/architecture.md.
"""

import re
from dataclasses import replace

from crawler.families.vsb.addresses import article_key
from crawler.families.vsb.assets import empty_reason, read_attachments, read_images
from crawler.families.vsb.container import FORM, FORM_MARK, find_container
from crawler.families.vsb.heading import Heading, read_heading
from crawler.families.vsb.repair import with_cells
from crawler.fields.absolute import base_of
from crawler.fields.body import text_of
from crawler.fields.credits import split_credits
from crawler.fields.language import language_of
from crawler.fields.links import canonical_url, url_key
from crawler.fields.tree import attribute
from crawler.fields.views import counter_of, owner_of
from crawler.page import Page
from storage.article import Article, Attachment, Credit, Image

_COLUMN_COUNTER = re.compile(rb"_addDynClicks\(\s*[\"']wbnews[\"']\s*,\s*[\"']?(\d+)")


def read_article(page: Page) -> Article | None:
    """Return the article of a page, or None where the page holds none.

    An article has a title, and a body that shows text, pictures, a film or a file; or a title
    with its own date.
    """
    page = with_cells(page)
    form = page.tree.css_first(FORM) if FORM_MARK in page.source else None
    base = base_of(page)
    container = find_container(page, form, base=base)
    if container is None:
        return None
    heading = read_heading(page, container, form)
    if heading is None:
        return None
    kept, signed = split_credits(container.lines)
    article = _framed(
        page,
        heading,
        text=text_of(kept),
        html=container.body.html or None,
        credits_=tuple(dict.fromkeys((*heading.credits, *signed, *heading.credits_below))),
        attachments=read_attachments(page, container, form, base=base),
        images=read_images(container, base=base),
    )
    return article if article.text else _without_text(article, heading)


def _framed(
    page: Page,
    heading: Heading,
    *,
    text: str,
    html: str | None,
    credits_: tuple[Credit, ...],
    attachments: tuple[Attachment, ...],
    images: tuple[Image, ...],
) -> Article:
    """Return the article with what its surroundings and its counter say."""
    title, published = heading.title, heading.published
    url = canonical_url(page.url) or page.url
    counter = counter_of(page)
    return Article(
        url=url,
        page_key=article_key(url) or url_key(url),
        title=title.text,
        subtitle=title.subtitle,
        text=text,
        published_text=published.text if published else None,
        published_at=published.at if published else None,
        published_precision=published.precision if published else None,
        views=heading.views,
        html=html,
        credits=credits_,
        attachments=attachments,
        images=images,
        source=heading.source,
        section=heading.section,
        language=language_of(title.text + text, declared=_declared_language(page)),
        family="vsb",
        owner=counter.owner if counter else owner_of(page) or _owner_of_column(page),
        counter=counter,
        flags=_flags(heading),
    )


def _without_text(article: Article, heading: Heading) -> Article | None:
    """Return the article with the reason why it has no text, or None if it has nothing at all."""
    reason = empty_reason(article.images, article.attachments)
    if reason is None and heading.title.confirmed and article.published_text:
        # A title with its date and nothing below it was published; a frame without them was not.
        reason = "nothing"
    return replace(article, empty_reason=reason) if reason else None


def _owner_of_column(page: Page) -> str | None:
    """Return the owner that a column names which is itself one article."""
    match = _COLUMN_COUNTER.search(page.source)
    return match.group(1).decode() if match else None


def _declared_language(page: Page) -> str | None:
    root = page.tree.root
    return attribute(root, "lang") if root is not None else None


def _flags(heading: Heading) -> tuple[str, ...]:
    flags = heading.published.flags if heading.published else ()
    if not heading.title.confirmed:
        flags += ("title_unconfirmed",)
    return flags
