"""A history of events and drifts by what occurred, where and in which source: what links and heatmaps count."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

import numpy as np
from msgspec import Struct

from engine.correlate.context import goes_on
from engine.correlate.significance import Integers
from engine.correlate.text import words_in
from engine.correlate.topology import service_of
from engine.model import ActorKind, Drift, Event, EventKind, TicketType, Via, ticket_of

#: Drifts are found by DriftGuard itself rather than told by a source.
DRIFTS = "drifts"

_CALLERS = {
    ActorKind.HUMAN: "a person",
    ActorKind.AUTOMATION: "automation",
    ActorKind.SERVICE: "the provider",
    ActorKind.UNKNOWN: "somebody unknown",
}
_TICKETS = {
    TicketType.INCIDENT: "incident",
    TicketType.CHANGE: "planned change",
    TicketType.PROBLEM: "problem ticket",
    TicketType.TASK: "task",
}


#: Of a history so much may have occurred before it is dense.
_RARE = 0.1

#: An event that stands for others of its kind and subject, and their moments in microseconds since 1970.
Alike = tuple[Event, Sequence[int] | Integers]


class Occurrence(Struct, frozen=True):
    """What occurred, in a few words, where as far as it tells, and who told. Two of one kind are counted together."""

    kind: str
    source: str
    service: str = ""


class History:
    """The moments of each kind of occurrence, in microseconds since 1970 and in order."""

    def __init__(self, alike: Iterable[Alike], drifts: Iterable[Drift] = ()) -> None:
        listed, found = list(alike), list(drifts)
        self._services = _Services((event for event, _ in listed), found)
        times: dict[Occurrence, list[Integers]] = defaultdict(list)
        for event, moments in listed:
            times[self.occurrence_of(event)].append(np.asarray(moments, dtype=np.int64))
        for drift in found:
            if drift.changed_at is not None:
                times[self.occurrence_of_drift(drift)].append(_micros([drift.changed_at.timestamp()]))
        self._times = {occurrence: _together(moments) for occurrence, moments in times.items()}
        firsts = [int(moments[0]) for moments in self._times.values()]
        #: When the first of it occurred.
        self.first = datetime.fromtimestamp(min(firsts) / 1e6, UTC) if firsts else None
        #: From when on all but a tenth of it occurred.
        self.busy_from = datetime.fromtimestamp(self._busy_from() / 1e6, UTC) if firsts else None

    @classmethod
    def of(cls, events: Iterable[Event], drifts: Iterable[Drift] = ()) -> "History":
        """The history of these events and drifts. Calls that only read say nothing, unless they were refused."""
        calls: list[Event] = []
        numbers = _Numbers()
        for event in events:
            if event.kind is EventKind.API_CALL:
                if event.writes or event.error is not None:
                    calls.append(event)
            elif event.writes or event.error is not None or goes_on(event):
                numbers.add(_marks(event), event)
        found = list(drifts)
        services = _Services(numbers.first, found)
        for event in calls:
            actor = event.actor
            service = services.of_touches(event.touches)
            # The members of an enumeration are slow to hash.
            caller = (actor.kind._value_, actor.via is Via.TERRAFORM, event.error is None)
            numbers.add((event.operation, event.source, service, *caller), event)
        return cls(numbers.alike(), found)

    def occurrence_of(self, event: Event) -> Occurrence:
        """What an event is counted as."""
        return Occurrence(kind_of(event), event.source, self._services.of_event(event))

    def occurrence_of_drift(self, drift: Drift) -> Occurrence:
        """What a drift is counted as."""
        return Occurrence(f"drift of {drift.resource.type}", DRIFTS, self._services.of_drift(drift))

    def moments(self, wanted: Callable[[Occurrence], bool]) -> Integers:
        """The moments of all that are wanted, in order."""
        return _together([np.empty(0, np.int64), *(times for one, times in self._times.items() if wanted(one))])

    def _busy_from(self) -> int:
        return int(np.quantile(np.concatenate([*self._times.values()]), _RARE, method="lower"))

    def by_kind(self) -> dict[str, Integers]:
        """The moments of each kind."""
        return {name: _together(found) for name, found in self._by(lambda one: one.kind).items()}

    def by_source(self) -> dict[str, Integers]:
        """The moments of what each source told."""
        return {name: _together(found) for name, found in self._by(lambda one: one.source).items()}

    def kinds_of_sources(self) -> Mapping[str, list[Integers]]:
        """For each source the moments of each kind that it told."""
        return self._by(lambda one: one.source)

    def kinds_of_services(self) -> Mapping[str, list[Integers]]:
        """For each service the moments of each kind that concerned it."""
        return self._by(lambda one: one.service)

    def _by(self, name_of: Callable[[Occurrence], str]) -> dict[str, list[Integers]]:
        found: dict[str, list[Integers]] = defaultdict(list)
        for occurrence, times in self._times.items():
            if name := name_of(occurrence):
                found[name].append(times)
        return dict(found)


def kind_of(event: Event) -> str:
    """The kind of an event: `alert HighErrorRate`, `SetQueueAttributes called by a person`, `commit in shop`."""
    if event.kind is EventKind.API_CALL:
        caller = "Terraform" if event.actor.via is Via.TERRAFORM else _CALLERS[event.actor.kind]
        return f"{event.operation} {'failed' if event.error else 'called'} by {caller}"
    if event.kind is EventKind.COMMIT:
        return f"commit in {event.scope or event.source}"
    if event.kind in (EventKind.INCIDENT, EventKind.DEPLOY):
        return _TICKETS[ticket_of(event).type] if event.request else event.kind.value
    if event.kind is EventKind.METRIC:
        return f"shift of {event.operation}"
    return f"{event.kind.value} {event.operation}"


def _marks(event: Event) -> tuple[object, ...]:
    """What the kind, the source and the service of an event other than a call depend on."""
    return event.kind._value_, event.operation, event.source, event.touches, event.scope, event.request


class _Numbers:
    """Events by what they are counted as: a number for each kind, in the order of the first."""

    def __init__(self) -> None:
        self.first: list[Event] = []
        self._numbers: dict[tuple[object, ...], int] = {}
        self._number_of: list[int] = []
        self._seconds: list[float] = []

    def add(self, marks: tuple[object, ...], event: Event) -> None:
        number = self._numbers.setdefault(marks, len(self.first))
        if number == len(self.first):
            self.first.append(event)
        self._number_of.append(number)
        self._seconds.append(event.at.timestamp())

    def alike(self) -> Iterator[Alike]:
        order = np.argsort(np.array(self._number_of), kind="stable")
        ends = np.cumsum(np.bincount(self._number_of))
        return zip(self.first, np.split(_micros(self._seconds)[order], ends)[:-1], strict=True)


class _Services:
    """The words by which drifts, tickets and alerts name services, and so the service that anything else is about."""

    def __init__(self, events: Iterable[Event], drifts: Iterable[Drift]) -> None:
        self._known: dict[str, str] = {}
        self._of_touches: dict[tuple[str, ...], str] = {}
        self._words: Counter[str] = Counter()
        scopes = set[str]()
        for drift in drifts:
            self._words.update(service_of(drift.resource).split())
            scopes.add(drift.resource.scope)
        for event in events:
            if event.kind in (EventKind.INCIDENT, EventKind.ALERT):
                self._words.update(words_in(" ".join(event.touches)))
        for word in words_in(" ".join(scopes)):
            del self._words[word]

    def of_event(self, event: Event) -> str:
        return self.of_touches(event.touches)

    def of_touches(self, touches: tuple[str, ...]) -> str:
        if (known := self._of_touches.get(touches)) is None:
            known = self._of_touches[touches] = self._named(" ".join(touches))
        return known

    def of_drift(self, drift: Drift) -> str:
        return self._named(service_of(drift.resource))

    def _named(self, text: str) -> str:
        """The one of the words of a text that names services most often."""
        if text not in self._known:
            words = (word for word in words_in(text) if word in self._words)
            self._known[text] = max(words, key=lambda word: (self._words[word], word), default="")
        return self._known[text]


def _micros(seconds: Sequence[float]) -> Integers:
    return np.rint(np.array(seconds) * 1e6).astype(np.int64)


def _together(found: Sequence[Integers]) -> Integers:
    return np.sort(np.concatenate(found))
