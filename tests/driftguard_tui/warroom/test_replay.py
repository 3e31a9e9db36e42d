"""Going through a session again, step by step."""

from datetime import UTC, datetime, timedelta

import pytest

from driftguard_tui.warroom.replay import Replay
from engine.warroom import Entry, Kind

AT = datetime(2026, 3, 14, 14, 5, tzinfo=UTC)


def at(*seconds: float) -> list[Entry]:
    return [Entry(at=AT + timedelta(seconds=each), by="anna", kind=Kind.LOOKED) for each in seconds]


def test_it_goes_forth_and_back_within_its_steps() -> None:
    steps = at(0, 1, 2)
    replay = Replay("x", steps)
    assert replay.step is None
    assert [replay.move(1) for _ in range(4)] == [*steps, None]
    assert replay.place == "3 of 3"
    assert replay.move(-1) is steps[1]
    assert replay.move(-1) is steps[0]
    assert replay.move(-1) is None


@pytest.mark.parametrize(("speed", "gap", "seconds"), [(1, 3, 3.0), (10, 30, 3.0), (10, 1, 0.5), (1, 3600, 6.0)])
def test_steps_come_at_their_own_pace_or_a_faster_one(speed: float, gap: float, seconds: float) -> None:
    replay = Replay("x", at(0, gap), speed)
    replay.move(1)
    assert replay.wait == seconds
    replay.is_paused = True
    assert replay.wait is None
    replay.is_paused = False
    replay.move(1)
    assert replay.wait is None, "after the last step nothing comes"
