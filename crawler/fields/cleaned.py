"""The body's markup, cleaned: its structure, links and pictures, and nothing that acts or styles.

What is not in the lists below does not get in, so that the result can be shown as it is. Pure.
"""

import re
from html import escape

from selectolax.lexbor import LexborNode

from crawler.fields.absolute import absolute_url
from crawler.fields.blanks import INVISIBLE
from crawler.fields.tree import TEXT, attribute, steps

_KEPT = frozenset(
    [
        *("p", "br", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd", "hr"),
        *("table", "thead", "tbody", "tfoot", "tr", "td", "th", "caption", "blockquote", "pre"),
        *("strong", "b", "em", "i", "u", "s", "sub", "sup", "code", "figure", "figcaption"),
    ]
)
_VOID = frozenset(["br", "hr"])
_CELLS = frozenset(["td", "th"])
_RENAMED = {"section": "div", "center": "div", "div": "div"}
_OPENED = {tag: f"<{_RENAMED.get(tag, tag)}>" for tag in (*_KEPT, *_RENAMED)}
_CLOSED = {tag: f"</{_RENAMED.get(tag, tag)}>" for tag in _OPENED if tag not in _VOID}
_MET = frozenset([TEXT, "a", "img", *_OPENED])
_NUMBER = re.compile(r"[0-9]{1,4}")
_SPANS = ("colspan", "rowspan")


def cleaned_html(container: LexborNode, *, base: str, skip_hidden: bool) -> str:
    """Return the inside of a container as small, harmless HTML with absolute addresses."""
    out: list[str] = []
    for tag, node, leaving in steps(container, of=_MET, skip_hidden=skip_hidden):
        if tag == TEXT:
            out.append(node.html or "")  # escaped as it was
        elif tag == "a":
            out.append(_link(node, base, leaving=leaving))
        elif leaving:
            out.append(_CLOSED.get(tag, ""))
        elif tag == "img":
            out.append(_image(node, base))
        elif tag in _CELLS:
            out.append(_opened(tag, node))
        else:
            out.append(_OPENED[tag])
    return INVISIBLE.sub("", "".join(out)).strip()


def _opened(tag: str, node: LexborNode) -> str:
    """Return the start of a table cell: how many columns and rows it spans belongs to its sense."""
    given = node.attributes
    spans = [(name, given.get(name) or "") for name in _SPANS if name in given]
    kept = "".join(f' {name}="{value}"' for name, value in spans if _NUMBER.fullmatch(value))
    return f"<{tag}{kept}>"


def _link(node: LexborNode, base: str, *, leaving: bool) -> str:
    # An anchor without an address that may be followed stays as text.
    url = absolute_url(attribute(node, "href") or "", base=base) if _has_address(node) else None
    if url is None:
        return ""
    return "</a>" if leaving else f'<a href="{escape(url)}">'


def _has_address(node: LexborNode) -> bool:
    href = attribute(node, "href")
    return bool(href) and not str(href).lower().lstrip().startswith(("javascript:", "#", "data:"))


def _image(node: LexborNode, base: str) -> str:
    source = attribute(node, "orisrc") or attribute(node, "src")
    url = absolute_url(source, base=base) if source and not source.startswith("data:") else None
    if url is None:
        return ""
    return f'<img src="{escape(url)}" alt="{escape(attribute(node, "alt") or "")}">'
