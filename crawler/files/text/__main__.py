"""Read one file's text: `python -m crawler.files.text KIND < file`, one JSON object on stdout.

A process of its own with limits set before a byte is read: a bad file may cost it its life, and
nobody else anything.
"""

import importlib
import json
import resource
import sys

from crawler.files.text import MOST_LETTERS, UnreadableError, kinds_with_text

_MEMORY = 1024 * 1024 * 1024
_CPU_S = 30


def main() -> None:
    """Set the limits, read, say what came of it."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_S, _CPU_S + 5))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    kind = sys.argv[1]
    if kind not in kinds_with_text():
        sys.exit(f"no reader for {kind}")
    print(json.dumps(_read(kind, sys.stdin.buffer.read())))


def _read(kind: str, body: bytes) -> dict[str, str | None]:
    try:
        return _text(kind, body)
    except UnreadableError as error:
        return {"state": error.state, "reason": str(error), "text": ""}
    except ImportError as error:
        reason = f"{error}: pip install 'wenxun[files]'"
        return {"state": "no_reader", "reason": reason, "text": ""}
    except MemoryError:
        reason = f"it takes more than {_MEMORY >> 20} MB to read"
        return {"state": "too_large", "reason": reason, "text": ""}


def _text(kind: str, body: bytes) -> dict[str, str | None]:
    lines: list[str] = []
    letters, reason = 0, None
    for piece in importlib.import_module(f"crawler.files.text.{kind}").pieces(body):
        for line in piece.splitlines():
            if kept := line.replace("\0", "").strip():
                lines.append(kept)
                letters += len(kept)
        if letters > MOST_LETTERS:
            reason = f"cut off after {MOST_LETTERS} letters"
            break
    if not letters:
        return {"state": "no_text", "reason": "no letters in it, perhaps a scan", "text": ""}
    # Halves of pairs, as broken fonts give them, are no letters of any database.
    text = "\n".join(lines)[:MOST_LETTERS].encode("utf-8", "replace").decode("utf-8")
    return {"state": "read", "reason": reason, "text": text}


if __name__ == "__main__":
    main()
