"""Long-running operations, whose start and end are logged apart: one event each."""

from collections.abc import Iterator

from msgspec import structs

from engine.model import Event


class Operations:
    """Waits for the ends of operations that were begun. Their entries may come in any order.

    The start tells who asked for what, and when; the end whether it came to pass.
    """

    def __init__(self) -> None:
        self._begun: dict[str, Event] = {}
        self._ended: dict[str, Event] = {}

    def begin(self, event: Event) -> bool:
        """Takes a start; false when it is known already."""
        return self._begun.setdefault(event.id, event) is event

    def end(self, event: Event) -> bool:
        """Takes an end; false when it is known already."""
        return self._ended.setdefault(event.id, event) is event

    def events(self, partly: bool) -> Iterator[Event]:
        """The operations, the failed ones with their errors.

        partly: what was read goes on from an earlier time, so that the starts of some operations are known from there:
        of those only failures are told.
        """
        for identity, begun in self._begun.items():
            ended = self._ended.pop(identity, None)
            yield begun if ended is None else _joined(begun, ended)
        for ended in self._ended.values():
            if not partly or ended.error:
                yield ended
        self._begun.clear()
        self._ended.clear()


def _joined(begun: Event, ended: Event) -> Event:
    failed = f" (failed: {ended.error})" if ended.error and not begun.error else ""
    return structs.replace(
        begun,
        error=begun.error or ended.error,
        touches=tuple(dict.fromkeys((*begun.touches, *ended.touches))),
        summary=f"{begun.summary}{failed}",
        recorded_at=max(ended.at, begun.at),
    )
