"""What a family knows of the addresses of its articles. Pure."""

from collections.abc import Callable
from dataclasses import dataclass

from crawler.fields.links import is_file as is_file_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """How the links of a list are told apart.

    `looks_like_article` is asked of every link of a page, as its `href` is written (often
    relative: `../info/1033/7.htm`), so it has to be cheap; it may say yes too often.
    `key` returns the page key of a canonical, absolute address, or None where it is no article
    address of this CMS. The caller asks it of links of the page's own host and of others; a key on
    another host never makes an ARTICLE.
    `is_file` says of a canonical address whether it hands out a file.
    """

    looks_like_article: Callable[[str], bool]
    key: Callable[[str], str | None]
    is_file: Callable[[str], bool] = is_file_name
