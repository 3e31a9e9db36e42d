"""What went on around a change: incidents, alerts, planned changes, shifts of metrics, each with how much it tells."""

import bisect
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice

from msgspec import Struct

from engine.correlate.operations.recorded import is_recorded
from engine.correlate.table import KindRule, context_table
from engine.correlate.topology import Profile, Subject, Topology, profile_of, subject_of
from engine.model import Circumstance, Difference, Event, EventKind, Relation, TicketType, is_among, ticket_of

_KINDS = frozenset({EventKind.INCIDENT, EventKind.ALERT, EventKind.DEPLOY, EventKind.METRIC, EventKind.AUDIT})
#: What lasts until it is said to be over.
_LASTING = frozenset({EventKind.INCIDENT, EventKind.ALERT, EventKind.METRIC})
_STILL = datetime.max.replace(tzinfo=UTC)
_TICKETS = frozenset({EventKind.INCIDENT, EventKind.ALERT})
#: Of what is wrong elsewhere, so many things are told, and so many looked at.
_ELSEWHERE, _LOOKED_AT = 2, 20
#: Below this weight, nothing is told.
_LEAST = 0.02
#: What is told of for longer than twice this is searched for further back than the many that are not.
_LONG = timedelta(hours=12)
_LONGEST = timedelta(days=14)
_MINUTE = timedelta(minutes=1)


class _Thing(Struct, frozen=True):
    """Something that went on, until when, and what it is about."""

    event: Event
    end: datetime
    rule: KindRule
    subject: Subject


class _Timed:
    """Things in order of their beginning, found by a moment around which they went on."""

    def __init__(self) -> None:
        self._short: list[_Thing] = []
        self._long: list[_Thing] = []

    def add(self, thing: _Thing) -> None:
        told_for = thing.end - thing.event.at + timedelta(minutes=thing.rule.before)
        (self._long if told_for > 2 * _LONG else self._short).append(thing)

    def near(self, moment: datetime) -> Iterator[_Thing]:
        """Those that may have gone on, or shortly before or after, the latest first."""
        yield from _between(self._short, moment - 2 * _LONG, moment + _LONG)
        yield from _between(self._long, moment - _LONGEST, moment + _LONG)


class Surroundings:
    """What went on, by what it is about and when. Built once for all differences, from events in order of time."""

    def __init__(self, differences: Iterable[Difference], events: Iterable[Event]) -> None:
        profiles = list(map(profile_of, differences))
        self._topology = Topology(profiles)
        self._by_key: dict[str, _Timed] = defaultdict(_Timed)
        self._troubles = _Timed()
        wanted = frozenset().union(*map(self._topology.keys_of, profiles))
        for event in filter(goes_on, events):
            thing = _Thing(event, _end(event), _rule(event), subject_of(event))
            for key in self._topology.keys(thing.subject) & wanted:
                self._by_key[key].add(thing)
            if thing.rule.aside:
                self._troubles.add(thing)

    def around(self, difference: Difference, moment: datetime, caller: str | None = None) -> tuple[Circumstance, ...]:
        """What went on around a moment, in descending weight.

        All that concerns the resource, its service or the caller, and the nearest of the incidents and alerts that do
        not.
        """
        profile = profile_of(difference)
        keyed = [self._by_key[key] for key in self._topology.keys_of(profile) if key in self._by_key]
        things = {thing.event.id: thing for timed in keyed for thing in timed.near(moment)}
        things |= {thing.event.id: thing for thing in islice(self._troubles.near(moment), _LOOKED_AT)}
        told = sorted(self._told(things.values(), profile, moment, caller), key=lambda one: (-one.weight, one.event.id))
        concerning = (one for one in told if one.relation is not Relation.NONE)
        apart = (one for one in told if one.relation is Relation.NONE)
        return (*concerning, *islice(apart, _ELSEWHERE))

    def _told(
        self, things: Iterable[_Thing], profile: Profile, moment: datetime, caller: str | None
    ) -> Iterator[Circumstance]:
        for thing in things:
            left = thing.rule.weight * _left(thing, moment)
            if left < _LEAST:
                continue
            bond, share = self._topology.bond(thing.subject, profile)
            if bond.relation is Relation.NONE and caller and _is_at(caller, thing):
                bond = context_table().bond["caller"]
            weight = round(left * bond.weight * share, 3)
            if weight >= _LEAST and (thing.rule.aside or bond.relation is not Relation.NONE):
                yield Circumstance(thing.event, bond.relation, weight, f"{_when(thing, moment)}, {bond.says}")


def goes_on(event: Event) -> bool:
    """Whether an event is of what goes on around changes: no call, no commit, no record of a change."""
    return event.kind in _KINDS and not is_recorded(event)


def _is_at(caller: str, thing: _Thing) -> bool:
    """Whether the caller opened an incident or works on it."""
    event = thing.event
    if event.kind is not EventKind.INCIDENT or not thing.rule.aside:
        return False
    people = (*ticket_of(event).people, *filter(None, [event.actor.principal]))
    return is_among(caller, people)


def _rule(event: Event) -> KindRule:
    table = context_table()
    if event.kind not in (*_TICKETS, EventKind.DEPLOY):
        return table.kind[event.kind.value]
    ticket = ticket_of(event)
    if ticket.refused and ticket.type is not TicketType.INCIDENT:
        return table.kind["refused"]
    if event.kind is EventKind.DEPLOY:
        return table.kind["deploy"]
    if ticket.type is not TicketType.INCIDENT:
        return table.kind["task"]
    return table.kind["noise" if table.minor.match(ticket.priority.strip()) else event.kind.value]


def _end(event: Event) -> datetime:
    if event.ended_at or event.kind in _LASTING:
        return event.ended_at or _STILL
    planned = ticket_of(event).planned_end if event.kind is EventKind.DEPLOY else None
    return planned or event.at


def _left(thing: _Thing, moment: datetime) -> float:
    """How much of it is left at a moment, in [0, 1]."""
    rule, began = thing.rule, thing.event.at
    if began > moment:
        distance, most, halves = began - moment, rule.after, rule.after_halves
    elif thing.end >= moment:
        distance, most, halves = moment - began, rule.open, rule.open_halves
    else:
        distance, most, halves = moment - thing.end, rule.before, rule.before_halves
    minutes = distance / _MINUTE
    return 0.5 ** (minutes / halves) if minutes <= most else 0.0


def _when(thing: _Thing, moment: datetime) -> str:
    """Where in time it lies from a moment."""
    began = thing.event.at
    if began > moment:
        return f"began {span(began - moment)} afterwards"
    if thing.end >= moment:
        since = "that minute" if moment - began < _MINUTE else span(moment - began)
        return f"{thing.rule.lasting} since {since}"
    over = thing.rule.over or ("over" if thing.end > began else "done")
    return f"{over} {span(moment - thing.end)} before"


def span(time: timedelta) -> str:
    """A span of time in a word or two: `25 min`, `3 h`, `4 days`."""
    minutes = round(time / _MINUTE)
    if minutes < 100:
        return f"{minutes} min"
    return f"{round(minutes / 60)} h" if minutes < 48 * 60 else f"{round(minutes / 1440)} days"


def _between(things: list[_Thing], start: datetime, end: datetime) -> Iterator[_Thing]:
    first = bisect.bisect_left(things, start, key=_began)
    last = bisect.bisect_right(things, end, key=_began)
    return reversed(things[first:last])


def _began(thing: _Thing) -> datetime:
    return thing.event.at
