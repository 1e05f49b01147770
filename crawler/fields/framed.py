"""An article put together from its body and what stands around it; the same for every CMS. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from selectolax.lexbor import LexborNode

from crawler.fields.absolute import absolute_url
from crawler.fields.blanks import squash
from crawler.fields.body import text_of
from crawler.fields.claims import PageDates
from crawler.fields.container import Container, find_container, reading_of, selected_container
from crawler.fields.credits import signed_source, split_credits
from crawler.fields.heading import Heading, read_heading
from crawler.fields.language import language_of
from crawler.fields.layout import Layout
from crawler.fields.leftovers import is_leftover
from crawler.fields.links import canonical_url, is_file, url_key
from crawler.fields.media import attachments_of, images_of
from crawler.fields.selecting import first_in
from crawler.fields.tree import attribute, is_inside
from crawler.page import Page
from storage.article import Article, Attachment, AttachmentKind, Counter, Image

_SHORT = 1000  # letters of a body that may be nothing but links to other pages


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Whose article it is: the family's name, the page key if it has one, the site's number.

    `counter` is where its view count can be asked for.
    """

    family: str
    key: str | None = None
    owner: str | None = None
    counter: Counter | None = None


def read_framed(
    page: Page, layout: Layout, identity: Identity, *, counts_by_script: bool = False
) -> Article | None:
    """Return the article of a page that is set as `layout` says, or None where it holds none.

    Where a CMS `counts_by_script`, a view count stands behind its label above the body or nowhere.
    """
    reading = reading_of(page, dropped=layout.left_out)
    frame = first_in(page, layout.frame) if layout.frame else None
    if page.selectors.get("body"):
        container = selected_container(page, reading)
    else:
        nodes = page.tree.css(layout.body)
        if frame is not None and len(nodes) > 1:
            nodes = [node for node in nodes if is_inside(node, frame)] or nodes
        container = find_container(nodes, reading, pick=layout.pick)
    if container is None:
        return None
    if layout.counts is not None and first_in(page, layout.counts) is not None:
        counts_by_script = True
    heading = read_heading(page, container, layout, frame=frame, counts_by_script=counts_by_script)
    if heading is None:
        return None
    links = (*container.body.links, *layout.attached(page))
    attachments = attachments_of(links, container.body.media, base=reading.base)
    return composed(page, container, heading, identity, attachments=attachments, base=reading.base)


def composed(
    page: Page,
    container: Container,
    heading: Heading,
    identity: Identity,
    *,
    attachments: tuple[Attachment, ...],
    base: str,
) -> Article | None:
    """Return the article of a container and its heading, or None where there is none.

    An article has a title, and a body that shows text, pictures, a film or a file; or a title
    with its own date.
    """
    heading, lines = _with_title_of(container.lines, heading)
    title = heading.title
    kept, signed = split_credits(lines)
    text = "" if is_leftover(kept, _linked(container, base=base)) else text_of(kept)
    article = Article(
        url=canonical_url(page.url) or page.url,
        page_key=identity.key or url_key(page.url),
        title=title.text,
        subtitle=title.subtitle,
        text=text,
        **_dates(heading.dates),
        views=heading.views,
        html=container.body.html or None,
        credits=tuple(dict.fromkeys((*heading.credits, *signed, *heading.credits_below))),
        attachments=attachments,
        images=images_of(container.body.images, base=base),
        source=heading.source or signed_source(container.lines),
        section=heading.section,
        language=language_of(title.text + text, declared=_declared_language(page)),
        family=identity.family,
        owner=identity.owner,
        counter=identity.counter,
        flags=_flags(heading),
    )
    return article if article.text else _without_text(article, heading)


def _linked(container: Container, *, base: str) -> frozenset[str]:
    """Return the texts, squashed, of links in a short body that lead to other pages."""
    if container.body.letters > _SHORT:
        return frozenset()
    links = ((link.attributes.get("href") or "", link) for link in container.body.links)
    urls = ((absolute_url(href, base=base), link) for href, link in links)
    return frozenset(squash(link.text()).lower() for url, link in urls if url and not is_file(url))


def _with_title_of(lines: Sequence[str], heading: Heading) -> tuple[Heading, tuple[str, ...]]:
    """Return heading and text apart where the template sets the title inside the body's element.

    Only a title that stands nowhere above it: authors repeat titles in their texts.
    """
    title = heading.title
    at = next((number for number, line in enumerate(lines) if line), 0)
    if title.confirmed or title.last is not None or not lines or lines[at] != title.text:
        return heading, tuple(lines)
    return replace(heading, title=replace(title, confirmed=True)), tuple(lines[at + 1 :])


def _dates(dates: PageDates) -> dict[str, Any]:
    published = dates.published
    return {
        "published_text": published.text if published else None,
        "published_at": published.at if published else None,
        "published_precision": published.precision if published else None,
        "dates": dates.claims,
    }


def _without_text(article: Article, heading: Heading) -> Article | None:
    """Return the article with the reason why it has no text, or None if it has nothing at all."""
    reason = _empty_reason(article.images, article.attachments)
    if reason is None and heading.title.confirmed and article.published_text:
        # A title with its date and nothing below it was published; a frame without them was not.
        reason = "nothing"
    return replace(article, empty_reason=reason) if reason else None


def _empty_reason(images: Iterable[Image], attachments: Iterable[Attachment]) -> str | None:
    """Return what an article without text consists of, or None if of nothing."""
    kinds = {attachment.kind for attachment in attachments}
    if AttachmentKind.INLINE_PDF in kinds:
        return "pdf"
    if kinds & {AttachmentKind.VIDEO, AttachmentKind.AUDIO}:
        return "video"
    if tuple(images):
        return "images"
    return "attachments" if kinds else None


def _declared_language(page: Page) -> str | None:
    root: LexborNode | None = page.tree.root
    return attribute(root, "lang") if root is not None else None


def _flags(heading: Heading) -> tuple[str, ...]:
    published = heading.dates.published
    flags = published.flags if published else ()
    return flags if heading.title.confirmed else (*flags, "title_unconfirmed")
