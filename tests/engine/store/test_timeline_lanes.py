"""What a drawing of time is answered: counts by column and lane, what lasts, and the events where they are few."""

import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.model import Actor, ActorKind, EventKind, Series
from engine.store.stretches import WRITES, Wanted
from engine.store.timeline import Timeline
from tests.support.samples import at, make_event, make_report, make_state

MINUTE = timedelta(minutes=1)
ALL = Wanted(only_writes=False)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty timeline: copying it is quicker than making one."""
    folder = tmp_path_factory.mktemp("prepared")
    Timeline.open(folder).close()
    return folder


@pytest.fixture
def timeline(prepared: Path, tmp_path: Path) -> Iterator[Timeline]:
    timeline = Timeline.open(Path(copytree(prepared, tmp_path / "store")))
    yield timeline
    timeline.close()


_draw = random.Random(5)
BUSY = [make_event(f"e{number}", _draw.uniform(-200, 200)) for number in range(300)]


@pytest.fixture
def busy(timeline: Timeline) -> Timeline:
    timeline.add_events(BUSY)
    return timeline


class TestCounting:
    def test_each_lane_counts_what_is_in_each_column(self, timeline: Timeline) -> None:
        timeline.add_events(
            [
                make_event("a", 0, source="trail"),
                make_event("b", 0.99, source="trail"),
                make_event("c", 3, source="trail"),
                make_event("d", 3, source="git", kind=EventKind.COMMIT),
                make_event("e", 1, source="k8s"),
                make_event("before", -0.01, source="trail"),
                make_event("at the end", 4, source="trail"),
            ]
        )
        found = timeline.stretch(at(0), MINUTE, 4, names=["trail", "git", "none"])

        assert found.lanes == {"trail": {0: 2, 3: 1}, "git": {3: 1}, "none": {}}
        assert found.others == {1: 1}
        assert found.end == at(4)

    @pytest.mark.parametrize(
        ("by", "lanes"),
        [
            ("source", {"trail": {0: 1, 1: 1}}),
            ("kind", {"api_call": {0: 1}, "deploy": {1: 1}}),
            ("actor", {"mia": {0: 1}, "": {1: 1}}),
            ("operation", {"Open": {0: 1}, "Close": {1: 1}}),
            ("service", {"ec2": {0: 1}, "s3": {1: 1}}),
            ("scope", {"one": {0: 1}, "two": {1: 1}}),
        ],
    )
    def test_lanes_are_the_values_of_a_field(self, timeline: Timeline, by: str, lanes: dict[str, Any]) -> None:
        timeline.add_events(
            [
                make_event("a", 0, actor=Actor("mia"), operation="Open", service="ec2", scope="one"),
                make_event("b", 1, actor=Actor(), kind=EventKind.DEPLOY, operation="Close", service="s3", scope="two"),
            ]
        )
        assert timeline.stretch(at(0), MINUTE, 2, by=by, names=list(lanes)).lanes == lanes
        assert timeline.names()[by] == {name: sum(counts.values()) for name, counts in lanes.items()}

    @pytest.mark.parametrize(
        ("wanted", "ids"),
        [
            (Wanted(), ["written", "refused", "commit"]),
            (ALL, ["read", "written", "refused", "commit"]),
            (WRITES.of("source", "git"), ["commit"]),
            (WRITES.of("source"), []),
            (WRITES.of("source", "git").of("source", "trail"), []),
            (Wanted(among=((("source", ("git",)), ("operation", ("Put",))),)), ["written", "commit"]),
            (Wanted(among=((),)), []),
            (ALL.of("kind", "api_call").of("operation", "Get", "Put"), ["read", "written"]),
            (Wanted(touching=("sg-2",)), ["refused"]),
        ],
    )  # fmt: skip
    def test_only_what_is_wanted_counts(self, timeline: Timeline, wanted: Wanted, ids: list[str]) -> None:
        timeline.add_events(
            [
                make_event("read", 1, operation="Get", writes=False),
                make_event("written", 2, operation="Put"),
                make_event("refused", 3, operation="List", writes=False, error="AccessDenied", touches=("sg-2",)),
                make_event("commit", 4, operation="fix", source="git", kind=EventKind.COMMIT, writes=False),
            ]
        )
        found = timeline.stretch(at(0), MINUTE, 9, names=["trail", "git"], wanted=wanted)
        assert [event.id for event in found.events or ()] == ids
        assert sum(sum(counts.values()) for counts in found.lanes.values()) == len(ids)
        assert [event.id for event in timeline.events_within(at(0), at(9), wanted)[0]] == ids

    @settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(width=st.integers(1, 5_000), first=st.integers(-250, 250), columns=st.integers(1, 300))
    def test_every_event_of_the_span_is_in_the_column_of_its_time(
        self, busy: Timeline, width: int, first: int, columns: int
    ) -> None:
        step = timedelta(seconds=width)
        found = busy.stretch(at(first), step, columns, names=["trail"])
        places = [(event.at - at(first)) // step for event in BUSY]
        assert found.lanes["trail"] == {column: places.count(column) for column in places if 0 <= column < columns}

    def test_events_come_along_while_they_are_few(self, timeline: Timeline) -> None:
        timeline.add_events(make_event(f"e{number}", number) for number in range(6))
        assert len(timeline.stretch(at(0), MINUTE, 6, most=6).events or ()) == 6
        assert timeline.stretch(at(0), MINUTE, 6, most=5).events is None
        assert timeline.stretch(at(0), MINUTE, 5, most=5).events is not None


def test_actors_are_told_by_name_and_kind(timeline: Timeline) -> None:
    mia, bot = Actor("mia", ActorKind.HUMAN), Actor("bot", ActorKind.AUTOMATION)
    timeline.add_events(
        [make_event(str(place), place, actor=who) for place, who in enumerate((mia, bot, mia, Actor()))]
    )
    assert timeline.actors() == [bot, mia]


class TestWhatLasts:
    def incident(self, id_: str, start: float, end: float | None, **fields: Any) -> Any:
        ended = None if end is None else at(end)
        return make_event(id_, start, **{"kind": EventKind.INCIDENT, "source": "jira", "ended_at": ended, **fields})

    def test_what_is_under_way_at_any_time_is_told(self, timeline: Timeline) -> None:
        timeline.add_events(
            [
                self.incident("over", -60, -1),
                self.incident("through", -60_000, 60_000),
                self.incident("open", -60, None),
                self.incident("forgotten", -60_000, None),
                self.incident("begins", 3, 20, kind=EventKind.ALERT),
                self.incident("later", 10, None),
            ]
        )
        found = timeline.stretch(at(0), MINUTE, 10)
        assert [event.id for event in found.lasting or ()] == ["through", "open", "begins"]
        assert found.begun == {"alert": {3: 1}}
        assert found.events == ()

    def test_too_many_are_only_counted(self, timeline: Timeline) -> None:
        timeline.add_events(self.incident(f"i{number}", number % 2, 5) for number in range(6))
        found = timeline.stretch(at(0), MINUTE, 10, most=5)
        assert found.lasting is None
        assert found.begun == {"incident": {0: 3, 1: 3}}


class TestScans:
    def test_scans_and_what_they_saw_change(self, timeline: Timeline) -> None:
        timeline.record_scan(make_report("first", 0), [make_state("sg-1", port=22)], [])
        timeline.record_scan(make_report("second", 5), [make_state("sg-1", port=23)], [])
        found = timeline.stretch(at(0), MINUTE, 10)
        assert [(mark.id, mark.as_of) for mark in found.scans] == [("first", at(0)), ("second", at(5))]
        assert found.changes == {5: 1}


class TestFinding:
    def test_the_next_and_the_one_before(self, timeline: Timeline) -> None:
        timeline.add_events([make_event("a", 1), make_event("read", 2, writes=False), make_event("b", 3)])
        assert timeline.nearest(at(1)) == at(3)
        assert timeline.nearest(at(1), ALL) == at(2)
        assert timeline.nearest(at(3), earlier=True) == at(1)
        assert timeline.nearest(at(3)) is None

    def test_one_event_comes_whole(self, timeline: Timeline) -> None:
        event = make_event("a", 1, original='{"b": 2}')
        timeline.add_events([event])
        assert timeline.event("a", at(1)) == event
        assert timeline.event("b", at(1)) is None

    def test_events_come_up_to_a_limit_and_tell_how_many_are_left(self, timeline: Timeline) -> None:
        timeline.add_events(make_event(f"e{number}", number) for number in range(5))
        events, more = timeline.events_within(at(0), at(4), limit=3)
        assert ([event.id for event in events], more) == (["e0", "e1", "e2"], 1)
        assert timeline.events_within(at(0), at(5), limit=9)[1] == 0

    def test_the_extent_is_of_all_that_is_recorded(self, timeline: Timeline) -> None:
        assert timeline.extent() is None
        timeline.add_events([make_event("a", 1)])
        timeline.record_scan(make_report("first", 5), [], [])
        assert timeline.extent() == (at(1), at(5))


class TestSeries:
    def test_a_series_has_bounds_in_each_column(self, timeline: Timeline) -> None:
        times = tuple(at(minutes) for minutes in (0, 0.5, 2))
        series = Series("prometheus", "latency", times, (3.0, 1.0, 7.0), {"service": "checkout"}, touches=("checkout",))
        timeline.record_scan(make_report("first", 0), [], [], series=[series])

        [name] = timeline.series_names(at(0), at(3))
        assert (name.name, dict(name.labels), name.touches, name.samples) == (
            "latency", {"service": "checkout"}, ("checkout",), 3,
        )  # fmt: skip
        shape = timeline.series_shape(name.number, at(0), MINUTE, 3)
        assert (shape.low, shape.high) == ({0: 1.0, 2: 7.0}, {0: 3.0, 2: 7.0})
        assert timeline.series_names(at(3), at(9)) == []
