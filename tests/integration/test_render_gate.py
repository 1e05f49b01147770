"""A page's scripts reach nothing that a crawl may not reach, by whatever way a browser has.

The page is on a public host, which is made up here; all else is the crawl as it is: the gate, the
resolver, a real browser. Private hosts are not allowed.
"""

import json
import os
import socket
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from crawler.browser.chromium import find_chromium
from crawler.errors import BrowserMissingError

try:
    find_chromium(None)
    MISSING = ""
except BrowserMissingError as error:
    MISSING = str(error)
pytestmark = pytest.mark.skipif(bool(MISSING), reason=MISSING)

WITHIN_S = 60.0
# Crawls the site; what is public is answered from a file, as if it had been fetched.
CRAWLS = """
import asyncio, json, sys
from urllib.parse import urlsplit
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.http import HtmlResponse, Response
from scrapy.settings import Settings
from crawler.run import CrawlProcess
from crawler.settings import CrawlOptions, process_settings
from crawler.site import Site
from crawler.spider import spider_class

PUBLIC = json.loads(open(sys.argv[1], encoding="utf-8").read())

class Handler(HTTP11DownloadHandler):
    async def download_request(self, request):
        if not urlsplit(request.url).hostname.endswith(".example"):
            return await super().download_request(request)
        said = PUBLIC.get(urlsplit(request.url).path)
        if said == "slow":
            await asyncio.sleep(2)
            return Response(request.url, status=404)
        if said is None:
            return Response(request.url, status=404)
        if said.startswith("http"):
            return Response(request.url, status=302, headers={"Location": said})
        kind = {"Content-Type": "text/html; charset=utf-8"}
        return HtmlResponse(request.url, headers=kind, body=said.encode())

options = CrawlOptions(database_url="sqlite:///wenxun.db", user_agent="Wenxun")
site = Site(
    name="public", title="公", start=("http://news.yunling.example/xw.htm",), delay_s=0, render=True
)
handlers = {"DOWNLOAD_HANDLERS": {"http": Handler, "https": Handler, "file": None, "data": None}}
process = CrawlProcess(Settings(process_settings(options) | handlers))
crawler = process.create_crawler(spider_class(site))
process.crawl(crawler, stopping=process.stopping)
process.start()
print(json.dumps(crawler.spider.summary.record()))
"""
LIST = """<title>新闻</title><!--Announced by Visual SiteBuilder 9--><ul><li id="line_u9_0">
<a href="/info/1/1.htm">第一篇</a><span>2024-05-06</span></li></ul>"""
ARTICLE = """<html><head><link rel=preconnect href="http://127.0.0.1:{port}">
<link rel=prefetch href="http://127.0.0.1:{port}/prefetch"></head><body><div id="app"></div>
<iframe src="http://127.0.0.1:{port}/frame"></iframe><img src="http://127.0.0.1:{port}/image">
<script src="http://127.0.0.1:{port}/script"></script>
<script>
var told = {{}};
function told_by(name) {{ return [() => told[name] = 'reached', () => told[name] = 'refused']; }}
function ask(name, url) {{ return fetch(url).then(...told_by(name)); }}
function quietly(what) {{ try {{ what(); }} catch (error) {{ }} }}
quietly(() => new WebSocket('ws://127.0.0.1:{port}/socket'));
quietly(() => new EventSource('http://127.0.0.1:{port}/events'));
quietly(() => navigator.sendBeacon('http://127.0.0.1:{port}/beacon', 'x'));
quietly(() => new Worker(URL.createObjectURL(new Blob(["fetch('http://127.0.0.1:{port}/w')"]))));
quietly(() => window.open('http://127.0.0.1:{port}/window'));
quietly(() => {{
  var frame = document.createElement('iframe');
  document.body.appendChild(frame);
  var Peer = window.RTCPeerConnection || frame.contentWindow.RTCPeerConnection;
  var peer = new Peer({{iceServers: [{{urls: 'stun:127.0.0.1:{port}'}}]}});
  peer.createDataChannel('x');
  peer.createOffer().then(offer => peer.setLocalDescription(offer));
}});
Promise.all([
  ask('literal', 'http://127.0.0.1:{port}/a'),
  ask('mapped', 'http://[::ffff:127.0.0.1]:{port}/a'),
  ask('decimal', 'http://2130706433:{port}/a'),
  ask('name', 'http://localhost:{port}/b'),
  ask('redirected', '/away'),
  ask('redirected_by_name', '/away_by_name'),
  ask('file', 'file:///etc/hostname'),
  fetch('/slow')
]).then(() => {{
  document.title = '第一篇';
  document.getElementById('app').innerHTML = '<form name="_newscontent_fromname"><h3>第一篇</h3>' +
    '<p>时间：2024-05-06</p><div class="v_news_content"><p>' + JSON.stringify(told) +
    '</p></div></form>';
}});
</script></body></html>"""


class Private:
    """Something on loopback that must hear nothing, by TCP or by UDP."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self._tcp = socket.create_server(("127.0.0.1", 0))
        self.port = self._tcp.getsockname()[1]
        self._udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._udp.bind(("127.0.0.1", self.port))
        for listen in (self._connections, self._datagrams):
            threading.Thread(target=listen, daemon=True).start()

    def _connections(self) -> None:
        while True:
            connection, _ = self._tcp.accept()
            with connection:
                self.heard.append(connection.recv(200).decode("latin-1") or "a connection")

    def _datagrams(self) -> None:
        while True:
            self.heard.append(f"datagram {self._udp.recv(200)!r}")


@pytest.fixture
def private() -> Private:
    return Private()


def test_a_page_reaches_no_private_host_by_any_way(tmp_path: Path, private: Private) -> None:
    port = private.port
    pages = {
        "/xw.htm": LIST,
        "/info/1/1.htm": ARTICLE.format(port=port),
        "/slow": "slow",
        "/away": f"http://127.0.0.1:{port}/c",
        "/away_by_name": f"http://localhost:{port}/d",
    }
    (tmp_path / "pages.json").write_text(json.dumps(pages), "utf-8")

    ended = subprocess.run(
        [sys.executable, "-c", CRAWLS, "pages.json"],
        cwd=tmp_path, env={**_environment(), "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True, text=True, timeout=WITHIN_S, check=False,
    )  # fmt: skip

    assert json.loads(ended.stdout)["articles_new"] == 1, ended.stderr
    assert _told(tmp_path) == dict.fromkeys(
        ("literal", "mapped", "decimal", "name", "redirected", "redirected_by_name", "file"),
        "refused",
    )
    assert private.heard == []


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("WENXUN_")}


def _told(folder: Path) -> dict[str, str]:
    """Return what the page's own script was told of its requests."""
    connection = sqlite3.connect(folder / "wenxun.db")
    try:
        ((text,),) = connection.execute("select text from contents").fetchall()
    finally:
        connection.close()
    told: dict[str, str] = json.loads(text)
    return told
