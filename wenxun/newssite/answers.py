"""What the fixture site answers to a request: status, headers, body.

Pure over the site's state: no sockets. Rendered pages are kept until the state changes.
"""

import json
import re
from dataclasses import dataclass, field
from email.utils import format_datetime
from hashlib import sha256
from urllib.parse import parse_qs

from wenxun.newssite import pages, scripted, webplus
from wenxun.newssite.columns import Column
from wenxun.newssite.state import Face, NewsSite

_OK = 200
_HTML = "text/html; charset=UTF-8"
_JSON = "application/json; charset=UTF-8"
_KEPT_PAGES = 5000
_INFO = re.compile(r"/info/(\d+)/(\d+)\.htm")
_PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)
_PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A response. `headers` are beyond the length and the connection."""

    status: int = 200
    body: bytes = b""
    kind: str = _HTML
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class Answers:
    """Answers the requests to one site."""

    site: NewsSite
    _kept: dict[str, Answer] = field(default_factory=dict)
    _version: int = 0

    def post(self, target: str) -> Answer:
        """Answer a POST to this path with its query: only counters take one."""
        path, _, query = target.partition("?")
        if self.site.face is Face.WEBPLUS and path == "/_visitcountdisplay":
            return _text(webplus.counts(self.site, parse_qs(query)))
        return Answer(status=405)

    def get(self, target: str, *, if_none_match: str | None = None) -> Answer:
        """Answer a GET of this path with its query."""
        if self._version != self.site.version:
            self._kept, self._version = {}, self.site.version
        answer = self._kept.get(target)
        if answer is None:
            path, _, query = target.partition("?")
            answer = self._file(target) or self._answer(
                path, parse_qs(query, keep_blank_values=True)
            )
            if answer.kind == _HTML and len(self._kept) < _KEPT_PAGES:
                self._kept[target] = answer
        tag = dict(answer.headers).get("ETag")
        if tag is not None and tag == if_none_match:
            return Answer(status=304, headers=answer.headers)
        return answer

    def _file(self, target: str) -> Answer | None:
        served = self.site.files.get(target)
        if served is None:
            return None
        return Answer(
            status=served.status, body=served.body, kind=served.kind, headers=served.headers
        )

    def _answer(self, path: str, query: dict[str, list[str]]) -> Answer:
        if path.startswith("/system/resource/code/"):
            return self._counter(path, query)
        if path == "/robots.txt":
            robots = self.site.robots
            return self._missing() if robots is None else _text(robots)
        if path.endswith((".pdf", ".png", ".jpg", ".mp4", ".docx")) or "/download.jsp" in path:
            return Answer(body=_PDF, kind="application/pdf") if ".pdf" in path else _picture()
        if self.site.face is Face.WEBPLUS:
            return self._webplus_page(path)
        return self._scripted(path, query) if self.site.scripted else self._page(path, query)

    def _scripted(self, path: str, query: dict[str, list[str]]) -> Answer:
        """Answer as a site does whose scripts write the pages."""
        if path == scripted.SCRIPT_PATH:
            return Answer(body=scripted.SCRIPT.encode(), kind="text/javascript; charset=UTF-8")
        if path == scripted.JSON_PATH:
            of_path, _, of_query = query.get("of", [""])[0].partition("?")
            whole = self._page(of_path, parse_qs(of_query, keep_blank_values=True))
            return Answer(status=whole.status, body=scripted.data(whole.body), kind=_JSON)
        whole = self._page(path, query)
        if whole.status != _OK:
            return whole
        body = scripted.shell(whole.body)
        tag = f'"{sha256(body).hexdigest()[:16]}"'  # the same, whatever the scripts will show
        return Answer(body=body, headers=(("ETag", tag),))

    def _webplus_page(self, path: str) -> Answer:
        if path in {"/", "/main.htm"}:
            return Answer(body=webplus.home(self.site))
        if path == "/_visitcountdisplay":
            return _text("非法请求")
        if asked := webplus.article_of(path):
            return self._article(*asked)
        if found := webplus.place_of(self.site, path):
            return self._listing(*found)
        # The columns' addresses of before the relaunch lead to those of now; articles' are gone.
        moved = next((c for c in self.site.columns if path == f"/{c.slug}.htm"), None)
        if moved is None:
            return self._missing()
        return Answer(status=301, headers=(("Location", webplus.list_path(moved)),))

    def _page(self, path: str, query: dict[str, list[str]]) -> Answer:
        if path in {"/", "/index.htm"}:
            return Answer(body=pages.home(self.site))
        if "wbnewsid" in query:
            return self._article(query.get("wbtreeid", ["0"])[0], query["wbnewsid"][0])
        if match := _INFO.fullmatch(path):
            return self._article(match[1], match[2])
        found = _dynamic_place(self.site, query) if path == "/list.jsp" else _place(self.site, path)
        return self._listing(*found) if found else self._missing()

    def _listing(self, column: Column, number: int) -> Answer:
        face = webplus if self.site.face is Face.WEBPLUS else pages
        body = face.listing(self.site, column, number)
        if not self.site.conditional:
            return Answer(body=body)
        tag = f'"{sha256(body).hexdigest()[:16]}"'
        changed = format_datetime(self.site.changed_at, usegmt=True)
        return Answer(body=body, headers=(("ETag", tag), ("Last-Modified", changed)))

    def _article(self, tree: str, newsid: str) -> Answer:
        story = self.site.stories.get(_number(newsid))
        if story is None:
            return self._missing()
        if story.newsid in self.site.gone:
            return self._missing(self.site.gone[story.newsid])
        trees = {str(column.tree) for column in self.site.columns_with(story.newsid)}
        if tree not in trees:
            return self._missing()
        face = webplus if self.site.face is Face.WEBPLUS else pages
        return Answer(body=face.article(self.site, story))

    def _counter(self, path: str, query: dict[str, list[str]]) -> Answer:
        asked = {name: values[0] for name, values in query.items()}
        views = self.site.views
        if asked.get("owner") != str(self.site.owner):
            return _text("0")
        name = path.rsplit("/", 1)[-1]
        if name == "dynclicks.jsp":
            return _text(f"{views.get(_number(asked.get('clickid', '')), 0)}")
        if name == "dynclicksbatch.jsp":
            ids = [_number(n) for n in asked.get("clickids", "").split(",")]
            return _text(",".join(str(views.get(n, 0)) for n in ids))
        if name in {"clicktimes.jsp", "batchclicktimes.jsp"}:
            return _click_times(name, asked, views)
        return _text("")

    def _missing(self, status: int = 404) -> Answer:
        return Answer(status=status, body=pages.missing())


def _click_times(name: str, asked: dict[str, str], views: dict[int, int]) -> Answer:
    ids = [_number(n) for n in asked.get("wbnewsid", "").split(",")]
    key = "wbshowtimes" if name == "clicktimes.jsp" else "clicktime"
    random_id = asked.get("randomid", "n")
    found = [{key: views.get(n, 0), "randomid": random_id, "wbnewsid": n} for n in ids]
    return _text(json.dumps(found[0] if name == "clicktimes.jsp" else found))


def _place(site: NewsSite, path: str) -> tuple[Column, int] | None:
    """Return column and page number of a static list address, which counts from the end."""
    slug = path.removeprefix("/").removesuffix(".htm")
    for column in site.columns:
        if slug == column.slug:
            return column, 1
        parent, _, name = slug.rpartition("/")
        if parent == column.slug and name.isdecimal():
            number = site.pages(column.slug) - int(name) + 1
            return (column, number) if 2 <= number <= site.pages(column.slug) else None  # noqa: PLR2004 - page 1 has its own address
    return None


def _dynamic_place(site: NewsSite, query: dict[str, list[str]]) -> tuple[Column, int] | None:
    tree, number = query.get("wbtreeid", [""])[0], _number(query.get("PAGENUM", ["1"])[0])
    column = next((c for c in site.columns if str(c.tree) == tree), None)
    if column is None or not 1 <= number <= site.pages(column.slug):
        return None
    return column, number


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0


def _text(body: str) -> Answer:
    return Answer(body=body.encode(), kind="text/plain; charset=UTF-8")


def _picture() -> Answer:
    return Answer(body=_PNG, kind="image/png")
