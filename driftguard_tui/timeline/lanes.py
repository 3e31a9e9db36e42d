"""What to draw in which lane: what the engine counted, the report's drifts, and what bears on the chosen one."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from driftguard_tui import labels
from driftguard_tui.timeline.drift_times import DriftTimes
from driftguard_tui.timeline.scale import Scale, number_of
from engine.model import Actor, Drift, Event, EventKind
from engine.store.stretches import Counts, Names, Stretch, Wanted

#: The field of an event that each way to lay lanes goes by.
FIELDS: Mapping[str, Callable[[Event], str]] = {
    "source": lambda event: event.source,
    "kind": lambda event: event.kind.value,
    "actor": lambda event: event.actor.principal or "",
    "operation": lambda event: event.operation,
    "service": lambda event: event.service,
    "scope": lambda event: event.scope,
}

DRIFTS, CHOSEN, OTHERS, SCANS = "drifts", "chosen", "others", "scans"
LASTING = (EventKind.INCIDENT, EventKind.ALERT)

#: Lanes of events; what has none is told together.
_MOST_LANES = 40
#: Nobody reads more of a label, and making it safe takes time.
_LONGEST = 1_000
#: More of what lasts at a time are told by how many begin when.
_MOST_BARS = 200
#: Evidence of less weight, as the last commits on a resource are, may be from months before.
_TELLING = 0.1
#: So many things in a cell are told by their number.
_FEW = 9

READ_SIGN, FAILED_SIGN, FOUND_SIGN, SCAN_SIGN = "·", "✗", "◇", "◇"
#: Of several events in a cell the first kind here gives the tone.
_RANKS = {kind: rank for rank, kind in enumerate((
    EventKind.INCIDENT, EventKind.ALERT, EventKind.DEPLOY, EventKind.COMMIT, EventKind.METRIC, EventKind.API_CALL,
    EventKind.AUDIT,
))}  # fmt: skip


class Mark(NamedTuple):
    """What is in a cell: `number` things, the sign to show, and what to write beside it where there is room."""

    number: int
    sign: str
    tone: str
    label: str = ""


class Bar(NamedTuple):
    """What lasts, from its first column to its last; either may be out of sight, `last` is None while it goes on."""

    first: int
    last: int | None
    sign: str
    tone: str
    label: str


class Lane(NamedTuple):
    """A lane and what is in it by column, 0 being the leftmost in sight.

    `field` and `value` are what its events are chosen by: `field` is empty where it holds none, `value` None where it
    holds all that have no lane of their own, which `others` have. `dense`: its marks are drawn by how many they are.
    """

    id: str
    title: str
    tone: str
    marks: Mapping[int, Mark] = {}
    bars: Sequence[Bar] = ()
    field: str = ""
    value: str | None = ""
    others: Sequence[str] = ()
    dense: bool = False

    @property
    def total(self) -> int:
        """How many things are in it, in sight."""
        return sum(mark.number for mark in self.marks.values()) + len(self.bars)

    def next_to(self, column: int, *, earlier: bool) -> int | None:
        """The next column in which anything is or begins, or the one before; None when there is none in sight."""
        taken = {place for place, mark in self.marks.items() if mark.number} | {bar.first for bar in self.bars}
        beyond = [place for place in taken if (place < column if earlier else place > column)]
        return (max if earlier else min)(beyond, default=None)


def lanes(
    scale: Scale, stretch: Stretch, *, by: str, drifts: DriftTimes, chosen: Drift | None = None
) -> Sequence[Lane]:
    """Every lane, from top to bottom: the drifts, what lasts, then events by the values of a field."""
    known = {item.event_id for item in chosen.evidence} if chosen else set()
    found = [_drifts(scale, drifts, chosen)]
    if chosen is not None:
        found.append(_chosen(scale, chosen))
    found += _lasting(scale, stretch, known)
    found += _events(scale, stretch, by, known)
    if stretch.scans:
        found.append(_scans(scale, stretch))
    return found


def drift_span(drift: Drift) -> tuple[datetime, datetime]:
    """From the first to the last of what bears on a drift, but for a history that hardly tells of it."""
    times = [drift.detected_at, *(item.at for item in drift.evidence if item.weight >= _TELLING)]
    if drift.changed_at is not None:
        times.append(drift.changed_at)
    return min(times), max(times)


def names_around(drift: Drift) -> set[str]:
    """What metrics that bear on a drift may be about."""
    ref = drift.resource
    return {ref.id, ref.name, ref.address, labels.resource_name(drift)} - {""}


def lane_names(by: str, names: Names, wanted: Wanted) -> tuple[str, ...]:
    """The values that get a lane of their own: the most frequent ones of those that are wanted."""
    without = set(LASTING) if by == "kind" else set()
    only = [set(values) for alternatives in wanted.among for field, values in alternatives[:1]
            if len(alternatives) == 1 and field == by]  # fmt: skip
    wanted_names = (name for name in names.get(by, ()) if name not in without and all(name in each for each in only))
    return tuple(wanted_names)[:_MOST_LANES]


def lane_title(field: str, value: str) -> str:
    """What a lane of events is called."""
    if not value:
        return "unknown" if field == "actor" else "–"
    if field == "kind" and value in set(EventKind):
        return labels.EVENT_NAMES[EventKind(value)]
    return labels.actor_name(Actor(value)) if field == "actor" else value


def event_mark(event: Event, *, evidence: bool) -> tuple[str, str]:
    """The sign and the tone of one event."""
    if event.error is not None:
        return FAILED_SIGN, "bad"
    if not event.writes and event.kind is EventKind.API_CALL:
        return READ_SIGN, "strong" if evidence else "muted"
    return labels.EVENT_SIGNS[event.kind], "strong" if evidence else labels.EVENT_TONES[event.kind]


def what(event: Event) -> str:
    """The event in a few words; of endless ones the beginning."""
    return (event.summary or event.operation)[:_LONGEST]


def _drifts(scale: Scale, drifts: DriftTimes, chosen: Drift | None) -> Lane:
    marks = {scale.column(at): Mark(0, FOUND_SIGN, "muted") for at in drifts.found if scale.shows(at)}
    of_chosen = None if chosen is None or chosen.changed_at is None else scale.column(chosen.changed_at)
    for column, number, gravest in drifts.columns(scale):
        shown = chosen if chosen is not None and column == of_chosen else gravest
        level = shown.severity.level
        label = labels.resource_name(shown) if number == 1 else labels.count(number, "drift")
        marks[column] = Mark(number, labels.LEVEL_SIGNS[level], level.value, label)
    return Lane(DRIFTS, "drifts", "strong", marks)


def _chosen(scale: Scale, drift: Drift) -> Lane:
    """What bears on a drift, and how long nobody knew of it."""
    marks: dict[int, Mark] = {}
    for item in sorted(drift.evidence, key=lambda item: item.weight):
        column = scale.column(item.at)
        if 0 <= column < scale.columns:
            before = marks[column].number if column in marks else 0
            marks[column] = Mark(before + 1, labels.EVENT_SIGNS[item.kind], "strong", item.summary)
    bars: tuple[Bar, ...] = ()
    if drift.changed_at is not None:
        level = drift.severity.level
        unknown = (
            f"{labels.resource_name(drift)}: {labels.span(drift.detected_at - drift.changed_at)} until it was found"
        )
        first, last = scale.column(drift.changed_at), scale.column(drift.detected_at)
        if first < scale.columns and last >= 0:
            bars = (Bar(first, last, labels.LEVEL_SIGNS[level], level.value, unknown),)
    return Lane(CHOSEN, "this drift", "strong", marks, bars)


def _scans(scale: Scale, stretch: Stretch) -> Lane:
    """The scans, and how many resources each saw changed."""
    changed = _counted(scale, stretch, stretch.changes, SCAN_SIGN, "accent")
    seen = {scale.column(scan.as_of): Mark(0, SCAN_SIGN, "muted") for scan in stretch.scans if scale.shows(scan.as_of)}
    told = {
        column: mark._replace(sign=SCAN_SIGN, label=f"{labels.count(mark.number, 'resource')} changed")
        for column, mark in changed.items()
    }
    return Lane(SCANS, "scans", "", {**seen, **told})


def _lasting(scale: Scale, stretch: Stretch, known: set[str]) -> Iterator[Lane]:
    for kind in LASTING:
        tone, sign, title = labels.EVENT_TONES[kind], labels.EVENT_SIGNS[kind], labels.EVENT_NAMES[kind]
        events = None if stretch.lasting is None else [event for event in stretch.lasting if event.kind is kind]
        bars = [] if events is None else list(_bars(scale, events, known))
        lane = Lane(kind.value, title, tone, bars=bars, field="kind", value=kind.value)
        if events is None or len(bars) > _MOST_BARS:
            marks = _counted(scale, stretch, stretch.begun.get(kind.value, {}), sign, tone)
            lane = lane._replace(marks=marks, bars=(), dense=True)
        if lane.total:
            yield lane


def _bars(scale: Scale, events: Iterable[Event], known: set[str]) -> Iterator[Bar]:
    for event in events:
        last = None if event.ended_at is None else scale.column(event.ended_at)
        first = scale.column(event.at)
        if first < scale.columns and (last is None or last >= 0):
            sign, tone = event_mark(event, evidence=event.id in known)
            yield Bar(first, last, sign, labels.EVENT_TONES[event.kind] if tone == "strong" else tone, what(event))


def _events(scale: Scale, stretch: Stretch, by: str, known: set[str]) -> Iterator[Lane]:
    counted: list[tuple[str | None, Counts]] = list(stretch.lanes.items())
    if stretch.others:
        counted.append((None, stretch.others))
    told = _told(scale, stretch, by)
    for value, counts in counted:
        tone = labels.EVENT_TONES[EventKind(value)] if by == "kind" and value in set(EventKind) else "accent"
        if told is None:
            marks = _counted(scale, stretch, counts, "●", tone)
        else:
            marks = {column: _cell(events, known) for column, events in told.get(value, {}).items()}
        title = OTHERS if value is None else lane_title(by, value)
        others = tuple(stretch.lanes) if value is None else ()
        name = f"{by}:{title}"
        yield Lane(name, title, tone, marks, field=by, value=value, others=others, dense=_is_dense(marks))


def _told(scale: Scale, stretch: Stretch, by: str) -> dict[str | None, dict[int, list[Event]]] | None:
    """The events in sight by lane and column; None where they are too many to be told."""
    if stretch.events is None:
        return None
    found: dict[str | None, dict[int, list[Event]]] = {}
    for event in stretch.events:
        column = scale.column(event.at)
        if 0 <= column < scale.columns:
            value = FIELDS[by](event)
            lane = found.setdefault(value if value in stretch.lanes else None, {})
            lane.setdefault(column, []).append(event)
    return found


def _cell(events: Sequence[Event], known: set[str]) -> Mark:
    first = min(events, key=lambda event: _order(event, known))
    sign, tone = event_mark(first, evidence=first.id in known)
    return Mark(len(events), _sign(len(events), sign), tone, what(first) if len(events) == 1 else "")


def _order(event: Event, known: set[str]) -> tuple[bool, bool, bool, int]:
    """Evidence before anything else, what changed something before what failed to and what only read."""
    return event.id not in known, event.error is not None, not event.writes, _RANKS[event.kind]


def _counted(scale: Scale, stretch: Stretch, counts: Counts, sign: str, tone: str) -> dict[int, Mark]:
    """Marks of what is only counted, moved to where the scale has the columns of the stretch."""
    offset = number_of(stretch.start, stretch.width) - scale.first
    return {
        column + offset: Mark(count, _sign(count, sign), tone)
        for column, count in counts.items()
        if 0 <= column + offset < scale.columns
    }


def _sign(count: int, sign: str) -> str:
    """Of few their number; more than these make a lane dense."""
    return str(count) if 1 < count <= _FEW else sign


def _is_dense(marks: Mapping[int, Mark]) -> bool:
    return any(mark.number > _FEW for mark in marks.values())
