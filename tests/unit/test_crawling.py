"""Which sites a command takes: those of the folder, and the shipped ones only when named."""

from pathlib import Path

import pytest

from crawler.site import SiteError
from crawler.sites import load_sites
from wenxun.config import Config
from wenxun.crawling import SHIPPED_SITES, chosen_sites, enabled_sites, found_file, site_path

SHIPPED = [site.name for site in load_sites(SHIPPED_SITES)]
OWN = 'title = "云岭大学"\nstart = ["https://yunling.example/xwzx.htm"]\n'


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config(sites_dir=tmp_path)


def test_sites_ship_switched_off() -> None:
    shipped = load_sites(SHIPPED_SITES)

    assert shipped
    assert [site.name for site in shipped if site.enabled] == []


def test_a_shipped_site_is_crawled_when_it_is_named_and_not_else(config: Config) -> None:
    (config.sites_dir / "yunling.toml").write_text(OWN, "utf-8")

    assert [site.name for site in chosen_sites(config, names=SHIPPED, files=[])] == SHIPPED
    assert [site.name for site in chosen_sites(config, names=[], files=[])] == ["yunling"]


def test_where_the_shipped_files_are_the_folder_they_are_still_off() -> None:
    config = Config(sites_dir=SHIPPED_SITES)

    assert enabled_sites(config) == ()
    with pytest.raises(SiteError, match="says `enabled = false`"):
        chosen_sites(config, names=[], files=[])


def test_a_file_of_ones_own_comes_before_the_shipped_one_of_its_name(config: Config) -> None:
    (config.sites_dir / f"{SHIPPED[0]}.toml").write_text(OWN, "utf-8")

    (site,) = chosen_sites(config, names=[SHIPPED[0]], files=[])

    assert site.title == "云岭大学"


def test_a_folder_without_site_files_is_told(config: Config) -> None:
    with pytest.raises(SiteError, match="no site files in"):
        chosen_sites(config, names=[], files=[])


def test_a_site_is_given_by_its_name_or_as_a_file(config: Config, tmp_path: Path) -> None:
    own = config.sites_dir / "yunling.toml"
    own.write_text(OWN, "utf-8")

    assert [site_path(config, "yunling"), site_path(config, str(own))] == [own, own]
    assert found_file(config, SHIPPED[0]) == SHIPPED_SITES / f"{SHIPPED[0]}.toml"
    assert found_file(config, "nobody") is None


@pytest.mark.parametrize("name", ["a" * 300, "../yunling", "云岭"])
def test_what_is_no_name_of_a_site_is_told(config: Config, name: str) -> None:
    with pytest.raises(SiteError, match="is no name of a site"):
        site_path(config, name)
