"""What reading one page costs, in CPU time, next to the bare parse that nobody can save.

Pages are those of the fixture site at 28 KB, and, where WENXUN_TEST_CORPUS names a folder, the VSB
pages that lie in it. Huge pages show that no page stops a crawl.

Usage: python benchmarks/bench_extract.py [--rounds 5] [--page-kb 28] [--huge]
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from measuring import table
from selectolax.lexbor import LexborHTMLParser

from crawler.extract import extract
from crawler.page import Page
from storage.article import Article
from wenxun.newssite import pages
from wenxun.newssite.state import NewsSite

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ARTICLES = 150
SLOWEST_S = 2.0
HUGE = {
    "170,000 table rows": "<table>" + "<tr><td>姓名</td></tr>" * 170_000 + "</table>",
    "500,000 line breaks": "正文" + "<br />\n" * 500_000,
    "100,000 paragraphs": '<p style="text-indent:2em">第一段。</p>' * 100_000,
    "50,000 open elements": "<div><b>段" * 50_000,
    "20,000 open fonts": "".join(f"<p><font size={n}>段</p>" for n in range(20_000)),
    "20,000 nested fonts": "<font size=2>" * 20_000 + "段" + "</font>" * 20_000,
    "150,000 links": '<a href="/a/b.htm">甲</a>' * 150_000,
    "60,000 pictures": '<img src="/__local/1/2.jpg">' * 60_000,
    "5 MB in one line": "本报讯，" * 600_000,
}
FRAME = """<html><head><title>云岭大学召开会议-云岭大学</title></head><body>
<form name="_newscontent_fromname"><h1>云岭大学召开会议</h1><p>日期：2024-05-06 10:20</p>
<div id="vsb_content"><div class="v_news_content">{}</div></div></form></body></html>"""


def page_of(body: bytes) -> Page:
    url = "http://news.example.edu.cn/info/1001/2001.htm"
    return Page(url=url, body=body, fetched_at=NOW)


def fixture_pages(page_kb: int) -> list[bytes]:
    site = NewsSite(articles=ARTICLES, variety=False, page_kb=page_kb, clock=lambda: NOW)
    return [pages.article(site, story) for story in site.stories.values()]


def corpora(page_kb: int) -> dict[str, list[bytes]]:
    """Return the pages to read, by the name of where they are from."""
    found = {f"fixture site, {page_kb} KB": fixture_pages(page_kb)}
    if folder := os.environ.get("WENXUN_TEST_CORPUS"):
        root = Path(folder)
        for line in sorted((root / "sites").iterdir()):
            whole = [path.read_bytes() for path in line.rglob("info/**/*.htm")]
            found[f"site {line.name}"] = [body for body in whole if _is_article(body)]
        truths = (root / "pages" / "truth.jsonl").read_text("utf-8").splitlines()
        vsb = [truth["file"] for truth in map(json.loads, truths) if truth["cms"] == "vsb"]
        found["saved VSB pages"] = [(root / "pages" / name).read_bytes() for name in vsb]
    return {name: bodies for name, bodies in found.items() if bodies}


def _is_article(body: bytes) -> bool:
    return isinstance(extract(page_of(body)), Article)


def milliseconds(read: Callable[[bytes], object], bodies: Sequence[bytes], rounds: int) -> float:
    """Return the CPU time of one page in the fastest round: the others were disturbed."""
    best = float("inf")
    for _ in range(rounds):
        started = time.process_time()
        for body in bodies:
            read(body)
        best = min(best, time.process_time() - started)
    return best * 1000 / len(bodies)


def parsed(body: bytes) -> LexborHTMLParser:
    return LexborHTMLParser(body.decode("utf-8", "replace"))


def hashed(body: bytes) -> str | None:
    found = extract(page_of(body))
    return found.content_hash if isinstance(found, Article) else None


def usual_pages(page_kb: int, rounds: int) -> None:
    rows: list[Sequence[object]] = [
        ("pages", "number", "KB each", "parse ms", "extract ms", "with hash ms", "extract : parse")
    ]
    for name, bodies in corpora(page_kb).items():
        parse = milliseconds(parsed, bodies, rounds)
        whole = milliseconds(lambda body: extract(page_of(body)), bodies, rounds)
        size = sum(map(len, bodies)) / len(bodies) / 1024
        rows.append(
            (
                name, len(bodies), f"{size:.0f}", f"{parse:.3f}", f"{whole:.3f}",
                f"{milliseconds(hashed, bodies, rounds):.3f}", f"{whole / parse:.1f}",
            )
        )  # fmt: skip
    print(table(rows))


def huge_pages() -> bool:
    """Say whether each huge page is read in time."""
    rows: list[Sequence[object]] = [("page", "MB", "parse s", "extract s", "found")]
    slowest = 0.0
    for name, content in HUGE.items():
        body = FRAME.format(content).encode()
        # Not the bare parse: some of these would cost it all memory.
        parse = milliseconds(lambda one: page_of(one).tree, [body], 1) / 1000
        started = time.process_time()
        found = extract(page_of(body))
        seconds = time.process_time() - started
        slowest = max(slowest, seconds)
        kind = f"{len(found.text)} letters" if isinstance(found, Article) else found.state.value
        rows.append((name, f"{len(body) / 1e6:.1f}", f"{parse:.2f}", f"{seconds:.2f}", kind))
    print(table(rows))
    return slowest < SLOWEST_S


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--page-kb", type=int, default=28)
    parser.add_argument("--huge", action="store_true")
    options = parser.parse_args()
    usual_pages(options.page_kb, options.rounds)
    return 0 if not options.huge or huge_pages() else 1


if __name__ == "__main__":
    sys.exit(main())
