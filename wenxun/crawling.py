"""Join configuration and crawler: which sites, with which options."""

from collections.abc import Sequence
from pathlib import Path

from crawler.settings import CrawlOptions
from crawler.site import Site, SiteError
from crawler.sites import check_name, load_site_file, load_sites
from storage.crawl import Trigger
from wenxun import __version__
from wenxun.config import Config

_HERE = Path(__file__).parent
# Part of the installed package; in a clone they are still where they are edited.
SHIPPED_SITES = next(f for f in (_HERE / "sites", _HERE.parent / "sites") if f.is_dir())


def user_agent(config: Config) -> str:
    """Return how crawls name themselves: the version, and whom to write to."""
    contact = config.contact or "https://github.com/wenxun/wenxun"
    return f"Wenxun/{__version__} (+{contact})"


def crawl_options(
    config: Config,
    *,
    full: bool = False,
    accept: bool = False,
    max_articles: int | None = None,
    trigger: Trigger = Trigger.HAND,
) -> CrawlOptions:
    """Return the options of a crawl."""
    return CrawlOptions(
        database_url=config.database_url,
        archive_dir=config.archive.folder,
        user_agent=user_agent(config),
        allow_private_hosts=config.allow_private_hosts,
        full=full,
        accept=accept,
        max_articles=max_articles,
        trigger=trigger,
        alert_max_age=config.alert_max_age,
        lease=config.lease,
        chromium=config.chromium,
        fetch=config.fetch,
    )


def enabled_sites(config: Config) -> tuple[Site, ...]:
    """Return the sites of the folder that are not switched off.

    Raises:
        SiteError: a site file is wrong.
    """
    return tuple(site for site in load_sites(config.sites_dir) if site.enabled)


def nothing_to_crawl(config: Config) -> str:
    """Say why there is no enabled site."""
    if any(config.sites_dir.glob("*.toml")):
        return f"every site file in {config.sites_dir}/ says `enabled = false`"
    return f"no site files in {config.sites_dir}/"


def chosen_sites(
    config: Config, *, names: Sequence[str], files: Sequence[Path]
) -> tuple[Site, ...]:
    """Return the sites that were named, or all enabled ones where none was.

    Raises:
        SiteError: a name is unknown or taken twice, a file is wrong, or there is nothing to crawl.
    """
    if not names and not files:
        sites = enabled_sites(config)
        if not sites:
            raise SiteError(f"{nothing_to_crawl(config)}: write one, or name one with --site-file")
        return sites
    return _once(
        [*(load_site_file(path) for path in files), *(_named(config, name) for name in names)]
    )


def _once(sites: Sequence[Site]) -> tuple[Site, ...]:
    """Return each site once; two that differ cannot have one name."""
    by_name = {site.name: site for site in sites}
    for site in sites:
        if site != by_name[site.name]:
            raise SiteError(f"two site files are called {site.name}: rename one")
    return tuple(by_name.values())


def _named(config: Config, name: str) -> Site:
    return load_site_file(named_file(config, name))


def named_file(config: Config, name: str) -> Path:
    """Return the file of a site: one's own comes before that which ships.

    Raises:
        SiteError: this is no name, or there is none.
    """
    check_name(name)
    if path := found_file(config, name):
        return path
    raise SiteError(f"no site {name!r}: there is no {config.sites_dir}/{name}.toml")


def found_file(config: Config, name: str) -> Path | None:
    """Return the file of a site, one's own before that which ships; None: it has none any more."""
    paths = (folder / f"{name}.toml" for folder in (config.sites_dir, SHIPPED_SITES))
    return next((path for path in paths if path.is_file()), None)


def site_path(config: Config, named: str) -> Path:
    """Return the file of a site that is given by its name or as a file.

    Raises:
        SiteError: there is none of this name.
    """
    path = Path(named)
    return path if path.suffix == ".toml" and path.is_file() else named_file(config, named)
