"""The workspace Timeline: what happened, in lanes; and travelling in time."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar

from textual import on, work
from textual.binding import BindingType

from driftguard_tui import text
from driftguard_tui.desktop import Remembered
from driftguard_tui.session import Engine
from driftguard_tui.timeline import choosing, queries
from driftguard_tui.timeline.drift_times import DriftTimes
from driftguard_tui.timeline.lanes import drift_span
from driftguard_tui.widgets.splits import Split, Tree
from driftguard_tui.widgets.timeline import TimelineLanes
from driftguard_tui.widgets.timeline_details import TimelineDetails
from driftguard_tui.workspaces.timeline_reading import TimelineReading
from driftguard_tui.workspaces.workspace import bindings
from engine.model import Drift, Event, Report
from engine.model.event import FIELDS


def make(engine: Engine) -> "TimelineWorkspace":
    """The workspace."""
    return TimelineWorkspace(engine)


class TimelineWorkspace(TimelineReading):
    """Lanes, and what is under their cursor. Holds what is wanted: filter, the field that lanes go by, the metric."""

    NAME = "timeline"
    BINDINGS: ClassVar[list[BindingType]] = bindings("timeline")
    LAYOUTS: ClassVar[Sequence[Tree]] = (
        Split(across=False, share=0.7, first="lanes", second="under-cursor"),
        Split(across=True, share=0.7, first="lanes", second="under-cursor"),
        "lanes",
    )

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self.filter_hint = " ".join(f"{field}:" for field in choosing.TERMS)

    # What the desktop tells

    def found(self, report: Report) -> None:
        """There is more in the timeline than before."""
        self.report = report
        self._drifts = DriftTimes(report.drifts)
        drift = self._looking.drift_among(report.drifts, self._drift)
        if self.desk.drift is None and drift is not None:
            self.desk.select_drift(drift)
        if self.desk.as_of is None and report.scan.id != self._scan:
            self._scan = report.scan.id
            self._kept.clear()
            self._recorded.want(None)
        self._draw()

    def chosen(self, drift: Drift | None) -> None:
        """Looks at it, unless it is in sight."""
        again = drift is not None and self._drift is not None and drift.id == self._drift.id
        self._drift = drift
        if drift is not None:
            self._looking.drift = drift.id
        if drift is not None and self._is_placed and not again:
            at = drift.changed_at or drift.detected_at
            if self.lanes.view.scale.shows(at):
                self.lanes.look(self.lanes.view.at(at))
            else:
                self.do_fit_drift()
        self._draw()

    def moved_in_time(self) -> None:
        """Shows where the known ends."""
        self._draw()

    def moment(self) -> datetime:
        """The time under the cursor."""
        return self.lanes.view.cursor

    def describe(self, situation: dict[str, Any]) -> None:
        """What is marked, or read."""
        marked = "range" if self.lanes.view.brush is not None else ""
        situation.update(chosen="record" if self.details.is_reading else marked, filter=self.filter)
        situation["drift"] = self._drift or self.desk.drift

    def remember(self) -> dict[str, Remembered]:
        """Where one looked, and at what."""
        self._looking.lane = self.lanes.lane
        return self._looking.remember(self.lanes.view if self._is_placed else None)

    def recall(self, own: dict[str, Remembered]) -> None:
        """The same; what makes no sense any more is left."""
        self._looking.recall(own)
        self.lanes.lane, self.filter = self._looking.lane, self._looking.expression

    # Looking elsewhere

    def seek(self, start: datetime, end: datetime) -> None:
        """Looks at a stretch of time: at once, or as soon as it is known what there is to be seen."""
        if self._is_placed:
            self.lanes.look(self.lanes.view.fitted(start, end))
        else:
            self._sought = start, end

    def do_zoom_in(self) -> None:
        self.lanes.look(self.lanes.view.zoomed(1))

    def do_zoom_out(self) -> None:
        self.lanes.look(self.lanes.view.zoomed(-1))

    def do_whole_range(self) -> None:
        view = self.lanes.view
        self.lanes.look(view.fitted(*view.extent))

    def do_fit_drift(self) -> None:
        if self._drift is not None:
            at = self._drift.changed_at or self._drift.detected_at
            self.lanes.look(self.lanes.view.fitted(*drift_span(self._drift), at))

    def do_next_event(self) -> None:
        self._neighbours.want(False)

    def do_previous_event(self) -> None:
        self._neighbours.want(True)

    def do_mark_range(self) -> None:
        self.lanes.look(self.lanes.view.marking())

    async def do_drifts_of_range(self) -> None:
        """Goes to the drifts that came about in the range."""
        brushed = self.lanes.view.brushed
        if brushed is not None:
            start, end = (at.isoformat(timespec="seconds").removesuffix("+00:00") for at in brushed)
            await self.desk.do_workspace("drifts")
            self.desk.do_filter(f"after:{start} before:{end}")

    def do_back(self) -> None:
        """From the record to the list, to the lanes; there, gives up the range, then the filter."""
        if self.window is not None:
            super().do_back()
        elif self.tiles.current == "under-cursor":
            if not self.details.leave():
                self.tiles.go_to("lanes")
        elif self.lanes.view.brush is not None:
            self.do_mark_range()
        elif self.filter:
            self.apply_filter("")

    async def do_as_of(self) -> None:
        """The whole desktop as of the end of the column under the cursor."""
        _, end = self.lanes.view.span
        await self.desk.travel(end - timedelta(microseconds=1))

    # What is wanted

    def apply_filter(self, expression: str) -> None:
        """Shows the events that match. Raises FilterError and leaves all as it is when the filter is no filter."""
        self._looking.filter(expression)
        self.filter = self._looking.expression
        self._note()
        self._ask()

    def complete_filter(self, typed: str) -> Sequence[str]:
        """Fields, and the values that events have in them."""
        return choosing.completions(typed, self._looking.names)

    def do_every_call(self) -> None:
        self._looking.every_call = not self._looking.every_call
        self.apply_filter(self.filter)
        shown = "shown too" if self._looking.every_call else "left out"
        self.say(f"Calls that only read are {shown}")

    def do_lanes_by(self, field: str = "") -> None:
        """By the named field, or the next."""
        if field and field not in FIELDS:
            self.say(f"Events have no {field!r}; there are {', '.join(FIELDS)}", "medium")
            return
        if field:
            self._looking.by = field
        else:
            self._looking.next_field()
        self._ask()

    def do_metric(self) -> None:
        """The next metric; after the last, none."""
        self._looking.next_metric()
        self._metric = self._measured = None
        self._draw()
        self._ask()

    # What is opened

    @on(TimelineLanes.Opened)
    def _opened(self) -> None:
        brushed = self.lanes.view.brushed
        if brushed is None:
            self.tiles.go_to("under-cursor")
        else:
            self.lanes.look(self.lanes.view.fitted(*brushed))

    @on(TimelineDetails.Opened)
    async def _opened_item(self, opened: TimelineDetails.Opened) -> None:
        subject = opened.item.subject
        if isinstance(subject, Drift) and self._drift is not None and subject.id == self._drift.id:
            await self.desk.show_drift(subject)
        elif isinstance(subject, Drift):
            self.desk.select_drift(subject)
        elif subject is not None:
            self._read_record(subject)

    def do_copy_record(self) -> None:
        """The record as it is stored."""
        if self.details.event is not None:
            content = self.details.event.original or self.details.event.request or self.details.event.summary
            self.post_message(self.Copied(text.plain_block(content), "the record"))

    @work(group="record", exclusive=True)
    async def _read_record(self, event: Event) -> None:
        whole = await self._answer(queries.record(event))
        self.details.read(whole or event)
        self.desk.hint()
