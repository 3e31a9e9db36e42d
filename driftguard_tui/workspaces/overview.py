"""The workspace Overview: the estate at one glance."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.binding import BindingType
from textual.widget import Widget
from textual.worker import Worker

from driftguard_tui import labels, notices, progress
from driftguard_tui.desktop import Remembered
from driftguard_tui.session import Engine
from driftguard_tui.widgets.counts import Counts
from driftguard_tui.widgets.drawn import Drawn
from driftguard_tui.widgets.figures import Figures
from driftguard_tui.widgets.lines import line
from driftguard_tui.widgets.overview_lists import GroupList, WorstList, expression
from driftguard_tui.widgets.sections import reach, trend
from driftguard_tui.widgets.source_list import rows as source_rows
from driftguard_tui.widgets.splits import Split, Tree
from driftguard_tui.workspaces.workspace import Workspace, bindings
from engine.errors import DriftGuardError
from engine.model import CauseGroup, Drift, Report
from engine.overview import Course, Overview, Standing, overview, standing_of

if TYPE_CHECKING:
    from engine.store import Stores


def make(engine: Engine) -> "OverviewWorkspace":
    """The workspace."""
    return OverviewWorkspace(engine)


class OverviewWorkspace(Workspace):
    """Tiles of numbers, charts and lists. What is known of the last visit is shown until the scan is done."""

    NAME = "overview"
    BINDINGS: ClassVar[list[BindingType]] = bindings("overview")
    LAYOUTS: ClassVar[Sequence[Tree]] = (
        Split(
            across=False,
            share=0.4,
            first=Split(across=True, share=0.5, first="counts", second="trend"),
            second=Split(
                across=True,
                share=0.53,
                first="worst",
                second=Split(
                    across=False,
                    share=0.4,
                    first="groups",
                    second=Split(across=False, share=0.5, first="coverage", second="sources"),
                ),
            ),
        ),
        Split(
            across=True, share=0.5, first="worst", second=Split(across=False, share=0.5, first="groups", second="trend")
        ),
    )

    def __init__(self, engine: Engine) -> None:
        self.figures = Figures(len(engine.sources))
        self.counts = Counts()
        self.trend = Drawn("trend", "Open drifts over time")
        self.worst = WorstList()
        self.groups = GroupList(self._now)
        self.coverage = Drawn("coverage", "Coverage")
        self.sources = Drawn("sources", "Sources")
        super().__init__(engine)
        self.tiles.current = "worst"
        self._standing: Standing | None = None
        self._course = Course()
        #: The time of the last report that was seen at an earlier visit, and at this one.
        self._since: datetime | None = None
        self._seen: datetime | None = None

    def panes(self) -> Mapping[str, Widget]:
        """The tiles."""
        return {
            "counts": self.counts,
            "trend": self.trend,
            "worst": self.worst,
            "groups": self.groups,
            "coverage": self.coverage,
            "sources": self.sources,
        }

    def head(self) -> Widget:
        """The numbers that are read first."""
        return self.figures

    def on_mount(self) -> None:
        """Shows what the last scan of an earlier visit found, while there is no other."""
        super().on_mount()
        if not self.engine.sources:
            self.worst.show((), notices.no_sources())
        if self.desk.started:
            self._ask()

    # What the desktop tells

    def found(self, report: Report) -> None:
        """Shows a report at once, and how it came to that when that is known."""
        self.report = report
        self._seen = max(self._seen or report.scan.as_of, report.scan.as_of)
        self._ask()

    def begun(self) -> None:
        """Now that the first frame is out, the stores may be opened."""
        self._ask()

    def waiting(self, scan: progress.ScanProgress) -> None:
        """Shows where a scan is, while there is nothing else to show."""
        self._show_sources(scan)
        if self._standing is None:
            self.worst.show((), scan.table)

    def failed(self, reason: str) -> None:
        """Shows why there is nothing to show."""
        self._show_sources(None)
        if self._standing is None:
            self.worst.show((), notices.failed(reason))

    def describe(self, situation: dict[str, Any]) -> None:
        """What is selected."""
        situation.update(listed=len(self.worst.items), drift=self._drift())

    def remember(self) -> dict[str, Remembered]:
        """The time of the newest report that was seen: what comes later is new at the next visit."""
        seen = self._seen or self._since
        return {"seen": seen.isoformat() if seen else None}

    def recall(self, own: dict[str, Remembered]) -> None:
        """The same of the last visit."""
        try:
            self._since = datetime.fromisoformat(str(own.get("seen")))
        except ValueError:
            self._since = None

    # Going to what is shown

    @on(WorstList.Opened)
    async def _open(self, event: WorstList.Opened) -> None:
        chosen = event.rows.selected
        if isinstance(chosen, Drift):
            await self.desk.show_drift(chosen)
        elif isinstance(chosen, CauseGroup):
            await self._list(expression(chosen))

    @on(Counts.Opened)
    async def _level(self, event: Counts.Opened) -> None:
        await self._list(f"severity:{event.level.value}")

    async def _list(self, wanted: str) -> None:
        """Lists the drifts that match."""
        await self.desk.do_workspace("drifts")
        await self.desk.action_do("filter", wanted)

    # Inside

    def _drift(self) -> Drift | None:
        return self.worst.selected if self.tiles.current == "worst" else None

    def _now(self) -> datetime:
        """The time that is shown."""
        return self._standing.as_of if self._standing else datetime.now(UTC)

    def _ask(self) -> None:
        _: Worker[None] = self.run_worker(self._look_up, group="overview", exclusive=True)

    async def _look_up(self) -> None:
        """Shows how the estate stands, by the last report if there is one; asks the stores how it came to that."""
        estate, at, since = self.engine.estate, self.desk.as_of, self._since
        if self.report is not None:
            self._show(await asyncio.to_thread(standing_of, self.report), self._course)

        def ask(stores: "Stores") -> Overview | None:
            return overview(stores, estate, as_of=at, since=since)

        try:
            known = await self.engine.read(ask)
        except DriftGuardError as error:
            self.desk.say(str(error), "bad")
            return
        if known is None:
            return
        self._course = known.course
        standing = self._standing if self.report is not None else known.standing
        if standing is not None:
            self._show(standing, known.course)

    def _show(self, standing: Standing, course: Course) -> None:
        self._standing = standing
        self.figures.show(standing, course, standing.as_of)
        self.counts.count(standing.counts)
        self.trend.show(lambda cells, rows: trend.trend(course, cells, rows), trend.title(course))
        self.worst.show(standing.worst, notices.in_sync(self.report) if self.report else _remark("No drift is known."))
        self.groups.show(standing.groups, _remark("No drifts share an origin."))
        self.coverage.show(
            lambda cells, _: reach.coverage(standing.scopes, cells),
            remark=labels.count(len(standing.scopes), "scope"),
        )
        self._show_sources(None)

    def _show_sources(self, scan: progress.ScanProgress | None) -> None:
        known = source_rows(self.engine.sources, self.report, {}, scan)
        self.sources.show(lambda cells, _: reach.sources(known, cells), remark=labels.count(len(known), "source"))


def _remark(sentence: str) -> notices.Notice:
    return lambda _: [line((sentence, "muted"))]
