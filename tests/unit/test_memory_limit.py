"""How much memory a crawl is said to take: what it takes now."""

import subprocess
import sys

# Its own peak goes up, and it starts a program, as a large process that uses ours does.
PARENT = """
import subprocess, sys
much = bytearray(300_000_000)
del much
print(subprocess.run([sys.executable, "-c", sys.argv[1]], capture_output=True, text=True).stdout)
"""
CHILD = """
import resource
from crawler.memory import resident
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print(peak, resident())
"""


def test_the_peak_of_who_starts_a_crawl_is_not_its_own() -> None:
    told = subprocess.run(
        [sys.executable, "-c", PARENT, CHILD], capture_output=True, text=True, check=True
    ).stdout
    peak, now = map(int, told.split())

    assert now < 200_000_000 < peak
