"""Recorded history of AWS Config: delivered history and snapshot files, answers of `get-resource-config-history`, and
the notifications that it sends."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from engine.collectors.base import Context
from engine.collectors.events.aws_config_history import notifications
from engine.collectors.events.aws_config_history.items import History
from engine.collectors.events.aws_config_history.settings import Settings
from engine.collectors.events.monitoring.documents import documents
from engine.model import Event


def read_recorded(files: list[Path], settings: Settings, context: Context) -> Iterator[Event]:
    """Yields what moved between the items of each resource, over all files, and what notifications tell."""
    history = History(settings.name, context)
    told: set[str] = set()
    for path, document in documents(files, context):
        message = notifications.message_in(document)
        if message is not None:
            try:
                event = notifications.to_event(message, settings.name)
            except (msgspec.ValidationError, ValueError) as error:
                context.skip(path.name, f"a notification cannot be read ({error})")
                continue
            if event is not None and event.id not in told:
                told.add(event.id)
                yield event
            continue
        items = _items_in(document)
        if items is None:
            context.skip(path.name, "no items of AWS Config; is it a history file, or an answer of its API?")
        for item in items or ():
            history.add(item, path.name)
    yield from (event for event in history.events() if event.id not in told)


def _items_in(document: dict[str, Any]) -> list[Any] | None:
    """The items of a file or an answer, or the one that stands alone; None where there are none to be."""
    items = document.get("configurationItems")
    if isinstance(items, list):
        return items
    alone = document.get("configurationItem", document)
    return [alone] if isinstance(alone, dict) and "resourceType" in alone else None
