"""Let go what is older than it is to be kept. One kind of row a file; the folder is the registry.

Nothing goes unless it is asked for. A file defines `RULES`; each names the setting that it obeys.
Responses and their bytes are the archive's, with limits of its own.
"""

import importlib
import pkgutil
from functools import cache

from storage.pruning.rule import Rule
from storage.pruning.run import Pruned, prune
from storage.retention import Retention, RetentionPlan

__all__ = ["Pruned", "Retention", "RetentionPlan", "Rule", "prune", "rules"]


@cache
def rules() -> tuple[Rule, ...]:
    """Return all rules in the order in which they are obeyed."""
    modules = (
        importlib.import_module(f"{__name__}.{found.name}")
        for found in pkgutil.iter_modules(__path__)
    )
    found = [rule for module in modules for rule in getattr(module, "RULES", ())]
    return tuple(sorted(found, key=lambda rule: (rule.rank, rule.name)))
