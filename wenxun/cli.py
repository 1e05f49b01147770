"""The command line: `wenxun …`. Turns errors into one line and an exit code.

Exit codes: 0 done, 1 done with failures, 2 bad use or configuration, 130 interrupted.
"""

import os
import sys
import traceback
from typing import Annotated

import click
import typer

from crawler.errors import CrawlerError
from crawler.site import SiteError
from storage.errors import StorageError
from wenxun import __version__
from wenxun.commands import register_all
from wenxun.config import ConfigError

_BAD_USE = (ConfigError, SiteError, StorageError)

app = typer.Typer(
    name="wenxun",
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


register_all(app)


def main() -> None:
    """Run the command line and exit with its code."""
    try:
        code = app(standalone_mode=False)
    except click.exceptions.Abort:
        _fail("interrupted", 130)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except _BAD_USE as error:
        _fail(str(error), 2)
    except CrawlerError as error:
        _fail(str(error), 1)
    except KeyboardInterrupt:
        _fail("interrupted", 130)
    except BrokenPipeError:
        # The reader of our output went away (`wenxun … | head`): not an error of ours.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:  # noqa: BLE001 (the last resort: no traceback to a user)
        if os.environ.get("WENXUN_DEBUG"):
            traceback.print_exc()
        _fail(f"unexpected {type(error).__name__}: {error} (WENXUN_DEBUG=1 shows where)", 1)
    sys.exit(code if isinstance(code, int) else 0)


def _fail(message: str, code: int) -> None:
    typer.echo(f"wenxun: {message}", err=True)
    sys.exit(code)
