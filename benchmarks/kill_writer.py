"""kill -9 of a crawl at random moments, on both databases: nothing that was committed is lost.

After each kill the database is checked by `wenxun check`, mended, checked again, and held against
the rules of `invariants.py`. In the end the crawl completes: every article once, with its true
title, text, addresses and one version. Exit code 1 if a promise is broken.

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
from measuring import REPOSITORY, fixture_site, site_file
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import NullPool

_PROGRESS_BY = 3
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


def killed(folder: Path, url: str, is_time: Callable[[], bool], *, wait_s: float) -> None:
    """Start a crawl and kill it a moment after it is time."""
    with started(folder, url, "crawl", "--json") as process:
        while process.poll() is None and not is_time():
            time.sleep(0.01)
        time.sleep(wait_s)
        process.kill()
        process.communicate()


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
            # A slow machine may not store anything within so many requests: the third waits for it.
            is_third = kill + 1 == min(_PROGRESS_BY, options.kills)
            killed(
                folder,
                url,
                lambda: (
                    stored(engine) > counts[-1]
                    if is_third  # noqa: B023
                    else site.state()["requests"] >= requests  # noqa: B023
                ),
                wait_s=chance.uniform(0, 0.3),
            )
            counts.append(stored(engine))
            lost += max(0, counts[-2] - counts[-1])
            wrong += checked(folder, url, engine)
            print(f"{kind}: kill {kill + 1:2d} after {requests:4d} requests: {counts[-1]} stored")
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
        "progress by the third kill": counts[min(_PROGRESS_BY, options.kills)] > 0,
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
