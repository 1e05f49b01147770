"""Have a file's text read by a process of its own, without waiting for it in between."""

import asyncio
import json
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from contextlib import suppress

from crawler.files.text import kinds_with_text
from storage.asset import FileText

_LIMIT_S = 60.0


async def text_of(body: bytes, kind: str | None) -> FileText | None:
    """Return the text of a file, or why it gives none; None for kinds that have no text.

    Cancelled, it ends the process.
    """
    if kind not in kinds_with_text():
        return None
    # -P: a folder `crawler` of where we are is not ours.
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-P", "-m", "crawler.files.text", kind,
        stdin=PIPE, stdout=PIPE, stderr=DEVNULL,
    )  # fmt: skip
    try:
        out, _ = await asyncio.wait_for(process.communicate(body), _LIMIT_S)
    except TimeoutError:
        return FileText(state="timeout", reason=f"not read after {_LIMIT_S:.0f} s")
    finally:
        await _ended(process)
    if process.returncode != 0:
        return FileText(state="crashed", reason=f"the reader ended with {process.returncode}")
    return FileText(**json.loads(out))


async def _ended(process: Process) -> None:
    if process.returncode is None:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
