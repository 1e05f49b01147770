"""What templates call the parts of a page that are not its article, in class names and ids.

Weak hints, since every site has its own: they say only how much of the running text a part may
hold before its name counts for nothing. Pure.

Source: names as counted over pages of Chinese news sites and institutions.
"""

import re
from functools import lru_cache

_COMMENTS = re.compile(r"comment|pinglun|gentie")
_ELSE_STEMS = re.compile(r"recommend|tuijian|related|xiangguan")
_FRAME_STEMS = re.compile(
    r"copyright|footer|sidebar|crumb|friendlink|bdshare|qrcode|erweima|disclaimer|mianze"
)
_COMMENT_WORDS = frozenset(["cmt", "discuss", "replies", "reply"])
_ELSE = """
    relate relates relation relevant relnews xgxw xgyd xgwz recom tjyd guess hotnews rank ranking
    paihang"""
_FRAME = """
    foot banquan nav navbar navigation menu mianbao dqwz yqlj aside share fenxiang jiathis bshare
    sharebox social weizhi pager pagination paging fenye toolbar ewm popup modal dialog advert
    guanggao ad adv ads statement shengming declare declaration"""
_SELDOM = """
    header top bottom tool tools right side hot links link tags tag keywords keyword author prev
    next page print vote login search tips notice subscribe newsletter summary abstract zhaiyao
    daodu"""
# Parts with articles of their own, in teasers.
_ELSE_WORDS = frozenset(_ELSE.split())
# Parts of a page's frame, and what can be done with an article.
_FRAME_WORDS = frozenset(_FRAME.split())
_SELDOM_WORDS = frozenset(_SELDOM.split())
_BODY = re.compile(r"arti|content|body|text|zoom|detail|main|story|entry|neirong|zhengwen")
_SEMANTIC = frozenset(["aside", "footer", "nav", "menu"])
_WORD = re.compile(r"[a-z]+|[A-Z][a-z]*|[A-Z]+(?![a-z])")
# Shares of a page's running text.
_NEARLY_ALL, _MUCH, _HALF, _SOME = 0.97, 0.85, 0.5, 0.3


@lru_cache(maxsize=4096)  # the parts of a page share few names
def allowed_share(tag: str, names: str, *, is_behind: bool) -> float:
    """Return the share of a page's running text below which such an element is not the article's.

    `names` are its class names and id. `is_behind` says that running text stands before it. 0 where
    nothing speaks against the element.
    """
    lower = names.lower()
    words = {word.lower() for word in _WORD.findall(names)}
    if _COMMENTS.search(lower) or words & _COMMENT_WORDS:
        return _NEARLY_ALL if is_behind else _HALF
    if words & _ELSE_WORDS or _ELSE_STEMS.search(lower):
        return _MUCH if is_behind else _HALF
    if tag in _SEMANTIC:
        return _HALF
    is_body = _BODY.search(lower) is not None
    if words & _FRAME_WORDS or _FRAME_STEMS.search(lower):
        return _SOME if is_body else _HALF
    return _SOME if words & _SELDOM_WORDS and not is_body else 0.0
