"""The timeline: what was where at any moment, what happened, and what was reported."""

import random
import stat
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from engine.errors import StoreError
from engine.model import SENSITIVE, Actor, ResourceRef, ResourceState
from engine.store.timeline import Timeline
from tests.support.samples import NOON, at, events_between, make_drift, make_event, make_report, make_state


@pytest.fixture
def timeline(tmp_path: Path) -> Iterator[Timeline]:
    timeline = Timeline.open(tmp_path / "store")
    yield timeline
    timeline.close()


def ref(id_: str) -> ResourceRef:
    return make_state(id_).ref


def versions(timeline: Timeline, id_: str, side: str = "actual") -> list[tuple[float, object]]:
    """The history of a resource as (minutes after noon, attributes or None)."""
    return [
        ((when - NOON).total_seconds() / 60, dict(state.attributes) if state else None)
        for when, state in timeline.history(ref(id_), side)
    ]


class TestResources:
    def test_the_estate_of_any_moment_can_be_asked_for(self, timeline: Timeline) -> None:
        timeline.record_scan(make_report("s1", 0), [make_state("sg-1", port=22), make_state("sg-2", port=80)], [])
        timeline.record_scan(make_report("s2", 10), [make_state("sg-1", port=443), make_state("sg-3", port=25)], [])

        assert timeline.resources_as_of(at(-1)) == []
        assert timeline.resources_as_of(at(0)) == [make_state("sg-1", port=22), make_state("sg-2", port=80)]
        assert timeline.resources_as_of(at(9.9)) == timeline.resources_as_of(at(0))
        assert timeline.resources_as_of(at(10)) == [make_state("sg-1", port=443), make_state("sg-3", port=25)]

    def test_of_a_large_scan_only_some_is_in_memory_at_a_time(
        self, timeline: Timeline, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("engine.store.timeline_columns._BATCH", 50)
        states = (make_state(f"sg-{n}", text=f"{n:05d}" * 2_000) for n in range(2_000))

        tracemalloc.start()
        timeline.record_scan(make_report("s1"), states, [])
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()

        assert most < 10_000_000  # of 20 MB

    def test_the_two_sides_are_kept_apart(self, timeline: Timeline) -> None:
        declared, actual = make_state("sg-1", "declared", port=22), make_state("sg-1", "actual", port=23)
        timeline.record_scan(make_report("s1"), [declared, actual], [])

        assert timeline.resources_as_of(at(0), "declared") == [declared]
        assert timeline.resources_as_of(at(0), "actual") == [actual]
        assert timeline.resources_as_of(at(0)) == [actual, declared]

    def test_history_tells_when_a_resource_appeared_changed_vanished_and_came_back(self, timeline: Timeline) -> None:
        lives = [{"port": 1}, {"port": 1}, {"port": 2}, None, None, {"port": 2}]
        for minute, attributes in enumerate(lives):
            states = [make_state("sg-1", **attributes)] if attributes else []
            timeline.record_scan(make_report(f"s{minute}", minute), states, [])

        assert versions(timeline, "sg-1") == [(0, {"port": 1}), (2, {"port": 2}), (3, None), (5, {"port": 2})]

    def test_key_order_is_no_change(self, timeline: Timeline) -> None:
        timeline.record_scan(make_report("s1", 0), [make_state("sg-1", a=1, b={"c": 2, "d": 3})], [])
        timeline.record_scan(make_report("s2", 1), [make_state("sg-1", b={"d": 3, "c": 2}, a=1)], [])

        assert len(versions(timeline, "sg-1")) == 1

    def test_what_a_failed_source_does_not_show_has_not_vanished(self, timeline: Timeline) -> None:
        both = [make_state("sg-1", "declared", port=22), make_state("sg-1", "actual", port=22)]
        timeline.record_scan(make_report("s1", 0), both, [])
        timeline.record_scan(make_report("s2", 1, failed=("account",)), [], [])

        assert versions(timeline, "sg-1", "actual") == [(0, {"port": 22})]
        assert versions(timeline, "sg-1", "declared") == [(0, {"port": 22}), (1, None)]

    def test_a_scan_of_an_earlier_time_leaves_later_scans_true(self, timeline: Timeline) -> None:
        timeline.record_scan(make_report("s1", 0), [make_state("sg-1", port=1)], [])
        timeline.record_scan(make_report("s3", 20), [make_state("sg-1", port=1)], [])
        timeline.record_scan(make_report("s2", 10), [make_state("sg-1", port=2), make_state("sg-2", port=9)], [])

        assert versions(timeline, "sg-1") == [(0, {"port": 1}), (10, {"port": 2}), (20, {"port": 1})]
        assert versions(timeline, "sg-2") == [(10, {"port": 9}), (20, None)]

    def test_scans_in_any_order_tell_the_same_story(self, tmp_path: Path) -> None:
        chance = random.Random(7)
        estates = {
            minute: [make_state(f"sg-{n}", port=chance.randint(1, 3)) for n in range(6) if chance.random() < 0.7]
            for minute in range(8)
        }
        for attempt in range(5):
            order = list(estates)
            chance.shuffle(order)
            timeline = Timeline.open(tmp_path / str(attempt))
            for minute in order:
                timeline.record_scan(make_report(f"s{minute}", minute), estates[minute], [])
            for minute, estate in estates.items():
                assert timeline.resources_as_of(at(minute)) == estate, f"recorded in the order {order}"
            timeline.close()

    def test_a_moved_declaration_keeps_its_history_by_id(self, timeline: Timeline) -> None:
        old = make_state("sg-1", "declared", port=22)
        new = msgspec.structs.replace(
            old, ref=msgspec.structs.replace(old.ref, address="module.a.aws_security_group.x")
        )
        timeline.record_scan(make_report("s1", 0), [old], [])
        timeline.record_scan(make_report("s2", 1), [new], [])

        assert timeline.history(ref("sg-1"), "declared") == [(at(0), old), (at(1), new)]

    def test_a_resource_without_an_id_is_found_by_its_address(self, timeline: Timeline) -> None:
        states = [
            ResourceState("declared", ResourceRef("aws", "aws_sqs_queue", "", "", f"aws_sqs_queue.{name}"), {}, "code")
            for name in ("a", "b")
        ]  # fmt: skip
        timeline.record_scan(make_report("s1"), states, [])

        assert timeline.history(states[1].ref, "declared") == [(at(0), states[1])]

    def test_an_estate_larger_than_a_row_group_is_recorded_whole(self, timeline: Timeline) -> None:
        states = [make_state(f"sg-{n:06d}", n=n % 50) for n in range(130_000)]
        timeline.record_scan(make_report("s1", 0), states, [])
        timeline.record_scan(make_report("s2", 1), states[1:], [])

        assert versions(timeline, "sg-000000") == [(0, {"n": 0}), (1, None)]
        assert timeline.resources_as_of(at(1)) == states[1:]

    def test_a_secret_is_not_kept_and_its_change_is(self, timeline: Timeline, tmp_path: Path) -> None:
        for minute, word in enumerate(("hunter2hunter2", "hunter3hunter3")):
            timeline.record_scan(make_report(f"s{minute}", minute), [make_state("db-1", db_password=word)], [])

        assert versions(timeline, "db-1") == [(0, {"db_password": SENSITIVE}), (1, {"db_password": SENSITIVE})]
        timeline.close()
        assert b"hunter" not in (tmp_path / "store" / "timeline.duckdb").read_bytes()

    def test_hostile_text_comes_back_as_it_was(self, timeline: Timeline) -> None:
        text = "[red]\x1b]52;c;AAAA\x07\u202e\x00'; DROP TABLE events; --\n\"\\"
        state = make_state(text, tags={text: text})
        event = make_event(text, touches=(text, "a,b", ""), summary=text, original=text)
        timeline.record_scan(make_report("s1"), [state], [event])

        assert timeline.resources_as_of(at(0)) == [state]
        assert events_between(timeline, at(0), at(0), touching=[text]) == [event]


class TestEvents:
    def test_events_come_back_whole_and_in_order_of_time(self, timeline: Timeline) -> None:
        bare = make_event("e2", 2.5, actor=Actor(), touches=(), error="AccessDenied", writes=False)
        later = make_event("e1", 5)
        timeline.record_scan(make_report("s1"), [], [later, bare])

        assert events_between(timeline, at(0), at(10)) == [bare, later]

    def test_an_event_is_kept_once(self, timeline: Timeline) -> None:
        first, second = make_event("e1", 1), make_event("e2", 2)
        assert timeline.add_events([first, first]) == 1
        assert timeline.add_events([second, first]) == 1
        timeline.record_scan(make_report("s1"), [], [first, second])

        assert events_between(timeline, at(0), at(10)) == [first, second]

    def test_both_ends_of_a_window_belong_to_it(self, timeline: Timeline) -> None:
        timeline.add_events([make_event(f"e{minute}", minute) for minute in range(5)])

        assert [event.id for event in events_between(timeline, at(1), at(3))] == ["e1", "e2", "e3"]

    def test_events_are_chosen_by_source_and_by_what_they_touch(self, timeline: Timeline) -> None:
        timeline.add_events(
            [
                make_event("e1", 1, source="trail", touches=("sg-1", "vpc-1")),
                make_event("e2", 2, source="git", touches=("sg-1",)),
                make_event("e3", 3, source="trail", touches=("sg-2",)),
            ]
        )

        def chosen(**choice: list[str]) -> list[str]:
            return [event.id for event in events_between(timeline, at(0), at(9), **choice)]

        assert chosen(sources=["trail"]) == ["e1", "e3"]
        assert chosen(touching=["sg-1", "sg-9"]) == ["e1", "e2"]
        assert chosen(sources=["trail"], touching=["sg-1"]) == ["e1"]
        assert chosen(sources=[]) == []

    def test_a_limit_keeps_the_first(self, timeline: Timeline) -> None:
        timeline.add_events(make_event(f"e{minute}", minute) for minute in range(5))

        assert [event.id for event in events_between(timeline, at(0), at(9), limit=2)] == ["e0", "e1"]

    def test_one_list_of_touched_things_among_many_empty_ones_is_kept(self, timeline: Timeline) -> None:
        events = [make_event(f"e{n:05d}", n / 1000, touches=("sg-1",) if n == 12_345 else ()) for n in range(20_000)]
        timeline.add_events(events)

        assert events_between(timeline, at(0), at(30), touching=["sg-1"]) == [events[12_345]]


class TestReports:
    def test_a_report_comes_back_as_it_was_recorded(self, timeline: Timeline) -> None:
        report = make_report("s1", 0, make_drift("b"), make_drift("a"))
        timeline.record_scan(report, [], [])

        assert timeline.last_report() == report
        assert timeline.report_of("s1") == report

    def test_the_last_report_is_the_one_recorded_last(self, timeline: Timeline) -> None:
        assert timeline.last_report() is None
        for minute in (5, 1):
            timeline.record_scan(make_report(f"s{minute}", minute), [], [])

        last = timeline.last_report()
        assert last
        assert last.scan.id == "s1"
        assert timeline.scan_ids() == ["s5", "s1"]

    def test_a_report_is_found_by_the_fingerprint_of_what_was_read_last(self, timeline: Timeline) -> None:
        timeline.record_scan(make_report("s1"), [], [], "x")
        timeline.record_scan(make_report("s2"), [], [], "y")

        assert timeline.report_for("y") == timeline.report_of("s2")
        assert timeline.report_for("x") is None, "what s2 found has taken its place"
        assert timeline.report_for("z") is None

    def test_an_unchanged_scan_repeats_the_report_and_touches_no_resource(self, timeline: Timeline) -> None:
        first = make_report("s1", 0, make_drift("a"), make_drift("b"))
        timeline.record_scan(first, [make_state("sg-1", port=1)], [], "x")
        for name in ("s2", "s3"):
            known = timeline.report_for("x")
            assert known
            again = msgspec.structs.replace(known, scan=msgspec.structs.replace(known.scan, id=name))
            timeline.record_unchanged(again, "x")

            assert timeline.last_report() == again
            assert again.drifts == first.drifts
        assert versions(timeline, "sg-1") == [(0, {"port": 1})]

    def test_a_scan_that_fails_leaves_nothing(self, timeline: Timeline) -> None:
        timeline.record_scan(make_report("s1"), [make_state("sg-1", port=1)], [])

        def broken() -> Iterator[ResourceState]:
            yield make_state("sg-1", port=2)
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            timeline.record_scan(make_report("s2", 1), broken(), [make_event()])
        with pytest.raises(StoreError, match="nothing was changed"):
            timeline.record_scan(make_report("s1", 2), [], [make_event()])

        assert timeline.scan_ids() == ["s1"]
        assert timeline.resources_as_of(at(5)) == [make_state("sg-1", port=1)]
        assert events_between(timeline, at(-100), at(100)) == []


class TestFile:
    def test_everything_is_there_after_reopening(self, tmp_path: Path) -> None:
        timeline = Timeline.open(tmp_path)
        report = make_report("s1", 0, make_drift())
        timeline.record_scan(report, [make_state("sg-1", port=1)], [make_event()], "f")
        timeline.close()

        timeline = Timeline.open(tmp_path)
        assert timeline.report_for("f") == report
        assert timeline.resources_as_of(at(0)) == [make_state("sg-1", port=1)]
        assert events_between(timeline, at(0), at(0)) == [make_event()]
        timeline.close()

    def test_only_its_owner_may_read_it(self, tmp_path: Path) -> None:
        folder = tmp_path / "new" / "store"
        timeline = Timeline.open(folder)
        timeline.record_scan(make_report("s1"), [make_state("sg-1", port=1)], [])

        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        files = [stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()]
        assert set(files) == {0o600}
        timeline.close()

    def test_a_folder_that_holds_other_things_keeps_its_mode(self, tmp_path: Path) -> None:
        tmp_path.chmod(0o755)
        (tmp_path / "notes.txt").touch()
        Timeline.open(tmp_path).close()

        assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755
