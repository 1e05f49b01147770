"""A clock that goes on evenly, whatever is done to the machine's."""

from datetime import UTC, datetime, timedelta

from scheduler.steady import SteadyClock

NOW = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Machine:
    """A wall clock that can be set, and seconds that cannot."""

    def __init__(self) -> None:
        self.wall, self.elapsed_s = NOW, 5000.0

    def later(self, seconds: float) -> None:
        self.wall += timedelta(seconds=seconds)
        self.elapsed_s += seconds

    def clock(self) -> SteadyClock:
        return SteadyClock(lambda: self.wall, lambda: self.elapsed_s)


def test_it_tells_the_time() -> None:
    machine = Machine()
    clock = machine.clock()

    machine.later(90)

    assert clock() == NOW + timedelta(seconds=90)
    assert clock.keep() is None


def test_drift_is_followed_at_once() -> None:
    machine = Machine()
    clock = machine.clock()

    machine.wall += timedelta(seconds=1)

    assert clock.keep() is None
    assert clock() == machine.wall


def test_a_jump_that_is_taken_back_moves_nothing() -> None:
    machine = Machine()
    clock = machine.clock()

    machine.wall += 24 * HOUR
    jumps = [clock.keep()]
    machine.wall -= 24 * HOUR
    machine.later(10)
    jumps += [clock.keep(), clock.keep()]

    assert jumps == [None, None, None]
    assert clock() == NOW + timedelta(seconds=10)


def test_a_jump_that_stays_is_believed_the_second_time() -> None:
    for jump in (HOUR, -HOUR):
        machine = Machine()
        clock = machine.clock()

        machine.wall += jump
        first = clock.keep()
        machine.later(10)
        second = clock.keep()

        assert first is None
        assert second is not None
        assert abs(second - jump) < timedelta(seconds=1)
        assert clock() == machine.wall


def test_a_reference_that_says_something_else_each_time_is_not_believed() -> None:
    machine = Machine()
    clock = machine.clock()

    for hours in range(1, 5):
        machine.wall = NOW + hours * HOUR
        assert clock.keep() is None

    assert clock() == NOW


def test_a_lease_that_was_given_before_a_jump_runs_on_as_it_would_have() -> None:
    machine, lease = Machine(), timedelta(minutes=2)
    clock = machine.clock()

    machine.wall += HOUR
    clock.keep()
    machine.later(10)
    clock.keep()
    soon = clock.for_leases(lease)
    machine.later(120)
    later = clock.for_leases(lease)

    assert soon == NOW + timedelta(seconds=10)
    assert later == machine.wall


def test_a_clock_that_is_set_back_ends_no_lease_early() -> None:
    machine = Machine()
    clock = machine.clock()

    machine.wall -= HOUR
    clock.keep()
    clock.keep()

    assert clock.for_leases(timedelta(minutes=2)) == machine.wall
