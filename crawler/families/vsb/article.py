"""A VSB article page as an Article. Pure.

Source: the three generations of the CMS's article component and its hand-made variants, as seen
in saved pages; docs/architecture.md.
"""

from crawler.families.vsb.addresses import article_key
from crawler.families.vsb.assets import empty_reason, read_attachments, read_images
from crawler.families.vsb.container import FORM, find_container
from crawler.families.vsb.heading import Heading, read_heading
from crawler.families.vsb.repair import with_cells
from crawler.fields.absolute import base_of
from crawler.fields.body import text_of
from crawler.fields.cleaned import cleaned_html
from crawler.fields.credits import split_credits
from crawler.fields.language import language_of
from crawler.fields.links import canonical_url, url_key
from crawler.fields.tree import attribute
from crawler.fields.views import counter_of, owner_of
from crawler.page import Page
from storage.article import Article


def read_article(page: Page) -> Article | None:
    """Return the article of a page, or None where the page holds none.

    An article has a title, and a body that shows text, pictures, a film or a file; or a title
    with its own date.
    """
    page = with_cells(page)
    container = find_container(page)
    if container is None:
        return None
    form = page.tree.css_first(FORM)
    base = base_of(page)
    kept, signed = split_credits(container.lines)
    text = text_of(kept)
    images = read_images(container, base=base)
    attachments = read_attachments(page, container, form, base=base)
    reason = None if text else empty_reason(images, attachments)
    heading = read_heading(page, container, form)
    if heading is None:
        return None
    title, published = heading.title, heading.published
    if not text and reason is None:
        # A title with its date and nothing below it was published; a frame without them was not.
        if not title.confirmed or published is None:
            return None
        reason = "nothing"
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
        html=cleaned_html(container.node, base=base, skip_hidden=container.skip_hidden) or None,
        empty_reason=reason,
        credits=tuple(dict.fromkeys((*heading.credits, *signed))),
        source=heading.source,
        section=heading.section,
        attachments=attachments,
        images=images,
        language=language_of(title.text + text, declared=_declared_language(page)),
        family="vsb",
        owner=counter.owner if counter else owner_of(page),
        counter=counter,
        flags=_flags(page, heading),
    )


def _declared_language(page: Page) -> str | None:
    root = page.tree.root
    return attribute(root, "lang") if root is not None else None


def _flags(page: Page, heading: Heading) -> tuple[str, ...]:
    flags = heading.published.flags if heading.published else ()
    if not heading.title.confirmed:
        flags += ("title_unconfirmed",)
    return (*flags, "unreadable_letters") if page.replacements else flags
