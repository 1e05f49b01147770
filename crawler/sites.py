"""Read site files. A site is named by its file's stem."""

import re
import tomllib
from pathlib import Path

from crawler.errors import SettingError
from crawler.families import families
from crawler.site import Site, SiteError, parse_site

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}", re.IGNORECASE)


def load_sites(folder: Path) -> tuple[Site, ...]:
    """Return the sites of a folder, in the order of their names; none where it is missing.

    Raises:
        SiteError: one of the files is wrong.
    """
    return tuple(load_site_file(path) for path in sorted(folder.glob("*.toml")))


def check_name(name: str) -> None:
    """Refuse what is no name of a site, which is also that of its file.

    Raises:
        SiteError: it holds other characters, or is too long.
    """
    if not _NAME.fullmatch(name):
        raise SiteError(f"{name!r} is no name of a site: letters, digits, . _ - only, at most 63")


def load_site_file(path: Path) -> Site:
    """Return the site of one file.

    Raises:
        SiteError: it cannot be read, is no TOML, or a key is wrong.
    """
    check_name(path.stem)
    try:
        table = tomllib.loads(path.read_text("utf-8"))
        return parse_site(path.stem, table, families=tuple(f.name for f in families()))
    except OSError as error:
        raise SiteError(f"{path}: cannot be read: {error.strerror or error}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SiteError(f"{path}: is no TOML: {error}") from error
    except SettingError as error:
        raise SiteError(f"{path}: {error}") from error
