"""The workspace Drifts: the estate's drifts, and the one that is being read."""

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Any, ClassVar

from textual import on
from textual.binding import BindingType
from textual.widget import Widget
from textual.worker import Worker

from driftguard_tui import filters, labels, notices, progress
from driftguard_tui.desktop import Remembered
from driftguard_tui.grouping import GROUPINGS, NONE, Heading
from driftguard_tui.listing import Catalogue, Listing, Wanted
from driftguard_tui.session import Engine
from driftguard_tui.sorting import ORDERS
from driftguard_tui.timeline.newest import Newest
from driftguard_tui.widgets.drift_columns import COLUMNS, USUAL
from driftguard_tui.widgets.drift_list import DriftList
from driftguard_tui.widgets.headline import Headline
from driftguard_tui.widgets.lines import Line, Span
from driftguard_tui.widgets.splits import Split, Tree
from driftguard_tui.workspaces.drift_marking import DriftMarking
from driftguard_tui.workspaces.workspace import bindings
from engine.model import Drift, Report

#: So many drifts are listed before the next frame; more of them beside everything else.
_AT_ONCE = 2_000
#: So many closed groups are remembered.
_REMEMBERED = 200


def make(engine: Engine) -> "DriftsWorkspace":
    """The workspace."""
    return DriftsWorkspace(engine)


