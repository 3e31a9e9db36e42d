"""What a provider's own record of a change says: not who called what, but which property moved from what to what.

The request of such an event (`RECORDED_CHANGE`) is a list of `FieldChange`. One with an empty path is of the whole
resource, which then was not there before, or is no more.
"""

import re
from datetime import datetime, timedelta
from functools import lru_cache

import msgspec

from engine.correlate.operations.said import Said
from engine.correlate.values import attribute_of, words_of
from engine.model import RECORDED_CHANGE, SENSITIVE, Change, Event, FieldChange

#: A provider that does not tell since when notes a change within this time after the call that made it.
_NOTED_AFTER = timedelta(minutes=15)


def is_recorded(event: Event) -> bool:
    """Whether the event is a record of a change rather than a call."""
    return event.operation == RECORDED_CHANGE


def creates(event: Event) -> bool:
    """Whether it records that the resource came to be."""
    return any(not change.path and change.before is None for change in changes_of(event))


def deletes(event: Event) -> bool:
    """Whether it records that the resource went."""
    return any(not change.path and change.after is None for change in changes_of(event))


def says(event: Event, change: Change) -> Said:
    """What the record says about a changed attribute: a property of like name, or with telling values, moved."""
    said = Said.NOTHING
    for recorded in changes_of(event):
        if recorded.path:
            said = max(said, _compared(recorded, change, _is_alike(recorded.path, change.path)))
    return said


def begins(event: Event) -> datetime:
    """Since when the recorded change may have been made."""
    try:
        window = msgspec.json.decode(event.original, type=_Window) if event.original else _Window()
    except msgspec.DecodeError:
        window = _Window()
    return window.changed_after or event.at - _NOTED_AFTER


class _Window(msgspec.Struct):
    changed_after: datetime | None = None


@lru_cache(maxsize=8192)
def changes_of(event: Event) -> tuple[FieldChange, ...]:
    """The recorded changes of an event; none when its request is something else."""
    try:
        return msgspec.json.decode(event.request, type=tuple[FieldChange, ...]) if event.request else ()
    except msgspec.DecodeError:
        return ()


def _compared(recorded: FieldChange, change: Change, alike: bool) -> Said:
    if change.sensitive or SENSITIVE in (change.actual, recorded.after):
        return Said.MAYBE if alike else Said.NOTHING
    before, after = words_of(recorded.before), words_of(recorded.after)
    gone, there = words_of(change.declared), words_of(change.actual)
    if before == after:
        return Said.NOTHING
    if alike and after == there:
        return Said.YES
    fresh, lost = after - before, before - after
    if (fresh or lost) and fresh <= there - gone and lost <= gone - there and (alike or len(fresh | lost) > 1):
        return Said.YES
    return Said.OTHERWISE if alike and len(there) <= 1 else Said.NOTHING


@lru_cache(maxsize=16384)
def _is_alike(recorded: str, changed: str) -> bool:
    """Whether the last steps of two paths have one name, in any spelling."""
    names = [_squeezed(step) for step in attribute_of(recorded).split(".")]
    wanted = [_squeezed(step) for step in attribute_of(changed).split(".")]
    return names[-1] == wanted[-1] or "".join(names[-2:]).endswith(wanted[-1]) or wanted[-1].endswith(names[-1])


def _squeezed(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
