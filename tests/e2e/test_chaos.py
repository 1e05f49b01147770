"""The short form of `benchmarks/chaos.py`: services are killed, and everything is told once."""

import os
import subprocess
import sys

from tests.e2e.conftest import REPOSITORY


def test_two_services_that_are_killed_tell_everything_once() -> None:
    ended = subprocess.run(
        [
            sys.executable, str(REPOSITORY / "benchmarks" / "chaos.py"), "--database=sqlite",
            "--services=2", "--sites=2", "--events=8", "--kills=2", "--every=1s",
        ],
        capture_output=True, text=True, timeout=280, check=False,
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
    )  # fmt: skip

    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert ended.stdout.splitlines()[-1] == "kept"