class DriftsWorkspace(DriftMarking):
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
        super().__init__(engine)
        self.filter_hint = " ".join(f"{field}:" for field in filters.FIELDS)
        self._wanted = Wanted()
        self._catalogue = Catalogue()
        self._newest: Newest[tuple[Catalogue, Wanted]] = Newest(
            lambda work: self.run_worker(work, group="listing"), self._answer
        )
        self._sought = ""

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
        self._catalogue = Catalogue(report)
        self.marks.keep(report.drifts)
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
        """Puts the cursor on it, without the filter and out of its closed group if these hide it."""
        if drift is None or (self.list.drift is not None and self.list.drift.id == drift.id):
            return
        self._sought = drift.id
        if self.report is None or self._go_to_sought():
            return
        self._want(filter=filters.Filter(), folded=frozenset())
        self.filter = ""
        self._list()

    def describe(self, situation: dict[str, Any]) -> None:
        """What is selected."""
        situation.update(
            listed=len(self.list.drifts),
            marked=len(self.marks),
            drift=self.list.drift,
            chosen="" if self._wanted.group == NONE else "grouped",
            filter=self.filter,
        )

    def remember(self) -> dict[str, Remembered]:
        """Order, groups, columns, filter and the drift under the cursor."""
        drift, wanted = self.list.drift, self._wanted
        return {
            "filter": self.filter,
            "order": wanted.order,
            "backwards": wanted.backwards,
            "group": wanted.group,
            "folded": sorted(wanted.folded)[:_REMEMBERED],
            "columns": list(self.list.columns),
            "closed": sorted(self.detail.folded),
            "drift": drift.id if drift else self._sought,
        }

    def recall(self, own: dict[str, Remembered]) -> None:
        """The same; what is no order, group, column or filter any more is left."""
        if own.get("order") in ORDERS:
            self._want(order=str(own["order"]), backwards=bool(own.get("backwards")))
        folded = own.get("folded")
        if own.get("group") in GROUPINGS:
            self._want(group=str(own["group"]), folded=frozenset(folded) if isinstance(folded, list) else frozenset())
        columns = own.get("columns")
        known = [name for name in columns if name in COLUMNS] if isinstance(columns, list) else []
        self.list.columns = tuple(known) or USUAL
        closed = own.get("closed")
        self.detail.folded = set(closed) if isinstance(closed, list) else set()
        self._sought = str(own.get("drift") or "")
        try:
            self._want(filter=filters.read(str(own.get("filter") or "")))
        except filters.FilterError:
            return
        self.filter = str(own.get("filter") or "")

    # Moving

    def do_open(self) -> None:
        """Opens or closes a group, or reads the drift."""
        if not self._turn_group():
            self.tiles.go_to("detail")

    def do_right(self) -> None:
        """Opens a group that is closed; goes into what is open."""
        heading = self._heading()
        if heading is None:
            super().do_right()
        elif heading.is_open:
            self.list.move(1)
        else:
            self._turn_group()

    def do_left(self) -> None:
        """From a drift to its heading, then closes the group."""
        above = self.list.heading_above() if self._is_in_list() else None
        heading = self._heading()
        if above is not None:
            self.list.select(above)
        elif heading is None:
            super().do_left()
        elif heading.is_open:
            self._turn_group()

    def do_back(self) -> None:
        """From the detail to the list; in the list, takes the filter away."""
        if self._is_in_list() and self.filter:
            self.apply_filter("")
        else:
            super().do_back()

    def do_next_drift(self) -> None:
        self.list.next_drift(1)

    def do_previous_drift(self) -> None:
        self.list.next_drift(-1)

    async def do_go(self, beginning: str = "") -> None:
        """Selects by the beginning of a name; asks for it."""
        if not beginning:
            self.desk.asking.command("go ", "the beginning of an id or of a resource's name")
            return
        listing = self.list.listing
        row = await asyncio.to_thread(listing.find, beginning)
        if row is None:
            self.desk.say(f"No listed drift begins with {beginning!r}", "medium")
        elif listing is self.list.listing:
            self.list.select(row)

    # Finding

    def apply_filter(self, expression: str) -> None:
        """Lists what matches. Raises FilterError and leaves the list as it is when the filter is no filter."""
        self._want(filter=filters.read(expression))
        self.filter = expression.strip()
        self._list()

    def complete_filter(self, typed: str) -> Sequence[str]:
        """Fields, and the values that drifts have in them."""
        return filters.complete(filters.FIELDS, typed, self._catalogue.index.values)

    def do_sort(self, order: str) -> None:
        """Sorts by that order; by its opposite when it is so already."""
        self._want(order=order, backwards=order == self._wanted.order and not self._wanted.backwards)
        self._list()

    # Arranging

    def do_group(self, field: str = "") -> None:
        """Groups by that, or by what comes next."""
        if field and field not in GROUPINGS:
            self.desk.say(f"There is no group {field!r}; there are {', '.join(GROUPINGS)}", "medium")
            return
        after = GROUPINGS[(GROUPINGS.index(self._wanted.group) + 1) % len(GROUPINGS)]
        self._want(group=field or after, folded=frozenset())
        self._list()

    def do_fold_all(self) -> None:
        """Closes every group; opens them when all are closed."""
        headings = self.list.listing.headings
        is_any_open = any(heading.is_open for heading in headings)
        above = self.list.heading_above()
        if is_any_open and above is not None:
            self.list.select(above)
        self._want(folded=frozenset(heading.key for heading in headings) if is_any_open else frozenset())
        self._list()

    def do_columns(self, names: str = "") -> None:
        """Shows the named columns, or the usual ones."""
        wanted = tuple(dict.fromkeys(names.replace(",", " ").split())) or USUAL
        unknown = [name for name in wanted if name not in COLUMNS]
        if unknown:
            self.desk.say(f"There is no column {unknown[0]!r}; there are {', '.join(COLUMNS)}", "medium")
        else:
            self.list.choose_columns(wanted)

    # Inside

    def _is_in_list(self) -> bool:
        return self.window is None and self.tiles.current == "list"

    def _heading(self) -> Heading | None:
        return self.list.heading if self._is_in_list() else None

    def _turn_group(self) -> bool:
        """Opens the group under the cursor, or closes it; whether there is one."""
        heading = self._heading()
        if heading is None:
            return False
        self._want(folded=self._wanted.folded ^ {heading.key})
        self._list()
        return True

    @on(DriftList.Opened, "#drifts")
    def _opened(self) -> None:
        self.do_open()

    def _want(self, **changes: Any) -> None:
        self._wanted = self._wanted._replace(**changes)

    def _list(self) -> None:
        """Lists what is wanted: now, or as soon as it is found where there is much to look through."""
        if len(self._catalogue.drifts) <= _AT_ONCE:
            self._show(self._catalogue.listed(self._wanted))
            self._catalogue.index.prepare()
        else:
            self._newest.want((self._catalogue, self._wanted))

    async def _answer(self, question: tuple[Catalogue, Wanted]) -> None:
        catalogue, wanted = question
        listing = await asyncio.to_thread(catalogue.listed, wanted)
        if not self._newest.is_outdated and catalogue is self._catalogue:
            self._show(listing)
            preparing = partial(asyncio.to_thread, catalogue.index.prepare)
            _: Worker[None] = self.run_worker(preparing, group="index", exclusive=True)

    def _show(self, listing: Listing) -> None:
        report, found = self.report, len(listing.drifts)
        every = len(self._catalogue.drifts)
        if report and not found:
            self.list.explain(notices.nothing_matches(self.filter) if every else notices.in_sync(report))
        self.list.take(listing)
        self.list.mark(self.marks.ids)
        self._go_to_sought()
        group = "" if listing.wanted.group == NONE else f"by {listing.wanted.group}"
        self.list.entitle(labels.join(("Drifts", group, f"{found:,} of {every:,}" if self.filter else "")))
        self.status.note(self._filter_note())
        self.desk.hint()

    def _go_to_sought(self) -> bool:
        """Puts the cursor on the drift that is looked for, if it is listed."""
        row = self.list.listing.row_of(self._sought) if self._sought else None
        if row is None:
            return False
        self._sought = ""
        self.list.select(row)
        return True

    def _filter_note(self) -> Line:
        return (Span("/ ", "key"), Span(self.filter, "strong")) if self.filter else ()
