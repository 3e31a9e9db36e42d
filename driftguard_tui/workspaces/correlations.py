"""The workspace Correlations: what occurs where, when, and with what."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, TypeVar

from textual import on
from textual.binding import BindingType
from textual.widget import Widget

from driftguard_tui import labels, notices
from driftguard_tui.desktop import Remembered
from driftguard_tui.heatmap import telling
from driftguard_tui.heatmap.grid import Grid, Place, of_pairs, over_time
from driftguard_tui.heatmap.ramp import Shade
from driftguard_tui.session import Engine
from driftguard_tui.timeline.newest import Newest
from driftguard_tui.widgets.drawn import Drawn
from driftguard_tui.widgets.heatmap import Heatmap as HeatmapPane
from driftguard_tui.widgets.lines import BLANK, Line, flow, line
from driftguard_tui.widgets.overview_lists import GroupList, expression
from driftguard_tui.widgets.splits import Split, Tree
from driftguard_tui.workspaces.workspace import Workspace, bindings
from engine.correlating import WINDOW, Heatmap
from engine.errors import DriftGuardError
from engine.model import Drift, Report

if TYPE_CHECKING:
    from engine.heatmaps import Behind, Heatmaps
    from engine.store import Stores

Answer = TypeVar("Answer")

#: What counts as together can be any of these.
_WINDOWS = (timedelta(minutes=5), WINDOW, timedelta(hours=2), timedelta(hours=12))
#: While the cursor keeps moving, nobody is asked what is behind its cell.
_SETTLED = 0.12
#: In a shorter history little can be told from chance.
_LITTLE = timedelta(days=2)


class _Cell(NamedTuple):
    """A cell that is asked about, by the labels of its row and column."""

    what: Heatmap
    row: str
    column: str


def make(engine: Engine) -> "CorrelationsWorkspace":
    """The workspace."""
    return CorrelationsWorkspace(engine)


class CorrelationsWorkspace(Workspace):
    """A heatmap, what is behind the cell under its cursor, and the origins that drifts share."""

    NAME = "correlations"
    BINDINGS: ClassVar[list[BindingType]] = bindings("correlations")
    LAYOUTS: ClassVar[Sequence[Tree]] = (
        Split(
            across=False,
            share=0.6,
            first="heatmap",
            second=Split(across=True, share=0.55, first="cell", second="groups"),
        ),
        Split(
            across=True,
            share=0.6,
            first="heatmap",
            second=Split(across=False, share=0.6, first="cell", second="groups"),
        ),
        "heatmap",
    )

    def __init__(self, engine: Engine) -> None:
        self.heatmap = HeatmapPane()
        self.cell = Drawn("cell", "Behind the cell")
        self.groups = GroupList(self._now)
        super().__init__(engine)
        self._what = Heatmap.SERVICES
        self._shade = Shade.COUNT
        self._window = WINDOW
        self._heatmaps: Heatmaps | None = None
        self._behind: tuple[_Cell, Behind] | None = None
        self._known: Mapping[str, Drift] = {}
        #: The labels of the cell in each heatmap that one looked at last.
        self._places: dict[Heatmap, tuple[str, str]] = {}
        #: The scan and the time that the history was read for.
        self._read_for: object = None
        self._histories = Newest[datetime | None](partial(self.run_worker, group="history"), self._read_history)
        self._grids = Newest[Heatmap](partial(self.run_worker, group="grid"), self._read_grid)
        self._cells = Newest[_Cell](partial(self.run_worker, group="cell"), self._read_cell)

    def panes(self) -> Mapping[str, Widget]:
        """The heatmap, what is behind its cell, and the origins."""
        return {"heatmap": self.heatmap, "cell": self.cell, "groups": self.groups}

    def on_mount(self) -> None:
        """Says what it is, before anything is read."""
        super().on_mount()
        self._entitle()

    # What the desktop tells

    def found(self, report: Report) -> None:
        """There is more in the history than before; it is read when this is looked at."""
        self.report = report
        self._known = {drift.id: drift for drift in report.drifts}
        self.groups.show(report.groups, _remark("No drifts share an origin."))
        if self.is_current:
            self._refresh()

    def on_screen_resume(self) -> None:
        """There may have been a scan meanwhile."""
        self._refresh()

    def describe(self, situation: dict[str, Any]) -> None:
        """Whether there is a cell to do anything with."""
        grid = self.heatmap.grid
        outstanding = any(cell.significant for cell in grid.cells.values())
        situation.update(listed=len(grid.rows), chosen="outstanding" if outstanding else None)

    def moment(self) -> datetime | None:
        """Of a heatmap over time, the beginning of the column."""
        span = self.heatmap.grid.span(self.heatmap.place[1]) if self.heatmap.grid.rows else None
        return span[0] if span else None

    def remember(self) -> dict[str, Remembered]:
        """Which heatmap, and how."""
        return {
            "heatmap": self._what.value,
            "shade": self._shade.value,
            "window": self._window // timedelta(minutes=1),
            "row": self._places.get(self._what, ("", ""))[0],
            "column": self._places.get(self._what, ("", ""))[1],
        }

    def recall(self, own: dict[str, Remembered]) -> None:
        """The same; what makes no sense any more is left."""
        self._what = next((one for one in Heatmap if one.value == own.get("heatmap")), self._what)
        self._shade = next((one for one in Shade if one.value == own.get("shade")), self._shade)
        minutes = timedelta(minutes=1)
        self._window = next((one for one in _WINDOWS if one // minutes == own.get("window")), self._window)
        self._places[self._what] = str(own.get("row") or ""), str(own.get("column") or "")

    # What can be done

    def do_heatmap(self, name: str = "") -> None:
        """The one of this name, or the next."""
        every = list(Heatmap)
        if name and name not in every:
            self.desk.say(f"There is no heatmap {name!r}; there are {', '.join(every)}", "medium")
            return
        self._what = Heatmap(name) if name else every[(every.index(self._what) + 1) % len(every)]
        self._entitle()
        self._ask_grid()

    def do_shade(self) -> None:
        self._shade = self._shade.next
        self.heatmap.show(self.heatmap.grid, self._shade, self.heatmap.place)
        self.desk.say(f"Shaded by {self._shade.value}")

    def do_together(self) -> None:
        """Another length of time; of a burst of one kind within it only the beginning counts."""
        self._window = _WINDOWS[(_WINDOWS.index(self._window) + 1) % len(_WINDOWS)]
        if self._heatmaps is not None:
            self._heatmaps = self._heatmaps.within(self._window)
        self.desk.say(f"Together is now what is within {labels.span(self._window)}")
        self._entitle()
        self._ask_grid()

    def do_drifts_of_cell(self) -> None:
        """Lists them; those that are gone by now are in no list."""
        self.run_worker(self._go_to_drifts(), group="going", exclusive=True)

    def do_time_of_cell(self) -> None:
        """Goes to the timeline, where the cell's time is; of a pair the last time that it was so."""
        self.run_worker(self._go_to_time(), group="going", exclusive=True)

    @on(HeatmapPane.Opened)
    def _open(self) -> None:
        """Into the drifts, where there are any; else to what is known of the cell."""
        self.run_worker(self._go_to_drifts(else_cell=True), group="going", exclusive=True)

    async def _go_to_drifts(self, *, else_cell: bool = False) -> None:
        behind = await self._behind_it()
        ids = [mark.id for mark in behind.drifts if mark.id in self._known] if behind else []
        if ids and self.is_current:
            await self._list(f"id:^({'|'.join(ids)})$")
        elif else_cell:
            self.tiles.go_to("cell")
        elif behind is not None and behind.drifts:
            self.desk.say("The drifts behind this cell are gone by now; i shows their time", "medium")
        else:
            self.desk.say("No drift is behind this cell; i shows its time", "medium")

    async def _go_to_time(self) -> None:
        from driftguard_tui.workspaces.timeline import TimelineWorkspace

        grid = self.heatmap.grid
        span = grid.span(self.heatmap.place[1])
        if span is None:
            behind = await self._behind_it()
            if behind is not None and behind.times:
                last = behind.times[0]
                span = last.first_at - self._window, last.second_at + self._window
        if span is None:
            self.desk.say("The second has never followed on the first", "medium")
        elif self.is_current:
            await self.desk.do_workspace("timeline")
            timeline = self.desk.workspace
            if isinstance(timeline, TimelineWorkspace):
                timeline.seek(*span)

    @on(GroupList.Opened)
    async def _open_group(self) -> None:
        group = self.groups.selected
        if group is not None:
            await self._list(expression(group))

    def do_open(self) -> None:
        """Of what is behind the cell: its drifts."""
        self.do_drifts_of_cell()

    # Inside

    def _now(self) -> datetime:
        """The time that is shown."""
        return self.report.scan.as_of if self.report else datetime.now().astimezone()

    async def _list(self, wanted: str) -> None:
        await self.desk.do_workspace("drifts")
        await self.desk.action_do("filter", wanted)

    def _entitle(self, shown: str = "") -> None:
        within = f"within {labels.span(self._window)}" if self._what.is_of_pairs else ""
        self.heatmap.entitle(labels.join((telling.TITLES[self._what], within, shown)))

    def _refresh(self) -> None:
        """Reads the history where it is not the one that is shown."""
        wanted = (self.desk.report.scan.id if self.desk.report else "", self.desk.as_of)
        if wanted != self._read_for:
            self._read_for = wanted
            self._histories.want(self.desk.as_of)

    def _ask_grid(self) -> None:
        if self._heatmaps is not None:
            self._grids.want(self._what)

    async def _answer(self, query: "Callable[[Stores], Answer]") -> Answer | None:
        try:
            return await self.engine.read(query)
        except DriftGuardError as error:
            self.heatmap.notify_of(notices.failed_to_read(str(error)))
            return None

    async def _read_history(self, until: datetime | None) -> None:
        from engine.heatmaps import Heatmaps

        window = self._window
        read = await self._answer(lambda stores: Heatmaps.read(stores, window=window, until=until))
        if read is None:
            self.heatmap.notify_of(notices.nothing_recorded())
            return
        self._heatmaps = read if window == self._window else read.within(self._window)
        await self._read_grid(self._what)

    async def _read_grid(self, what: Heatmap) -> None:
        heatmaps = self._heatmaps
        if heatmaps is None:
            return
        matrix = await self._answer(lambda _: heatmaps.matrix(what))
        if matrix is None or what is not self._what:
            return
        grid = of_pairs(matrix) if what.is_of_pairs else over_time(matrix, heatmaps.step)
        if grid.cells:
            rest = len(matrix.rows) - len(grid.rows)
            self._entitle(f"{rest:,} more too rare to tell" if rest and what.is_of_pairs else "")
            self.heatmap.show(grid, self._shade, self._kept_place(grid))
        else:
            self.heatmap.notify_of(partial(_too_little, heatmaps.length, len(matrix.rows), what))
        self.desk.hint()

    def _kept_place(self, grid: Grid) -> Place | None:
        """Where one looked last time, if that is there still."""
        row, column = self._places.get(self._what, ("", ""))
        if row not in grid.rows or column not in grid.columns:
            return None
        return grid.rows.index(row), grid.columns.index(column)

    @on(HeatmapPane.Looked)
    def _looked(self) -> None:
        grid, place = self.heatmap.grid, self.heatmap.place
        if not grid.rows:
            self.cell.show(lambda _, __: (), "Behind the cell")
            return
        asked = _Cell(self._what, grid.rows[place[0]], grid.columns[place[1]])
        self._places[self._what] = asked.row, asked.column
        self._show_cell()
        if self._behind_now() is None and place in grid.cells:
            self._cells.want(asked)
        self.desk.hint()

    def _behind_now(self) -> "Behind | None":
        """What is behind the cell under the cursor, as far as it has been read."""
        looked_at = (self._what, *self._places.get(self._what, ("", "")))
        return self._behind[1] if self._behind is not None and self._behind[0] == looked_at else None

    async def _behind_it(self) -> "Behind | None":
        """What is behind the cell under the cursor, read now if it has not been; None where there is nothing."""
        grid, place = self.heatmap.grid, self.heatmap.place
        if place not in grid.cells:
            return None
        if self._behind_now() is None:
            await self._read_behind(_Cell(self._what, grid.rows[place[0]], grid.columns[place[1]]))
        return self._behind_now()

    async def _read_cell(self, asked: _Cell) -> None:
        await asyncio.sleep(_SETTLED)
        if not self._cells.is_outdated and self._behind_now() is None:
            await self._read_behind(asked)

    async def _read_behind(self, asked: _Cell) -> None:
        heatmaps = self._heatmaps
        behind = await self._answer(lambda stores: heatmaps.behind(stores, *asked)) if heatmaps else None
        if behind is not None and heatmaps is self._heatmaps:
            self._behind = asked, behind
            if self._behind_now() is not None:
                self._show_cell()
                self.desk.hint()

    def _show_cell(self) -> None:
        grid, place, behind = self.heatmap.grid, self.heatmap.place, self._behind_now()
        window, known = self._window, self._known
        length = self._heatmaps.length if self._heatmaps else _LITTLE

        def draw(cells: int, _: int) -> Sequence[Line]:
            lines = telling.cell_lines(grid, place, window, cells)
            if length < _LITTLE:
                lines += flow(
                    line((f"The history is {labels.span(length)} long: little to tell from.", "medium")), cells
                )
            if behind is not None:
                return [*lines, *telling.behind_lines(behind, known, cells)]
            return [*lines, BLANK, line(("reading …", "muted"))] if place in grid.cells else lines

        self.cell.show(draw, telling.title(grid, place))
        self.cell.do_top()


def _remark(sentence: str) -> notices.Notice:
    return lambda _: [line((sentence, "muted"))]


def _too_little(length: timedelta, rows: int, what: Heatmap, cells: int) -> Sequence[Line]:
    """Why a heatmap is empty."""
    if not rows:
        said = "What the sources tell is kept from scan to scan; there is nothing yet that could hang together."
    elif what.is_of_pairs:
        said = (
            f"Of {labels.count(rows, 'kind')} in {labels.span(length)} none followed on another that occurred at least "
            "five times: with fewer, nothing can be told from chance."
        )
    else:
        said = f"In {labels.span(length)} nothing was recorded that names a service."
    return [BLANK, line(("Too little history", "strong")), BLANK, *flow(line((said, "muted")), cells)]
