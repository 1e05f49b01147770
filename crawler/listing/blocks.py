"""Group the links of a page into blocks: elements that repeat under one parent.

Pure. An item is the largest element around one article address, or what the CMS itself names a
line of a list; items with one parent are a block, with the items beside them that lead elsewhere.
`main_list` decides which block is the page's list.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from crawler.fields.tree import outermost
from crawler.listing.addresses import Addresses
from crawler.listing.styles import lasting_class, style_of
from crawler.page import Page

_CONTAINERS = {"ul", "ol", "table", "tbody", "thead", "body", "html", "form", "main", "section"}
_ITEMS = {"li", "tr"}
MORE = re.compile(
    r"^[\s\[【(（+＋·.…>»]*(?:查看|阅读|浏览)?(?:更多|more)[\s·.…>»+＋\])）】]*$", re.IGNORECASE
)


@dataclass(slots=True, eq=False)
class Block:
    """Elements that repeat under one parent: a list, a menu, a slide show.

    `hrefs` are the addresses that made it a block, as written, and `anchors` the `mem_id` of their
    links; those of the items that were only found beside them are not among them.
    """

    container: LexborNode
    items: list[LexborNode] = field(default_factory=list)
    hrefs: list[str] = field(default_factory=list)
    anchors: set[int] = field(default_factory=set)
    lines: int = 0  # items that the CMS itself names as lines of a list


def article_blocks(
    page: Page,
    pager: tuple[LexborNode, ...],
    *,
    addresses: Addresses,
    lines: Sequence[LexborNode] = (),
) -> list[Block]:
    """Return every block that holds article addresses or lines of a list, in page order.

    `pager` are the elements of the paginator, whose links are no items; `lines` the elements that
    the CMS itself marks as items.
    """
    line_of = _line_of(lines)
    wanted = [
        (a, href)
        for a in page_links(page, pager)
        if addresses.looks_like_article(href := a.attributes.get("href") or "")
        or a.mem_id in line_of
    ]
    return _grouped(wanted, line_of, _fences(pager))


def blocks_within(
    container: LexborNode,
    pager: tuple[LexborNode, ...],
    *,
    addresses: Addresses,
    items: str | None = None,
) -> list[Block]:
    """Return the blocks of an element that is known to hold a list and nothing else.

    `items` is the CSS selector of its items; without one, the items are those around its article
    addresses, and those around the other links that stand in none of them.
    """
    if items is not None:
        found = [node for node in container.css(items) if node.css_first("a") or node.tag == "a"]
        return [Block(container=container, items=outermost(found))] if found else []
    paging = {a.mem_id for node in pager for a in node.css("a")}
    links = [
        (a, a.attributes.get("href") or "")
        for a in container.css("a")
        if a.mem_id not in paging and not MORE.match(a.text())
    ]
    fences = _fences(pager) | set(depths(container))
    articles = [pair for pair in links if addresses.looks_like_article(pair[1])]
    blocks = _grouped(articles, {}, fences)
    inside = {a.mem_id for block in blocks for item in block.items for a in _anchors(item)}
    others = [pair for pair in links if pair[0].mem_id not in inside and _leads_away(*pair)]
    if not articles or not others:
        return blocks or _grouped(links, {}, fences)
    return [_in_page_order(container, [*blocks, *_grouped(others, {}, fences)])]


def _anchors(item: LexborNode) -> list[LexborNode]:
    return [item] if item.tag == "a" else item.css("a")


def _leads_away(link: LexborNode, href: str) -> bool:
    """Say whether a link is an item of its own although it names no article: it says so itself."""
    leads = bool(href.strip()) and not href.strip().lower().startswith(("#", "javascript:"))
    return leads and bool(link.text(strip=True) or link.attributes.get("title"))


def _in_page_order(container: LexborNode, blocks: list[Block]) -> Block:
    """Return these blocks of one list as one, its items in page order."""
    order = {a.mem_id: at for at, a in enumerate(container.css("a"))}
    items = {item.mem_id: item for block in blocks for item in block.items}
    return Block(
        container=container,
        items=sorted(items.values(), key=lambda one: min(order[a.mem_id] for a in _anchors(one))),
        hrefs=[href for block in blocks for href in block.hrefs],
    )


def blocks_of(links: list[tuple[LexborNode, str]], pager: tuple[LexborNode, ...]) -> list[Block]:
    """Return the blocks that these links make, given with their `href`, in page order."""
    return _grouped(links, {}, _fences(pager))


def blocks_beside(page: Page, pager: tuple[LexborNode, ...]) -> list[Block]:
    """Return the blocks of any links beside the paginator: for pages whose items all lead away."""
    known, node = {a.mem_id for a in page_links(page, pager)}, pager[0].parent
    while node is not None and node.tag not in {"body", "html"}:
        inside = [a for a in node.css("a") if a.mem_id in known]
        if inside:
            wanted = [(a, a.attributes.get("href") or "") for a in inside]
            return _grouped(wanted, {}, _fences(pager))
        node = node.parent
    return []


def page_links(page: Page, pager: tuple[LexborNode, ...]) -> list[LexborNode]:
    """Return the links of a page that do not belong to its paginator, in page order."""
    paging = {a.mem_id for node in pager for a in node.css("a")}
    return [a for a in page.tree.css("a") if a.mem_id not in paging]


def _fences(pager: tuple[LexborNode, ...]) -> set[int]:
    """Return the paginator's elements and all above them: no item reaches over one."""
    return {key for node in pager for key in depths(node)}


