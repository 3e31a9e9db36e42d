"""What happened, for one scan: shifts of metrics become events, told from what was recorded before."""

from pathlib import Path

from engine.collectors.gathering import Gathered
from engine.happened import add_shifts, earlier_series
from engine.model import EventKind, Series
from engine.providers import load_knowledge
from engine.shelves import Shelves
from engine.store import open_stores
from tests.support.samples import at, make_event, make_report


def gathered(*series: Series) -> Gathered:
    found = Gathered(Shelves(load_knowledge()))
    found.series = list(series)
    return found


def errors(first: int, last: int, *, jump_at: int = 10_000) -> Series:
    """A ratio of errors, a value a minute, that leaps at some minute."""
    minutes = range(first, last)
    values = tuple((0.4 if minute >= jump_at else 0.01) + minute % 7 / 1000 for minute in minutes)
    times = tuple(at(minute) for minute in minutes)
    return Series("prometheus", "errors", times, values, {"service": "checkout"}, touches=("checkout",))


def test_a_leap_of_a_metric_is_an_event_among_the_others() -> None:
    found = gathered(errors(0, 300, jump_at=250))
    found.events = [make_event("before", 10), make_event("after", 290)]
    add_shifts(found)

    assert [event.kind for event in found.events] == [EventKind.API_CALL, EventKind.METRIC, EventKind.API_CALL]
    shift = found.events[1]
    assert (shift.at, shift.touches, shift.writes) == (at(250), ("checkout",), False)


def test_what_is_new_of_a_metric_is_told_by_what_was_recorded_before(tmp_path: Path) -> None:
    with open_stores(tmp_path) as stores:
        stores.record_scan(make_report("s1", 240), series=[errors(0, 240)])
        fresh = gathered(errors(239, 300, jump_at=270))
        earlier = earlier_series(fresh, stores)
        alone = gathered(errors(239, 300, jump_at=270))
    add_shifts(fresh, earlier)
    add_shifts(alone)

    assert [event.at for event in fresh.events] == [at(270)]
    assert alone.events == [], "half an hour is too little to say what is usual"


def test_without_metrics_nothing_is_asked(tmp_path: Path) -> None:
    with open_stores(tmp_path) as stores:
        assert earlier_series(gathered(), stores) == []
