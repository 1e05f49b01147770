"""How long people wait: from publication on a site to the receiver's webhook, through the service.

The real service in a process of its own looks every second (`every = "1s"`, `delay_s = 0`) at a
fixture site on loopback; articles are published at random moments, and a receiver on loopback
takes what is told. Where the time goes is read off the site's own log of requests.

Usage: python benchmarks/bench_latency.py [--publications 200] [--seed 7] [--database sqlite]
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path

from databases import DATABASES, new_database
from measuring import table

from wenxun.newssite import NewsSite, serve

BAR_S = 3.0
_GIVE_UP_S = 60.0
_STAGES = ("the next look", "its list page", "its article", "the webhook")


class Receiver:
    """Remembers when each title came."""

    def __init__(self) -> None:
        self.came: dict[str, datetime] = {}
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"])).decode()
                now = datetime.now(UTC)
                for title in waiting_in(body):
                    receiver.came.setdefault(title, now)
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()


def waiting_in(body: str) -> list[str]:
    """Return the titles of ours that a message names."""
    text = json.dumps(json.loads(body), ensure_ascii=False)
    return [part.partition("号快讯")[0] for part in text.split("第")[1:] if "号快讯" in part]


@contextmanager
def service(place: Path, site: NewsSite, url: str, port: int, database: str):
    start = [url + column.path for column in site.columns]
    (place / "sites").mkdir()
    (place / "sites" / "yunling.toml").write_text(
        f'title = "云岭大学"\nevery = "1s"\ndelay_s = 0\nstart = {json.dumps(start)}\n', "utf-8"
    )
    (place / "wenxun.toml").write_text(
        '[[watch]]\nname = "all"\nevents = ["new"]\n[[channel]]\nname = "hook"\n'
        f'kind = "webhook"\nurl = "http://127.0.0.1:{port}/"\n', "utf-8",
    )  # fmt: skip
    environ = {"WENXUN_ALLOW_PRIVATE_HOSTS": "1", "WENXUN_DATABASE_URL": database}
    with (place / "run.log").open("ab") as log, subprocess.Popen(
        [sys.executable, "-m", "wenxun", "run"], cwd=place, env=os.environ | environ,
        stdout=log, stderr=log,
    ) as process:  # fmt: skip
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)


def stages(site: NewsSite, at: datetime, number: int, came: datetime) -> tuple[float, ...]:
    """Return the seconds of each stage of one publication."""
    later = [request for request in site.requests if request.at >= at]
    article = next(r for r in later if r.kind == "article" and f"/{number}.htm" in r.path)
    listing = [r for r in later if r.kind == "listing" and r.at <= article.at][-1]
    # A crawl begins with robots.txt; one that was under way when it was published may show it too.
    began = [r for r in later if r.kind == "robots" and r.at <= listing.at]
    first = began[-1].at if began else at
    marks = (at, first, listing.at, article.at, came)
    return tuple((b - a).total_seconds() for a, b in pairwise(marks))


def measure(publications: int, seed: int, database: str) -> list[tuple[float, ...]]:
    chance, receiver, site = random.Random(seed), Receiver(), NewsSite(articles=24, columns=1)
    published: dict[str, tuple[datetime, int]] = {}
    with tempfile.TemporaryDirectory() as folder, serve(site) as running:
        place, port = Path(folder), receiver.server.server_port
        with new_database(database, place) as url, service(place, site, running.url, port, url):
            _until(lambda: "outcome=ok" in (place / "run.log").read_text(), "the first crawl")
            for number in range(publications):
                time.sleep(chance.uniform(0.3, 2.3))
                at = datetime.now(UTC)
                story = site.publish(title=f"第{number}号快讯")
                published[str(number)] = (at, story.newsid)
            _until(lambda: len(receiver.came) == publications, "the last webhook")
    return [
        stages(site, at, newsid, receiver.came[number])
        for number, (at, newsid) in published.items()
    ]


def _until(holds: object, what: str) -> None:
    deadline = time.monotonic() + _GIVE_UP_S
    while not holds():  # type: ignore[operator]
        if time.monotonic() > deadline:
            raise SystemExit(f"{what} did not come within {_GIVE_UP_S:.0f} s")
        time.sleep(0.05)


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--publications", type=int, default=200)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--database", choices=DATABASES, default="sqlite")
    options = parser.parse_args()
    load = os.getloadavg()[0]
    found = measure(options.publications, options.seed, options.database)
    rows: list[tuple[str, list[float]]] = [
        ("publication to webhook", [sum(one) for one in found]),
        *((f"… to {name}", [one[at] for one in found]) for at, name in enumerate(_STAGES)),
    ]
    lines = [
        (name, *(f"{percentile(values, share):.2f}" for share in (0.5, 0.9, 0.99)),
         f"{max(values):.2f}")
        for name, values in rows
    ]  # fmt: skip
    print(table([("seconds", "p50", "p90", "p99", "max"), *lines]))
    print(f"{len(found)} publications; load {load:.1f} before, {os.getloadavg()[0]:.1f} behind")
    return 0 if percentile(rows[0][1], 0.99) <= BAR_S else 1


if __name__ == "__main__":
    sys.exit(main())
