"""Run the fixture site alone: `python -m wenxun.newssite --port 8000 --articles 3000`.

Prints its address as the only line on stdout; ends cleanly on SIGTERM and SIGINT.
"""

import argparse
import asyncio
import signal

from wenxun.newssite.server import listen
from wenxun.newssite.state import Face, NewsSite


def main() -> None:
    """Read the options and serve until a signal comes."""
    parser = argparse.ArgumentParser(prog="python -m wenxun.newssite", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--articles", type=int, default=66)
    parser.add_argument("--columns", type=int, default=3)
    parser.add_argument("--per-page", type=int, default=10)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--page-kb", type=int, default=0, help="pad every page to about this size")
    parser.add_argument(
        "--family", type=Face, choices=list(Face), default=Face.VSB, help="the CMS it is made with"
    )
    parser.add_argument("--plain", action="store_true", help="no traps: plain articles only")
    parser.add_argument("--scripted", action="store_true", help="pages are written by scripts")
    options = parser.parse_args()
    site = NewsSite(
        articles=options.articles,
        columns=options.columns,
        per_page=options.per_page,
        seed=options.seed,
        page_kb=options.page_kb,
        variety=not options.plain,
        face=options.family,
        scripted=options.scripted,
    )
    asyncio.run(_serve(site, options.port))


async def _serve(site: NewsSite, port: int) -> None:
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    listening = await listen(site, port)
    print(site.base, flush=True)
    await ended.wait()
    await listening.close()


if __name__ == "__main__":
    main()
