"""The fork server of workers: what it is deaf to."""

import signal
import subprocess
import sys

_ASKS = """
from multiprocessing import forkserver
from pathlib import Path
from crawler.workers import warm_up
warm_up()
status = Path(f"/proc/{forkserver._forkserver._forkserver_pid}/status").read_text()
print(next(line.split()[1] for line in status.splitlines() if line.startswith("SigBlk")))
"""


def test_a_signal_to_the_whole_terminal_does_not_reach_the_fork_server() -> None:
    asked = subprocess.run([sys.executable, "-c", _ASKS], capture_output=True, check=True)

    blocked = int(asked.stdout, 16)
    assert all(blocked >> (number - 1) & 1 for number in (signal.SIGINT, signal.SIGTERM))
