"""The scan that the console runs beside everything else: one at a time, told to every workspace, cancelled at will."""

import asyncio
from typing import TYPE_CHECKING

from textual.worker import Worker

from driftguard_tui import labels
from driftguard_tui.progress import ScanProgress
from engine.errors import DriftGuardError

if TYPE_CHECKING:
    from driftguard_tui.app import DriftGuardApp
    from driftguard_tui.session import Engine
    from driftguard_tui.showing import Showing
    from engine.model import Report
    from engine.pipeline import Progress
    from engine.store import Stores


class Scanning:
    """Starts, follows and cancels the scan."""

    def __init__(self, app: "DriftGuardApp", engine: "Engine", showing: "Showing") -> None:
        self._app, self._engine, self._showing = app, engine, showing
        self.progress: ScanProgress | None = None
        #: The seconds that each source took to be read, when this console last did.
        self.took: dict[str, float] = {}
        self._worker: Worker[None] | None = None
        self._given_up = False

    @property
    def is_running(self) -> bool:
        """Whether one is under way."""
        return self.progress is not None

    def start(self) -> None:
        """Begins one, unless one is running or there is nothing to read."""
        if self._engine.sources and not self.is_running:
            self.progress = ScanProgress(self._engine.sources)
            self._given_up = False
            self._showing.going_on(self.progress)
            self._worker = self._app.run_worker(self._run, group="scan")

    def cancel(self) -> None:
        """Gives it up. What was recorded before stays as it is."""
        if self._worker is not None:
            self._given_up = True
            self._worker.cancel()

    def told(self, progress: "Progress") -> None:
        """Takes in a word of progress."""
        if self.progress is not None:
            self.progress.told(progress)
            self._showing.going_on(self.progress)

    async def _run(self) -> None:
        try:
            if self.progress is not None:
                self.progress.expect(await self._engine.read(self._last_time) or {})
            before = self._engine.report
            report = await self._engine.scan(self._app.listen)
        except asyncio.CancelledError:
            self._ended()
            if self._given_up:  # else the console is ending, and nobody is there to be told
                self._showing.failed("it was cancelled; what was recorded before is unchanged")
            raise
        except DriftGuardError as error:
            self._ended()
            self._showing.failed(str(error))
        except Exception as error:  # noqa: BLE001 - a scan that breaks must not take the console with it
            self._ended()
            self._showing.failed(f"unexpected {type(error).__name__}; please report this")
        else:
            self._ended()
            self._showing.found(report)
            if before is not None:
                self._ring(report, before)

    def _ring(self, report: "Report", before: "Report") -> None:
        """Has whoever is at the console look up for what others are told of."""
        from engine.notify.wording import headlines

        if said := headlines(report, before):
            self._app.bell()
            self._app.say(labels.join(said), "critical")

    def _last_time(self, stores: "Stores") -> dict[str, int]:
        """How many records each source held when it was last read."""
        from engine.sources import readings

        return {name: last.health.records for name, (last, *_) in readings(stores, self._engine.estate, 1).items()}

    def _ended(self) -> None:
        if self.progress is not None:
            self.took = {**self.took, **self.progress.took}
        self.progress = self._worker = None
