"""Which elements of a VSB page can hold the article's body. Pure."""

import re
from collections.abc import Sequence

from selectolax.lexbor import LexborNode

from crawler.fields.container import Container, Reading, find_container, selected_container
from crawler.fields.selecting import selector
from crawler.fields.tree import is_inside
from crawler.page import Page

FORM = selector("form[name=_newscontent_fromname]")
FORM_MARK = b"_newscontent_fromname"
BODY = ".v_news_content, [id^=vsb_content], #vsb_newscontent, .wp_articlecontent"
_OLDER = "[class^=contentstyle], [class*=_content]"
_OLDER_CLASS = re.compile(r"\b(?:contentstyle\d+|c\d+_content)\b")


def body_container(page: Page, form: LexborNode | None, reading: Reading) -> Container | None:
    """Return the container of the article's body, or None if the page has none.

    `form` is the element in which the CMS's article component stands, where there is one.
    """
    if page.selectors.get("body"):
        return selected_container(page, reading)
    return find_container(_candidates(page, form), reading)


def _candidates(page: Page, form: LexborNode | None) -> Sequence[LexborNode]:
    """Return the possible containers in page order, those of the article's form if it has any."""
    nodes = page.tree.css(BODY)
    if not nodes:
        older = page.tree.css(_OLDER)
        nodes = [node for node in older if _OLDER_CLASS.search(node.attributes.get("class") or "")]
    if len(nodes) > 1 and form is not None:
        return [node for node in nodes if is_inside(node, form)] or nodes
    return nodes
