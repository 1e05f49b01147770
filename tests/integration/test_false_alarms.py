"""Restless pages alarm nobody, and what is true is told once: the short form of the benchmark."""

import subprocess
import sys
from pathlib import Path

_SCRIPT = Path(__file__).parents[2] / "benchmarks" / "false_alarms.py"


def test_restless_pages_alarm_nobody_and_what_happened_is_told_once() -> None:
    options = ["--sites=4", "--days=4", "--seed=11"]

    done = subprocess.run(
        [sys.executable, _SCRIPT, *options], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "new:" in done.stdout
