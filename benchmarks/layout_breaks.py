"""How sites break: what a rebuilt or refused site answers.

Each kind is a function of its own. `TUNED` are those that the verdicts were made with; `HELD_OUT`
were written apart and looked at afterwards, with sites of their own.
"""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from html import escape

from offline_crawl import Answer
from OpenSSL.SSL import Error as SSLError
from scrapy.exceptions import CannotResolveHostError, DownloadFailedError, DownloadTimeoutError
from twisted.python.failure import Failure
from twisted.web.client import ResponseNeverReceived

from storage.health import Health

Change = Callable[[str, random.Random], str]
Act = Callable[[Answer, random.Random], Answer]

_HTML = {"Content-Type": "text/html; charset=utf-8"}
_OK = 200
_ANY_CASE = re.DOTALL | re.IGNORECASE
_NAMES = re.compile(r"(\b(?:class|id|name)\s*=\s*[\"']?)([\w-]+)")
_LINE = re.compile(r">([^<>]*[\u4e00-\u9fff]{6}[^<>]*)<")
_ROW = re.compile(
    r"<(li|tr|dt|dd)\b.*?(?=<(?:li|tr|dt|dd)\b|</(?:ul|table|dl)>)|<div class='item'>.*?</div>",
    _ANY_CASE,
)
_BODY = re.compile(r"(<body\b[^>]*>)(.*)(</body>)", _ANY_CASE)
_BLOCK = re.compile(r"(?=<(?:div|ul|table|dl|form|h[1-4])\b)", re.IGNORECASE)
_CONTAINER = re.compile(r"<(/?)(?:div|ul|table|dl|form)\b[^<>]*>", re.IGNORECASE)
_NO_DIV = re.compile(
    r"<(/?)(?:ul|ol|li|table|tbody|tr|td|th|dl|dt|dd|h[1-6]|form|p)\b[^<>]*>", re.IGNORECASE
)
_PARAGRAPH = re.compile(r"<p\b[^>]*>.*?</p>", _ANY_CASE)
_HREF = re.compile(r"href\s*=\s*([\"'])[^\"'#]+?\1")
_DATE = re.compile(r"20\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}日?(?:\s*\d{1,2}:\d\d(?::\d\d)?)?")
_TITLE = re.compile(r"<title>.*?</title>", _ANY_CASE)
_HEADING = re.compile(r"<(h[1-4])\b([^>]*)>.*?</\1>", _ANY_CASE)


@dataclass(frozen=True, slots=True)
class Break:
    """A way in which the list pages and articles of a site change.

    `health` is what it is wherever it happens; None: what is still read right has to tell. `error`
    is raised in place of any answer.
    """

    name: str
    lists: Act | None = None
    articles: Act | None = None
    health: Health | None = None
    error: Exception | None = field(default=None, repr=False)


# Markup


def renamed(html: str, rng: random.Random) -> str:
    """Every class, id and name is another one."""
    names: dict[str, str] = {}
    return _NAMES.sub(lambda m: m[1] + names.setdefault(m[2], f"x{rng.randrange(10**5)}"), html)


def wrapped(html: str, rng: random.Random) -> str:
    """Containers stand in further ones."""

    def around(match: re.Match[str]) -> str:
        if match[1]:
            return f"{match[0]}</div></section>"
        return f"<section class='w{rng.randrange(99)}'><div>{match[0]}"

    return _CONTAINER.sub(around, html)


