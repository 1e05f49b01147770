"""Compare what is not grouped into stories yet, before somebody asks for stories."""

from datetime import UTC, datetime

from storage.store import Store
from storage.stories import Stories
from storage.story_groups import group_batch
from wenxun.progress import progress_bar


def compare_waiting(store: Store) -> None:
    """Compare what is not compared yet, with progress; Ctrl-C loses nothing."""
    waiting = Stories(store).waiting()
    if not waiting:
        return
    with progress_bar("comparing", total=waiting) as bar:
        while done := group_batch(store, now=datetime.now(UTC)):
            bar.advance(done)
