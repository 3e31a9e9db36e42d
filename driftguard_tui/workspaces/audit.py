"""The workspace Audit: who did what, and whether the record of it is whole."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from msgspec.structs import replace
from textual import on, work
from textual.binding import BindingType
from textual.widget import Widget

from driftguard_tui import audit_filter, labels, notices
from driftguard_tui.asking import Question
from driftguard_tui.desktop import Remembered
from driftguard_tui.filters import FilterError
from driftguard_tui.requesting import NOTHING_RECORDED
from driftguard_tui.session import Engine
from driftguard_tui.widgets.audit import ChainState, EntryDetail, entry_list
from driftguard_tui.widgets.lines import Span
from driftguard_tui.widgets.rows import Rows
from driftguard_tui.widgets.splits import Split, Tree
from driftguard_tui.workspaces.workspace import Workspace, bindings
from engine.errors import DriftGuardError
from engine.workflow.audit import AuditEntry, AuditFilter, AuditVerdict, export

if TYPE_CHECKING:
    from engine.store import Stores

#: Entries that are asked for at once.
_PAGE = 500


def make(engine: Engine) -> "AuditWorkspace":
    """The workspace."""
    return AuditWorkspace(engine)


class AuditWorkspace(Workspace):
    """The newest entries, more of them as the cursor comes to the end, and one in full."""

    NAME = "audit"
    BINDINGS: ClassVar[list[BindingType]] = bindings("audit")
    LAYOUTS: ClassVar[Sequence[Tree]] = (
        Split(across=True, share=0.6, first="entries", second="entry"),
        Split(across=False, share=0.6, first="entries", second="entry"),
        "entries",
    )

    def __init__(self, engine: Engine) -> None:
        self.chain = ChainState()
        self.list = entry_list()
        self.detail = EntryDetail()
        super().__init__(engine)
        self.filter_hint = " ".join(f"{field}:" for field in audit_filter.FIELDS)
        self.verdict: AuditVerdict | None = None
        self._chosen = AuditFilter()
        self._more = False

    def panes(self) -> Mapping[str, Widget]:
        """The entries, and the one under the cursor."""
        return {"entries": self.list, "entry": self.detail}

    def head(self) -> Widget:
        """The state of the chain."""
        return self.chain

    def on_screen_resume(self) -> None:
        """Something may have been written down meanwhile."""
        self._ask()

    def moved_in_time(self) -> None:
        """In the past, only what had been written by then."""
        self._ask()

    def describe(self, situation: dict[str, Any]) -> None:
        """The entry under the cursor."""
        situation.update(listed=len(self.list.items), chosen=self.list.selected, filter=self.filter)

    def remember(self) -> dict[str, Remembered]:
        """The filter."""
        return {"filter": self.filter}

    def recall(self, own: dict[str, Remembered]) -> None:
        """The same; what is no filter any more is left."""
        expression = str(own.get("filter") or "")
        with suppress(FilterError):
            self._chosen, self.filter = audit_filter.parse(expression), expression

    # Finding

    def apply_filter(self, expression: str) -> None:
        """Lists what matches. Raises FilterError and leaves the list as it is when the filter is no filter."""
        self._chosen = audit_filter.parse(expression)
        self.filter = expression.strip()
        self._ask()

    def complete_filter(self, typed: str) -> Sequence[str]:
        """Fields, and acts."""
        return audit_filter.completions(typed)

    # What can be done

    def do_open(self) -> None:
        self.tiles.go_to("entry")

    def do_back(self) -> None:
        """From the entry to the list; in the list, takes the filter away."""
        if self.window is None and self.tiles.current == "entries" and self.filter:
            self.apply_filter("")
        else:
            super().do_back()

    def do_verify(self) -> None:
        self._verify(wanted=True)

    def do_export(self, file: str = "") -> None:
        """Asks for the file, or writes it."""
        self._export(file, mask=False)

    def do_export_masked(self, file: str = "") -> None:
        """The same without names."""
        self._export(file, mask=True)

    async def do_open_subject(self) -> None:
        """Goes to the request or the drift that the entry is about."""
        entry = self.list.selected
        if entry is None:
            return
        drifts = self.desk.report.drifts if self.desk.report else ()
        drift = next((drift for drift in drifts if drift.id == entry.subject), None)
        if entry.action.startswith("request."):
            await self._show_request(entry.subject)
        elif drift is not None:
            await self.desk.show_drift(drift)
        else:
            self.desk.say(f"There is nothing to show of {entry.subject}", "medium")

    # Inside

    async def _show_request(self, id_: str) -> None:
        from driftguard_tui.workspaces.requests import RequestsWorkspace

        await self.desk.do_workspace("requests")
        workspace = self.desk.workspace
        if isinstance(workspace, RequestsWorkspace):
            workspace.seek(id_)

    def _export(self, file: str, *, mask: bool) -> None:
        if file:
            self._write(file, mask)
            return
        suggested = f"audit-{'masked-' if mask else ''}{self.engine.estate.replace(' ', '-').lower()}.ndjson"
        hint = "the file to write; enter writes it, esc leaves"

        def answered(typed: str) -> str:
            if typed.strip():
                self._write(typed.strip(), mask)
            return ""

        self.desk.asking.ask(Question("✎", answered, suggested, hint))

    @work(group="audit-export")
    async def _write(self, file: str, mask: bool) -> None:
        try:
            count = await self.engine.read(lambda stores: export(stores.ledger, Path(file), mask=mask))
        except DriftGuardError as error:
            self.desk.say(str(error), "bad")
        else:
            if count is None:
                self.desk.say(NOTHING_RECORDED, "medium")
            else:
                self.desk.say(f"Wrote {labels.count(count, 'entry', 'entries')} to {file}", "good")

    @work(group="audit-chain", exclusive=True)
    async def _verify(self, *, wanted: bool = False) -> None:
        self.chain.show(None)
        try:
            self.verdict = await self.engine.read(lambda stores: stores.ledger.verify_audit())
        except DriftGuardError as error:
            self.desk.say(str(error), "bad")
        else:
            if wanted:
                self._say_whether_whole()
        self.chain.show(self.verdict)

    def _say_whether_whole(self) -> None:
        if self.verdict is None:
            self.desk.say(NOTHING_RECORDED, "medium")
        elif self.verdict.intact:
            self.desk.say("Followed from the first entry on: the log is whole", "good")
        else:
            self.desk.say("Followed from the first entry on: the log is broken", "bad")

    @work(group="audit-list", exclusive=True)
    async def _ask(self, before: int | None = None) -> None:
        """Asks the ledger for a page of entries: the newest, or those before a number."""
        try:
            page = await self.engine.read(partial(_page, self._bounded(), before))
        except DriftGuardError as error:
            self.list.show((), notices.failed_to_read(str(error)))
            return
        self._more = len(page or ()) == _PAGE
        notice = notices.nothing_matches(self.filter) if self.filter else notices.no_entries()
        kept = self.list.items if before is not None else ()
        self.list.show([*kept, *(page or ())], notices.nothing_recorded() if page is None else notice)
        self.list.entitle(labels.join(("Audit", self._count() if self.filter else "")))
        self.status.note((Span("/ ", "key"), Span(self.filter, "strong")) if self.filter else ())
        self.desk.hint()
        if page is not None and (self.verdict is None or _is_newer(page, self.verdict)):
            self._verify()

    def _count(self) -> str:
        return f"{len(self.list.items):,}{' and more' if self._more else ''} match"

    def _bounded(self) -> AuditFilter:
        """What is chosen, up to the time that the desktop shows."""
        times = [at for at in (self._chosen.until, self.desk.as_of) if at is not None]
        return replace(self._chosen, until=min(times, default=None))

    @on(Rows.Highlighted, "#entries-list")
    def _highlighted(self) -> None:
        self.detail.show(self.list.selected)
        self.desk.hint()

    @on(Rows.Ended, "#entries-list")
    def _ended(self) -> None:
        if self._more:
            self._more = False
            self._ask(self.list.items[-1].number)

    @on(Rows.Opened, "#entries-list")
    def _opened(self) -> None:
        self.do_open()


def _page(chosen: AuditFilter, before: int | None, stores: "Stores") -> list[AuditEntry]:
    return stores.ledger.newest_audit(chosen, before=before, limit=_PAGE)


def _is_newer(page: Sequence[AuditEntry], verdict: AuditVerdict) -> bool:
    return bool(page) and verdict.intact and page[0].number > verdict.entries
