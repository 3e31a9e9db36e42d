"""The workspace Sources: what is read, how it goes, and why something cannot be read."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on, work
from textual.binding import BindingType
from textual.widget import Widget

from driftguard_tui import labels, notices, progress
from driftguard_tui.desktop import Remembered
from driftguard_tui.session import Engine
from driftguard_tui.widgets.hidden import HiddenText
from driftguard_tui.widgets.rows import Rows
from driftguard_tui.widgets.sections.source import Check, SourceStory
from driftguard_tui.widgets.source_detail import SourceDetail
from driftguard_tui.widgets.source_list import SourceRow, rows, source_list, titles
from driftguard_tui.widgets.splits import Split, Tree
from driftguard_tui.workspaces.workspace import Workspace, bindings
from engine.errors import DriftGuardError
from engine.model import Report

if TYPE_CHECKING:
    from engine.sources import Reading
    from engine.store import Stores

#: Readings of a source that are listed.
_READINGS = 24


def make(engine: Engine) -> "SourcesWorkspace":
    """The workspace."""
    return SourcesWorkspace(engine)


class SourcesWorkspace(Workspace):
    """Sources by role, the one under the cursor, and what rules hide of what they give."""

    NAME = "sources"
    BINDINGS: ClassVar[list[BindingType]] = bindings("sources")
    LAYOUTS: ClassVar[Sequence[Tree]] = (
        Split(False, 0.42, "source-list", Split(True, 0.55, "source", "hidden")),
        Split(True, 0.5, "source-list", Split(False, 0.7, "source", "hidden")),
        "source-list",
    )

    def __init__(self, engine: Engine) -> None:
        self.list = source_list()
        self.detail = SourceDetail()
        self.hidden = HiddenText()
        self._checks: dict[str, Check] = {}
        self._readings: Mapping[str, Sequence[Reading]] = {}
        self._scan: progress.ScanProgress | None = None
        self._sought = ""
        super().__init__(engine)

    def panes(self) -> Mapping[str, Widget]:
        """The list, one of it, and the rules."""
        return {"source-list": self.list, "source": self.detail, "hidden": self.hidden}

    def on_mount(self) -> None:
        """Lists what is configured, whatever is known of it."""
        super().on_mount()
        self._list()

    # What the desktop tells

    def found(self, report: Report) -> None:
        """Shows how reading went, and asks how it went before."""
        self.report, self._scan = report, None
        self.hidden.show(report)
        self._list()
        self._look_back()

    def waiting(self, scan: progress.ScanProgress) -> None:
        """Shows how far the scan is with each source."""
        self._scan = scan
        self._list()

    def failed(self, reason: str) -> None:
        """No source is being read any more."""
        self._scan = None
        self._list()

    def describe(self, situation: dict[str, Any]) -> None:
        """The source under the cursor."""
        situation.update(chosen=self.list.selected, listed=len(self.list.items))

    def remember(self) -> dict[str, Remembered]:
        """The source under the cursor."""
        return {"source": self.list.selected.source.name if self.list.selected else self._sought}

    def recall(self, own: dict[str, Remembered]) -> None:
        """The same."""
        self._sought = str(own.get("source") or "")

    # Moving

    def do_open(self) -> None:
        self.tiles.go_to("source")

    @on(Rows.Opened)
    def _opened(self) -> None:
        self.do_open()

    @on(Rows.Highlighted)
    def _highlighted(self) -> None:
        self._tell()
        self.desk.hint()

    # Checking

    def do_check_source(self) -> None:
        if self.list.selected is not None:
            self._check(self.list.selected.source.name)

    def do_check_sources(self) -> None:
        for source in self.engine.sources:
            self._check(source.name)

    def _check(self, name: str) -> None:
        if name in self._checks and self._checks[name].finding is None:
            return
        self._checks[name] = Check()
        self.run_worker(self._try(name), group=f"check {name}")
        self._tell()

    async def _try(self, name: str) -> None:
        try:
            finding = await self.engine.check(name)
        except DriftGuardError as error:
            del self._checks[name]
            self.desk.say(str(error), "bad")
        else:
            self._checks[name] = Check(finding)
            self._sum_up()
        self._tell()

    def _sum_up(self) -> None:
        """Says how it went once every source has been tried: the details show one at a time."""
        findings = {name: check.finding for name, check in self._checks.items()}
        if len(findings) < len(self.engine.sources) or None in findings.values():
            return
        tried = f"Tried {labels.count(len(findings), 'source')}"
        if broken := [name for name, finding in findings.items() if finding and finding.verdict.value == "broken"]:
            self.desk.say(f"{tried}; ✗ {', '.join(broken)}", "bad")
        else:
            self.desk.say(f"{tried}: all can be read", "good")

    # Inside

    @work(group="readings", exclusive=True)
    async def _look_back(self) -> None:
        def last(stores: "Stores") -> Mapping[str, Sequence["Reading"]]:
            from engine.sources import readings

            return readings(stores, self.engine.estate, _READINGS)

        try:
            self._readings = await self.engine.read(last) or {}
        except DriftGuardError as error:
            self.desk.say(str(error), "bad")
        self._tell()

    def _list(self) -> None:
        scan = self._scan
        is_now = self.desk.as_of is None
        took = {**self.desk.scanning.took, **(scan.took if scan else {})} if is_now else {}
        shown = rows(self.engine.sources, self.report, took, scan)
        self.list.show(shown, notices.no_sources())
        self.list.entitle(titles(shown))
        place = next((place for place, row in enumerate(shown) if row.source.name == self._sought), None)
        if place is not None:
            self.list.select(place)
            self._sought = ""
        self._tell()

    def _tell(self) -> None:
        row: SourceRow | None = self.list.selected
        self.detail.show(None if row is None else self._story(row))

    def _story(self, row: SourceRow) -> SourceStory:
        name = row.source.name
        return SourceStory(row, self.engine.settings(name), self._checks.get(name), self._readings.get(name, ()))
