"""Sites in simulated time: what they publish, edit and take down, and the pages that they show.

Two kinds: the fixture site of the demo (VSB and WebPlus), and sites whose article pages are made
of saved pages (`fixtures/`) of many CMSs, their titles, texts and dates being replaced.
"""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from html import escape
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from offline_crawl import Answer

from crawler.extract import extract
from crawler.fields.parts import part_urls
from crawler.fixture import TruthKind, case_folders, load_case
from crawler.page import Page
from storage.article import Article
from wenxun.newssite.answers import Answers
from wenxun.newssite.state import Face, NewsSite

ZONE = ZoneInfo("Asia/Shanghai")
FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
INSIDE = "<!--inside-->"  # where a template puts its own things among the paragraphs
_SHORTEST_LINE = 15
_WHO = ("图书馆", "教务处", "医学部", "校团委", "水务局", "农技站", "博物馆", "气象台", "档案馆")
_WHAT = ("公布", "举办", "启动", "修订", "推进", "完成", "检查", "部署", "总结", "发布")
_WHICH = (
    "阅读推广",
    "实验安全",
    "春耕灌溉",
    "古籍修复",
    "防汛值守",
    "课程改革",
    "馆藏盘点",
    "志愿服务",
)
_HOW = (
    "工作方案",
    "年度报告",
    "专题活动",
    "技术培训",
    "成果展览",
    "交流座谈",
    "实施细则",
    "阶段任务",
)
_SAYS = ("有关负责人介绍了整体进展", "各单位按计划分工落实", "现场解答了大家关心的问题",
         "相关材料将陆续公开", "活动吸引了众多参与者", "下一步将继续完善制度")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page shows: the number of an article, and what it says."""

    number: int
    content: tuple[str, ...]


@dataclass(slots=True)
class Piece:
    """An article of a made site."""

    number: int
    columns: tuple[int, ...]
    title: str
    lines: tuple[str, ...]
    at: datetime
    template: "Template"
    sticky: bool = False
    gone: bool = False

    @property
    def content(self) -> tuple[str, ...]:
        return (self.title, *self.lines)


def sentence(random_: random.Random, number: int) -> str:
    """Return a sentence that no other article has."""
    pick = random_.choice
    said = "，".join(random_.sample(_SAYS, 3))
    what = f"第{number}-{random_.randrange(10**6)}号{pick(_WHICH)}{pick(_HOW)}"
    return f"{pick(_WHO)}{pick(_WHAT)}{what}，{said}。"


def headline(random_: random.Random, number: int) -> str:
    pick = random_.choice
    return f"{pick(_WHO)}{pick(_WHAT)}{pick(_WHICH)}{pick(_HOW)}（第{number}期）"


@dataclass(frozen=True, slots=True)
class Template:
    """A saved article page whose title, lines and day can be replaced."""

    name: str
    url: str
    text: str
    title: str
    lines: tuple[str, ...]
    day: re.Pattern[str]

    def address(self, number: int) -> str:
        """Return the address of an article: the page's own, with another number in it."""
        parts = urlsplit(self.url)
        asked = parts.path + (f"?{parts.query}" if parts.query else "")
        found = list(re.finditer(r"\d{3,}", asked))
        if not found:
            return f"{parts.scheme}://{parts.netloc}{asked}-{number}"
        first, last = found[-1].span()
        return f"{parts.scheme}://{parts.netloc}{asked[:first]}{number}{asked[last:]}"

    def page(self, piece: Piece) -> str:
        """Return the page of an article, with `INSIDE` behind a paragraph where there is one."""
        html = self.text.replace(self.title, escape(piece.title))
        for old, new in zip(self.lines, piece.lines, strict=True):
            html = html.replace(old, escape(new))
        at = piece.at.astimezone(ZONE)
        html = self.day.sub(lambda m: f"{at.year}{m[1]}{at.month:02d}{m[2]}{at.day:02d}", html)
        behind = html.find("</p>", html.find(escape(piece.lines[-1])) if self.lines else len(html))
        return html if behind < 0 else f"{html[: behind + 4]}{INSIDE}{html[behind + 4 :]}"


