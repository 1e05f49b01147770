"""A TRS article page as an Article. Pure.

What stands around the editor's container is hand-made for every site; values often stand in
variables of scripts. The CMS's counters are never asked: whether asking counts is not known.

Source: saved pages of the CMS's sites, docs/architecture.md.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.families.generic.article import read_as
from crawler.families.trs.addresses import article_key
from crawler.families.trs.marks import FILE_BLOCKS, FILES
from crawler.families.trs.paginator import column_paginator
from crawler.fields.blanks import tidy
from crawler.fields.framed import Identity, read_framed
from crawler.fields.layout import Layout
from crawler.fields.official import holds_title, likely_official, surely_official
from crawler.fields.picking import first_of_page, in_footer
from crawler.fields.scripted import read_scripts
from crawler.fields.selecting import all_in, selector
from crawler.marks import mark, marks_of
from crawler.page import Page
from storage.article import Article

_NAME = "trs"
_EDITOR = selector(
    ".TRS_Editor, .TRS_UEDITOR, .trs_editor_view, .trs_paper_default, .Custom_UnionStyle, "
    ".TRS_PreAppend, .TRS_PreExtend"
)
_COLUMN = selector("a.CurrChnlCls")
# Some templates leave the container out; the editor's style then stands at the body's start.
_STYLED = 'body *:has(> style:lexbor-contains(".TRS_Editor"))'
# What scripts call the values that metas have, the surest name first.
_NAMES = {
    "pubdate": ("__$pubtime", "pubtime", "pubdate", "pubdata", "docreltime", "docpubtime"),
    "contentsource": ("__$source", "wzly", "docsource", "docsourcename"),
    "articletitle": ("__$title",),
}
_EDITOR_MARK = mark(b"TRS_Editor")
_BOXES = frozenset(["div", "section", "td", "article"])
_SUBTITLES = ("fbt", "docsubtitle", "subtitle")
# Files are put beside the article's page as P0 or W0, the day, and a number.
_FILE = re.compile(r"(?:^|/)[PW]0(?:19|20)\d{12,}\.\w{2,5}$")
_FILE_IN_SCRIPT = re.compile(r"[PW]0(?:19|20)\d{12,}\.")
_LINKS = (".fjxz a, #fjxz a", "#appendix a, .appendix a", ".fujian a, #fujian a", ".xgfj a")
_BLOCKS = dict(zip(FILE_BLOCKS, _LINKS, strict=True))


def read_article(page: Page) -> Article | None:
    """Return the article of a page, or None where the page holds none."""
    body, key = _body(page), article_key(page.url)
    if _is_list(page) or not (body or key):
        return None
    scripts = read_scripts(page)
    layout = replace(
        _LAYOUT,
        body=body or _EDITOR,
        said=lambda _: scripts.lines,
        stated=lambda _: _as_metas(scripts.variables),
    )
    if body:
        article = read_framed(page, layout, Identity(family=_NAME, key=key))
    else:  # the body stands in an element of the site's own
        article = read_as(page, _NAME, layout)
    return _completed(page, article, scripts.variables) if article else None


def _completed(page: Page, article: Article, variables: Mapping[str, str]) -> Article:
    """Return the article with what the page says in ways of this CMS alone."""
    columns = all_in(page, _COLUMN)
    return replace(
        article,
        subtitle=article.subtitle or _first_of(variables, _SUBTITLES),
        section=article.section or (tidy(columns[-1].text()) or None if columns else None),
    )


def has_frame(page: Page) -> bool:
    """Say whether the page has an element in which this CMS sets an article's body."""
    return _has_editor(page) or surely_official(page) is not None


def _body(page: Page) -> str | None:
    """Return the selector of the elements that can hold the body, or None if there are none."""
    sure = surely_official(page)
    if _has_editor(page):
        return f"{_EDITOR}, {sure}" if sure else _EDITOR
    if sure or article_key(page.url) is None:
        return sure
    return _STYLED if _is_styled(page) else likely_official(page)


def _is_styled(page: Page) -> bool:
    node = page.tree.css_first(_STYLED) if _EDITOR_MARK in marks_of(page) else None
    return node is not None and node.tag in _BOXES and not holds_title(page, node)


def _is_list(page: Page) -> bool:
    """Say whether a page is a list: columns have an editor's container for their notices.

    Articles of one page have the paginator's script, too.
    """
    paginator = column_paginator(page) if article_key(page.url) is None else None
    return paginator is not None and (paginator.pages or 0) > 1


def _has_editor(page: Page) -> bool:
    return any(not in_footer(node) for node in all_in(page, _EDITOR))


def _as_metas(variables: Mapping[str, str]) -> Mapping[str, str]:
    found = {name: _first_of(variables, names) for name, names in _NAMES.items()}
    return {name: value for name, value in found.items() if value}


def _first_of(variables: Mapping[str, str], names: Sequence[str]) -> str | None:
    values = (tidy(variables[name]) for name in names if name in variables)
    return next((value for value in values if value), None)


def _attached(page: Page) -> Sequence[LexborNode]:
    """Return the links to files that stand outside of the body, in blocks or in scripts."""
    marks = marks_of(page)
    blocks = [links for name, links in _BLOCKS.items() if name in marks]
    found = page.tree.css(", ".join(blocks)) if blocks else []
    if FILES in marks:
        links = page.tree.css("a[href*='P0'], a[href*='W0']")
        found += [node for node in links if _FILE.search(node.attributes.get("href") or "")]
        for script in page.tree.css("script:not([src])"):
            source = script.text() or ""
            if ("P0" in source or "W0" in source) and _FILE_IN_SCRIPT.search(source):
                found += LexborHTMLParser(source.replace("\\", "")).css("a[href]")
    return found


_LAYOUT = Layout(body=_EDITOR, pick=first_of_page, attached=_attached)
