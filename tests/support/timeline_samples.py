"""Small timelines to draw: what the engine would answer, made from events."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from driftguard_tui.timeline.drift_times import DriftTimes
from driftguard_tui.timeline.lanes import FIELDS, LASTING, Lane, lanes
from driftguard_tui.timeline.page import Page, page
from driftguard_tui.timeline.ruler import ruler
from driftguard_tui.timeline.scale import Scale
from driftguard_tui.widgets.lines import Line
from engine.model import Drift, Event
from engine.store.stretches import ScanMark, Stretch
from tests.support.samples import at

MINUTE = timedelta(minutes=1)
#: From noon on, a minute a column.
SCALE = Scale((at(0) - datetime(1970, 1, 1, tzinfo=at(0).tzinfo)) // MINUTE, MINUTE, 60)


def stretch_of(
    events: Sequence[Event],
    *,
    by: str = "source",
    names: Sequence[str] | None = None,
    most: int = 2_000,
    scans: Sequence[int] = (),
    changes: Mapping[int, int] | None = None,
) -> Stretch:
    """What the timeline answers on SCALE when these are its events."""
    passing = [event for event in events if event.kind not in LASTING]
    lasting = [event for event in events if event.kind in LASTING]
    named = list(dict.fromkeys(FIELDS[by](event) for event in passing)) if names is None else names
    counted: dict[str | None, dict[int, int]] = {name: {} for name in named}
    for event in passing:
        value = FIELDS[by](event)
        counts = counted.setdefault(value if value in named else None, {})
        counts[SCALE.column(event.at)] = counts.get(SCALE.column(event.at), 0) + 1
    begun: dict[str, dict[int, int]] = {}
    for event in lasting:
        counts = begun.setdefault(event.kind.value, {})
        counts[SCALE.column(event.at)] = counts.get(SCALE.column(event.at), 0) + 1
    others = counted.pop(None, {})
    return Stretch(
        start=SCALE.start,
        width=SCALE.width,
        columns=SCALE.columns,
        lanes={name: counts for name, counts in counted.items() if name is not None},
        others=others,
        begun=begun,
        events=tuple(passing) if len(passing) <= most else None,
        lasting=tuple(lasting) if len(lasting) <= most else None,
        changes=changes or {},
        scans=tuple(ScanMark(f"scan{column}", SCALE.at(column)) for column in scans),
    )


def lanes_of(
    events: Sequence[Event],
    drifts: Sequence[Drift] = (),
    chosen: Drift | None = None,
    *,
    by: str = "source",
    names: Sequence[str] | None = None,
    most: int = 2_000,
) -> Sequence[Lane]:
    """The lanes of these events and drifts."""
    stretch = stretch_of(events, by=by, names=names, most=most)
    return lanes(SCALE, stretch, by=by, drifts=DriftTimes(drifts), chosen=chosen)


def drawn(lanes: Sequence[Lane], *, rows: int = 20, top: int = 0, as_of: datetime | None = None) -> Page:
    """They on a page with names of twelve cells."""
    return page(lanes, SCALE, ruler(SCALE), rows=rows, names=12, top=top, as_of=as_of)


def text_of(line: Line) -> str:
    """What a line says, without the spaces at its end."""
    return "".join(span.text for span in line).rstrip()


def lane_text(page: Page) -> dict[str, str]:
    """What is drawn in each lane's first row, by its name."""
    shown: dict[str, str] = {}
    for line, place in zip(page.lines, page.lane_at, strict=True):
        if place >= 0:
            whole = text_of(line)
            if whole[:12].strip():
                shown.setdefault(whole[:12].strip(), whole[12:])
    return shown


def lane_rows(page: Page, number: int) -> list[str]:
    """All rows of one lane."""
    return [text_of(line)[12:] for line, place in zip(page.lines, page.lane_at, strict=True) if place == number]