def _line_of(lines: Sequence[LexborNode]) -> dict[int, LexborNode]:
    """Map each link inside a line to the innermost such element."""
    return {a.mem_id: line for line in lines for a in line.css("a")}


def _grouped(
    wanted: list[tuple[LexborNode, str]], lines: dict[int, LexborNode], fences: set[int]
) -> list[Block]:
    targets = _targets(wanted)
    blocks: dict[tuple[int, str, str], Block] = {}
    seen: set[int] = set()
    for anchor, href in wanted:
        item = lines.get(anchor.mem_id) or _item(anchor, targets, fences)
        container = item.parent
        if container is not None and container.tag == "tr":
            container = container.parent
        if container is None:
            continue
        block = blocks.setdefault(_shape(container), Block(container=container))
        if item.mem_id not in seen:
            seen.add(item.mem_id)
            block.items.append(item)
            block.lines += anchor.mem_id in lines
        block.hrefs.append(href)
        block.anchors.add(anchor.mem_id)
    for block in blocks.values():
        block.items = _with_siblings(block.items, fences)
    return list(blocks.values())


def _targets(wanted: list[tuple[LexborNode, str]]) -> dict[int, str | None]:
    """Map each element to the one address below it, or None where there are several."""
    targets: dict[int, str | None] = {}
    for anchor, href in wanted:
        target = href.strip()
        if not target or target == "#" or target[:11].lower() == "javascript:":
            target = str(anchor.mem_id)
        node: LexborNode | None = anchor
        while node is not None:
            key = node.mem_id
            if key not in targets:
                targets[key] = target
            elif targets[key] in {None, target}:
                break  # known of everything above it, too
            else:
                targets[key] = None
            node = node.parent
    return targets


def _item(anchor: LexborNode, targets: dict[int, str | None], fences: set[int]) -> LexborNode:
    node = anchor
    while node.tag not in _ITEMS:
        parent = node.parent
        if parent is None or parent.tag in _CONTAINERS or parent.mem_id in fences:
            break
        if targets.get(parent.mem_id) is None:
            break
        node = parent
    return _repeated(node, targets, fences) or node


def _repeated(
    node: LexborNode, targets: dict[int, str | None], fences: set[int]
) -> LexborNode | None:
    """Return the element around an item that repeats, where the item itself does not.

    In some lists each item is a list or a table of its own, with one row in it.
    """
    level: LexborNode | None = node
    while level is not None and level.tag not in {"body", "html"} and level.mem_id not in fences:
        target = targets.get(level.mem_id)
        if target is None:
            return None
        shape = (level.tag, lasting_class(level))
        for beside in (_neighbour(level, forwards=False), _neighbour(level, forwards=True)):
            if beside is not None and (beside.tag, lasting_class(beside)) == shape:
                other = targets.get(beside.mem_id)
                if other is not None and other != target:
                    return level
        level = level.parent
    return None


def _neighbour(node: LexborNode, *, forwards: bool) -> LexborNode | None:
    """Return the next or the last element beside this one that is not empty: `<li class=line>`."""
    beside = node.next if forwards else node.prev
    while beside is not None and (not beside.is_element_node or _is_empty(beside)):
        beside = beside.next if forwards else beside.prev
    return beside


def _is_empty(element: LexborNode) -> bool:
    inside = element.child
    return inside is None or (inside.next is None and inside.is_empty_text_node)


def _shape(container: LexborNode) -> tuple[int, str, str]:
    # Lists are often cut into several `<ul class="x">` under one parent: they are one block.
    parent = container.parent
    if parent is None or container.tag not in {"ul", "ol", "div", "dl", "table"}:
        return (container.mem_id, "", "")
    return (parent.mem_id, container.tag or "", lasting_class(container))


def _with_siblings(items: list[LexborNode], fences: set[int]) -> list[LexborNode]:
    """Add the items beside these that lead elsewhere: other sites, files, scripts, nowhere."""
    known = {item.mem_id for item in items}
    shapes = {style_of(item) for item in items}
    parents = {item.parent.mem_id: item.parent for item in items if item.parent is not None}
    every: list[LexborNode] = []
    for parent in parents.values():
        every += [
            child
            for child in parent.iter()
            if child.mem_id in known or _is_sibling(child, shapes, fences)
        ]
    return every


def _is_sibling(child: LexborNode, shapes: set[tuple[str | None, str]], fences: set[int]) -> bool:
    if child.mem_id in fences or style_of(child) not in shapes:
        return False
    link = child if child.tag == "a" else child.css_first("a")
    return link is not None and bool(child.text(strip=True)) and not MORE.match(child.text())


def depths(node: LexborNode) -> dict[int, int]:
    """Map this element and all above it to their depth."""
    chain: list[int] = []
    above: LexborNode | None = node
    while above is not None:
        chain.append(above.mem_id)
        above = above.parent
    return {key: depth for depth, key in enumerate(reversed(chain))}
