"""From the tickets of a source to its events: bad ones left out, the known ones not again."""

from collections.abc import Callable, Iterator

from engine.collectors.base import Context
from engine.collectors.events.tickets.record import Record, to_event
from engine.model import Event


class Reading:
    """One read of a source."""

    def __init__(self, source: str, context: Context) -> None:
        self._source, self._context = source, context

    def take(self, where: str, key: str, read: Callable[[], Record]) -> Iterator[Event]:
        """Yields the ticket's event, unless it cannot be read, or was known before `Context.since`.

        `read` raises ValueError for a ticket that cannot be used; it is skipped with that reason.
        """
        try:
            record = read()
        except ValueError as error:
            self._context.skip(where, f"{key}: {error}")
            return
        written = record.updated or record.opened
        if self._context.since is None or written >= self._context.since:
            yield to_event(record, self._source)
