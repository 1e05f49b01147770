"""Who holds a lease: a process, named so that others on its machine can tell whether it lives.

Source: proc(5), fields `starttime` of /proc/PID/stat and /proc/sys/kernel/random/boot_id.
"""

import os
import socket
from functools import lru_cache
from pathlib import Path

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_PROCESSES = Path("/proc/self/ns/pid")


def me() -> str:
    """Return this process as `host:boot:pid:start`."""
    pid = os.getpid()
    return f"{_machine()}:{pid}:{_start_time(pid) or 0}"


def is_dead(holder: str) -> bool:
    """Say whether the holder ran on this machine and is gone; False where it cannot be known."""
    machine, _, rest = holder.rpartition(":")
    machine, _, pid = machine.rpartition(":")
    if not pid.isdigit():
        return False
    host, _, boot = machine.rpartition(":")
    own_host, _, own_boot = _machine().rpartition(":")
    if host != own_host:
        return False
    if boot.rpartition("-")[0] != own_boot.rpartition("-")[0]:
        return True  # the machine was started anew since
    if boot != own_boot:
        return False  # another container's process numbers say nothing here
    start = _start_time(int(pid))
    return start is None or str(start) != rest


def is_here(holder: str) -> bool:
    """Say whether the holder is, or was, a process of this machine, or of this container."""
    return holder.rsplit(":", 2)[0] == _machine()


def shown(holder: str) -> str:
    """Return the holder as people read it: `process 4711 on web1`."""
    host, _, pid, _ = [*holder.rsplit(":", 3), "", "", ""][:4]
    return f"process {pid} on {host}" if pid else holder


@lru_cache(maxsize=1)
def _machine() -> str:
    boot = _BOOT_ID.read_text().strip() if _BOOT_ID.exists() else "unknown"
    # Containers of one host have the same boot id, and may have the same name; their process
    # numbers mean something only within their own namespace.
    processes = _PROCESSES.readlink().name.strip("pid:[]") if _PROCESSES.is_symlink() else "0"
    return f"{socket.gethostname().replace(':', '_')}:{boot}-{processes}"


def _start_time(pid: int) -> int | None:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    # The command may hold blanks and brackets: count from the last closing one. A zombie is dead.
    fields = stat.rpartition(")")[2].split()
    return None if fields[0] in {"Z", "X"} else int(fields[19])
