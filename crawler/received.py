"""What Scrapy received, as a page of ours."""

from collections.abc import Mapping
from datetime import datetime

from scrapy.http import Response

from crawler.page import Page
from crawler.site import Site


def page_of(response: Response, site: Site, *, now: datetime) -> Page:
    """Return the page of a response that came now, to be read as its site wants it."""
    return Page(
        url=response.url,
        status=response.status,
        headers=headers_by_name(response.headers),
        body=response.body,
        fetched_at=now,
        timezone=site.timezone,
        selectors=site.selectors,
        family=site.family,
    )


def headers_by_name(headers: Mapping[bytes, list[bytes]]) -> dict[str, str]:
    """Return Scrapy's headers with lower-case names; of a repeated one the last value."""
    return {
        name.decode("latin-1").lower(): values[-1].decode("latin-1")
        for name, values in headers.items()
        if values
    }
