"""One command (or group) a file; the folder is the registry.

A file defines `register(app)`, which adds its commands to the Typer app.
"""

import importlib
import pkgutil

import typer


def register_all(app: typer.Typer) -> None:
    """Add every command of this folder, in the order of their names."""
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda found: found.name):
        importlib.import_module(f"{__name__}.{module.name}").register(app)