@cache
def templates() -> dict[str, tuple[Template, ...]]:
    """Return the templates by the CMS they are of: those that are read as they were written."""
    found: dict[str, list[Template]] = {}
    for folder in case_folders(FIXTURES):
        case = load_case(folder)
        if case.kind is TruthKind.ARTICLE and (made := _template(case.name, case.page, case.truth)):
            found.setdefault(folder.parent.name, []).append(made)
    return {name: tuple(made) for name, made in found.items()}


def _template(name: str, page: Page, truth: dict[str, object]) -> Template | None:
    text, title, said = page.text, str(truth["title"]), str(truth["text"] or "")
    lines = tuple(
        line for line in said.split("\n") if len(line) >= _SHORTEST_LINE and text.count(line) == 1
    )
    at = truth["published_at"]
    is_whole = not part_urls(page)
    if title not in text or at is None or len(title) < 6 or not is_whole:
        return None
    day = datetime.fromisoformat(str(at)).astimezone(ZONE)
    pattern = rf"{day.year}([-/.年]?)0?{day.month}([-/.月]?)0?{day.day}(?!\d)"
    made = Template(name, page.url, text, title, lines, re.compile(pattern))
    return made if _is_read(made) else None


def _is_read(template: Template) -> bool:
    random_ = random.Random(1)
    now = datetime(2026, 4, 9, 3, 0, tzinfo=UTC)
    piece = Piece(
        81234, (0,), headline(random_, 1), tuple(sentence(random_, 1) for _ in template.lines),
        now, template,
    )  # fmt: skip
    body = template.page(piece).encode("utf-8", "replace")
    url = template.address(81234)
    found = extract(Page(url=url, body=body, fetched_at=now, headers=UTF8))
    return (
        isinstance(found, Article)
        and found.title == piece.title
        and all(line in found.text for line in piece.lines)
        and found.published_at is not None
        and abs(found.published_at - now) < timedelta(days=2)
    )


UTF8 = {"content-type": "text/html; charset=utf-8"}


