"""Whether somebody agreed: a person, a pipe, or nobody at all."""

import pytest
import typer
from typer.testing import CliRunner

from wenxun.asking import must_agree

app = typer.Typer()


@app.command()
def burn(*, yes: bool = False) -> None:
    must_agree("Burn it?", yes=yes, else_="nothing burnt")
    typer.echo("burnt")


@pytest.mark.parametrize(
    ("arguments", "typed", "code", "said"),
    [
        (["--yes"], "", 0, "burnt"),
        ([], "y\n", 0, "burnt"),
        ([], "n\n", 1, "nothing burnt"),
        ([], "\n", 1, "nothing burnt"),
        ([], "", 1, "nothing burnt: --yes agrees beforehand"),
    ],
)
def test_nothing_is_done_that_nobody_agreed_to(arguments, typed, code, said) -> None:
    ended = CliRunner().invoke(app, arguments, input=typed)

    assert ended.exit_code == code
    assert [line for line in ended.output.splitlines() if "burnt" in line] == [said]
