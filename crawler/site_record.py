"""A site as a record that can be sent to another machine, and read back there. Pure.

The record is the table of a site file, so what is read back is checked like one.
"""

from collections.abc import Mapping
from dataclasses import MISSING, fields
from datetime import date, timedelta
from typing import Any

from crawler.site import Site, parse_site


def site_record(site: Site) -> dict[str, Any]:
    """Return the table of a file that describes this site; what is as by default is left out."""
    return {
        one.name: _written(value)
        for one in fields(site)
        if one.name != "name" and (value := getattr(site, one.name)) != _default(one)
    }


def site_of(name: str, record: Mapping[str, Any], *, families: tuple[str, ...]) -> Site:
    """Return the site of a record.

    Raises:
        SettingError: a newer Wenxun wrote it; names the key.
    """
    return parse_site(name, record, families=families)


def _default(one: Any) -> Any:
    return one.default if one.default_factory is MISSING else one.default_factory()


def _written(value: object) -> Any:
    match value:
        case timedelta():
            return f"{value // timedelta(seconds=1)}s"
        case date():
            return value.isoformat()
        case Mapping():
            return {str(key): _written(one) for key, one in value.items()}
        case tuple():
            return [_written(one) for one in value]
        case str():
            return str(value)
        case _:
            return value
