"""What elements of one list have in common: their tag, and the class that their template gave them.

Pure. What says how one of them is shown just now is no part of that.
"""

import re

from selectolax.lexbor import LexborNode

_NUMBER = re.compile(r"\d+")
# What scripts and templates add to some elements of a list: seen already, the first, every other.
_SHOWN = """
    animated aos-init aos-animate active on cur current selected hover first last odd even
"""
_STATES = frozenset(_SHOWN.split())


def lasting_class(element: LexborNode) -> str:
    """Return the class of an element without the words that say how it is shown just now."""
    name = element.attributes.get("class") or ""
    if _STATES.isdisjoint(name.split()):
        return name
    return " ".join(word for word in name.split() if word not in _STATES)


def style_of(item: LexborNode) -> tuple[str | None, str]:
    """Return what the items of a list share.

    Templates number their items (`news n1`, `news n2`): that is no difference.
    """
    return item.tag, _NUMBER.sub("", lasting_class(item))
