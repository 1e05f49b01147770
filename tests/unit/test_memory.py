"""A process with many threads keeps its memory in few heaps."""

import subprocess
import sys

HEAPS = """
import ctypes, sys, threading
from scheduler.memory import keep_little
if sys.argv[1] == "little":
    keep_little()
together = threading.Barrier(8)
kept = []
def work():
    together.wait()
    for _ in range(200):
        kept.append(bytearray(4000))
    together.wait()
threads = [threading.Thread(target=work) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
libc = ctypes.CDLL(None)
libc.fdopen.restype = ctypes.c_void_p
out = ctypes.c_void_p(libc.fdopen(1, b"w"))
libc.malloc_info(0, out)
libc.fflush(out)
"""


def heaps(how: str) -> int:
    told = subprocess.run(
        [sys.executable, "-c", HEAPS, how], capture_output=True, text=True, check=True
    ).stdout
    return told.count("<heap nr=")


def test_many_threads_share_two_heaps() -> None:
    assert heaps("little") <= 2 < heaps("as it is")
