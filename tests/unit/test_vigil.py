"""Who stands still is told by what does not move, never by comparing two clocks."""

from datetime import timedelta

from scheduler.vigil import Pulse, Vigil

LEASE = timedelta(seconds=60)


def pulses(**beats: object) -> dict[str, Pulse]:
    return {name: Pulse(beat=beat, lease=LEASE) for name, beat in beats.items()}


def test_who_does_not_move_for_a_lease_is_silent() -> None:
    vigil: Vigil[str] = Vigil()

    told = [vigil.silent(pulses(a=1, b=s), elapsed_s=s) for s in range(0, 61, 10)]

    assert told == [frozenset()] * 6 + [frozenset({"a"})]


def test_a_beat_that_moves_backwards_moves() -> None:
    vigil: Vigil[str] = Vigil()

    told = [vigil.silent(pulses(a=-s), elapsed_s=s) for s in range(0, 300, 10)]

    assert not any(told)


def test_who_did_not_watch_has_not_seen_the_others_stand_still() -> None:
    vigil: Vigil[str] = Vigil()

    vigil.silent(pulses(a=1), elapsed_s=0)
    after_a_long_sleep = vigil.silent(pulses(a=1), elapsed_s=100_000)
    soon_after = vigil.silent(pulses(a=2), elapsed_s=100_001)

    assert (after_a_long_sleep, soon_after) == (frozenset(), frozenset())


def test_who_never_said_anything_is_silent_after_a_lease_too() -> None:
    vigil: Vigil[str] = Vigil()

    told = [vigil.silent(pulses(a=None), elapsed_s=s) for s in range(0, 61, 15)]

    assert told[-1] == {"a"}


def test_who_came_back_is_watched_anew() -> None:
    vigil: Vigil[str] = Vigil()
    for s in range(0, 60, 10):
        vigil.silent(pulses(a=1), elapsed_s=s)

    vigil.silent({}, elapsed_s=60)

    assert vigil.silent(pulses(a=1), elapsed_s=70) == frozenset()
