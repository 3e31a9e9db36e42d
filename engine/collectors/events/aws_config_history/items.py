"""Configuration items over time: from two in a row of one resource to the event of what moved between them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import msgspec

from engine.collectors.actual.aws_config import ConfigItem, as_document, parse_time
from engine.collectors.base import Context
from engine.collectors.events.aws_config_history.differences import moved
from engine.model import RECORDED_CHANGE, Event, EventKind, FieldChange

_GONE = frozenset({"ResourceDeleted", "ResourceDeletedNotRecorded"})
_FOUND, _NOT_RECORDED = "ResourceDiscovered", "ResourceNotRecorded"
#: What is found later than this after it was made was there before the recorder was.
_FRESH = timedelta(days=1)


class HistoryItem(ConfigItem, rename="camel"):
    """One recording of one resource."""

    resource_creation_time: Any = None

    @property
    def at(self) -> datetime | None:
        """When it was recorded."""
        return parse_time(self.configuration_item_capture_time)

    @property
    def is_gone(self) -> bool:
        return self.configuration_item_status in _GONE

    @property
    def is_new(self) -> bool:
        """Whether the resource was just made, rather than there when recording began."""
        made, at = parse_time(self.resource_creation_time), self.at
        is_fresh = made is None or at is None or at - made <= _FRESH
        return self.configuration_item_status == _FOUND and is_fresh

    @property
    def content(self) -> dict[str, Any]:
        """What there is to compare: relations to other resources follow from those, and are left out.

        Raises msgspec.DecodeError when a document in it is damaged.
        """
        supplementary = {name: as_document(value) for name, value in (self.supplementary_configuration or {}).items()}
        return {
            "configuration": as_document(self.configuration),
            "tags": _tags(self.tags),
            "supplementaryConfiguration": supplementary,
        }


class History:
    """Collects items in any order, and tells what moved between them."""

    def __init__(self, source: str, context: Context) -> None:
        self._source = source
        self._context = context
        self._items: dict[tuple[str, str, str], dict[tuple[float, str], bytes]] = defaultdict(dict)

    def add(self, item: Any, where: str) -> None:
        """One item, as it was decoded. One that cannot be read, or that is there already, is skipped."""
        try:
            self._add(msgspec.convert(item, HistoryItem), msgspec.json.encode(item), where)
        except msgspec.ValidationError as error:
            self._context.skip(where, f"an item cannot be read ({error})")

    def events(self) -> Iterator[Event]:
        """What was made, what moved and what went, oldest first for each resource."""
        for known in self._items.values():
            items = [_decoder.decode(known[order]) for order in sorted(known)]
            if items[0].is_new:
                yield changed(items[0], _made(items[0]), self._source)
            for before, after in pairwise(items):
                try:
                    changes = _between(before, after)
                except msgspec.DecodeError:
                    self._context.skip(after.resource_id, "the configuration of an item cannot be read")
                    continue
                if changes:
                    yield changed(after, changes, self._source, since=before.at)

    def _add(self, item: HistoryItem, raw: bytes, where: str) -> None:
        if item.at is None:
            self._context.skip(where, f"an item of {item.resource_id} does not say when it was recorded")
        elif item.configuration_item_status != _NOT_RECORDED:
            known = self._items[item.scope, item.resource_type, item.resource_id]
            if item.order in known:
                self._context.repeated()
            known[item.order] = raw  # as text: a fraction of what it takes decoded


def changed(item: HistoryItem, changes: list[FieldChange], source: str, *, since: datetime | None = None) -> Event:
    """The event of a recorded change. It came about between `since`, where that is known, and when it was recorded.

    Raises ValueError when the item does not say when it was recorded.
    """
    at = item.at
    if at is None:
        raise ValueError(f"an item of {item.resource_id} does not say when it was recorded")
    window = {"changed_after": since, "recorded": at, "status": item.configuration_item_status}
    return Event(
        id=f"aws-config:{item.scope}:{item.resource_type}:{item.resource_id}@{at.isoformat()}",
        at=at,
        source=source,
        kind=EventKind.AUDIT,
        operation=RECORDED_CHANGE,
        service=service_of(item.resource_type),
        scope=item.scope,
        touches=tuple(dict.fromkeys(filter(None, (item.resource_id, item.any_arn, item.resource_name)))),
        summary=_summary(item.resource_name or item.resource_id, changes),
        request=msgspec.json.encode(changes).decode(),
        original=msgspec.json.encode(window).decode(),
    )


def service_of(type_: str) -> str:
    """`ec2.amazonaws.com` of `AWS::EC2::SecurityGroup`; empty of a type that is no service's."""
    pieces = type_.split("::")
    return f"{pieces[1].lower()}.amazonaws.com" if len(pieces) == 3 and pieces[0] == "AWS" else ""


_decoder = msgspec.json.Decoder(HistoryItem)


def _between(before: HistoryItem, after: HistoryItem) -> list[FieldChange]:
    if after.is_gone:
        return [] if before.is_gone else [FieldChange("", before.resource_id, None)]
    if before.is_gone:
        return _made(after)
    return list(moved(before.content, after.content))


def _made(item: HistoryItem) -> list[FieldChange]:
    return [FieldChange("", None, item.resource_id)]


def _summary(name: str, changes: list[FieldChange]) -> str:
    if not changes[0].path:
        return f"{name} was {'deleted' if changes[0].after is None else 'made'}"
    more = f" and {len(changes) - 3} more" if len(changes) > 3 else ""
    return f"{name} changed: {', '.join(change.path for change in changes[:3])}{more}"


def _tags(tags: Any) -> dict[str, Any]:
    if isinstance(tags, Mapping):
        return dict(tags)
    pairs = tags if isinstance(tags, list) else []
    return {str(pair["key"]): pair.get("value") for pair in pairs if isinstance(pair, Mapping) and "key" in pair}
