"""The workspace Drifts: the estate's drifts, and the one that is being read."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.binding import BindingType
from textual.timer import Timer
from textual.widget import Widget

from driftguard_tui import filters, labels, many, notices, progress, text
from driftguard_tui.actions import recommended_commands
from driftguard_tui.desktop import Remembered
from driftguard_tui.grouping import GROUPINGS, NONE, Heading
from driftguard_tui.listing import Catalogue, Listing, Wanted
from driftguard_tui.marks import Marks
from driftguard_tui.requesting import request
from driftguard_tui.session import Engine
from driftguard_tui.sorting import ORDERS
from driftguard_tui.timeline.newest import Newest
from driftguard_tui.widgets.choice import Choice
from driftguard_tui.widgets.detail import Detail, as_text
from driftguard_tui.widgets.drift_columns import COLUMNS, USUAL
from driftguard_tui.widgets.drift_list import DriftList
from driftguard_tui.widgets.headline import Headline
from driftguard_tui.widgets.lines import Line, Span, cut, line
from driftguard_tui.widgets.rows import Column
from driftguard_tui.widgets.sections.history import what
from driftguard_tui.widgets.splits import Split, Tree
from driftguard_tui.workspaces.workspace import Workspace, bindings
from engine.errors import DriftGuardError
from engine.model import CauseGroup, Drift, Report

if TYPE_CHECKING:
    from engine.versions import Version

#: While the cursor keeps moving, the timeline is not asked.
_SETTLED = 0.15
#: So many drifts are listed before the next frame; more of them beside everything else.
_AT_ONCE = 2_000
#: So many closed groups are remembered.
_REMEMBERED = 200

_VERSIONS: "tuple[Column[Version], ...]" = (
    Column("since", 21, 0, lambda version, _: line((labels.moment(version.at), "strong"))),
    Column("travel to which version?", 0, 0, lambda version, cells: cut(line((what(version), "")), cells)),
)


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
        self._wanted = Wanted()
        self._catalogue = Catalogue()
        self._marks = Marks()
        self._marked_last = 0
        self._newest: Newest[tuple[Catalogue, Wanted]] = Newest(
            lambda work: self.run_worker(work, group="listing"), self._answer
        )
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
        self._catalogue = Catalogue(report)
        self._marks.keep(report.drifts)
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
            marked=len(self._marks),
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

    def do_next_section(self) -> None:
        self.detail.section(1)

    def do_previous_section(self) -> None:
        self.detail.section(-1)

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

    # Reading

    def do_original(self, number: str = "") -> None:
        """The record behind a claim of the drift that is read."""
        self.detail.do_original(number)
        if not number:
            self.tiles.go_to("detail")

    async def do_versions(self) -> None:
        """Asks to which version of the resource to travel."""
        drift = self.list.drift
        versions = await self._versions(drift) if drift else ()
        if drift is None or not versions:
            self.desk.say("No version of this resource is recorded", "medium")
        else:
            title = f"As it was: {labels.resource_name(drift)}"
            self.mount(Choice(title, list(versions), _VERSIONS, self._travel_to))

    def _travel_to(self, version: "Version") -> None:
        self.desk.run_worker(self.desk.travel(version.at), group="travel")

    # Marking

    def do_mark(self) -> None:
        """Marks what is under the cursor and goes on to the next row."""
        heading, drift = self.list.heading, self.list.drift
        self._marks.turn(heading.drifts if heading else (drift,) if drift else ())
        self._marked_last = self.list.cursor
        self.list.move(1)
        self._show_marks()

    def do_mark_to(self) -> None:
        """Marks the drifts from the row that was marked last to the cursor."""
        first, last = sorted((self._marked_last, self.list.cursor))
        self._marks.add(row for row in self.list.items[first : last + 1] if isinstance(row, Drift))
        self._marked_last = self.list.cursor
        self._show_marks()

    def do_mark_all(self) -> None:
        self._marks.add(self.list.drifts)
        self._show_marks()

    def do_unmark(self) -> None:
        self._marks.clear()
        self._show_marks()

    def _show_marks(self) -> None:
        self.list.mark(self._marks.ids)
        self.desk.hint()

    # Asking for a fix, and saying what it was

    def do_request(self, action: str = "") -> None:
        """Requests what is recommended: asks which, or takes that with this action."""
        if self._marks:
            many.request(self.desk, self._marks.drifts, action)
        elif self.list.drift is not None:
            request(self.desk, self.list.drift, action)

    async def do_confirm(self, cause: str = "") -> None:
        """Records a cause, of all marked drifts if there are any."""
        if self._marks:
            many.confirm(self.desk, self._marks.drifts, cause)
        else:
            await self.desk.do_confirm(cause)

    # Copying

    def do_copy(self, number: str = "1") -> None:
        """The recommended command with this number; the first ones of all marked drifts."""
        if self._marks:
            first = [recommended_commands(drift)[:1] for drift in self._marks.drifts]
            commands = [command for found in first for command in found]
            self._copy("\n".join(commands), labels.count(len(commands), "command"))
            return
        commands = list(recommended_commands(self.list.drift)) if self.list.drift else []
        if number.isdecimal() and 0 < int(number) <= len(commands):
            self._copy(commands[int(number) - 1], f"command {number}")
        else:
            self.status.say(line((f"There is no command {number}", "medium")))

    async def do_copy_drift(self) -> None:
        """Everything that the detail shows."""
        if self._marks:
            drifts = self._marks.drifts
            whole = await asyncio.to_thread(lambda: "\n".join(map(as_text, drifts)))
            self._copy(whole, labels.count(len(drifts), "drift"))
        elif self.list.drift is not None:
            self._copy(as_text(self.list.drift, self.detail.events), "the drift")

    # Inside

    def _copy(self, content: str, what: str) -> None:
        self.post_message(self.Copied(text.harmless_block(content), what))

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
            self.run_worker(asyncio.to_thread(catalogue.index.prepare), group="index", exclusive=True)

    def _show(self, listing: Listing) -> None:
        report, found = self.report, len(listing.drifts)
        every = len(self._catalogue.drifts)
        if report and not found:
            self.list.explain(notices.nothing_matches(self.filter) if every else notices.in_sync(report))
        self.list.take(listing)
        self.list.mark(self._marks.ids)
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

    @on(DriftList.Highlighted, "#drifts")
    def _highlighted(self) -> None:
        drift, heading = self.list.drift, self.list.heading
        if heading is not None:
            self.detail.gather(heading)
        else:
            self.detail.show(drift)
        self.desk.drift_selected(drift)
        if self._settling is not None:
            self._settling.stop()
        if drift is not None:
            self._settling = self.set_timer(_SETTLED, lambda: self._ask_for_events(drift))

    def _ask_for_events(self, drift: Drift | None) -> None:
        if drift is not None:
            self.run_worker(self._fetch(drift), group="events", exclusive=True)

    async def _fetch(self, drift: Drift) -> None:
        group = self._group_of(drift)
        events = await self.engine.events_around(drift)
        if self.list.drift is drift:
            self.detail.show(drift, events, group=group)
        versions = await self._versions(drift)
        if versions and self.list.drift is drift:
            self.detail.show(drift, events, versions, group)

    async def _versions(self, drift: Drift) -> Sequence["Version"]:
        from engine.versions import versions_of

        try:
            return await self.engine.read(lambda stores: versions_of(stores, drift)) or ()
        except DriftGuardError as error:
            self.desk.say(str(error), "bad")
            return ()

    def _group_of(self, drift: Drift) -> CauseGroup | None:
        groups = self.report.groups if self.report else ()
        return next((group for group in groups if len(group.drifts) > 1 and drift.id in group.drifts), None)
