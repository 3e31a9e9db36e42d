"""From the tickets of a source to its events: bad ones left out, each once, the known ones not again."""

from collections.abc import Callable, Iterator
from datetime import datetime

from engine.collectors.base import Context
from engine.collectors.events.tickets.record import Record, to_event
from engine.model import Event


class Reading:
    """One read of a source."""

    def __init__(self, source: str, context: Context) -> None:
        self._source, self._context = source, context
        self._written: dict[str, datetime] = {}

    def take(self, where: str, key: str, read: Callable[[], Record]) -> Iterator[Event]:
        """Yields the ticket's event, unless it cannot be read, came before, or was known before `Context.since`.

        `read` raises ValueError for a ticket that cannot be used; it and repeated ones are skipped with their reason.
        """
        try:
            record = read()
        except ValueError as error:
            self._context.skip(where, f"{key}: {error}")
            return
        written = record.updated or record.opened
        before = self._written.get(record.id)
        if before is not None:
            self._context.skip(where, f"{key} is there twice; what was written last counts")
        if before is not None and written <= before:
            return
        self._written[record.id] = written
        if self._context.since is None or written >= self._context.since:
            yield to_event(record, self._source)
