"""What all workspaces show: the report of the last scan or of an earlier time, how a scan goes, why one failed."""

from datetime import datetime
from typing import TYPE_CHECKING

from driftguard_tui import labels, progress
from driftguard_tui.widgets.lines import line

if TYPE_CHECKING:
    from driftguard_tui.app import DriftGuardApp
    from driftguard_tui.workspaces.workspace import Workspace
    from engine.model import Report


class Showing:
    """Holds what there is to be seen and tells the workspaces that have been looked at."""

    def __init__(self, app: "DriftGuardApp") -> None:
        self._app = app
        #: The time that the desktop shows; None: the present.
        self.as_of: datetime | None = None
        #: Of the last scan, or of the last one before `as_of`.
        self.report: Report | None = None
        #: Why the last scan could not be done; empty when it could.
        self.failure = ""

    def show(self, workspace: "Workspace") -> None:
        """Tells a workspace what there is: it has just been opened, or something has changed."""
        app = self._app
        if app.scanning.progress is not None:
            workspace.waiting(app.scanning.progress)
            workspace.status.stand(app.scanning.progress.summary())
        if self.report is not None:
            workspace.found(self.report)
            if not app.scanning.is_running:
                workspace.status.stand(progress.scanned(self.report))
        if self.failure:
            self._tell_failure(workspace)
        if app.drift is not None:
            workspace.chosen(app.drift)
        app.floating.draw()
        app.hint()

    # What the scan tells

    def going_on(self, scan: progress.ScanProgress) -> None:
        """A scan is under way."""
        self.failure = ""
        for workspace in self._app.opened:
            workspace.status.stand(scan.summary())
            workspace.waiting(scan)

    def found(self, report: "Report") -> None:
        """A scan is done. While the desktop shows the past, it goes on showing it."""
        if self.as_of is None:
            self._take(report)
        for workspace in self._app.opened:
            workspace.status.stand(progress.scanned(report))

    def failed(self, reason: str) -> None:
        """A scan could not be done."""
        self.failure = reason
        for workspace in self._app.opened:
            self._tell_failure(workspace)
        self._app.hint()

    # Moving in time

    async def travel(self, at: datetime | None) -> None:
        """Shows the estate as it was recorded at a time; None: as it is now."""
        app = self._app
        report = app.engine.report if at is None else await app.engine.report_at(at)
        if report is None:
            app.say("Nothing had been recorded at that time" if at else "No scan is done yet", "medium")
            return
        self.as_of = at
        for workspace in app.opened:
            workspace.moved_in_time()
        self._take(report)
        app.warroom.looked()
        if at is not None:
            app.say(f"As of {labels.moment(at)}: the scan of {labels.moment(report.scan.as_of)}; * returns to now")

    async def do_present(self) -> None:
        await self.travel(None)

    # Inside

    def _tell_failure(self, workspace: "Workspace") -> None:
        workspace.status.stand(line(("✗ ", "bad"), (f"The scan failed: {self.failure}", "bad")))
        workspace.failed(self.failure)

    def _take(self, report: "Report") -> None:
        app = self._app
        self.report = report
        if app.drift is not None:
            selected = app.drift.id
            app.drift = next((drift for drift in report.drifts if drift.id == selected), None)
        for workspace in app.opened:
            workspace.found(report)
        app.floating.draw()
        self._refresh_readers()
        app.hint()

    def _refresh_readers(self) -> None:
        """A screen of text over a workspace may be about the report."""
        for screen in self._app.screen_stack[1:]:
            lay_out = getattr(getattr(screen, "text", None), "lay_out", None)
            if lay_out is not None:
                lay_out()
