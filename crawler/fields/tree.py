"""The order in which a reader meets the parts of a page: into elements, out of them, text.

Pure and iterative: the depth of a page costs nothing. One pass serves text, links and pictures.
"""

import re
from collections.abc import Iterable, Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.marks import mark, marks_of
from crawler.page import Page

TEXT = "-text"
_BLOCKS = """
    address article aside blockquote body caption center dd details dialog dir div dl dt fieldset
    figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr html legend li main menu nav ol p
    pre section summary table tbody td tfoot th thead tr ul"""
_CLOSED = """
    -comment -doctype audio button canvas embed head iframe math noscript object option script
    select style svg template textarea title video xml"""
_INLINES = """
    a abbr acronym b bdo big cite code del em font i img ins kbd label mark o:p q s samp small span
    strike strong sub sup time tt u var"""
# Elements that end a line of text where they begin and end.
BLOCKS = frozenset(_BLOCKS.split())
# Elements whose inside no reader sees as text. They are met, but not entered.
CLOSED = frozenset(_CLOSED.split())
# Elements that stand inside a line.
INLINES = frozenset(_INLINES.split())
_TURNED_CLASS = "paging_content"  # WebPlus
_TURNED_PAGE = mark(_TURNED_CLASS.encode())
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none")  # of a style in small letters
NOTHING: frozenset[int] = frozenset()


def _names_by_number() -> dict[int, str]:
    """Return the names of tags by the parser's numbers for them, which are cheaper to ask for.

    It numbers what it does not know (`o:p`) anew in each page: those are left out.
    """
    page = LexborHTMLParser("<body>text")
    text = page.body.first_child if page.body else None
    names = {page.create_node(tag).tag_id: tag for tag in BLOCKS | CLOSED | INLINES | {"br"}}
    names |= {text.tag_id: TEXT} if text else {}
    return {number: name for number, name in names.items() if number < _MOST_TAGS}


_MOST_TAGS = 1000  # the numbers of tags that the parser does not know are addresses
_NAMES = _names_by_number()

Step = tuple[str, LexborNode, bool]


def steps(  # noqa: C901 (one flat loop: this is where the time goes)
    root: LexborNode,
    *,
    of: frozenset[str],
    behind: LexborNode | None = None,
    until: LexborNode | None = None,
    hidden: frozenset[int] = NOTHING,
) -> Iterator[Step]:
    """Yield (tag, node, leaving) for text and the tags in `of` inside `root`, in reading order.

    Text nodes and CLOSED elements come once, other elements twice: entered and left. Begins after
    `behind`, ends before `until`. What is `hidden` (see `hidden_elements`) is left out.
    """
    end, end_id = (until.tag, until.mem_id) if until else (None, 0)
    above, node = (_above(behind, root), behind) if behind else ([], root.first_child)
    while node is not None:
        tag = _NAMES.get(node.tag_id) or node.tag or ""
        if tag == TEXT:
            yield TEXT, node, False
        elif node is not behind:
            if tag == end and node.mem_id == end_id:
                return
            if not (hidden and node.mem_id in hidden):
                if is_met := tag in of:
                    yield tag, node, False
                if tag not in CLOSED:
                    if (child := node.first_child) is not None:
                        above.append((tag, node))
                        node = child
                        continue
                    if is_met:
                        yield tag, node, True
        while (following := node.next) is None:
            if not above:
                return
            left, node = above.pop()
            if left in of:
                yield left, node, True
        node = following


def _above(node: LexborNode, root: LexborNode) -> list[tuple[str | None, LexborNode]]:
    """Return the elements between `root` and a node inside it, the outermost first.

    Going back up by what was passed on the way down is far cheaper than asking the tree.
    """
    found: list[tuple[str | None, LexborNode]] = []
    root_id, parent = root.mem_id, node.parent
    while parent is not None and parent.mem_id != root_id:
        found.append((parent.tag, parent))
        parent = parent.parent
    return found[::-1]


def hidden_elements(page: Page) -> frozenset[int]:
    """Return the `mem_id` of the elements that a style of their own keeps from readers.

    The pages of a long article that a script turns over are kept from nobody.
    """
    nodes = page.tree.css("[style*='none' i][style*='display' i]")
    found = [
        node
        for node in nodes
        if _HIDDEN_STYLE.search((node.attrs.get("style") or "").lower()) and node.tag not in CLOSED
    ]
    if _TURNED_PAGE in marks_of(page):
        found = [node for node in found if _TURNED_CLASS not in (node.attrs.get("class") or "")]
    return frozenset([node.mem_id for node in found])


def unread_elements(page: Page) -> frozenset[int]:
    """Return the `mem_id` of the hidden elements, and of those that the site file drops."""
    dropped = page.selectors.get("drop")
    hidden = hidden_elements(page)
    return hidden | {node.mem_id for node in page.tree.css(dropped)} if dropped else hidden


def is_inside(node: LexborNode, outer: LexborNode) -> bool:
    """Say whether `outer` is an ancestor of `node`."""
    outer_id = outer.mem_id
    parent = node.parent
    while parent is not None:
        if parent.mem_id == outer_id:
            return True
        parent = parent.parent
    return False


def outermost(nodes: Iterable[LexborNode]) -> list[LexborNode]:
    """Return the elements, given in page order, that stand in none of the others; each once."""
    found: list[LexborNode] = []
    for node in nodes:
        if found and (node.mem_id == found[-1].mem_id or is_inside(node, found[-1])):
            continue
        found.append(node)
    return found


def attribute(node: LexborNode, name: str) -> str | None:
    """Return the value of an attribute, or None where it is missing or blank."""
    value = node.attributes.get(name)
    return value.strip() or None if value else None


def text_at(tree: LexborHTMLParser, selector: str) -> str | None:
    """Return the text of the first element of a selector without blanks at its edges, or None."""
    node = tree.css_first(selector)
    return node.text().strip() or None if node else None
