"""A long time at once: events that are alike together, every drift once, the last report of each estate."""

from pathlib import Path

from msgspec import structs

from engine.model import Actor, ActorKind, EventKind, Report, Via
from engine.store import open_stores
from tests.support.samples import at, make_drift, make_event, make_report

BOT = Actor("bot", ActorKind.AUTOMATION, Via.SDK)


def of_estate(report: Report, name: str) -> Report:
    return structs.replace(report, scan=structs.replace(report.scan, estate=name))


def micros(minutes: float) -> int:
    return round(at(minutes).timestamp() * 1e6)


def test_alike_events_come_together(tmp_path: Path) -> None:
    events = [
        make_event("a", 0),
        make_event("b", 5, actor=structs.replace(make_event().actor, principal="ben@example.org")),
        make_event("c", 6, actor=BOT),
        make_event("d", 7, error="AccessDenied", writes=False),
        make_event("e", 8, writes=False),
        make_event("f", 9, touches=("sg-0b2",)),
        make_event("g", 10, kind=EventKind.INCIDENT, request='{"title":"down"}'),
        make_event("h", 11, kind=EventKind.INCIDENT, request='{"type":"task","title":"look"}'),
        make_event("i", 500),
    ]
    with open_stores(tmp_path) as stores:
        stores.timeline.add_events(events)
        found = stores.timeline.events_alike(at(0), at(60))
        last = stores.timeline.events_alike(at(0), at(60), limit=1)
    assert sorted(sorted(moments) for _, moments in found) == [
        [micros(0), micros(5)], [micros(6)], [micros(7)], [micros(9)], [micros(10)], [micros(11)],
    ]  # fmt: skip
    by_first = {min(moments): event for event, moments in found}
    assert by_first[micros(0)].actor.kind is ActorKind.HUMAN
    assert by_first[micros(6)].actor.kind is ActorKind.AUTOMATION
    assert by_first[micros(7)].error
    assert by_first[micros(9)].touches == ("sg-0b2",)
    assert by_first[micros(11)].request == events[7].request
    assert [moments for _, moments in last] == [[micros(11)]]


def test_every_drift_once_and_the_last_report_of_each_estate(tmp_path: Path) -> None:
    first, second = make_drift("d-1", score=20), make_drift("d-2")
    again = structs.replace(first, actor=BOT)
    with open_stores(tmp_path) as stores:
        assert stores.timeline.last_reports() == []
        stores.record_scan(of_estate(make_report("s1", 0, first), "shop"))
        stores.record_scan(of_estate(make_report("s2", 1, second), "shop-eu"))
        stores.record_scan(of_estate(make_report("s3", 2, again), "shop"))
        assert [report.scan.id for report in stores.timeline.last_reports()] == ["s3", "s2"]
        assert stores.timeline.drifts_of_history() == [again, second]
