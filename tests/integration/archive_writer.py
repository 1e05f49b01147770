"""A process that keeps pages in the archive until it is killed, or has kept enough.

Usage: python -m tests.integration.archive_writer DATABASE_URL ARCHIVE_DIR SITE BATCHES BYTES
"""

import os
import sys
from pathlib import Path

from storage.errors import StorageError
from storage.store import open_store
from tests.integration.desk import Desk, article


def main(url: str, folder: str, site: str, batches: int, size: int) -> int:
    store = open_store(url, archive_dir=Path(folder))
    desk = Desk(store, site)
    desk.begin(holder=f"elsewhere:boot:1:{site}")
    for batch in range(batches):
        keys = [f"{site}/{os.getpid()}-{batch}-{number}" for number in range(5)]
        bodies = [b"s" * size, *(os.urandom(size) for _ in keys[1:])]  # one that all have
        try:
            desk.save(*(desk.read(article(k), body=b) for k, b in zip(keys, bodies, strict=True)))
        except StorageError as error:
            print(f"failed: {error}", flush=True)
            return 3
        print(f"saved {batch}", flush=True)
    store.close()
    return 0


if __name__ == "__main__":
    url, folder, site, batches, size = sys.argv[1:]
    sys.exit(main(url, folder, site, int(batches), int(size)))
