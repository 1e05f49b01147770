"""One command (or group) a file; the folder is the registry.

A file is named as its command and defines `register(app)`, which adds it to a Typer app. It is
imported when its command is called: `wenxun show` does not wait for what only a crawl needs.
"""

import importlib
import pkgutil
from collections.abc import Iterator, MutableMapping
from typing import Any

import typer
import typer.core
import typer.main


class CommandGroup(typer.core.TyperGroup):
    """The group of the commands of this folder."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.commands = _Folder(self.commands)

    def invoke(self, ctx: Any) -> Any:
        """Run a command.

        Raises:
            Abort: Ctrl-C came; Typer itself would end without a word.
        """
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as error:
            raise typer.Abort from error


class _Folder(MutableMapping[str, Any]):
    """Commands by their names, each imported when it is asked for."""

    def __init__(self, given: MutableMapping[str, Any]) -> None:
        self._loaded = given
        self._names = sorted(found.name for found in pkgutil.iter_modules(__path__))

    def __getitem__(self, name: str) -> Any:
        if name not in self._loaded:
            if name not in self._names:
                raise KeyError(name)
            self._loaded[name] = _command(name)
        return self._loaded[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __setitem__(self, name: str, command: Any) -> None:
        self._loaded[name] = command

    def __delitem__(self, name: str) -> None:
        del self._loaded[name]


def _command(name: str) -> Any:
    alone = typer.Typer()
    importlib.import_module(f"{__name__}.{name}").register(alone)
    return typer.main.get_group(alone).commands[name]
