"""The command line: `wenxun …`. Turns errors into one line and an exit code.

Exit codes: 0 done, 1 done with failures, 2 bad use or configuration, 130 interrupted.
"""

import os
import sys
import traceback
from typing import Annotated, NoReturn

import typer

from crawler.errors import BrowserMissingError, CrawlerError
from crawler.site import SiteError
from storage.errors import StorageError
from wenxun import __version__
from wenxun.commands import CommandGroup
from wenxun.config import ConfigError

_BAD_USE = (ConfigError, SiteError, StorageError, BrowserMissingError)
_INTERRUPTED = 130

app = typer.Typer(
    name="wenxun",
    cls=CommandGroup,
    help="Wenxun 闻讯: watch the news of institutions, keep every version, tell people.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(f"wenxun {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    _version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    """Wenxun 闻讯: watch the news of institutions, keep every version, tell people."""


def main() -> None:
    """Run the command line and exit with its code."""
    _write_any_character()
    try:
        code = app(standalone_mode=False)
        sys.stdout.flush()
    except (typer.Abort, KeyboardInterrupt):
        _fail("interrupted", _INTERRUPTED)
    except typer.TyperException as error:
        _fail_use(error)
    except _BAD_USE as error:
        _fail(str(error), 2)
    except CrawlerError as error:
        _fail(str(error), 1)
    except BrokenPipeError:
        _end_without_reader()
    except SystemExit as end:  # Typer's, for a pipe that broke
        if not isinstance(end.__context__, BrokenPipeError):
            raise
        _end_without_reader()
    except Exception as error:  # noqa: BLE001 (the last resort: no traceback to a user)
        if os.environ.get("WENXUN_DEBUG"):
            traceback.print_exc()
        _fail(f"unexpected {type(error).__name__}: {error} (WENXUN_DEBUG=1 shows where)", 1)
    sys.exit(code if isinstance(code, int) else 0)


def _write_any_character() -> None:
    """Write UTF-8 whatever the locale says: titles are Chinese, and files have to be exact."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _fail_use(error: typer.TyperException) -> NoReturn:
    """Name the mistake and the help; where the help itself was the answer, it is printed."""
    message = error.format_message()
    context = getattr(error, "ctx", None)
    if not message:
        sys.exit(2)
    where = f" (see `{context.command_path} --help`)" if context else ""
    told = " ".join(message.split()).replace(": Value error, ", ": ")  # choices come as lines
    _fail(told.rstrip(".") + where, 2)


def _end_without_reader() -> NoReturn:
    """End well: the reader of our output went away (`wenxun … | head`)."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(0)


def _fail(message: str, code: int) -> NoReturn:
    typer.echo(f"wenxun: {message}", err=True)
    sys.exit(code)
