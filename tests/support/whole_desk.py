"""An engine on stores that hold something for every workspace, of a friendly estate or of a hostile one."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory

from msgspec import structs

from engine.model import Drift, ResourceState
from engine.store import Stores, open_stores
from engine.workflow.requests import Requests
from tests.support import timeline_console
from tests.support.people import fixable
from tests.support.reports import RecordedEngine
from tests.support.samples import at, make_state


@cache
def _prepared() -> TemporaryDirectory[str]:
    """The evening of an incident, with what is declared and there, and a request for a fix that was commented on."""
    folder = TemporaryDirectory()
    before, after = timeline_console.reports()
    drifts = (fixable("d-1"), fixable("d-2", score=50), *after.drifts)
    found = structs.replace(after, drifts=drifts, scan=structs.replace(after.scan, estate=""))
    with open_stores(Path(folder.name)) as stores:
        stores.record_scan(structs.replace(before, scan=structs.replace(before.scan, estate="")), events=[])
        stores.record_scan(
            found,
            resources=_both_sides(found.drifts),
            events=[*timeline_console.an_evening(), timeline_console.shift()],
            series=[timeline_console.latency()],
        )
        asking = Requests(stores.ledger, "anna")
        asking.comment(asking.create("d-1", reason="it is open").id, "who opened it?")
        asking.create("d-2")
    return folder


def _both_sides(drifts: Sequence[Drift]) -> list[ResourceState]:
    return [
        structs.replace(make_state("sg", side, ingress=[side, drift.id]), ref=drift.resource)
        for drift in drifts
        for side in ("declared", "actual")
    ]


def recorded(folder: Path) -> Stores:
    """The stores, in this folder: copying them is quicker than making them."""
    return open_stores(Path(copytree(_prepared().name, folder, dirs_exist_ok=True)))


def an_engine(stores: Stores) -> RecordedEngine:
    """An engine whose last scan is the last one of the stores, and which knows of the one before."""
    past = [report for minutes in (0, 10_000) if (report := stores.timeline.report_at(at(minutes)))]
    engine = RecordedEngine(past[-1], estate=past[-1].scan.estate)
    engine.past = past
    engine.stores = stores
    return engine
