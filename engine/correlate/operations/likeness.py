"""What calls say where no table tells what an operation writes: by verbs, names and values."""

import re
from typing import Any

from engine.correlate.operations.said import Said, request_of
from engine.correlate.values import attribute_of, words_of
from engine.model import SENSITIVE, Change, Event, ResourceRef
from engine.providers import Knowledge

_CREATES = re.compile(
    r"^(?:Create|Run|Put|Register|Import|Allocate|Request|Restore|Copy|Launch|Provision|insert|create)"
)
_DELETES = re.compile(r"^(?:Delete|Terminate|Remove|Destroy|Release|Deregister|ScheduleKeyDeletion|Purge|delete)")
#: Words too common to be evidence on their own, where no table says what an operation writes.
_COMMON = frozenset({"true", "false", "0", "1", "tcp", "udp", "-1", "default"})
#: Calls that are named after what they switch, and attributes that hold whether the whole thing is on.
_SWITCHES = re.compile(r"(?:(?P<on>Enable|Resume|Activate)|Disable|Suspend|Deactivate)(?P<what>[A-Z]\w*)")
_HUMPS = re.compile(r"[A-Z][a-z0-9]+")
_STATES = frozenset({"state", "status", "enabled", "is_enabled"})


class ByLikeness:
    """Calls of any API."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge

    def creates(self, event: Event, ref: ResourceRef) -> bool:
        """By the operation's verb."""
        return _CREATES.match(event.operation) is not None

    def deletes(self, event: Event, ref: ResourceRef) -> bool:
        """By the operation's verb."""
        return _DELETES.match(event.operation) is not None

    def says(self, event: Event, change: Change, ref: ResourceRef) -> Said:
        """A field of the attribute's name with its value says so, or a telling value anywhere."""
        if change.sensitive or change.actual == SENSITIVE:
            return Said.NOTHING
        request = request_of(event)
        if request is None:
            return Said.NOTHING
        wanted = words_of(change.actual) - words_of(change.declared)
        if not wanted:
            return Said.NOTHING
        switched = _switched(event.operation, change)
        if switched is not None:
            return switched
        leaf = _squeezed(attribute_of(change.path).rpartition(".")[2])
        named = [words_of(value, keys=True) for name, value in _fields(request) if _squeezed(name) == leaf]
        if any(wanted <= words for words in named):
            return Said.YES
        if named == [words_of(change.declared)]:
            return Said.OTHERWISE
        telling = wanted - _COMMON
        return (
            Said.YES
            if telling and any(len(word) > 3 for word in telling) and telling <= words_of(request)
            else Said.NOTHING
        )


def _switched(operation: str, change: Change) -> Said | None:
    """What a call says that is named after the switch it turns: `DisableKeyRotation` of `enable_key_rotation`."""
    match = _SWITCHES.match(operation)
    actual = words_of(change.actual)
    if match is None or not actual <= {"true", "false"}:
        return None
    leaf = attribute_of(change.path).rpartition(".")[2].lower()
    named = {word.lower()[:5] for word in _HUMPS.findall(match["what"])}
    if leaf not in _STATES and not named & {word[:5] for word in re.split(r"[^a-z0-9]+", leaf)}:
        return None
    return Said.YES if actual == {"true" if match["on"] else "false"} else Said.OTHERWISE


def _fields(value: Any) -> list[tuple[str, Any]]:
    if isinstance(value, dict):
        return [(str(key), item) for key, item in value.items()] + [
            pair for item in value.values() for pair in _fields(item)
        ]
    if isinstance(value, list):
        return [pair for item in value for pair in _fields(item)]
    return []


def _squeezed(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
