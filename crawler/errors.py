"""What can go wrong on the way to an article. The class docstring is the message."""


class CrawlerError(Exception):
    """Something on the way to an article went wrong."""


class SettingError(CrawlerError):
    """A setting is wrong. Correct the key that is named."""

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(f"{key}: {reason}")
        self.key = key
        self.reason = reason


class FetchError(CrawlerError):
    """A page could not be fetched. Check the address and the network."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"cannot fetch {url}: {reason}")
        self.url = url
        self.reason = reason


class GuardError(CrawlerError):
    """An address is not allowed. Private hosts need WENXUN_ALLOW_PRIVATE_HOSTS=1."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"{url} is not allowed: {reason}")
        self.url = url
        self.reason = reason


class BrowserError(CrawlerError):
    """The browser did not start, or was lost while it read a page. Look at the machine's memory."""


class BrowserMissingError(BrowserError):
    """A page is to be rendered, and there is no browser. Install what is named."""


class HungPageError(FetchError):
    """A page whose scripts never come to rest, or wait for what does not come."""


class PageCrashError(FetchError):
    """A page ended its own tab of the browser, by its scripts or by its size."""


class WorkerDiedError(CrawlerError):
    """A process that read kept pages was killed. Look at the machine's memory."""

    def __init__(self) -> None:
        super().__init__(
            "a process that read kept pages was killed: look at the memory, or try fewer --jobs"
        )
