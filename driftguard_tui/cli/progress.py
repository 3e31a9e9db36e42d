"""How a scan goes on, on standard error: one line that changes on a terminal, one calm line elsewhere."""

import shutil
import sys
import threading
import time
from types import TracebackType
from typing import TYPE_CHECKING

from driftguard_tui.pace import Pace
from driftguard_tui.text import cut, plain

if TYPE_CHECKING:
    from engine.config import Config
    from engine.pipeline import Progress

#: Seconds between two changes of the line.
_PAUSE = 0.1
_STEPS = {
    "compare": "comparing",
    "correlate": "looking who changed what",
    "explain": "weighing causes",
    "record": "recording",
}


class ProgressLine:
    """Tells of a scan while it is the context; the line is gone afterwards. May be told from any thread."""

    def __init__(self, config: "Config") -> None:
        self._lively = sys.stderr.isatty()
        self._estate = plain(config.name)
        self._sources = len(config.sources)
        self._records: dict[str, int] = {}
        self._done: set[str] = set()
        self._pace = Pace()
        self._shown_at = 0.0
        self._lock = threading.Lock()

    def __enter__(self) -> "ProgressLine":
        if not self._lively:
            sources = f"{self._sources} source{'' if self._sources == 1 else 's'}"
            print(f"driftguard: reading {sources} of {self._estate}", file=sys.stderr, flush=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._lively:
            self._draw("")

    def __call__(self, progress: "Progress") -> None:
        """Takes the pipeline's word."""
        if not self._lively:
            return
        with self._lock:
            if progress.source:
                self._records[progress.source] = progress.records
                self._pace.reached(sum(self._records.values()))
                if progress.done:
                    self._done.add(progress.source)
            now = time.monotonic()
            if not progress.source or now - self._shown_at >= _PAUSE:
                self._shown_at = now
                self._draw(self._sentence(progress))

    def _sentence(self, progress: "Progress") -> str:
        if not progress.source:
            return f"{self._estate}: {_STEPS.get(progress.step, progress.step)}"
        records = sum(self._records.values())
        busy = ", ".join(plain(name) for name in self._records if name not in self._done)
        rate = f", {self._pace.rate:,.0f}/s" if self._pace.rate is not None else ""
        read = f"{len(self._done)} of {self._sources} sources, {records:,} records{rate}"
        return f"{self._estate}: reading {read}{f' · {busy}' if busy else ''}"

    def _draw(self, text: str) -> None:
        columns = shutil.get_terminal_size().columns
        sys.stderr.write(f"\r\x1b[2K{cut(text, columns - 1)}")
        sys.stderr.flush()
