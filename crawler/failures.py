"""Why a request gave no page: Scrapy's and Twisted's failures as states of ours."""

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from twisted.python.failure import Failure

from crawler.extract import Refusal
from crawler.guard import NotAllowedError
from crawler.robots import ForbiddenByRobotsError, RobotsUnreachableError

_STATES: tuple[tuple[type[Exception], str], ...] = (
    (ForbiddenByRobotsError, "robots"),
    (RobotsUnreachableError, "robots_unreachable"),
    (NotAllowedError, "not_allowed"),
    (UnsupportedURLSchemeError, "not_allowed"),
    (CannotResolveHostError, "unresolved"),
    (DownloadConnectionRefusedError, "refused"),
    (DownloadTimeoutError, "timeout"),
    (DownloadCancelledError, "too_large"),
    (ResponseDataLossError, "cut_off"),
    (DownloadFailedError, "unreachable"),
)
