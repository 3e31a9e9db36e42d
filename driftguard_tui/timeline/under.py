"""What of a column is known already, and what must be asked for."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from driftguard_tui.timeline.drift_times import DriftTimes
from driftguard_tui.timeline.lanes import CHOSEN, DRIFTS, FIELDS, LASTING, SCANS, Lane
from driftguard_tui.timeline.scale import number_of
from engine.model import Drift, Event, Evidence
from engine.store.stretches import Names, ScanMark, Stretch, Wanted


class Under(NamedTuple):
    """What is known of a column, and whether its events and the changes that scans saw are to be asked for."""

    events: Sequence[Event]
    drifts: Sequence[Drift]
    evidence: Sequence[Evidence]
    scans: Sequence[ScanMark]
    asks_events: bool
    asks_changes: bool

    @property
    def is_whole(self) -> bool:
        """Whether all is known."""
        return not self.asks_events and not self.asks_changes


def under(
    span: tuple[datetime, datetime], lane: Lane | None, stretch: Stretch, drifts: DriftTimes, chosen: Drift | None
) -> Under:
    """Of one lane, or of all."""
    start, end = span
    of_drifts = lane is None or lane.id == DRIFTS
    of_events = lane is None or bool(lane.field)
    of_scans = lane is None or lane.id == SCANS
    events: list[Event] = []
    if of_events and stretch.events is not None:
        events += [event for event in stretch.events if start <= event.at < end and _is_in(event, lane, stretch)]
    if of_events and stretch.lasting is not None:
        events += [event for event in stretch.lasting if _is_under_way(event, start, end, lane)]
    evidence = []
    if chosen is not None and lane is not None and lane.id == CHOSEN:
        evidence = [item for item in chosen.evidence if start <= item.at < end]
    place = number_of(start, stretch.width) - number_of(stretch.start, stretch.width)
    lasts = lane is not None and lane.field == "kind" and lane.value in LASTING
    known = stretch.lasting if lasts else stretch.events
    return Under(
        events=events,
        drifts=drifts.between(start, end) if of_drifts else (),
        evidence=evidence,
        scans=[scan for scan in stretch.scans if start <= scan.as_of < end] if of_scans else [],
        asks_events=of_events and known is None,
        asks_changes=of_scans and place in stretch.changes,
    )


def wanted_in(wanted: Wanted, lane: Lane | None, names: Names) -> Wanted:
    """Of what is wanted, that of one lane."""
    if lane is None or not lane.field:
        return wanted
    if lane.value is None:
        return wanted.of(lane.field, *(name for name in names.get(lane.field, ()) if name not in lane.others))
    return wanted.of(lane.field, lane.value)


def _is_in(event: Event, lane: Lane | None, stretch: Stretch) -> bool:
    if lane is None:
        return True
    value = FIELDS[lane.field](event)
    return value == lane.value if lane.value is not None else value not in stretch.lanes


def _is_under_way(event: Event, start: datetime, end: datetime, lane: Lane | None) -> bool:
    """In the lane of its kind, for as long as it lasts; among everything, where it begins."""
    if lane is None:
        return start <= event.at < end
    if (lane.field, lane.value) != ("kind", event.kind.value):
        return False
    return event.at < end and (event.ended_at is None or event.ended_at >= start)
