"""Lanes and what is under their cursor: read where it is not known yet, and drawn as soon as it is."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from textual import on
from textual.widget import Widget

from driftguard_tui import labels
from driftguard_tui.session import Engine
from driftguard_tui.timeline import details, queries
from driftguard_tui.timeline.drift_times import DriftTimes
from driftguard_tui.timeline.lanes import lanes, names_around
from driftguard_tui.timeline.loading import Kept, Question, covers
from driftguard_tui.timeline.looking import NO_METRIC, Looking
from driftguard_tui.timeline.metric import Metric
from driftguard_tui.timeline.newest import Newest
from driftguard_tui.timeline.scale import Scale, spelt
from driftguard_tui.timeline.under import Under, under
from driftguard_tui.widgets.lines import Span, line
from driftguard_tui.widgets.timeline import TimelineLanes
from driftguard_tui.widgets.timeline_details import TimelineDetails
from driftguard_tui.workspaces.workspace import Workspace
from engine.errors import DriftGuardError
from engine.model import Drift
from engine.store.records import ResourceChange

if TYPE_CHECKING:
    from engine.store import Stores

Answer = TypeVar("Answer")

#: While the cursor keeps moving, nobody is asked what is under it.
_SETTLED = 0.12
_NOTHING_RECORDED = "Nothing is recorded here: only drifts and their evidence are known"


class TimelineReading(Workspace):
    """What is drawn stays until what is wanted has been read. Nothing is asked twice, and nothing that is outdated."""

    def __init__(self, engine: Engine) -> None:
        self.lanes = TimelineLanes()
        self.details = TimelineDetails()
        super().__init__(engine)
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

    def _note(self) -> None:
        self.status.note((Span("/ ", "key"), Span(self.filter, "strong")) if self.filter else ())

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
