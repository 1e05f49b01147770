"""A site that breaks is known at once, a quiet one is none: the short form of the benchmark."""

import subprocess
import sys
from pathlib import Path

_SCRIPT = Path(__file__).parents[2] / "benchmarks" / "layout_mutations.py"


def test_breaks_are_known_at_the_first_crawl_and_quiet_sites_are_not_broken() -> None:
    options = ["--sites=1", "--seed=7", "--some=6", "--days=4", "--misses"]

    done = subprocess.run(
        [sys.executable, _SCRIPT, *options], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "quiet sites:" in done.stdout