def reordered(html: str, _rng: random.Random) -> str:
    """What stood at the head stands at the foot."""
    body = _BODY.search(html)
    if body is None:
        return html
    parts = _BLOCK.split(body[2])
    first = max(1, len(parts) // 4)
    turned = "".join([*parts[first:], *parts[:first]])
    return html[: body.start(2)] + turned + html[body.end(2) :]


def divs(html: str, rng: random.Random) -> str:
    """A new template: no lists, tables, headings, paragraphs; boxes with new names."""
    boxed = _NO_DIV.sub(lambda m: "</div>" if m[1] else f"<div class=c{rng.randrange(9)}>", html)
    return renamed(boxed, rng)


def empty_list(html: str, _rng: random.Random) -> str:
    """The list without its items."""
    return _ROW.sub("", html)


def scripted(html: str, rng: random.Random) -> str:
    """An application: its script writes what there is to see."""
    title = _TITLE.search(html)
    script = f"<script src='/static/app.{rng.randrange(10**6)}.js'></script>"
    return _page(title[0] if title else "", f"<div id='app'></div>{script}")


def clicked(html: str, _rng: random.Random) -> str:
    """Links that only a script follows."""
    return _HREF.sub("href='javascript:void(0)'", html)


def blanked(html: str, _rng: random.Random) -> str:
    """The paragraphs are gone, their containers stand."""
    return _PARAGRAPH.sub("", html)


def teased(html: str, _rng: random.Random) -> str:
    """Only the first paragraph is left."""
    for one in reversed(list(_PARAGRAPH.finditer(html))[1:]):
        html = html[: one.start()] + html[one.end() :]
    return html


def undated(html: str, _rng: random.Random) -> str:
    """No date is printed any more."""
    return _DATE.sub("", html)


def titled_alike(html: str, _rng: random.Random) -> str:
    """Every page has the title of the site, in head and heading."""
    html = _TITLE.sub("<title>云岭在线</title>", html)
    return _HEADING.sub(lambda m: f"<{m[1]}{m[2]}>云岭在线</{m[1]}>", html)


def one_page(_html: str, _rng: random.Random) -> str:
    """One page for every address."""
    said = "云岭位于群山之间，第{}段说的是它的历史、物产与交通，常有远客来访，留下许多诗文。"
    lines = "".join(f"<p>{said.format(n)}</p>" for n in range(6))
    body = f"<h1>云岭简介</h1><p>发布时间：2019-05-06</p><div class='article'>{lines}</div>"
    return _page("<title>云岭简介</title>", body)


def in_data(html: str, _rng: random.Random) -> str:
    """Texts stand in JSON, for a script."""
    data = ",".join(f'{{"t":"{escape(m[1].strip())}"}}' for m in _LINE.finditer(html))
    body = f"<div id='root'></div><script>window.__DATA__=[{data}]</script>"
    return _page("<title>云岭</title>", body)


def framed(_html: str, rng: random.Random) -> str:
    """The page is a frame of another."""
    return _page("<title>云岭</title>", f"<iframe src='/inner/{rng.randrange(999)}.html'></iframe>")


def cut_off(html: str, _rng: random.Random) -> str:
    """The server sends the head alone."""
    at = html.lower().find("<body")
    return html[: at if at > 0 else 300] + "<body>"


def both(first: Change, second: Change) -> Change:
    """One change after another."""
    return lambda html, rng: second(first(html, rng), rng)


# Answers


def _page(head: str, body: str) -> str:
    return (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'>{head}</head><body>{body}</body></html>"
    )


def _changed(change: Change) -> Act:
    def act(answer: Answer, rng: random.Random) -> Answer:
        if answer.status != _OK:
            return answer
        html = change(answer.body.decode("utf-8", "replace"), rng)
        return replace(answer, body=html.encode("utf-8", "replace"))

    return act


def _said(title: str, body: str, *, status: int = _OK) -> Act:
    page = _page(f"<title>{title}</title>" if title else "", body).encode()
    return lambda _answer, _rng: Answer(status=status, body=page, headers=dict(_HTML))


def _led_to(url: str, *, status: int) -> Act:
    return lambda _answer, _rng: Answer(status=status, headers={"Location": url})


def _all(name: str, act: Act, health: Health) -> Break:
    return Break(name, lists=act, articles=act, health=health)


def _tls() -> Exception:
    """Return what Scrapy raises where a certificate is not to be trusted."""
    reason = SSLError([("SSL routines", "", "certificate verify failed")])
    error = DownloadFailedError("certificate verify failed")
    error.__cause__ = ResponseNeverReceived([Failure(reason)])
    return error


NEW_HOST = "newyunling"
NEW_SITE = _said("新云岭网", "<h1>欢迎访问新版网站</h1><p><a href='/zy/'>主页入口</a></p>")(
    Answer(), random.Random(0)
)
_LOGIN = (
    "<form method='post'><p>账号 <input name='u'></p><p>密码 <input type='password' name='p'></p>"
    "<button>登录</button></form>"
)
_JSL = "<script>document.cookie=('_')+('j')+('s')+('l');location.href=location.pathname</script>"
_FATAL = (
    "<b>Fatal error</b>: Uncaught PDOException: SQLSTATE[HY000] [2002] Connection refused in "
    "<b>/www/index.php</b> on line <b>12</b>"
)
_WHITELABEL = "<h1>Whitelabel Error Page</h1><p>There was an unexpected error (status=500).</p>"
_THREAT = "<h2>您的请求可能存在威胁，已被网站防火墙拦截</h2><p>事件编号：83471</p>"
_FROM_INSIDE = "您的IP不在校园网内，请在校内访问。"
_UPGRADED = _said("网站升级中", "本站正在升级。", status=503)
_MOVED = _led_to(f"https://www.{NEW_HOST}.test/i.html", status=308)
_L, _A = Health.LISTING_BROKEN, Health.LAYOUT_BROKEN

TUNED = (
    Break("list renamed", lists=_changed(renamed)),
    Break("list wrapped", lists=_changed(wrapped)),
    Break("list reordered", lists=_changed(reordered)),
    Break("list of a new template", lists=_changed(divs)),
    Break("list empty", lists=_changed(empty_list), health=_L),
    Break("list an application", lists=_changed(scripted), health=_L),
    Break("list an error with 200", lists=_said("系统提示", "系统维护中，请稍后。"), health=_L),
    Break("list gone with 200", lists=_said("404", "您访问的页面不存在或已被删除。"), health=_L),
    Break("list 404", lists=_said("404", "您访问的页面不存在。", status=404), health=_L),
    Break("article renamed", articles=_changed(renamed)),
    Break("article wrapped", articles=_changed(wrapped)),
    Break("article reordered", articles=_changed(reordered)),
    Break("article of a new template", articles=_changed(divs)),
    Break("article an application", articles=_changed(scripted), health=_A),
    Break("article blanked", articles=_changed(blanked)),
    Break("article undated", articles=_changed(undated)),
    Break("article one page for all", articles=_changed(one_page), health=_A),
    _all("login wall", _said("统一身份认证平台", _LOGIN), Health.INTRANET),
    _all("intranet", _said("提示", "该内容仅限校内访问，请使用校园网或VPN。"), Health.INTRANET),
    _all("challenge", _said("", _JSL, status=521), Health.CHALLENGE),
    _all("firewall", _said("403 Forbidden", "403 Forbidden", status=403), Health.BLOCKED),
    _all("502", _said("", "502 Bad Gateway", status=502), Health.UNREACHABLE),
    _all("moved", _led_to(f"http://{NEW_HOST}.test/", status=301), Health.MOVED),
    Break("time-outs", health=Health.UNREACHABLE, error=DownloadTimeoutError("30 s")),
    Break("certificate", health=Health.TLS, error=_tls()),
)
HELD_OUT = (
    Break("list of scripts' links", lists=_changed(clicked), health=_L),
    Break("list in JSON", lists=_changed(in_data), health=_L),
    Break("list a frame", lists=_changed(framed), health=_L),
    Break("list cut off", lists=_changed(cut_off), health=_L),
    Break("list an application's error", lists=_said("Error", _WHITELABEL), health=_L),
    Break("list a database's error", lists=_said("Warning", _FATAL), health=_L),
    Break("list renamed and wrapped", lists=_changed(both(renamed, wrapped))),
    Break("list new and reordered", lists=_changed(both(divs, reordered))),
    Break("article in JSON", articles=_changed(in_data), health=_A),
    Break("article a frame", articles=_changed(framed), health=_A),
    Break("article cut off", articles=_changed(cut_off), health=_A),
    Break("article teased", articles=_changed(teased)),
    Break("article titled alike", articles=_changed(titled_alike)),
    Break("article renamed and wrapped", articles=_changed(both(renamed, wrapped))),
    Break("article new and reordered", articles=_changed(both(divs, reordered))),
    _all("another login wall", _said("用户登录", f"<h2>请先登录</h2>{_LOGIN}"), Health.INTRANET),
    _all("another intranet", _said("系统提示", _FROM_INSIDE), Health.INTRANET),
    _all("another challenge", _said("安全验证", "拖动滑块完成验证后继续访问"), Health.CHALLENGE),
    _all("another firewall", _said("访问被拦截", _THREAT), Health.BLOCKED),
    _all("upgraded with 503", _UPGRADED, Health.UNREACHABLE),
    _all("moved for good", _MOVED, Health.MOVED),
    Break("no such name", health=Health.UNREACHABLE, error=CannotResolveHostError("news")),
)
