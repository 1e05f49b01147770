"""Tables lose nothing, however narrow the terminal is."""

import pytest

from wenxun.tables import plain_table, print_table


@pytest.mark.parametrize("columns", ["20", "40", "80", "200"])
def test_a_narrow_terminal_leaves_out_no_column(
    columns: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    table = plain_table("site", "title", "last look", "outcome", whole=("last look", "outcome"))
    table.add_row("yunling", "云岭大学新闻网", "11-28 10:07 +08", "interrupted")

    print_table(table)

    shown = capsys.readouterr().out
    for cell in ("site", "title", "yunling", "云岭大学新闻网", "11-28 10:07 +08", "interrupted"):
        assert cell in shown
