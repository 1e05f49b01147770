"""The fixture news site: an invented university's news on loopback, in genuine markup.

It has two faces, VSB and WebPlus, and can be relaunched with the other. The demo, the tests and the
benchmarks crawl it. State, pages and answers are pure; only `server` opens a socket, and only on
127.0.0.1.
"""

from wenxun.newssite.server import serve
from wenxun.newssite.state import Face, NewsSite

__all__ = ["Face", "NewsSite", "serve"]
