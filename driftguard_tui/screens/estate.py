"""The main screen: the estate's drifts, and the one that is being read."""

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget

from driftguard_tui import filters, labels, notices, progress, text
from driftguard_tui.actions import Situation
from driftguard_tui.session import Engine
from driftguard_tui.sorting import ordered
from driftguard_tui.widgets.detail import Detail, as_text
from driftguard_tui.widgets.drift_list import DriftList
from driftguard_tui.widgets.lines import Line, Span, TonedScreen, line
from driftguard_tui.widgets.overview import Overview
from driftguard_tui.widgets.status import Hints, StatusLine
from engine.model import Drift, Report

#: While the cursor keeps moving, the timeline is not asked.
_SETTLED = 0.15
_NARROW = 110
_VAST = 160
_SHORT = 30


class EstateScreen(TonedScreen):
    """List and detail, side by side or one at a time. Holds what is listed: order, filter, selection."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (_NARROW, "-wide"), (_VAST, "-vast")]  # noqa: RUF012 - as Textual declares it
    VERTICAL_BREAKPOINTS = [(0, "-short"), (_SHORT, "-tall")]  # noqa: RUF012 - as Textual declares it

    class Copied(Message):
        """A text is to be copied."""

        def __init__(self, content: str, what: str) -> None:
            self.text, self.what = content, what
            super().__init__()

    def __init__(self, engine: Engine) -> None:
        super().__init__(id="estate", classes="-on-list")
        self._engine = engine
        self.overview = Overview(engine.estate, len(engine.sources))
        self.list = DriftList()
        self.detail = Detail()
        self.status = StatusLine()
        self.hints = Hints()
        self.filter = ""
        self._wanted: filters.Predicate = filters.parse("")
        self._order, self._backwards = "severity", False
        self._settling: Timer | None = None

    def compose(self) -> ComposeResult:
        """Header, the two panes, status and keys."""
        yield self.overview
        with Horizontal(id="body"):
            yield self.list
            yield self.detail
        yield self.status
        yield self.hints

    def on_mount(self) -> None:
        """The list is where one starts."""
        self.list.entitle("Drifts")
        self.list.focus()
        if not self._engine.sources:
            self.list.explain(notices.no_sources())

    # What the console is told

    def found(self, report: Report) -> None:
        """Shows a new report."""
        self.overview.show(report)
        self.status.stand(progress.scanned(report))
        self._list()

    def going_on(self, scan: progress.ScanProgress) -> None:
        """Shows where a scan is; in the list, too, while that is empty."""
        self.status.stand(scan.summary())
        if self._engine.report is None:
            self.list.explain(scan.table)

    def failed(self, reason: str) -> None:
        """Shows why a scan could not be done."""
        self.status.stand(line(("✗ ", "bad"), (f"The scan failed: {reason}", "bad")))
        if self._engine.report is None:
            self.list.explain(notices.failed(reason))

    def situation(self, scanning: bool) -> Situation:
        """What can be done depends on this."""
        return Situation(
            screen="estate",
            pane="detail" if self.has_class("-on-detail") else "list",
            listed=len(self.list.drifts),
            drift=self.list.selected,
            filter=self.filter,
            scanning=scanning,
            sources=len(self._engine.sources),
        )

    # Moving

    def do_down(self) -> None:
        self._move(1)

    def do_up(self) -> None:
        self._move(-1)

    def do_page_down(self) -> None:
        self._move(self._pane.page)

    def do_page_up(self) -> None:
        self._move(-self._pane.page)

    def do_top(self) -> None:
        self._move(-self._pane.virtual_size.height)

    def do_bottom(self) -> None:
        self._move(self._pane.virtual_size.height)

    def do_open(self) -> None:
        self._go_to(self.detail)

    def do_back(self) -> None:
        """From the detail to the list; in the list, takes the filter away."""
        if self._pane is self.detail:
            self._go_to(self.list)
        elif self.filter:
            self.apply_filter("")

    def do_next_pane(self) -> None:
        self._go_to(self.list if self._pane is self.detail else self.detail)

    def do_previous_pane(self) -> None:
        self.do_next_pane()

    def do_next_drift(self) -> None:
        self.list.move(1)

    def do_previous_drift(self) -> None:
        self.list.move(-1)

    def do_next_section(self) -> None:
        self.detail.section(1)

    def do_previous_section(self) -> None:
        self.detail.section(-1)

    def do_zoom(self) -> None:
        self.toggle_class("-zoomed")

    def select(self, beginning: str) -> bool:
        """Puts the cursor on the first drift whose id, address or name begins so."""
        for row, drift in enumerate(self.list.drifts):
            names = (drift.id, drift.resource.address, drift.resource.id, labels.resource_name(drift))
            if any(name.startswith(beginning) for name in names):
                self.list.select(row)
                return True
        return False

    # Finding

    def apply_filter(self, expression: str) -> None:
        """Lists what matches. Raises FilterError and leaves the list as it is when the filter is no filter."""
        self._wanted = filters.parse(expression)
        self.filter = expression.strip()
        self._list()

    def do_sort(self, order: str) -> None:
        """Sorts by that order; by its opposite when it is so already."""
        self._backwards = order == self._order and not self._backwards
        self._order = order
        self._list()

    # Copying

    def do_copy(self) -> None:
        self.do_copy_number("1")

    def do_copy_number(self, number: str = "1") -> None:
        """The recommended command with this number."""
        commands = self.situation(False).commands
        if number.isdecimal() and 0 < int(number) <= len(commands):
            self._copy(commands[int(number) - 1], f"command {number}")
        else:
            self.status.say(line((f"There is no command {number}", "medium")))

    def do_copy_drift(self) -> None:
        """Everything that the detail shows."""
        if self.list.selected is not None:
            self._copy(as_text(self.list.selected, self.detail.events), "the drift")

    def refocus(self) -> None:
        """Gives the keys back to the pane that had them."""
        self._pane.focus()

    # Inside

    def _copy(self, content: str, what: str) -> None:
        self.post_message(self.Copied(text.plain_block(content), what))

    @property
    def _pane(self) -> DriftList | Detail:
        return self.detail if self.has_class("-on-detail") else self.list

    def _move(self, lines: int) -> None:
        if self._pane is self.list:
            self.list.move(lines)
        else:
            self.detail.scroll_lines(lines)

    def _go_to(self, pane: Widget) -> None:
        self.set_class(pane is self.list, "-on-list")
        self.set_class(pane is self.detail, "-on-detail")
        pane.focus()

    @on(DriftList.Opened)
    def _opened(self) -> None:
        self.do_open()

    def on_descendant_focus(self) -> None:
        """A click moves the focus, and with it the pane that keys are about."""
        if self.focused in (self.list, self.detail):
            self.set_class(self.focused is self.list, "-on-list")
            self.set_class(self.focused is self.detail, "-on-detail")

    def _list(self) -> None:
        report = self._engine.report
        every: Sequence[Drift] = report.drifts if report else ()
        wanted = [drift for drift in every if self._wanted(drift)]
        if report and not wanted:
            self.list.explain(notices.nothing_matches(self.filter) if every else notices.in_sync(report))
        drifts = ordered(wanted, self._order, backwards=self._backwards)
        self.list.show(drifts, order=self._order, backwards=self._backwards)
        self.list.entitle(labels.join(("Drifts", f"{len(wanted):,} of {len(every):,}" if self.filter else "")))
        self.status.note(self._filter_note())

    def _filter_note(self) -> Line:
        return (Span("/ ", "key"), Span(self.filter, "strong")) if self.filter else ()

    @on(DriftList.Highlighted)
    def _highlighted(self, event: DriftList.Highlighted) -> None:
        self.detail.show(event.drift)
        if self._settling is not None:
            self._settling.stop()
        if event.drift is not None:
            self._settling = self.set_timer(_SETTLED, lambda: self._ask_for_events(event.drift))

    def _ask_for_events(self, drift: Drift | None) -> None:
        if drift is not None:
            self.run_worker(self._fetch(drift), group="events", exclusive=True)

    async def _fetch(self, drift: Drift) -> None:
        events = await self._engine.events_around(drift)
        if events and self.list.selected is drift:
            self.detail.show(drift, events)