@dataclass(slots=True)
class MadeSite:
    """A site whose pages are made of saved ones; two columns, one style of list."""

    seed: int
    templates: Sequence[Template]
    per_page: int = 8
    pieces: dict[int, Piece] = field(default_factory=dict)
    random_: random.Random = field(init=False)
    _numbers: Iterator[int] = field(init=False)

    def __post_init__(self) -> None:
        self.random_ = random.Random(self.seed)
        self._numbers = iter(range(self.seed * 10_000 + 10_000, 10**9))

    @property
    def start(self) -> tuple[str, ...]:
        return tuple(self._list_url(column, 1) for column in range(2))

    def fill(self, count: int, now: datetime) -> None:
        """Publish what was there before anybody looked."""
        for number in range(count):
            self.publish(now - timedelta(hours=11 * (count - number)))

    def publish(self, now: datetime) -> int:
        number = next(self._numbers)
        template = self.random_.choice(self.templates)
        columns = (0, 1) if self.random_.random() < 0.1 else (self.random_.randrange(2),)
        lines = tuple(sentence(self.random_, number) for _ in template.lines)
        self.pieces[number] = Piece(
            number, columns, headline(self.random_, number), lines, now, template
        )
        return number

    def edit(self, number: int) -> None:
        piece = self.pieces[number]
        if piece.lines and self.random_.random() < 0.75:
            kept, last = piece.lines[:-1], piece.lines[-1]
            piece.lines = (*kept, f"{last[:-1]}，并作补充说明{self.random_.randrange(10**6)}。")
        else:
            piece.title = (
                f"{piece.title.partition('（更新')[0]}（更新{self.random_.randrange(999)}）"
            )

    def withdraw(self, number: int) -> None:
        self.pieces[number].gone = True

    def restore(self, number: int) -> None:
        self.pieces[number].gone = False

    def online(self) -> list[int]:
        return [piece.number for piece in self.pieces.values() if not piece.gone]

    def links(self) -> list[tuple[str, str]]:
        """Return addresses and titles of the newest articles, for menus and lists beside."""
        newest = [piece for piece in self.pieces.values() if not piece.gone][-30:]
        return [(piece.template.address(piece.number), piece.title) for piece in newest]

    def fidget(self) -> None:
        """Move what readers call furniture: sticky items, how many items a list page shows."""
        for piece in self.random_.sample(list(self.pieces.values()), 2):
            piece.sticky = self.random_.random() < 0.3
        if self.random_.random() < 0.1:
            self.per_page = self.random_.choice((6, 8, 8, 10))

    def answer(self, method: str, url: str) -> tuple[Answer, Shown | None]:
        """Answer an address of the site; where it is an article, say what the page shows."""
        path = _local(url)
        for column in range(2):
            for number in range(1, self._pages(column) + 1):
                if path == _local(self._list_url(column, number)):
                    return _html(self._listing(column, number)), None
        piece = next(
            (p for p in self.pieces.values() if _local(p.template.address(p.number)) == path), None
        )
        if piece is None or method != "GET":
            return Answer(status=404, body=_MISSING), None
        shown = Shown(piece.number, () if piece.gone else piece.content)
        if piece.gone:
            return Answer(status=404, body=_MISSING), shown
        return _html(piece.template.page(piece)), shown

    def _in(self, column: int) -> list[Piece]:
        mine = [p for p in self.pieces.values() if column in p.columns and not p.gone]
        return sorted(mine, key=lambda p: (not p.sticky, -p.at.timestamp()))

    def _pages(self, column: int) -> int:
        return max(1, -(-len(self._in(column)) // self.per_page))

    def _list_url(self, column: int, number: int) -> str:
        parts = urlsplit(self.templates[0].url)
        end = "" if number == 1 else f"_{number}"
        return f"{parts.scheme}://{parts.netloc}/lm{column}/index{end}.html"

    def _listing(self, column: int, number: int) -> str:
        mine = self._in(column)
        shown = mine[(number - 1) * self.per_page : number * self.per_page]
        style = _STYLES[self.seed % len(_STYLES)]
        rows = "".join(style[1].format(
            href=escape(p.template.address(p.number)), title=escape(p.title),
            mark="[置顶]" if p.sticky else "", day=f"{p.at.astimezone(ZONE):%Y-%m-%d}",
        ) for p in shown)  # fmt: skip
        pages = self._pages(column)
        steps = "".join(
            f'<a href="{self._list_url(column, to)}">{name}</a> '
            for name, to in (
                ("首页", 1),
                ("上一页", number - 1),
                ("下一页", number + 1),
                ("尾页", pages),
            )
            if 1 <= to <= pages and to != number
        )
        return (
            "<!DOCTYPE html><html><head><meta charset='utf-8'>"
            f"<title>工作动态{column}-云岭</title></head>"
            f"<body><div class='header'><a href='/'>首页</a> <a href='/jg/'>机构</a></div>"
            f"<div class='where'>当前位置：<a href='/'>首页</a> &gt; 工作动态{column}</div>"
            f"<div class='main'>{style[0]}{rows}{style[2]}"
            f"<div class='page'>共{len(mine)}条 第{number}/{pages}页 {steps}</div></div>"
            f"<div class='footer'>版权所有 云岭 地址：云岭路1号</div></body></html>"
        )


_STYLES = (
    ("<ul class='news_list'>",
     "<li>{mark}<a href='{href}' title='{title}'>{title}</a><span>{day}</span></li>\n", "</ul>"),
    ("<table width='100%'>",
     "<tr><td>{mark}<a href='{href}' target='_blank'>{title}</a></td><td>{day}</td></tr>\n",
     "</table>"),
    ("<div class='items'>",
     "<div class='item'><h3>{mark}<a href='{href}'>{title}</a></h3><p class='t'>{day}</p></div>\n",
     "</div>"),
    ("<dl>", "<dt>{mark}<a href='{href}'>{title}</a></dt><dd>{day}</dd>\n", "</dl>"),
)  # fmt: skip
_MISSING = (
    "<html><head><title>404</title></head><body>您访问的页面不存在或已被删除</body></html>".encode()
)


class DemoSite:
    """The fixture site of the demo, in one of its faces."""

    def __init__(self, seed: int, face: Face) -> None:
        self.random_ = random.Random(seed)
        self.now = datetime(2026, 1, 1, tzinfo=UTC)
        self.site = NewsSite(
            articles=45, columns=self.random_.choice((2, 3)), per_page=8, seed=seed, face=face,
            conditional=self.random_.random() < 0.5, clock=lambda: self.now,
        )  # fmt: skip
        self.site.base = f"http://news{seed}.yunling.example"
        self._answers = Answers(self.site)
        # What is shown twice is not for edits: whether an article changed depends on its twin.
        contents = [story.text for story in self.site.stories.values()]
        self._twins = {
            n for n, story in self.site.stories.items() if contents.count(story.text) > 1
        }

    @property
    def start(self) -> tuple[str, ...]:
        if self.site.face is Face.WEBPLUS:
            from wenxun.newssite.webplus import list_path

            return tuple(self.site.base + list_path(column) for column in self.site.columns)
        return tuple(self.site.base + column.path for column in self.site.columns)

    def fill(self, _count: int, now: datetime) -> None:
        """It is full from the start."""
        self.now = now

    def publish(self, now: datetime) -> int:
        self.now = now
        column = self.random_.choice(self.site.columns).slug
        return self.site.publish(column=column, when=now).newsid

    def edit(self, number: int) -> None:
        title = self.site.stories[number].full_title.partition("（更新")[0]
        if self.random_.random() < 0.3:
            self.site.edit(number, title=f"{title}（更新{self.random_.randrange(999)}）")
        else:
            self.site.edit(number)

    def withdraw(self, number: int) -> None:
        self.site.withdraw(number, status=self.random_.choice((404, 410, 200)))

    def restore(self, number: int) -> None:
        self.site.restore(number)

    def online(self) -> list[int]:
        return [n for n in self.site.stories if n not in self.site.gone and n not in self._twins]

    def links(self) -> list[tuple[str, str]]:
        from wenxun.newssite.truth import truth_of

        newest = [self.site.stories[n] for n in self.online()][-30:]
        found = [truth_of(self.site, story) for story in newest]
        return [(one["urls"][0], one["title"]) for one in found if one["urls"]]

    def fidget(self) -> None:
        for number in self.random_.sample(self.online(), 2):
            self.site.stick(number, sticky=self.random_.random() < 0.3)
        for number in self.site.views:
            self.site.views[number] += self.random_.randrange(40)
        self.site.version += 1

    def answer(self, method: str, url: str) -> tuple[Answer, Shown | None]:
        target = url.partition(".example")[2]
        found = self._answers.post(target) if method == "POST" else self._answers.get(target)
        answer = Answer(
            status=found.status, body=found.body,
            headers={"Content-Type": found.kind, **dict(found.headers)},
        )  # fmt: skip
        number = re.search(r"/info/\d+/(\d+)\.htm|wbnewsid=(\d+)|c\d+a(\d+)/page", target)
        story = self.site.stories.get(int(number[number.lastindex or 0])) if number else None
        if story is None or "clicktimes" in target.lower():
            return answer, None
        gone = story.newsid in self.site.gone
        return answer, Shown(story.newsid, () if gone else (story.full_title, story.text))


AnySite = MadeSite | DemoSite


def site_of(seed: int) -> AnySite:
    """Return a site: of three one is the demo's, the others are made of saved pages of one CMS."""
    if seed % 3 == 0:
        return DemoSite(seed, Face.VSB if seed % 2 else Face.WEBPLUS)
    groups = list(templates().values())
    chosen = groups[seed % len(groups)]
    random_ = random.Random(seed)
    host = urlsplit(random_.choice(chosen).url).netloc
    same = [one for one in chosen if urlsplit(one.url).netloc == host]
    return MadeSite(seed, random_.sample(same, min(len(same), 3)))


def _html(text: str) -> Answer:
    return Answer(
        body=text.encode("utf-8", "replace"), headers={"Content-Type": UTF8["content-type"]}
    )


def _local(url: str) -> str:
    """Return an address without scheme, host and session."""
    parts = urlsplit(url)
    path = re.sub(r";jsessionid=\w+", "", parts.path, flags=re.IGNORECASE)
    query = "&".join(p for p in parts.query.split("&") if p and not p.startswith("sid="))
    return f"{path}?{query}" if query else path
