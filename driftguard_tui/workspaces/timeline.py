"""The workspace Timeline: what happened, in lanes; and travelling in time."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from textual import on, work
from textual.binding import BindingType
from textual.widget import Widget

from driftguard_tui import labels, text
from driftguard_tui.desktop import Remembered
from driftguard_tui.session import Engine
from driftguard_tui.timeline import choosing, details, queries
from driftguard_tui.timeline.drift_times import DriftTimes
from driftguard_tui.timeline.lanes import drift_span, lanes, names_around
from driftguard_tui.timeline.loading import Kept, Question, covers
from driftguard_tui.timeline.looking import NO_METRIC, Looking
from driftguard_tui.timeline.metric import Metric
from driftguard_tui.timeline.newest import Newest
from driftguard_tui.timeline.scale import Scale, spelt
from driftguard_tui.timeline.under import Under, under
from driftguard_tui.widgets.lines import Span, line
from driftguard_tui.widgets.splits import Split, Tree
from driftguard_tui.widgets.timeline import TimelineLanes
from driftguard_tui.widgets.timeline_details import TimelineDetails
from driftguard_tui.workspaces.workspace import Workspace, bindings
from engine.errors import DriftGuardError
from engine.model import Drift, Event, Report
from engine.store.records import ResourceChange
from engine.store.stretches import FIELDS

if TYPE_CHECKING:
    from engine.store import Stores

Answer = TypeVar("Answer")

#: While the cursor keeps moving, nobody is asked what is under it.
_SETTLED = 0.12
_NOTHING_RECORDED = "Nothing is recorded here: only drifts and their evidence are known"


def make(engine: Engine) -> "TimelineWorkspace":
    """The workspace."""
    return TimelineWorkspace(engine)


class TimelineWorkspace(Workspace):
    """Lanes, and what is under their cursor. Holds what is wanted: filter, the field that lanes go by, the metric."""

    NAME = "timeline"
    BINDINGS: ClassVar[list[BindingType]] = bindings("timeline")
    LAYOUTS: ClassVar[Sequence[Tree]] = (
        Split(across=False, share=0.7, first="lanes", second="under-cursor"),
        Split(across=True, share=0.7, first="lanes", second="under-cursor"),
        "lanes",
    )

    def __init__(self, engine: Engine) -> None:
        self.lanes = TimelineLanes()
        self.details = TimelineDetails()
        super().__init__(engine)
        self.filter_hint = " ".join(f"{field}:" for field in choosing.TERMS)
        self._drifts = DriftTimes()
        self._drift: Drift | None = None
        self._scan = ""
        self._looking = Looking()
        self._metric: Metric | None = None
        self._measured: tuple[str, Scale] | None = None
        self._kept = Kept()
        self._drawn: Question | None = None
        self._is_placed = False
        self._sought: tuple[datetime, datetime] | None = None
        self._recorded = Newest[None](partial(self.run_worker, group="recorded"), self._read_recorded)
        self._stretches = Newest[Question](partial(self.run_worker, group="stretches"), self._read_stretch)
        self._columns = Newest[Under](partial(self.run_worker, group="columns"), self._read_column)
        self._metrics = Newest[Scale](partial(self.run_worker, group="metrics"), self._read_metric)
        self._neighbours = Newest[bool](partial(self.run_worker, group="neighbours"), self._read_neighbour)

    def panes(self) -> Mapping[str, Widget]:
        """The lanes, and what is under their cursor."""
        return {"lanes": self.lanes, "under-cursor": self.details}

    def on_mount(self) -> None:
        """Looks at what is recorded already."""
        super().on_mount()
        self.lanes.entitle("Timeline")
        self.details.entitle("Under the cursor")
        self._recorded.want(None)

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

    def _note(self) -> None:
        self.status.note((Span("/ ", "key"), Span(self.filter, "strong")) if self.filter else ())

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

    # Drawing

    @on(TimelineLanes.Looked)
    def _looked(self) -> None:
        if self._is_placed:
            self._ask()
        self.desk.hint()

    def _ask(self) -> None:
        """Draws what is wanted now, reading it first where it must be; what is drawn stays until then."""
        question = self._question()
        if self._kept.answer(question) is None:
            self._stretches.want(question)
        if question != self._drawn:
            self._draw()
        self._tell()
        if self._looking.metric != NO_METRIC and not self._is_measured(question.scale):
            self._metrics.want(question.widened().scale)

    def _question(self) -> Question:
        return self._looking.question(self.lanes.view.scale)

    def _draw(self) -> None:
        question = self._question()
        stretch = self._kept.answer(question)
        if stretch is not None:
            self._drawn, scale = question, question.scale
            shown = lanes(scale, stretch, by=self._looking.by, drifts=self._drifts, chosen=self._drift)
            self.lanes.show(scale, shown, metric=self._metric, as_of=self.desk.as_of)
        else:
            self.lanes.refresh()  # what is drawn stays; the cursor is elsewhere in it
        self._entitle()

    def _entitle(self) -> None:
        width = spelt(self.lanes.view.scale.width)
        self.lanes.entitle(labels.join(("Timeline", f"by {self._looking.by}", f"{width} a column")))
        hidden, is_read = self.lanes.hidden, self._kept.answer(self._question()) is not None
        notes = (labels.count(hidden, "lane") + " not shown" if hidden else "", "" if is_read else "reading …")
        self.lanes.border_subtitle = labels.join(notes)

    def _tell(self) -> None:
        """What is under the cursor: at once what is known, the rest when the cursor has settled."""
        view, lane, stretch = self.lanes.view, self.lanes.chosen_lane, self._kept.answer(self._question())
        start, end = view.span
        where = lane.title if lane else "all lanes"
        self.details.entitle(labels.join(("Under the cursor", details.between(start, end), where)))
        if stretch is None:
            return
        known = under(view.span, lane, stretch, self._drifts, self._drift)
        if known.is_whole or not known.asks_events:
            self._show_under(known)
        if not known.is_whole:
            self._columns.want(known)

    def _show_under(self, known: Under, more: int = 0, changes: Sequence[ResourceChange] = ()) -> None:
        events, drifts = known.events[: queries.LISTED], known.drifts[: queries.LISTED]
        more += len(known.events) - len(events) + len(known.drifts) - len(drifts)
        found = details.items(events, changes, drifts, known.evidence, known.scans, chosen=self._drift)
        hint = "Nothing is here; . and , go to what is next and before" if self._looking.names else _NOTHING_RECORDED
        self.details.show(found, more=more, note=line((hint, "muted")))

    def _is_measured(self, scale: Scale) -> bool:
        key, known = self._measured or ("", None)
        return known is not None and key == self._looking.metric and covers(known, scale)

    # Reading

    async def _answer(self, query: "Callable[[Stores], Answer]") -> Answer | None:
        """The engine's answer; None where it has none, or says why not."""
        try:
            return await self.engine.read(query)
        except DriftGuardError as error:
            self.say(str(error), "bad")
            return None

    async def _read_recorded(self, _: None) -> None:
        known = await self._answer(queries.recorded)
        if known is not None:
            self._looking.knows(known.names)
        extent = (known and known.extent) or self._drifts.extent
        if extent is None or not self.lanes.size:
            return
        if self._is_placed:
            self.lanes.view = self.lanes.view._replace(extent=extent)
        else:
            self._is_placed = True
            first = self._looking.first_view(extent, self.lanes.columns, self._drift)
            self.lanes.view = first.fitted(*self._sought) if self._sought else first
        self._note()
        self._ask()

    async def _read_stretch(self, question: Question) -> None:
        asked = question.widened()
        stretch = await self._answer(queries.stretch(asked))
        self._kept.add(asked, stretch or queries.nothing(asked))
        self._draw()
        self._tell()

    async def _read_column(self, known: Under) -> None:
        await asyncio.sleep(_SETTLED)
        if self._columns.is_outdated:
            return
        wanted = self._looking.wanted_in(self.lanes.chosen_lane) if known.asks_events else None
        query = queries.column(*self.lanes.view.span, wanted, changes=known.asks_changes)
        found = await self._answer(query)
        if found is not None and not self._columns.is_outdated:
            events = found.events if known.asks_events else known.events
            self._show_under(known._replace(events=events), found.more, found.changes)

    async def _read_metric(self, scale: Scale) -> None:
        names = names_around(self._drift) if self._drift else ()
        found = await self._answer(queries.measured(scale, self._looking.metric, names))
        if found is not None and not self._metrics.is_outdated:
            is_new = found.metric != self._metric
            self._looking.knows_metrics(found.keys)
            self._metric, self._measured = found.metric, (self._looking.metric, scale)
            if is_new:
                self._draw()

    async def _read_neighbour(self, earlier: bool) -> None:
        view, lane = self.lanes.view, self.lanes.chosen_lane
        start, end = view.span
        if lane is not None and not lane.field:
            column = lane.next_to(view.column, earlier=earlier)
            found = None if column is None else view.scale.at(column)
        else:
            wanted = self._looking.wanted_in(lane)
            moment = start if earlier else end - timedelta(microseconds=1)
            found = await self._answer(queries.nearest(moment, wanted, earlier=earlier))
        if found is not None:
            self.lanes.look(view.at(found))
        else:
            self.say(f"Nothing {'earlier' if earlier else 'later'} in {lane.title if lane else 'any lane'}", "medium")

    @work(group="record", exclusive=True)
    async def _read_record(self, event: Event) -> None:
        whole = await self._answer(queries.record(event))
        self.details.read(whole or event)
        self.desk.hint()
