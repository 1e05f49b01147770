"""Which files of an article a site wants, and from which hosts. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from crawler.fields.links import url_key
from crawler.files.kinds import is_film_or_sound, kind_named
from crawler.site import Fetch, Site
from storage.article import Article
from storage.crawl import AssetLink

IMAGE = "image"
_MB = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchPlan:
    """What one site's crawl fetches. `kinds` as file names end; empty: all but films and sound."""

    fetch: Fetch
    kinds: frozenset[str]
    own_hosts: frozenset[str]
    named_hosts: frozenset[str]
    file_bytes: int
    crawl_bytes: int

    def links(self, article: Article) -> tuple[AssetLink, ...]:
        """Return the files and pictures of an article that are wanted, each address once."""
        found: dict[str, AssetLink] = {}
        for link in self._named(article):
            if self._wants(link):
                found.setdefault(link.url_key, link)
        return tuple(found.values())

    def allows(self, url: str) -> bool:
        """Say whether an address is on a host of the site or its institution, or a named one."""
        host = _host(url)
        if host in self.own_hosts or host in self.named_hosts:
            return True
        return _institution(host) in {_institution(own) for own in self.own_hosts}

    def takes(self, kind: str | None) -> bool:
        """Say whether what came is of a kind that is wanted; what is of no known kind may be."""
        return not self.kinds or kind is None or kind in self.kinds

    def _named(self, article: Article) -> Iterator[AssetLink]:
        for one in article.attachments:
            yield AssetLink(url=one.url, url_key=url_key(one.url), role=one.kind, name=one.name)
        for image in article.images if self.fetch is Fetch.ALL else ():
            key = url_key(image.url)
            yield AssetLink(url=image.url, url_key=key, role=IMAGE, name=image.alt)

    def _wants(self, link: AssetLink) -> bool:
        kind = kind_named(link.name) or kind_named(urlsplit(link.url).path)
        if self.kinds:
            # An address of a download without a name may be anything: what comes tells.
            return kind is None or kind in self.kinds
        return not is_film_or_sound(kind) and link.role not in {"video", "audio"}


def plan_of(site: Site, *, default: Fetch) -> FetchPlan:
    """Return what a crawl of this site fetches; `default` where its file does not say."""
    return FetchPlan(
        fetch=site.fetch or default,
        kinds=frozenset(site.fetch_kinds),
        own_hosts=frozenset(_host(url) for url in site.start),
        named_hosts=frozenset(site.fetch_hosts),
        file_bytes=site.max_file_mb * _MB,
        crawl_bytes=site.max_crawl_mb * _MB,
    )


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


@cache
def _institution(host: str) -> str:
    """Return the part of a host's name that somebody registered, or the host where none is.

    Source: https://publicsuffix.org, the list that comes with the library; nothing is fetched.
    """
    return str(_extractor()(host).top_domain_under_public_suffix or host)


@cache
def _extractor() -> Any:
    from tldextract import TLDExtract  # noqa: PLC0415 (slow to import; most files are at home)

    return TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)
