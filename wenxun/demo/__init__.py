"""The demonstration: the whole way from a news site to an alert, with the real commands.

The fixture news site runs in this process; the crawl and the service are child processes, started
as a user would start them, in a folder that a user could go on with.
"""

from wenxun.demo.children import ChildFailedError
from wenxun.demo.folder import FolderRefusedError
from wenxun.demo.tour import tour

__all__ = ["ChildFailedError", "FolderRefusedError", "tour"]
