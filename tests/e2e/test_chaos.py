"""The short form of `benchmarks/chaos.py`: processes are killed, and everything is told once.

With a server, services hand their crawls to workers; without one, they run them themselves.
"""

import os
import subprocess
import sys

from tests.databases import POSTGRES
from tests.e2e.conftest import REPOSITORY


def test_services_and_workers_that_are_killed_tell_everything_once() -> None:
    ended = subprocess.run(
        [
            sys.executable, str(REPOSITORY / "benchmarks" / "chaos.py"),
            f"--database={'postgresql' if POSTGRES else 'sqlite'}",
            "--services=2", "--workers=2", "--sites=2", "--events=8", "--kills=2", "--every=1s",
        ],
        capture_output=True, text=True, timeout=280, check=False,
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
    )  # fmt: skip

    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert ended.stdout.splitlines()[-1] == "kept"
