"""What changes on pages though nothing happened: a page as another visit would get it.

Each kind is a function of its own. A site has some of them; what they put in is drawn anew for
every visit.
"""

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from quiet_worlds import INSIDE

ZONE = ZoneInfo("Asia/Shanghai")
_HREF = re.compile(r"(href\s*=\s*[\"'])([^\"']+)")
_TAG = re.compile(r"<([a-zA-Z][a-zA-Z0-9]*)((?:\s+[\w-]+=\"[^\"<>]*\"){2,})\s*(/?)>")
_ATTRIBUTE = re.compile(r"[\w-]+=\"[^\"<>]*\"")
_BETWEEN_BLOCKS = re.compile(r"(</(?:p|div|li|tr|td|ul|table|dt|dd|dl|h[1-6])>)\s*(<)")
_IMAGE = re.compile(r"(<img\b[^>]*?\bsrc=[\"'])([^\"'?]+)([\"'])")
_TITLE_LINK = re.compile(r"(<a\b[^>]*>)([^<>]{8,})(</a>)")
_HEADING = re.compile(r"(<h[1-3]\b[^>]*>)([^<>]{8,})(</h[1-3]>)")
_WEEKDAYS = "一二三四五六日"
_BOXES = (
    "热点新闻",
    "图文推荐",
    "最新动态",
    "通知公告",
    "专题专栏",
    "点击排行",
    "相关阅读",
    "猜你喜欢",
)
_AD_WORDS = ("秋季招生热线", "校园卡充值", "云岭旅游节", "电信套餐", "公益广告")


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit: when, whose page, what else the site has to show (addresses and titles)."""

    random_: random.Random
    now: datetime
    host: str
    links: Sequence[tuple[str, str]]

    def some(self, most: int) -> list[tuple[str, str]]:
        count = min(len(self.links), self.random_.randint(1, most))
        return self.random_.sample(list(self.links), count)

    def token(self) -> str:
        return f"{self.random_.getrandbits(96):024x}"


Noise = Callable[[str, Visit], str]


def counted(html: str, visit: Visit) -> str:
    """Visits and copies of the day, at the foot."""
    number = visit.random_.randrange(10**6)
    return _at_end(
        html,
        f"<div class='count'>您是第{number}位访客 今日访问：{number % 977} "
        f"在线：{number % 31}人</div>",
    )


def dated(html: str, visit: Visit) -> str:
    """The day of today, at the head and the foot."""
    local = visit.now.astimezone(ZONE)
    today = f"今天是：{local.year}年{local.month}月{local.day}日 星期{_WEEKDAYS[local.weekday()]}"
    html = _at_start(html, f"<div class='today'>{today} {local:%H:%M:%S}</div>")
    return _at_end(
        html,
        f"<p class='foot'>版权所有 &copy; {local.year} 页面生成于 {local:%Y-%m-%d %H:%M:%S}</p>",
    )


def advertised(html: str, visit: Visit) -> str:
    """Advertisements, above and below."""
    word = visit.random_.choice(_AD_WORDS)
    number = visit.random_.randrange(999)
    ad = (
        f"<div class='ad' id='ad_{number}'><a href='http://ad.example.com/go?{number}' "
        f"target='_blank'><img src='http://ad.example.com/{number}.gif' alt='{word}'></a></div>"
    )
    return _at_end(_at_start(html, ad), f"{ad}<div id='float{number}'>{word} 关闭</div>")


def tokened(html: str, visit: Visit) -> str:
    """Tokens of the visit, in metas, fields, scripts and comments."""
    metas = f"<meta name='csrf-token' content='{visit.token()}'>"
    html = html.replace("</head>", f"{metas}</head>", 1)
    token, number = visit.token(), visit.random_.random()
    script = f"<script nonce='{token}'>var _t='{token}',_r={number};</script>"
    field = f"<input type='hidden' name='__VIEWSTATE' value='{visit.token()}'>"
    return _at_end(
        _at_start(html, field),
        f"{script}<!-- {visit.random_.random():.6f}s web{visit.random_.randrange(4)} -->",
    )


def boxed(html: str, visit: Visit) -> str:
    """Boxes with other articles beside, in another order each time."""
    boxes = [_box(visit, name) for name in visit.random_.sample(_BOXES, 3)]
    cut = visit.random_.randint(0, 3)
    return _at_end(_at_start(html, "".join(boxes[:cut])), "".join(boxes[cut:]))


def hot_inside(html: str, visit: Visit) -> str:
    """A list of other articles amid the paragraphs."""
    return html.replace(INSIDE, _box(visit, visit.random_.choice(_BOXES)) + INSIDE, 1)


def near(html: str, visit: Visit) -> str:
    """The articles before and after, which are others once something is published."""
    near_ = [f"<a href='{escape(href)}'>{escape(title)}</a>" for href, title in visit.some(2)]
    before, after = [*near_, "没有了", "没有了"][:2]
    turn = f"<div class='pre-next'><p>上一篇：{before}</p><p>下一篇：{after}</p></div>"
    return html.replace(INSIDE, f"{INSIDE}{turn}", 1)


def related(html: str, visit: Visit) -> str:
    """Related articles behind the text, within its frame."""
    items = "".join(f"<li><a href='{escape(h)}'>{escape(t)}</a></li>" for h, t in visit.some(5))
    return html.replace(
        INSIDE, f"{INSIDE}<div class='related'><b>相关新闻</b><ul>{items}</ul></div>", 1
    )


def hidden(html: str, visit: Visit) -> str:
    """Hidden letters against copying."""
    jam = f'<span style="display:none">{visit.token()[:8]}</span>'
    return html.replace(INSIDE, f"<p style='display:none'>{visit.token()}</p>{jam}{INSIDE}", 1)


def read_times(html: str, visit: Visit) -> str:
    """The count of readers, printed beneath the text."""
    number = visit.random_.randrange(10**5)
    said = visit.random_.choice(("阅读：{}次", "浏览次数：{}", "点击数：[{}]", "（阅读 {}）"))
    return html.replace(INSIDE, f"{INSIDE}<p class='hits'>{said.format(number)}</p>", 1)


def reordered(html: str, visit: Visit) -> str:
    """Attributes in another order."""

    def shuffled(match: re.Match[str]) -> str:
        attributes = _ATTRIBUTE.findall(match[2])
        visit.random_.shuffle(attributes)
        return f"<{match[1]} {' '.join(attributes)}{match[3]}>"

    return _TAG.sub(shuffled, html)


def in_session(html: str, visit: Visit) -> str:
    """The number of the session in every link of the site."""
    token = visit.token()[:16].upper()

    def with_session(match: re.Match[str]) -> str:
        url = match[2]
        if not _is_page(url, visit.host):
            return match[0]
        path, mark, query = url.partition("?")
        return f"{match[1]}{path};jsessionid={token}{mark}{query}"

    return _HREF.sub(with_session, html)


def twinned(html: str, visit: Visit) -> str:
    """Links to http or https, with or without www."""

    def twin(match: re.Match[str]) -> str:
        url = match[2]
        if not url.startswith("http") or not _is_page(url, visit.host):
            return match[0]
        rest = url.partition("://")[2].removeprefix("www.")
        scheme, www = visit.random_.choice(("http", "https")), visit.random_.choice(("", "www."))
        return f"{match[1]}{scheme}://{www}{rest}"

    return _HREF.sub(twin, html)


def indented(html: str, visit: Visit) -> str:
    """Other blanks and line ends between blocks."""
    space = visit.random_.choice(("\n", "\r\n", "\n\t\t", "\n      ", "", "\r\n\r\n"))
    return _BETWEEN_BLOCKS.sub(rf"\1{space}\2", html)


def spelled(html: str, visit: Visit) -> str:
    """The same letters otherwise written: entities, and ends of empty elements."""
    pairs = (
        ("“", "&ldquo;"),
        ("”", "&rdquo;"),
        ("\u00a0", "&nbsp;"),
        ("<br>", "<br />"),
        ("—", "&mdash;"),
    )
    for old, new in pairs:
        if visit.random_.random() < 0.5:
            html = (
                html.replace(old, new) if visit.random_.random() < 0.5 else html.replace(new, old)
            )
    return html


def versioned(html: str, visit: Visit) -> str:
    """Pictures whose addresses carry a number against caches."""
    return _IMAGE.sub(lambda m: f"{m[1]}{m[2]}?v={visit.random_.randrange(999)}{m[3]}", html)


def coloured(html: str, visit: Visit) -> str:
    """Titles in red or bold, in lists and on pages."""

    def paint(match: re.Match[str]) -> str:
        if visit.random_.random() < 0.6:
            return match[0]
        way = visit.random_.choice(
            ("<font color='red'>{}</font>", "<b>{}</b>", "<span style='color:#c00'>{}</span>")
        )
        return match[1] + way.format(match[2]) + match[3]

    return _HEADING.sub(paint, _TITLE_LINK.sub(paint, html))


def marked_new(html: str, visit: Visit) -> str:
    """Marks of what is new behind the links of lists."""
    mark = "<img src='/images/new.gif' alt='new'>"
    return re.sub(
        r"</a>(?=\s*(?:<span|</td>|</h3>|</dt>))",
        lambda m: m[0] + (mark if visit.random_.random() < 0.3 else ""),
        html,
    )


def cut(html: str, visit: Visit) -> str:
    """Titles of lists cut to another length."""
    length = visit.random_.choice((14, 16, 18, 40))

    def shorter(match: re.Match[str]) -> str:
        shown = match[2] if len(match[2]) <= length else f"{match[2][:length]}..."
        return match[1] + shown + match[3]

    return re.sub(r"(<a\b[^>]*title=[^>]*>)([^<>]{8,})(</a>)", shorter, html)


KINDS: dict[str, Noise] = {
    kind.__name__: kind
    for kind in (
        counted, dated, advertised, tokened, boxed, hot_inside, near, related, hidden, read_times,
        reordered, in_session, twinned, indented, spelled, versioned, coloured, marked_new, cut,
    )
}  # fmt: skip


def noisy(html: str, visit: Visit, kinds: Sequence[str]) -> str:
    """Return a page as this visit gets it."""
    for kind in kinds:
        html = KINDS[kind](html, visit)
    return html.replace(INSIDE, "")


def _box(visit: Visit, name: str) -> str:
    local = visit.now.astimezone(ZONE)
    items = "".join(
        f"<li><a href='{escape(href)}' title='{escape(title)}'>{escape(title)}</a>"
        f"<span>{local:%m-%d}</span></li>" for href, title in visit.some(6)
    )  # fmt: skip
    return f"<div class='box'><h3>{name}</h3><ul>{items}</ul></div>"


def _at_start(html: str, more: str) -> str:
    return re.sub(
        r"(<body\b[^>]*>)", lambda match: match[1] + more, html, count=1, flags=re.IGNORECASE
    )


def _at_end(html: str, more: str) -> str:
    end = html.lower().rfind("</body>")
    return html + more if end < 0 else html[:end] + more + html[end:]


def _is_page(url: str, host: str) -> bool:
    if url.startswith("http"):
        url = url.partition("://")[2].removeprefix("www.")
        if not url.startswith(host):
            return False
        url = url.removeprefix(host)
    return (
        url.startswith("/")
        and re.search(r"\.(?:s?html?|jhtml|jsp|psp|php|asp)(?:\?|$)", url) is not None
    )
