"""`wenxun sites list`: the site files that are here and that ship with Wenxun."""

import json

import typer
from rich.console import Console

from crawler.site import Site
from crawler.sites import load_sites
from wenxun.context import ConfigOption, JsonOption, read_config
from wenxun.crawling import SHIPPED_SITES
from wenxun.tables import plain_table


def register(app: typer.Typer) -> None:
    """Add `sites`."""
    group = typer.Typer(help="Site files.", no_args_is_help=True)
    group.command("list")(list_sites)
    app.add_typer(group, name="sites")


def list_sites(*, as_json: JsonOption = False, config: ConfigOption = None) -> None:
    """List the sites: those of the site folder, and those that ship and run only when named."""
    settings = read_config(config)
    here = load_sites(settings.sites_dir)
    shipped = load_sites(SHIPPED_SITES)
    rows = [(site, str(settings.sites_dir)) for site in here]
    rows += [(site, "shipped") for site in shipped if site.name not in {s.name for s in here}]
    if as_json:
        for site, origin in rows:
            typer.echo(json.dumps(_record(site, origin), ensure_ascii=False))
        return
    table = plain_table("site", "title", "lists", "enabled", "from", numbers=("lists",))
    for site, origin in rows:
        enabled = "when named" if origin == "shipped" else "yes" if site.enabled else "no"
        table.add_row(site.name, site.title, str(len(site.start)), enabled, origin)
    Console().print(table)


def _record(site: Site, origin: str) -> dict[str, object]:
    return {
        "site": site.name,
        "title": site.title,
        "start": list(site.start),
        "enabled": site.enabled and origin != "shipped",
        "from": origin,
    }
