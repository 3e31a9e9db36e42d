"""One question to the timeline answers what happened around a moment, as it was known then."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from msgspec import structs

from engine.model import EventKind, Series
from engine.store import timeline_schema
from engine.store.records import Window
from engine.store.timeline import Timeline
from tests.support.samples import at, events_between, make_event, make_report, make_state


@pytest.fixture
def timeline(tmp_path: Path) -> Iterator[Timeline]:
    timeline = Timeline.open(tmp_path / "store")
    yield timeline
    timeline.close()


def ids(window: Window) -> list[str]:
    return [event.id for event in window.events]


class TestEvents:
    def test_the_window_comes_light_and_in_full_when_asked(self, timeline: Timeline) -> None:
        event = make_event("e1", 1, request='{"a": 1}', original='{"b": 2}')
        timeline.add_events([event])

        [light] = timeline.window(at(0), at(5)).events
        assert light == structs.replace(event, request="", original="")
        assert timeline.window(at(0), at(5), full=True).events == (event,)

    @pytest.mark.parametrize(
        ("choice", "found"),
        [
            ({}, ["read", "written", "ticket", "commit"]),
            ({"only_writes": True}, ["written", "ticket", "commit"]),
            ({"sources": ["trail"]}, ["read", "written"]),
            ({"sources": []}, []),
            ({"kinds": ["incident", "commit"]}, ["ticket", "commit"]),
            ({"touching": ["sg-2", "sg-9"]}, ["written"]),
            ({"scope": "111111111111/eu-west-1"}, ["read", "ticket", "commit"]),
            ({"scope": "111111111111"}, ["read", "ticket", "commit"]),
            ({"scope": "111"}, ["ticket", "commit"]),
            ({"scope": "222222222222", "sources": ["trail"]}, ["written"]),
        ],
    )
    def test_choices(self, timeline: Timeline, choice: dict[str, Any], found: list[str]) -> None:
        timeline.add_events(
            [
                make_event("read", 1, source="trail", scope="111111111111/eu-west-1", touches=("sg-1",), writes=False),
                make_event("written", 2, source="trail", scope="222222222222/eu-west-1", touches=("sg-2",)),
                make_event("ticket", 3, source="jira", scope="", kind=EventKind.INCIDENT, touches=()),
                make_event("commit", 4, source="git", scope="", kind=EventKind.COMMIT, touches=()),
            ]
        )

        assert ids(timeline.window(at(0), at(9), **choice)) == found

    def test_incidents_and_alerts_under_way_belong_to_it(self, timeline: Timeline) -> None:
        over = make_event("over", -60, kind=EventKind.ALERT, ended_at=at(-30))
        lasting = make_event("lasting", -60, kind=EventKind.INCIDENT, ended_at=at(3))
        still = make_event("still", -50, kind=EventKind.ALERT)
        call = make_event("call", -40)
        timeline.add_events([over, lasting, still, call])

        assert ids(timeline.window(at(0), at(9))) == ["lasting", "still"]

    def test_as_of_an_earlier_moment_less_is_known(self, timeline: Timeline) -> None:
        timeline.add_events([make_event("i", 1, kind=EventKind.INCIDENT, ended_at=at(5)), make_event("later", 4)])

        assert ids(timeline.window(at(0), at(9), as_of=at(3))) == ["i"]
        assert [event.ended_at for event in timeline.window(at(0), at(9), as_of=at(3)).events] == [None]
        assert timeline.window(at(0), at(9), as_of=at(5)).events[0].ended_at == at(5)

    def test_of_too_many_the_first_come_and_the_rest_is_counted(self, timeline: Timeline) -> None:
        timeline.add_events(make_event(f"e{minute}", minute) for minute in range(5))

        window = timeline.window(at(0), at(9), limit=2)
        assert (ids(window), window.more) == (["e0", "e1"], 3)
        assert timeline.window(at(0), at(9), limit=5).more == 0


class TestLaterRecords:
    def test_a_record_written_later_takes_the_place_of_the_earlier(self, timeline: Timeline) -> None:
        opened = make_event("i", 1, kind=EventKind.INCIDENT, recorded_at=at(2))
        closed = structs.replace(opened, ended_at=at(6), recorded_at=at(6))
        timeline.add_events([opened])
        timeline.add_events([closed])
        timeline.add_events([opened])

        assert events_between(timeline, at(0), at(9)) == [closed]

    def test_within_one_batch_too(self, timeline: Timeline) -> None:
        opened = make_event("i", 1, kind=EventKind.INCIDENT, recorded_at=at(2))
        closed = structs.replace(opened, at=at(0), ended_at=at(6), recorded_at=at(6))
        timeline.add_events([opened, closed, opened])

        assert events_between(timeline, at(0), at(9)) == [closed]


class TestChanges:
    def test_resources_that_scans_saw_change(self, timeline: Timeline) -> None:
        timeline.record_scan(make_report("s1", 0), [make_state("sg-1", port=1), make_state("sg-2", port=1)], [])
        timeline.record_scan(make_report("s2", 5), [make_state("sg-1", port=2), make_state("sg-3", port=1)], [])

        changes = timeline.window(at(1), at(9)).changes
        assert [(change.resource.id, change.what) for change in changes] == [
            ("sg-1", "changed"), ("sg-2", "gone"), ("sg-3", "new"),
        ]  # fmt: skip
        assert timeline.window(at(0), at(4)).changes == (), "what the first scan saw did not change"
        assert timeline.window(at(1), at(9), kinds=["commit"]).changes == ()


class TestRecall:
    def test_what_touched_a_resource_what_happened_around_and_the_rest_of_the_sitting(self, timeline: Timeline) -> None:
        anna, boris = make_event("x").actor, structs.replace(make_event("x").actor, principal="boris")
        timeline.add_events(
            [
                make_event("hit", 10, touches=("sg-1",), actor=anna),
                make_event("sitting", 25, touches=("sg-7",), actor=anna),
                make_event("another day", 60, touches=("sg-7",), actor=anna),
                make_event("somebody else", 11, touches=("sg-7",), actor=boris),
                make_event("alert", 12, kind=EventKind.ALERT, touches=("checkout",)),
                make_event("other source", 10, source="elsewhere", touches=("sg-1",)),
            ]
        )

        source = make_event("x").source
        found = timeline.events_touching(["sg-1", "nothing"], sources=[source], until=at(90))
        assert [event.id for event in found] == ["hit", "alert", "sitting"]
        assert found[0] == make_event("hit", 10, touches=("sg-1",), actor=anna)

    @pytest.mark.parametrize("more", [0, 500])
    def test_what_went_on_in_other_weeks_is_left_where_it_is(self, timeline: Timeline, more: int) -> None:
        day = 24 * 60
        timeline.add_events(
            [
                make_event("long ago", -20 * day, kind=EventKind.ALERT, touches=("checkout",)),
                make_event("merged long ago", -20 * day, kind=EventKind.COMMIT, touches=("main.tf",)),
                make_event("that week", -3 * day, kind=EventKind.INCIDENT, touches=("checkout",)),
                make_event("hit", 0, touches=("sg-1",)),
                make_event("later", 10 * day, kind=EventKind.ALERT, touches=("checkout",)),
                make_event("of late", 29 * day, kind=EventKind.ALERT, touches=("checkout",)),
            ]
        )

        names = ["sg-1", *(f"nothing-{number}" for number in range(more))]
        found = timeline.events_touching(names, sources=[make_event("x").source], until=at(30 * day))
        assert [event.id for event in found] == ["merged long ago", "that week", "hit", "of late"]


class TestMetrics:
    def series(self, *minutes: int, touches: tuple[str, ...] = ("checkout",)) -> Series:
        return Series(
            source="prometheus",
            name="errors",
            times=tuple(at(minute) for minute in minutes),
            values=tuple(minute / 2 for minute in minutes),
            labels={"service": touches[0]},
            touches=touches,
        )

    def test_each_moment_of_a_series_is_kept_once(self, timeline: Timeline) -> None:
        other = self.series(1, touches=("cart",))
        timeline.record_scan(make_report("s1", 0), [], [], series=[self.series(1, 2), other])
        timeline.record_scan(make_report("s2", 5), [], [], series=[self.series(2, 3)])

        assert timeline.series_between(at(0), at(9)) == [other, self.series(1, 2, 3)]
        assert timeline.series_between(at(2), at(2)) == [self.series(2)]
        assert timeline.series_between(at(0), at(9), touching=["cart"]) == [other]
        assert timeline.series_between(at(0), at(9), most=2) == [other, self.series(1)]


class TestWatermarks:
    def test_they_only_move_forward_and_belong_to_an_estate(self, timeline: Timeline) -> None:
        report = make_report("s1", 0)
        for number, (source, moment) in enumerate([("trail", at(5)), ("jira", at(7)), ("trail", at(3))]):
            scan = structs.replace(report.scan, id=f"s{number}")
            timeline.record_scan(structs.replace(report, scan=scan), [], [], read_to={source: moment})

        assert timeline.watermarks(report.scan.estate) == {"trail": at(5), "jira": at(7)}
        assert timeline.watermarks("another") == {}


def _as_version_1(path: Path) -> None:
    """Turns a timeline into what the first version wrote."""
    with duckdb.connect(str(path)) as connection:
        for table in ("series", "samples", "watermarks"):
            connection.execute(f"DROP TABLE {table}")
        for name in ("ended_at", "recorded_at"):
            connection.execute(f"ALTER TABLE events DROP COLUMN {name}")
        connection.execute("UPDATE settings SET value = '1' WHERE name = 'schema'")


def _tables(path: Path) -> list[Any]:
    with duckdb.connect(str(path)) as connection:
        columns = "SELECT table_name, column_name, data_type, is_nullable FROM duckdb_columns() ORDER BY ALL"
        return connection.execute(columns).fetchall()


def test_a_timeline_of_the_first_version_is_brought_forward(tmp_path: Path) -> None:
    timeline = Timeline.open(tmp_path)
    timeline.add_events([make_event("old", 1)])
    timeline.close()
    path = tmp_path / "timeline.duckdb"
    new = _tables(path)
    _as_version_1(path)
    assert _tables(path) != new

    timeline = Timeline.open(tmp_path)
    timeline.add_events([make_event("new", 2, ended_at=at(3))])
    assert events_between(timeline, at(0), at(9)) == [make_event("old", 1), make_event("new", 2, ended_at=at(3))]
    timeline.close()
    assert _tables(path) == new
    assert Timeline.open(tmp_path).close() is None


def test_a_step_that_fails_leaves_the_timeline_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Timeline.open(tmp_path).close()
    path = tmp_path / "timeline.duckdb"
    _as_version_1(path)
    old = _tables(path)
    steps = {1: timeline_schema._STEPS[1] + "; SELECT nonsense"}
    with monkeypatch.context() as patched:
        patched.setattr(timeline_schema, "_STEPS", steps)
        with pytest.raises(Exception, match="cannot be opened"):
            Timeline.open(tmp_path)

    assert _tables(path) == old
