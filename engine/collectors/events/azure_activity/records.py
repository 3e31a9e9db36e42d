"""Records of the activity log and of Resource Graph's changes, as they are found, and the events they come to."""

from collections.abc import Iterator
from datetime import datetime
from itertools import chain, groupby, islice
from operator import attrgetter
from typing import Any, NamedTuple

import msgspec
import zstandard
from msgspec import Struct

from engine.collectors.base import Context
from engine.collectors.events.azure_activity.changes import Recorded, is_change, joined, to_change
from engine.collectors.events.azure_activity.conditions import CATEGORIES, conditions
from engine.collectors.events.azure_activity.entries import Entry, to_entry
from engine.collectors.events.azure_activity.operations import Key, by_key, in_turn, operations, to_events
from engine.collectors.json_files import UNREADABLE, reason
from engine.model import Event

_entries = msgspec.msgpack.Decoder(list[list[bytes]])
_row = msgspec.json.Decoder(dict[str, Any])


def _packed(entries: list[list[bytes]]) -> bytes:
    """A twentieth of the entries' size: most of one is the same as in others."""
    return zstandard.ZstdCompressor(level=1).compress(msgspec.msgpack.encode(entries))


def _unpacked(packed: bytes) -> list[list[bytes]]:
    return _entries.decode(zstandard.ZstdDecompressor().decompress(packed))


class Group(Struct):
    """The operations of one key that a part of the log tells of.

    `correlations` are the operations' ids that the changes they made have, too.
    """

    key: Key
    events: list[Event]
    correlations: list[str]


class Part(Struct):
    """What a part of the log holds, where another process has read it.

    `entries` are those of each group, packed: they are asked for again only where an operation lies in several parts.
    """

    groups: list[Group]
    entries: bytes
    conditions: list[bytes]
    changes: list[Recorded]


class _Place(NamedTuple):
    """Where the entries of a group are: of which part, and the how manyth group of it."""

    part: int
    group: int


class Records:
    """Records as they are found, each known by what it is and kept once."""

    def __init__(self, source: str, context: Context) -> None:
        self._source = source
        self._context = context
        self._calls: dict[str, Entry] = {}
        self._conditions: dict[str, Entry] = {}
        self._changes: dict[str, Recorded] = {}
        # Groups of one part only; None for those whose entries lie in several, at the places that are scattered.
        self._groups: dict[Key, tuple[Group, _Place] | None] = {}
        self._scattered: list[_Place] = []
        self._packed: list[bytes] = []

    def add(self, raw: bytes, where: str) -> None:
        """One record; what cannot be used, or is there already, is counted as skipped."""
        try:
            if b'"operationName"' in raw:
                self._add_entry(to_entry(raw))
            else:
                self._add_row(_row.decode(raw), where)
        except UNREADABLE as error:
            self._context.skip(where, f"a record cannot be read ({reason(error)})")

    def add_part(self, part: Part) -> None:
        """What a part holds. Entries of one operation may lie in several."""
        for number, group in enumerate(part.groups):
            place = _Place(len(self._packed), number)
            if group.key not in self._groups:
                self._groups[group.key] = group, place
                continue
            known = self._groups[group.key]
            self._groups[group.key] = None
            self._scattered += [known[1], place] if known else [place]
        self._packed.append(part.entries)
        for raw in part.conditions:
            self._add_entry(to_entry(raw))
        for change in part.changes:
            self._add_change(change)

    @property
    def is_empty(self) -> bool:
        return not (self._calls or self._groups or self._conditions or self._changes)

    def part(self) -> Part:
        """All of it, for another process."""
        calls = by_key(self._calls.values())
        return Part(
            groups=self._grouped(calls),
            entries=_packed([[entry.raw for entry in entries] for entries in calls.values()]),
            conditions=[entry.raw for entry in self._conditions.values()],
            changes=list(self._changes.values()),
        )

    def events(self, unfinished_until: datetime | None = None) -> Iterator[Event]:
        """The events of all records together, without operations that began later than told and are not over yet."""
        self._gather_scattered()
        calls: list[Event] = []
        correlations: dict[str, str] = {}
        for event, correlation in self._operations(unfinished_until):
            if self._changes:
                calls.append(event)
                correlations[event.id] = correlation
            yield event
        yield from conditions(self._conditions.values(), self._source)
        yield from joined(self._changes.values(), calls, correlations)

    def _operations(self, unfinished_until: datetime | None) -> Iterator[tuple[Event, str]]:
        for known in self._groups.values():
            if known is not None:
                yield from zip(known[0].events, known[0].correlations, strict=True)
        runs = [run for run in operations(self._calls.values()) if not _is_left_open(run, unfinished_until)]
        for run, event in zip(runs, to_events(runs, self._source), strict=True):
            yield event, run[0].correlation_id

    def _gather_scattered(self) -> None:
        """Puts among the calls the entries of operations that lie in several parts, in the order they were found in."""
        found: dict[_Place, list[bytes]] = {}
        wanted = sorted(self._scattered)
        for part, places in groupby(wanted, key=attrgetter("part")):
            entries = _unpacked(self._packed[part])
            found |= {place: entries[place.group] for place in places}
        for place in self._scattered:
            for raw in found[place]:
                self._add_entry(to_entry(raw))
        self._scattered.clear()
        self._packed.clear()

    def _grouped(self, calls: dict[Key, list[Entry]]) -> list[Group]:
        runs = {key: list(in_turn(entries)) for key, entries in calls.items()}
        events = to_events(chain.from_iterable(runs.values()), self._source)
        return [
            Group(key, list(islice(events, len(found))), [run[0].correlation_id for run in found])
            for key, found in runs.items()
        ]

    def _add_entry(self, entry: Entry) -> None:
        kept = self._conditions if entry.category in CATEGORIES else self._calls
        if entry.id in kept:
            self._context.repeated()
        kept[entry.id] = entry

    def _add_row(self, row: dict[str, Any], where: str) -> None:
        if is_change(row):
            self._add_change(to_change(row, self._source))
        else:
            self._context.skip(where, "neither an entry of the activity log nor a change that Resource Graph recorded")

    def _add_change(self, change: Recorded) -> None:
        if change.event.id in self._changes:
            self._context.repeated()
        self._changes[change.event.id] = change


def _is_left_open(run: list[Entry], unfinished_until: datetime | None) -> bool:
    """Whether an operation began later than told, and is not over yet."""
    return bool(unfinished_until and run[0].at > unfinished_until and not any(entry.is_over for entry in run))
