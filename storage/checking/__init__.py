"""Whether the database is as it should be. One kind of check a file; the folder is the registry.

A file defines `CHECK`. What it finds is mended only where that is safe: copies are made anew from
what they copy, the dead give back what they held; a text, a version or a response is never removed.
"""

import importlib
import pkgutil
from functools import cache

from storage.checking.finding import Check, Finding, Found, Looking
from storage.checking.run import look

__all__ = ["Check", "Finding", "Found", "Looking", "checks", "look"]


@cache
def checks() -> tuple[Check, ...]:
    """Return all checks in the order in which they are made: what others build on comes first."""
    modules = (
        importlib.import_module(f"{__name__}.{found.name}")
        for found in pkgutil.iter_modules(__path__)
    )
    found = [module.CHECK for module in modules if hasattr(module, "CHECK")]
    return tuple(sorted(found, key=lambda check: (check.rank, check.name)))
