"""A process that records scans until somebody kills it, and what must be true of its stores afterwards."""

import itertools
import time
from multiprocessing.connection import Connection
from pathlib import Path

from engine.model import Event, Report, ResourceState
from engine.store import DriftStatus, Stores, open_stores
from tests.support.samples import at, events_between, make_drift, make_event, make_report, make_state

RESOURCES, EVENTS = 200, 50


def numbered_scan(number: int) -> tuple[Report, list[ResourceState], list[Event]]:
    """Scan `number`: some of the estate changes with every scan, and so do the drifts."""
    drifts = [make_drift(f"d-{drift}") for drift in range(20) if (drift + number) % 3]
    states = [make_state(f"sg-{n}", port=number if n % 10 == number % 10 else n) for n in range(RESOURCES)]
    events = [make_event(f"e-{number}-{n}", number) for n in range(EVENTS)]
    return make_report(f"s-{number}", number, *drifts), states, events


def record_for_ever(folder: Path, signs: Connection) -> None:
    """Opens the stores and records one scan after the other, with a sign of life before each step."""
    signs.send("opening")
    stores = open_stores(folder)
    for number in itertools.count(len(stores.timeline.scan_ids())):
        signs.send("recording")
        stores.record_scan(*numbered_scan(number))


def stop_between_the_commits(folder: Path, signs: Connection) -> None:
    """Records one scan as far as the timeline, and no further."""
    stores = open_stores(folder)
    stores.timeline.record_scan(*numbered_scan(len(stores.timeline.scan_ids())))
    signs.send("between")
    time.sleep(60)


def check_consistent(stores: Stores) -> int:
    """Asserts that every scan is in both stores, whole, and returns how many there are."""
    scans = stores.timeline.scan_ids()
    assert scans == [f"s-{number}" for number in range(len(scans))]
    assert stores.ledger.recorded_scans() == set(scans)
    for number, scan in enumerate(scans):
        report, states, events = numbered_scan(number)
        assert stores.timeline.report_of(scan) == report
        assert events_between(stores.timeline, at(number), at(number)) == sorted(events, key=lambda event: event.id)
        if number >= len(scans) - 3:
            found = {state.ref.id: state for state in stores.timeline.resources_as_of(at(number))}
            assert found == {state.ref.id: state for state in states}
    last = stores.timeline.last_report()
    still_open = {record.id for record in stores.ledger.drifts(status=DriftStatus.OPEN)}
    assert still_open == {drift.id for drift in (last.drifts if last else ())}
    for id_ in still_open:
        assert stores.ledger.drift(id_) == make_drift(id_)
    return len(scans)
