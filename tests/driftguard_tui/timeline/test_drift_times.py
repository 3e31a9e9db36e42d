"""Drifts by the time at which they came about."""

from hypothesis import given
from hypothesis import strategies as st

from driftguard_tui.timeline.drift_times import DriftTimes
from tests.support.samples import at, make_drift
from tests.support.timeline_samples import SCALE

_MOMENTS = st.lists(st.tuples(st.integers(-30, 90), st.integers(0, 100)), max_size=40)


@given(_MOMENTS, st.integers(1, 30))
def test_each_column_has_its_number_and_its_gravest(found: list[tuple[int, int]], times: int) -> None:
    drifts = [
        make_drift(f"{number}", changed_at=at(minute), score=score)
        for number, (minute, score) in enumerate(found * times)
    ]
    expected: dict[int, list[int]] = {}
    for minute, score in found * times:
        if 0 <= minute < 60:
            expected.setdefault(minute, []).append(score)
    seen = {column: (number, gravest.severity.score) for column, number, gravest in DriftTimes(drifts).columns(SCALE)}
    assert seen == {column: (len(scores), max(scores)) for column, scores in expected.items()}


def test_those_of_unknown_time_are_only_known_to_have_been_found() -> None:
    times = DriftTimes([make_drift("a", changed_at=None, detected_at=at(5)), make_drift("b", changed_at=at(2))])
    assert [drift.id for drift in times.between(at(0), at(9))] == ["b"]
    assert times.extent == (at(0), at(5))
    assert DriftTimes().extent is None
