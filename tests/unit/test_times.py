"""Times are those of a site's zone, else the machine's; an offset that is not its own is shown."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from wenxun.times import SHORT, column, in_zone, iso, shown

AT = datetime(2026, 3, 2, 8, 5, tzinfo=UTC)


@pytest.fixture(params=["Asia/Shanghai", "UTC", "Europe/Berlin"])
def machine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Let the machine be in a zone."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", request.param)
        time.tzset()
        yield request.param
    time.tzset()


def test_a_time_of_a_site_is_that_of_its_zone_and_an_offset_that_is_not_ours_is_shown(
    machine: str,
) -> None:
    mark = "" if machine == "Asia/Shanghai" else " +08"

    assert shown(AT, "Asia/Shanghai") == f"2026-03-02 16:05{mark}"
    assert shown(AT, "Asia/Shanghai", SHORT) == f"03-02 16:05{mark}"
    assert shown(AT, "Asia/Kolkata") == "2026-03-02 13:35 +0530"


def test_what_belongs_to_no_site_is_told_in_the_machines_zone(machine: str) -> None:
    hour = {"Asia/Shanghai": 16, "UTC": 8, "Europe/Berlin": 9}[machine]

    assert shown(AT, None) == f"2026-03-02 {hour:02}:05"
    assert iso(AT, None) == f"2026-03-02T{hour:02}:05:00+{hour - 8:02}:00"


def test_the_offset_of_all_times_of_a_column_stands_in_its_heading() -> None:
    same = column("made", ["03-02 16:05 +08", "", "03-03 16:05 +08"])
    mixed = column("made", ["03-02 16:05 +08", "03-02 13:35 +0530"])

    assert same == ("made +08", ["03-02 16:05", "", "03-03 16:05"])
    assert mixed == ("made", ["03-02 16:05 +08", "03-02 13:35 +0530"])
    assert column("made", ["03-02 16:05", ""]) == ("made", ["03-02 16:05", ""])
    assert column("made", []) == ("made", [])


def test_programs_are_always_given_the_offset(machine: str) -> None:
    assert iso(AT, "Asia/Shanghai") == "2026-03-02T16:05:00+08:00"


def test_a_time_without_an_offset_is_meant_in_the_zone_of_its_site(machine: str) -> None:
    written = datetime(2026, 3, 2, 16, 5)  # noqa: DTZ001 (as people write it)

    assert in_zone(written, "Asia/Shanghai") == AT
    assert (in_zone(written, None) == AT) is (machine == "Asia/Shanghai")
