"""An article page of which nothing is known, as an Article. Pure."""

import html
from collections.abc import Mapping
from dataclasses import replace
from itertools import islice

from crawler.families import known_key
from crawler.families.generic.cuts import has_other_name
from crawler.families.generic.finder import Found, find_body
from crawler.families.generic.listing import read_listing
from crawler.families.generic.outline import Outline, heading_lines, read_outline
from crawler.families.generic.stored import written_out
from crawler.families.sohu import BACK_LINK
from crawler.fields.absolute import base_of
from crawler.fields.blanks import squash
from crawler.fields.body import read_body
from crawler.fields.container import Container
from crawler.fields.founder import founder_metas
from crawler.fields.framed import Identity, composed, read_framed
from crawler.fields.furniture import without_furniture
from crawler.fields.heading import Heading, heading_in
from crawler.fields.layout import Layout
from crawler.fields.media import attachments_of
from crawler.fields.metas import read_metas
from crawler.fields.others import lists_between_paragraphs, without_others
from crawler.fields.tree import unread_elements
from crawler.marks import mark, marks_of
from crawler.page import Page
from storage.article import Article

_LINES_ABOVE = 40  # lines above the title in which the breadcrumb may stand
_LINES_BELOW = 100  # lines from the title on in which the facts stand
_LINES_BEHIND = 8  # lines below the body in which the editor or the date may stand
_RUNNING_TEXT = 200  # letters that make an article of a page without a date
_LONG_TEXT = 400  # … that make one where neither its title nor its date is sure
_HEADLINE = 8  # letters of a link that may be another article's title
_PARAGRAPH = 100  # … under a title, or under what looks like title and facts
_SENTENCE = 20  # … under both
_FEW = 3
_BACK_MARK = mark(b"strategyid=")
_LAYOUT = Layout(body="body")


def read_article(page: Page, layout: Layout = _LAYOUT) -> Article | None:
    """Return the article of a page, or None where the page holds none.

    Of a `layout` only what it says beside the text of the page counts (`said`, `stated`).
    """
    identity = Identity(family="generic", key=known_key(page.url))
    if page.selectors.get("body"):
        return read_framed(page, _LAYOUT, identity)
    if article := _read(page, layout, identity):
        return article
    written = written_out(page)
    return _read(written, layout, identity) if written else None


def _read(page: Page, layout: Layout, identity: Identity) -> Article | None:
    root = page.tree.body
    if root is None:
        return None
    hidden = _hidden(page)
    outline = read_outline(root, hidden=hidden)
    metas = {**founder_metas(page), **layout.stated(page), **read_metas(page)}
    found = find_body(outline, titles=_titles(page, metas))
    if found is None:
        return None
    heading = _heading(page, outline, found, metas, layout)
    if heading is None or not _is_article(page, outline, found, heading):
        return None
    base = base_of(page)
    container = _container(outline, found, hidden, base=base)
    attachments = attachments_of(container.body.links, container.body.media, base=base)
    article = composed(page, container, heading, identity, attachments=attachments, base=base)
    # A title with its date and nothing below them is here a page that a script fills.
    return None if article is None or article.empty_reason == "nothing" else article


def _heading(
    page: Page, outline: Outline, found: Found, metas: Mapping[str, str], layout: Layout
) -> Heading | None:
    """Return what stands around the body; what is far above it is no part of that."""
    title = found.first if found.title is None else found.title
    start = max(0, title - _LINES_ABOVE)
    return heading_in(
        page,
        heading_lines(outline, start, min(found.first, title + _LINES_BELOW)),
        layout,
        metas=metas,
        near=None if found.title is None else len(heading_lines(outline, start, title)),
        behind=[line.text for line in outline.lines[found.last : found.last + _LINES_BEHIND]],
        counts_by_script=True,
    )


def read_as(page: Page, family: str, layout: Layout = _LAYOUT) -> Article | None:
    """Return the article of a page of a CMS that leaves its layout to each site."""
    article = read_article(page, layout)
    return replace(article, family=family) if article else None


def _hidden(page: Page) -> frozenset[int]:
    hidden = unread_elements(page)
    if page.tree.body is not None:
        hidden |= lists_between_paragraphs(page.tree.body, hidden=hidden)
    if _BACK_MARK in marks_of(page):
        hidden |= {node.mem_id for node in page.tree.css(BACK_LINK)}
    return hidden


def _titles(page: Page, metas: Mapping[str, str]) -> list[str]:
    """Return what begins with the article's title, squashed."""
    named = (page.title_text, metas.get("articletitle"), metas.get("og:title"))
    return [squash(html.unescape(text)) for text in named if text]


def _container(outline: Outline, found: Found, hidden: frozenset[int], *, base: str) -> Container:
    """Read the body; what stands in its element above and below it is left out."""
    block = outline.blocks[found.block]
    outside = _outside(outline, found)
    body = read_body(block.node, base=base, hidden=hidden | outside)
    lines = without_furniture(without_others(body, base=base))
    above = {squash(line.text) for line in outline.lines[block.first : found.first]}
    below = {squash(line.text) for line in outline.lines[found.text_last : block.last]}
    while lines and (not lines[0] or squash(lines[0]) in above):
        lines.pop(0)
    while lines and (not lines[-1] or squash(lines[-1]) in below):
        lines.pop()
    return Container(node=block.node, body=body, lines=tuple(lines), hidden=hidden | outside)


def _outside(outline: Outline, found: Found) -> frozenset[int]:
    """Return the `mem_id` of the blocks in the body's element that are no part of the body."""
    block = outline.blocks[found.block]
    outside = {outline.blocks[at].node.mem_id for at in found.cut}
    for one in islice(outline.blocks, found.block + 1, None):
        if one.first > block.last:
            break
        is_off = one.last <= found.first or one.first >= found.last
        if one.first == one.last:  # only pictures, or nothing at all
            is_off = has_other_name(one) or one.first > found.last
        if is_off:
            outside.add(one.node.mem_id)
    return frozenset(outside)


def _is_article(page: Page, outline: Outline, found: Found, heading: Heading) -> bool:
    """Say whether what was found is an article and not a list or a home page."""
    is_dated = heading.dates.published is not None
    is_known = heading.title.confirmed or found.title is not None or is_dated
    running = linked = 0
    for line in outline.lines[found.first : found.last]:
        if line.block in found.cut:
            continue
        running += line.is_marked and line.linked * 2 <= line.letters
        linked += line.linked * 2 > line.letters and line.letters >= _HEADLINE
    is_list = linked >= _FEW and linked * 2 >= running
    enough = _RUNNING_TEXT if is_known else _LONG_TEXT
    # Below the name of a list, which is short, and its first date stand links.
    is_titled = heading.title.confirmed and len(heading.title.text) >= _HEADLINE
    if (is_titled or found.is_framed) and not linked:
        enough = _SENTENCE if is_titled and found.is_framed else _PARAGRAPH
    if found.letters >= enough and not is_list:
        return True
    return is_dated and read_listing(page) is None
