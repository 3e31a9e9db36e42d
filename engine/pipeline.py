"""One pass: collect → normalise → compare → correlate → explain → recommend → record."""

from collections.abc import Callable
from datetime import datetime

from msgspec import Struct

from engine.config import Config
from engine.model import Report


class Progress(Struct, frozen=True):
    """Where a scan is. `step` is a word of the pipeline; `source` is set while collecting."""

    step: str
    source: str = ""
    records: int = 0
    done: bool = False


Listener = Callable[[Progress], None]


async def scan(config: Config, *, as_of: datetime | None = None, listener: Listener | None = None) -> Report:
    """Reads every source of the configuration once and reports the drift."""
    raise NotImplementedError
