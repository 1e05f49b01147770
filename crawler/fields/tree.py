"""The order in which a reader meets the parts of a page: into elements, out of them, text.

Pure and iterative: the depth of a page costs nothing. One pass serves text, links and pictures.
"""

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborNode

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
_LEAVES = CLOSED | {TEXT}
# Bytes and whole words: looking for them is twenty times faster than a pattern in the text.
_HIDING = (b"display:none", b"display: none", b"DISPLAY: none", b"DISPLAY:none", b"display :none")
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none", re.IGNORECASE)

Step = tuple[str, LexborNode, bool]


def steps(  # noqa: C901 (one flat loop: this is where the time goes)
    root: LexborNode,
    *,
    of: frozenset[str],
    behind: LexborNode | None = None,
    until: LexborNode | None = None,
    skip_hidden: bool = False,
) -> Iterator[Step]:
    """Yield (tag, node, leaving) for the tags in `of` inside `root`, in reading order.

    Text nodes and CLOSED elements come once, other elements twice: entered and left. Begins after
    `behind`, ends before `until`. With `skip_hidden`, what `display:none` hides is left out.
    """
    root_id = root.mem_id
    until_id = until.mem_id if until is not None else None
    node = behind or root.first_child
    while node is not None:
        if node is not behind:
            if until_id is not None and node.mem_id == until_id:
                return
            tag, child = node.tag or "", None
            if tag in _LEAVES:
                if tag in of:
                    yield tag, node, False
            elif not (skip_hidden and _is_hidden(node)):
                child = node.first_child
                if tag in of:
                    yield tag, node, False
                    if child is None:
                        yield tag, node, True
            if child is not None:
                node = child
                continue
        while (following := node.next) is None:
            node = node.parent
            if node is None or node.mem_id == root_id:
                return
            if (tag := node.tag or "") in of:
                yield tag, node, True
        node = following


def hides_elements(source: bytes) -> bool:
    """Say whether a page has styles that hide elements, so that looking for them is worth it."""
    return b"none" in source and any(style in source for style in _HIDING)


def is_inside(node: LexborNode, outer: LexborNode) -> bool:
    """Say whether `outer` is an ancestor of `node`."""
    outer_id = outer.mem_id
    parent = node.parent
    while parent is not None:
        if parent.mem_id == outer_id:
            return True
        parent = parent.parent
    return False


def attribute(node: LexborNode, name: str) -> str | None:
    """Return the value of an attribute, or None where it is missing or blank."""
    value = node.attributes.get(name)
    return value.strip() or None if value else None


def _is_hidden(node: LexborNode) -> bool:
    style = node.attributes.get("style")
    return bool(style and _HIDDEN_STYLE.search(style))
