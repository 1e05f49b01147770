"""Why a request gave no page: Scrapy's and Twisted's failures as states of ours."""

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from twisted.python.failure import Failure

from crawler.errors import BrowserError, HungPageError, PageCrashError
from crawler.extract import Refusal
from crawler.guard import NotAllowedError, is_tls, sentence
from crawler.robots import (
    ForbiddenByRobotsError,
    RobotsBehindChallengeError,
    RobotsBehindTlsError,
    RobotsUnreachableError,
)
from crawler.wordings import State

_STATES: tuple[tuple[type[Exception], State], ...] = (
    (ForbiddenByRobotsError, State.ROBOTS),
    (RobotsBehindChallengeError, State.CHALLENGE),
    (RobotsBehindTlsError, State.TLS),
    (RobotsUnreachableError, State.ROBOTS_UNREACHABLE),
    (NotAllowedError, State.NOT_ALLOWED),
    (UnsupportedURLSchemeError, State.NOT_ALLOWED),
    (CannotResolveHostError, State.UNRESOLVED),
    (DownloadConnectionRefusedError, State.UNREACHABLE),
    (DownloadTimeoutError, State.TIMEOUT),
    (HungPageError, State.TIMEOUT),
    (PageCrashError, State.ERROR),
    (BrowserError, State.ERROR),
    (DownloadCancelledError, State.TOO_LARGE),
    (ResponseDataLossError, State.CUT_OFF),
    (DownloadFailedError, State.UNREACHABLE),
)


class StoppedError(IgnoreRequest):
    """The crawl is being stopped, so this page is left to the next one."""


def refusal_of(failure: Failure) -> Refusal:
    """Return the state that a failed request leaves its page in."""
    error = failure.value
    if error and is_tls(error):
        return Refusal(state=State.TLS, evidence=sentence(error))
    state = next((name for kind, name in _STATES if isinstance(error, kind)), State.UNREACHABLE)
    return Refusal(state=state, evidence=sentence(error) if error else "no reason given")
