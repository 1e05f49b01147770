"""kill -9 of a crawl at random moments, on both databases: nothing that was committed is lost.

The first kill waits until the site has fallen silent: what was fetched by then is stored though no
more comes. After each kill the database is checked by `wenxun check`, mended, checked again, and
held against the rules of `invariants.py`. In the end the crawl completes: every article once, with
its true title, text, addresses and one version. Exit code 1 if a promise is broken.

Usage: python benchmarks/kill_writer.py [--articles 3000] [--kills 50] [--seed 7]
       [--database sqlite|postgresql]
"""

import argparse
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from databases import DATABASES, new_database
from invariants import findings
from measuring import REPOSITORY, Site, fixture_site, site_file
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import NullPool

_FETCHED = 20  # articles, before the site falls silent
_SILENT_S, _PATIENCE_S = 3600, 60
_IS_USUAL = re.compile(r"leases: .*\[mended: |\d+ checks: ")
_FOUND = text(
    "SELECT c.title, c.text, s.url FROM sightings s JOIN documents d ON d.id = s.document_id"
    " JOIN contents c ON c.id = d.content_id"
)


def stored(engine: Engine) -> int:
    """Count the documents that are committed."""
    try:
        with engine.connect() as connection:
            return connection.scalar(text("SELECT count(*) FROM documents")) or 0
    except DatabaseError:  # killed before the tables stood
        return 0


def started(folder: Path, url: str, *command: str) -> "subprocess.Popen[str]":
    environ = {
        "WENXUN_ALLOW_PRIVATE_HOSTS": "1",
        "WENXUN_DATABASE_URL": url,
        "PYTHONPATH": str(REPOSITORY),
    }
    return subprocess.Popen(
        [sys.executable, "-m", "wenxun", *command],
        cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=os.environ | environ,
    )  # fmt: skip


def killed(folder: Path, url: str, site: Site, *, requests: int, wait_s: float) -> None:
    """Start a crawl and kill it a moment after the site was asked so often."""
    with started(folder, url, "crawl", "--json") as process:
        _wait_until(process, lambda: site.state()["requests"] >= requests)
        time.sleep(wait_s)
        process.kill()
        process.communicate()


def killed_in_silence(folder: Path, url: str, site: Site, engine: Engine) -> None:
    """Start a crawl, let the site fall silent, and kill it when what was fetched is stored."""
    with started(folder, url, "crawl", "--json") as process:
        _wait_until(process, lambda: site.state()["counts"].get("article", 0) >= _FETCHED)
        site.tell("slow", delay_s=_SILENT_S)
        _wait_until(process, lambda: stored(engine) > 0)
        process.kill()
        process.communicate()
    site.tell("heal")


def _wait_until(process: "subprocess.Popen[str]", holds: Callable[[], bool]) -> None:
    end = time.monotonic() + _PATIENCE_S
    while process.poll() is None and time.monotonic() < end and not holds():
        time.sleep(0.01)


def checked(folder: Path, url: str, engine: Engine) -> list[str]:
    """What is wrong with the database, by its own check and by the rules."""
    if stored(engine) == 0:
        return []
    wrong = findings(engine)
    # A crawl that was killed leaves its lease behind, which is mended; nothing else may be found.
    with started(folder, url, "check", "--repair") as process:
        out, _ = process.communicate()
    wrong += [line for line in out.splitlines() if ": " in line and not _IS_USUAL.match(line)]
    with started(folder, url, "check") as process:
        out, err = process.communicate()
    if process.returncode:
        wrong.append(f"wenxun check: exit {process.returncode}: {out[-500:]} {err[-500:]}")
    return wrong


def promises(kind: str, options: argparse.Namespace) -> dict[str, bool]:
    """Kill, check, complete; say what was kept."""
    chance = random.Random(options.seed)
    counts, wrong = [0], []
    with (
        fixture_site(articles=options.articles, plain=True) as site,
        tempfile.TemporaryDirectory() as name,
        new_database(kind, Path(name)) as url,
    ):
        folder, engine = Path(name), create_engine(url, poolclass=NullPool)
        site_file(folder, site.start)
        lost = 0
        for kill in range(options.kills):
            site.tell("reset")
            requests = chance.randint(1, max(2, options.articles // 8))
            wait_s = chance.uniform(0, 0.3)
            if kill == 0:
                killed_in_silence(folder, url, site, engine)
            else:
                killed(folder, url, site, requests=requests, wait_s=wait_s)
            counts.append(stored(engine))
            lost += max(0, counts[-2] - counts[-1])
            wrong += checked(folder, url, engine)
            print(f"{kind}: kill {kill + 1:2d}: {counts[-1]} stored")
        with started(folder, url, "crawl", "--json") as process:
            out, err = process.communicate()
        wrong += checked(folder, url, engine)
        with engine.connect() as connection:
            found = Counter((row.title, row.text, row.url) for row in connection.execute(_FOUND))
            versions = connection.scalar(text("SELECT count(*) FROM versions"))
        truth = Counter(
            (one["title"], one["text"], address)
            for one in site.state(truth=True)["articles"]
            for address in one["urls"]
        )
    record = json.loads(out) if out.strip() else {"outcome": err[-500:], "articles_new": 0}
    print("\n".join([*dict.fromkeys(wrong), f"the last crawl: {record}"]))
    return {
        "nothing committed was lost": lost == 0,
        "every check found nothing": not wrong,
        "what was fetched is stored in silence": counts[1] > 0,
        "the last crawl is ok": record["outcome"] == "ok",
        "every article once": versions == options.articles,
        "counted as new once": counts[-1] + record["articles_new"] == options.articles,
        "all as the site has it": found == truth,
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=3000)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--database", choices=DATABASES, action="append")
    options = parser.parse_args()
    all_kept = True
    for kind in options.database or DATABASES:
        for promise, is_kept in promises(kind, options).items():
            print(f"{kind}: {promise}: {'yes' if is_kept else 'NO'}")
            all_kept = all_kept and is_kept
    return 0 if all_kept else 1


if __name__ == "__main__":
    sys.exit(main())
