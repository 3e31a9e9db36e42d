"""The workspace Drifts: the estate's drifts, and the one that is being read."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from textual import on
from textual.binding import BindingType
from textual.timer import Timer
from textual.widget import Widget

from driftguard_tui import filters, labels, notices, progress, text
from driftguard_tui.actions import recommended_commands
from driftguard_tui.desktop import Remembered
from driftguard_tui.requesting import request
from driftguard_tui.session import Engine
from driftguard_tui.sorting import ORDERS, ordered
from driftguard_tui.widgets.detail import Detail, as_text
from driftguard_tui.widgets.drift_list import DriftList
from driftguard_tui.widgets.headline import Headline
from driftguard_tui.widgets.lines import Line, Span, line
from driftguard_tui.widgets.splits import Split, Tree
from driftguard_tui.workspaces.workspace import Workspace, bindings
from engine.model import Drift, Report

#: While the cursor keeps moving, the timeline is not asked.
_SETTLED = 0.15


def make(engine: Engine) -> "DriftsWorkspace":
    """The workspace."""
    return DriftsWorkspace(engine)


class DriftsWorkspace(Workspace):
    """List and detail. Holds what is listed: order, filter, selection."""

    NAME = "drifts"
    BINDINGS: ClassVar[list[BindingType]] = bindings("drifts")
    LAYOUTS: ClassVar[Sequence[Tree]] = (
        Split(across=True, share=0.45, first="list", second="detail"),
        Split(across=False, share=0.4, first="list", second="detail"),
        "list",
    )

    def __init__(self, engine: Engine) -> None:
        self.headline = Headline(len(engine.sources))
        self.list = DriftList()
        self.detail = Detail()
        super().__init__(engine)
        self.filter_hint = " ".join(f"{field}:" for field in filters.FIELDS)
        self._wanted: filters.Predicate = filters.parse("")
        self._order, self._backwards = "severity", False
        self._settling: Timer | None = None
        self._sought = ""

    def panes(self) -> Mapping[str, Widget]:
        """The list, and the drift that is read."""
        return {"list": self.list, "detail": self.detail}

    def head(self) -> Widget:
        """How much drift there is, of what weight and cause."""
        return self.headline

    def on_mount(self) -> None:
        """The list is where one starts."""
        super().on_mount()
        self.list.entitle("Drifts")
        if not self.engine.sources:
            self.list.explain(notices.no_sources())

    # What the desktop tells

    def found(self, report: Report) -> None:
        """Shows a new report."""
        self.report = report
        self.headline.show(report)
        self._list()

    def waiting(self, scan: progress.ScanProgress) -> None:
        """Shows where a scan is, while there is nothing else to show."""
        if self.report is None:
            self.list.explain(scan.table)

    def failed(self, reason: str) -> None:
        """Shows why there is nothing to show."""
        if self.report is None:
            self.list.explain(notices.failed(reason))

    def chosen(self, drift: Drift | None) -> None:
        """Puts the cursor on it, without the filter if that hides it."""
        if drift is None or (self.list.selected is not None and self.list.selected.id == drift.id):
            return
        self._sought = drift.id
        if self.report is not None and not self.select(drift.id) and self.filter:
            self.apply_filter("")
            self.select(drift.id)

    def describe(self, situation: dict[str, Any]) -> None:
        """What is selected."""
        situation.update(listed=len(self.list.drifts), drift=self.list.selected, filter=self.filter)

    def remember(self) -> dict[str, Remembered]:
        """Order, filter and the drift under the cursor."""
        drift = self.list.selected
        return {
            "filter": self.filter,
            "order": self._order,
            "backwards": self._backwards,
            "drift": drift.id if drift else self._sought,
        }

    def recall(self, own: dict[str, Remembered]) -> None:
        """The same; what is no order or filter any more is left."""
        if own.get("order") in ORDERS:
            self._order, self._backwards = str(own["order"]), bool(own.get("backwards"))
        self._sought = str(own.get("drift") or "")
        try:
            self._wanted = filters.parse(str(own.get("filter") or ""))
        except filters.FilterError:
            return
        self.filter = str(own.get("filter") or "")

    # Moving

    def do_open(self) -> None:
        self.tiles.go_to("detail")

    def do_back(self) -> None:
        """From the detail to the list; in the list, takes the filter away."""
        if self.window is None and self.tiles.current == "list" and self.filter:
            self.apply_filter("")
        else:
            super().do_back()

    def do_next_drift(self) -> None:
        self.list.move(1)

    def do_previous_drift(self) -> None:
        self.list.move(-1)

    def do_go(self, beginning: str = "") -> None:
        """Selects by the beginning of a name; asks for it."""
        if not beginning:
            self.desk.asking.command("go ", "the beginning of an id or of a resource's name")
        elif not self.select(beginning):
            self.desk.say(f"No listed drift begins with {beginning!r}", "medium")

    def do_next_section(self) -> None:
        self.detail.section(1)

    def do_previous_section(self) -> None:
        self.detail.section(-1)

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

    def complete_filter(self, typed: str) -> Sequence[str]:
        """Fields, and the values that drifts have in them."""
        return filters.completions(typed, self.report.drifts if self.report else ())

    def do_sort(self, order: str) -> None:
        """Sorts by that order; by its opposite when it is so already."""
        self._backwards = order == self._order and not self._backwards
        self._order = order
        self._list()

    # Asking for a fix

    def do_request(self, action: str = "") -> None:
        """Requests what is recommended: asks which, or takes that with this action."""
        if self.list.selected is not None:
            request(self.desk, self.list.selected, action)

    # Copying

    def do_copy(self, number: str = "1") -> None:
        """The recommended command with this number."""
        commands = recommended_commands(self.list.selected) if self.list.selected else ()
        if number.isdecimal() and 0 < int(number) <= len(commands):
            self._copy(commands[int(number) - 1], f"command {number}")
        else:
            self.status.say(line((f"There is no command {number}", "medium")))

    def do_copy_drift(self) -> None:
        """Everything that the detail shows."""
        if self.list.selected is not None:
            self._copy(as_text(self.list.selected, self.detail.events), "the drift")

    # Inside

    def _copy(self, content: str, what: str) -> None:
        self.post_message(self.Copied(text.harmless_block(content), what))

    @on(DriftList.Opened)
    def _opened(self) -> None:
        self.do_open()

    def _list(self) -> None:
        report = self.report
        every: Sequence[Drift] = report.drifts if report else ()
        wanted = [drift for drift in every if self._wanted(drift)]
        if report and not wanted:
            self.list.explain(notices.nothing_matches(self.filter) if every else notices.in_sync(report))
        drifts = ordered(wanted, self._order, backwards=self._backwards)
        self.list.show(drifts, order=self._order, backwards=self._backwards)
        if self._sought and self.select(self._sought):
            self._sought = ""
        self.list.entitle(labels.join(("Drifts", f"{len(wanted):,} of {len(every):,}" if self.filter else "")))
        self.status.note(self._filter_note())

    def _filter_note(self) -> Line:
        return (Span("/ ", "key"), Span(self.filter, "strong")) if self.filter else ()

    @on(DriftList.Highlighted)
    def _highlighted(self, event: DriftList.Highlighted) -> None:
        self.detail.show(event.drift)
        self.desk.drift_selected(event.drift)
        if self._settling is not None:
            self._settling.stop()
        if event.drift is not None:
            self._settling = self.set_timer(_SETTLED, lambda: self._ask_for_events(event.drift))

    def _ask_for_events(self, drift: Drift | None) -> None:
        if drift is not None:
            self.run_worker(self._fetch(drift), group="events", exclusive=True)

    async def _fetch(self, drift: Drift) -> None:
        events = await self.engine.events_around(drift)
        if events and self.list.selected is drift:
            self.detail.show(drift, events)
