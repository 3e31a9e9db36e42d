"""What AWS Config sends out when a resource changed: to EventBridge, to SNS, to rules. It tells what moved itself."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from engine.collectors.events.aws_config_history.differences import is_noise, moved
from engine.collectors.events.aws_config_history.items import HistoryItem, changed
from engine.model import Event, FieldChange

#: What the message may be wrapped in: an event of EventBridge, a letter of SNS, what a rule is invoked with.
_WRAPPINGS = ("detail", "Message", "invokingEvent")
_RELATION = "Relationships."


def message_in(document: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The message in a document; None where it holds none."""
    found: Any = document
    for _ in range(3):
        if not isinstance(found, Mapping):
            return None
        if "configurationItemDiff" in found:
            return found
        inner = next((found[name] for name in _WRAPPINGS if name in found), None)
        found = _decoded(inner) if isinstance(inner, str) else inner
    return None


def to_event(message: Mapping[str, Any], source: str) -> Event | None:
    """The event of a message; None where nothing moved that matters.

    Raises msgspec.ValidationError, or ValueError, when the message lacks what says what it is about.
    """
    item = msgspec.convert(message.get("configurationItem"), HistoryItem)
    changes = list(_changes(message["configurationItemDiff"] or {}, item.resource_id))
    return changed(item, changes, source) if changes else None


def _changes(diff: Mapping[str, Any], resource: str) -> Iterator[FieldChange]:
    kind = diff.get("changeType")
    if kind == "CREATE":
        yield FieldChange("", None, resource)
    elif kind == "DELETE":
        yield FieldChange("", resource, None)
    else:
        for path, change in (diff.get("changedProperties") or {}).items():
            if isinstance(change, Mapping) and not path.startswith(_RELATION) and not is_noise(path.rpartition(".")[2]):
                yield from moved(change.get("previousValue"), change.get("updatedValue"), path)


def _decoded(text: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return None
