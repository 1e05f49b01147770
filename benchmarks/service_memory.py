"""Resident memory of the service after 50 crawls and after 1,000, on each database.

Many small sites, each looked at every second; articles appear meanwhile, are matched and told.
Promised: the parent grows by less than 10 MB between the two. Exit code 1 if it grows by more.

Usage: python benchmarks/service_memory.py [--crawls 1000] [--sites 40] [--database postgresql]
"""

import argparse
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from databases import DATABASES, new_database
from measuring import REPOSITORY, Site, fixture_site

_FIRST = 50
_MOST_MB = 10.0
_GIVE_UP_S = 60.0  # without a crawl that ends
_CONFIGURED = """
[[watch]]
name = "all"
events = ["new"]
channels = ["kept"]
[[channel]]
name = "kept"
kind = "file"
path = "alerts.jsonl"
"""


def configure(folder: Path, site: Site, sites: int) -> None:
    (folder / "sites").mkdir()
    (folder / "wenxun.toml").write_text(_CONFIGURED, "utf-8")
    for number in range(sites):
        (folder / "sites" / f"site{number}.toml").write_text(
            f'title = "site {number}"\nevery = "1s"\ndelay_s = 0\n'
            f"start = {json.dumps(site.start[:1])}\n",
            "utf-8",
        )


def started(folder: Path, url: str) -> "subprocess.Popen[bytes]":
    environ = {
        "WENXUN_ALLOW_PRIVATE_HOSTS": "1",
        "WENXUN_DATABASE_URL": url,
        "PYTHONPATH": str(REPOSITORY),
    }
    with (folder / "run.log").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "wenxun", "run"],
            cwd=folder, env=os.environ | environ, stdout=log, stderr=log,
        )  # fmt: skip


def resident_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    assert found is not None
    return int(found[1]) / 1024


def crawls(folder: Path) -> int:
    return (folder / "run.log").read_text("utf-8").count("crawl ended")


def grown_to(folder: Path, site: Site, pid: int, wanted: int) -> float:
    """Wait for so many crawls, publishing something new now and then; return the memory then."""
    done = published = crawls(folder)
    last_at = time.monotonic()
    while done < wanted:
        if time.monotonic() - last_at > _GIVE_UP_S:
            log = (folder / "run.log").read_text("utf-8")
            raise SystemExit(f"no crawl ended within {_GIVE_UP_S:.0f} s:\n{log[-2000:]}")
        time.sleep(0.2)
        now = crawls(folder)
        if now > done:
            done, last_at = now, time.monotonic()
        if done >= published + _FIRST:
            published = done
            site.tell("publish", column="jdyw", title=f"第{done}次之后的公告")
    return resident_mb(pid)


def measured(kind: str, options: argparse.Namespace) -> float:
    """Return by how many MB the service grew."""
    with (
        fixture_site(articles=4, columns=1, plain=True) as site,
        tempfile.TemporaryDirectory() as name,
        new_database(kind, Path(name)) as url,
    ):
        folder = Path(name)
        configure(folder, site, options.sites)
        began = time.monotonic()
        with started(folder, url) as service:
            sizes = []
            for wanted in range(_FIRST, options.crawls + 1, _FIRST):
                sizes.append(grown_to(folder, site, service.pid, wanted))
                if wanted == _FIRST or wanted % 200 == 0 or wanted == options.crawls:
                    spent = time.monotonic() - began
                    print(f"{kind}: {wanted:5d} crawls, {spent:4.0f} s: {sizes[-1]:.1f} MB")
            service.send_signal(signal.SIGTERM)
            service.wait()
        told = (folder / "alerts.jsonl").read_text("utf-8").count("\n")
    print(f"{kind}: {told} alerts were told meanwhile")
    return sizes[-1] - sizes[0]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--crawls", type=int, default=1000)
    parser.add_argument("--sites", type=int, default=40)
    parser.add_argument("--database", choices=DATABASES, action="append")
    options = parser.parse_args()
    all_kept = True
    for kind in options.database or DATABASES:
        grown = measured(kind, options)
        print(f"{kind}: grew by {grown:.1f} MB (at most {_MOST_MB:.0f})", flush=True)
        all_kept = all_kept and grown < _MOST_MB
    return 0 if all_kept else 1


if __name__ == "__main__":
    sys.exit(main())
