"""The original record of an event, as it is stored: read when it is opened, secrets as stored, redacted."""

from collections.abc import Awaitable, Callable, Sequence

from textual.strip import Strip
from textual.worker import Worker

from driftguard_tui.widgets.lines import BLANK, Line, Pages, line
from engine.errors import DriftGuardError
from engine.model import Event

_MARGIN = 2  # the scrollbar, whether it is there or not, and air before it
_NARROWEST = 20


class EventRecord(Pages):
    """`read` gives the event; None where none is recorded."""

    def __init__(self, read: Callable[[], Awaitable[Event | None]]) -> None:
        super().__init__()
        self._read = read
        self._event: Event | None = None
        self._remark = "Reading the record…"
        self._lines: Sequence[Line] = ()

    def on_mount(self) -> None:
        """Asks for it."""
        super().on_mount()
        _: Worker[None] = self.run_worker(self._fetch, group="record")

    def on_resize(self) -> None:
        """Lays it out for the new width."""
        self._lay_out()

    def render_line(self, y: int) -> Strip:
        """A line of what is in view."""
        row = self.scroll_offset.y + y
        return self.strip(self._lines[row] if row < len(self._lines) else BLANK, self.size.width)

    async def _fetch(self) -> None:
        try:
            self._event = await self._read()
            self._remark = "The record of this event is not kept here"
        except DriftGuardError as error:
            self._remark = str(error)
        self._lay_out()

    def _lay_out(self) -> None:
        from driftguard_tui.timeline.details import record

        cells = max(_NARROWEST, self.size.width - _MARGIN)
        self._lines = record(self._event, cells) if self._event else [line((self._remark, "muted"))]
        self.extend(len(self._lines))
        self.refresh()
