"""微信公众号: articles of mp.weixin.qq.com, to which institutions often link."""

import re
from urllib.parse import parse_qs, urlsplit

from crawler.families import framed_family
from crawler.fields.layout import Layout
from crawler.fields.links import host_key
from crawler.fields.published import Clock, Published, published_stamp
from crawler.page import Page

_HOST = "mp.weixin.qq.com"
# No `\b` in front: Python looks for a word that a pattern begins with forty times as quickly, and
# these pages are large.
_CREATED = re.compile(
    r"var(?<!\wvar)\s+(?:ct|createTimestamp|oriCreateTime)\s*=\s*[\"'](\d{10})[\"']"
)


def _published(page: Page, clock: Clock) -> Published | None:
    """Return the time in the page's script: what stands on the page is 前天 or nothing."""
    match = _CREATED.search(page.text)
    return published_stamp(match[1], clock) if match else None


def article_key(url: str) -> str | None:
    """Return the key of an article address by account, message and place in it, or None.

    Short addresses (`/s/<token>`) have no more than themselves.
    """
    if host_key(url) != _HOST:
        return None
    query = parse_qs(urlsplit(url).query)
    parts = [query.get(name, [""])[0] for name in ("__biz", "mid", "idx")]
    return f"{_HOST}:{'/'.join(parts)}" if all(parts) else None


FAMILY = framed_family(
    "wechat",
    rank=45,
    marks=(b"mp.weixin.qq.com", b"mmbiz.qpic.cn"),
    article_key=article_key,
    layout=Layout(
        body="#js_content",
        title="#activity-name, .rich_media_title",
        source="#js_name, .rich_media_meta_nickname",
        signed=".js_author_name, #js_author_name",
        dropped=".js_audio_frame, mp-style-type, .code-snippet__line-index, .original_area_primary",
        published=_published,
    ),
)
