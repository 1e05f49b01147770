"""kill -9 of a crawl at random request counts: what was stored never falls, the last one completes.

Promised: progress by the third kill; in the end every article once, with its true title, text,
addresses and one version. Exit code 1 if a promise is broken.

Usage: python benchmarks/kill_crawl.py [--articles 3000] [--kills 20] [--seed 7]
"""

import argparse
import json
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from measuring import REPOSITORY, Site, fixture_site, site_file, spent

_PROGRESS_BY = 3


def stored(folder: Path) -> int:
    """Count the documents that are stored."""
    path = folder / "wenxun.db"
    if not path.exists():
        return 0
    with sqlite3.connect(path) as database:
        try:
            return int(database.execute("select count(*) from documents").fetchone()[0])
        except sqlite3.OperationalError:  # killed before the tables stood
            return 0


def killed_after(folder: Path, site: Site, requests: int) -> None:
    """Start a crawl and kill it once the site was asked so often."""
    environ = {"WENXUN_ALLOW_PRIVATE_HOSTS": "1", "PYTHONPATH": str(REPOSITORY)}
    with subprocess.Popen(
        [sys.executable, "-m", "wenxun", "crawl", "--json"],
        cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ | environ,
    ) as process:  # fmt: skip
        while process.poll() is None and site.state()["requests"] < requests:
            time.sleep(0.01)
        process.kill()


def found(folder: Path) -> tuple[Counter[tuple[str, str, str]], int, int]:
    """What the database holds: (title, text, address) of every sighting, documents, versions."""
    with sqlite3.connect(folder / "wenxun.db") as database:
        sightings = database.execute(
            "select c.title, c.text, s.url from sightings s join documents d on d.id ="
            " s.document_id join contents c on c.id = d.content_id"
        ).fetchall()
        documents = database.execute("select count(*) from documents").fetchone()[0]
        versions = database.execute("select count(*) from versions").fetchone()[0]
    return Counter(sightings), documents, versions


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=3000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    counts = [0]
    with (
        fixture_site(articles=options.articles, plain=True) as site,
        tempfile.TemporaryDirectory() as name,
    ):
        folder = Path(name)
        site_file(folder, site.start)
        for kill in range(options.kills):
            site.tell("reset")
            requests = chance.randint(1, max(2, options.articles // 8))
            killed_after(folder, site, requests)
            counts.append(stored(folder))
            print(f"kill {kill + 1:2d} after {requests:4d} requests: {counts[-1]} stored")
        record = json.loads(spent(["-m", "wenxun", "crawl", "--json"], folder=folder).out)
        sightings, documents, versions = found(folder)
        truth = Counter(
            (one["title"], one["text"], url)
            for one in site.state(truth=True)["articles"]
            for url in one["urls"]
        )
    kept = {
        "what was stored never fell": counts == sorted(counts),
        "progress by the third kill": counts[min(_PROGRESS_BY, options.kills)] > 0,
        "the last crawl is ok": record["outcome"] == "ok",
        "every article once": documents == versions == options.articles,
        "counted as new once": counts[-1] + record["articles_new"] == options.articles,
        "all as the site has it": sightings == truth,
    }
    for promise, is_kept in kept.items():
        print(f"{promise}: {'yes' if is_kept else 'NO'}")
    return 0 if all(kept.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
