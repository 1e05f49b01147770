"""How seldom a process that crawls looks for garbage. Imports nothing: called before the rest."""

import gc


def collect_seldom() -> None:
    """Let the collector leave alone what was made so far, and look less often for the rest.

    Imports and crawls make many small objects that stay, or die at once by themselves; looking for
    cycles among them every 700 costs several per cent of a crawl's CPU, and a tenth of its start.
    The process lives only as long as the crawl.
    """
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
