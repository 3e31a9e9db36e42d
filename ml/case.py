"""A case: one difference with what is known about it, and the questions that signals put to it."""

import re
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from typing import Any

import msgspec
from msgspec import Struct

from engine.model import (
    ActorKind,
    Attribution,
    Circumstance,
    Difference,
    DriftKind,
    Event,
    EventKind,
    Relation,
    TicketType,
    Via,
    is_among,
    ticket_of,
)
from ml.predicates import new_leaves
from ml.severity_rules import Match, matches

_DENIED = re.compile(r"denied|unauthori[sz]ed|forbidden|notauthorized|authfailure", re.IGNORECASE)
#: An incident that was opened longer ago than this is not what made somebody act now.
_TROUBLE_BEFORE = timedelta(hours=12)
_ALERT_BEFORE = timedelta(hours=6)
#: Tickets and alerts are often written down after the first hand was laid on.
_TROUBLE_AFTER = timedelta(minutes=20)
#: An ordinary ticket on the service that was opened longer ago is not what somebody is at now.
_TASK_BEFORE = timedelta(hours=6)
#: How far apart two calls of one sitting are.
_SITTING = timedelta(minutes=30)
#: How long before a change a refused or failed call, or a merge, still belongs to its story.
A_WEEK = timedelta(days=7)
A_DAY = timedelta(days=1)


@lru_cache(maxsize=4096)
def _fits(pattern: str, text: str) -> bool:
    """Remembered, since priorities, attributes and titles come again and again."""
    return re.search(pattern, text, re.IGNORECASE) is not None


class Vocabulary(Struct, frozen=True):
    """The patterns that signals look for, from `evidence.toml`; `asks` are those for what a ticket asks for."""

    words: dict[str, str]
    attributes: dict[str, str]
    asks: dict[str, str]


class Case:
    """A difference with its attribution, and what several signals need of them."""

    def __init__(self, difference: Difference, attribution: Attribution, as_of: datetime, words: Vocabulary) -> None:
        self.difference = difference
        self.attribution = attribution
        self.change = attribution.change
        self.actor = attribution.actor
        self.moment = attribution.changed_at or as_of
        self.words = words

    @property
    def called(self) -> Event | None:
        """The successful call, or the provider's record of it, that made the change; None for any other event."""
        change = self.change
        is_done = change and change.error is None and change.kind in (EventKind.API_CALL, EventKind.AUDIT)
        return change if is_done else None

    @property
    def claimed(self) -> bool:
        """Whether only the live object itself says what sort of client wrote it."""
        return self.change is None and self.actor.kind is not ActorKind.UNKNOWN

    @property
    def acted(self) -> bool:
        """Whether something is known of who changed the live resource."""
        return self.called is not None or self.claimed

    @property
    def by_person(self) -> bool:
        """Whether a person changed the live resource."""
        return self.acted and self.actor.kind is ActorKind.HUMAN and self.actor.via is not Via.TERRAFORM

    def of_kind(self, kind: EventKind) -> list[Event]:
        """The related events of a kind, oldest first."""
        return [event for event in self.attribution.related if event.kind is kind]

    @cached_property
    def touching(self) -> list[Event]:
        """The related calls on this very resource."""
        names = {self.difference.resource.id, self.difference.resource.name, *self.difference.keys} - {""}
        names |= {re.split(r"[:/]", name)[-1] for name in names}
        return [event for event in self.of_kind(EventKind.API_CALL) if names.intersection(event.touches)]

    @cached_property
    def refused(self) -> list[Event]:
        """Calls on this resource that were refused within a week before the change."""
        return [
            event
            for event in self.touching
            if self.is_refusal(event) and self.moment - A_WEEK <= event.at <= self.moment
        ]

    @cached_property
    def written(self) -> list[Event]:
        """The related calls that wrote this very resource."""
        return [event for event in self.touching if event.writes and event.error is None]

    @cached_property
    def sitting(self) -> list[Event]:
        """The other calls of who made the change within half an hour of it; empty where nobody is known to have."""
        change = self.called
        if change is None or change.actor.principal is None:
            return []
        return [
            event
            for event in self.of_kind(EventKind.API_CALL)
            if event.actor.principal == change.actor.principal
            and event.id != change.id
            and abs(event.at - change.at) <= _SITTING
        ]

    @cached_property
    def rules(self) -> list[Match]:
        """The severity rules that the changes meet."""
        return matches(self.difference)

    @cached_property
    def new_values(self) -> set[str]:
        """What is live and the declaration lacks, as texts."""
        return {leaf for each in self.difference.changes for leaf in new_leaves(each.declared, each.actual)}

    @cached_property
    def missing_values(self) -> set[str]:
        """What is declared and not live, as texts."""
        return {leaf for each in self.difference.changes for leaf in new_leaves(each.actual, each.declared)}

    @staticmethod
    def is_refusal(event: Event) -> bool:
        """Whether a call failed for want of permission."""
        return event.error is not None and _DENIED.search(event.error) is not None

    @cached_property
    def incidents(self) -> list[Event]:
        """Incidents that were open at the time and matter, on this service or with the caller at work on them.

        Without a priority they matter.
        """
        return [event for event in self._open(EventKind.INCIDENT, _TROUBLE_BEFORE) if not self.is_minor(event)]

    @cached_property
    def of_caller(self) -> set[str]:
        """The ids of what is about something else, and the caller was at."""
        return self._related_by(Relation.CALLER)

    @cached_property
    def minor_tickets(self) -> list[Event]:
        """Tickets that can wait and may be what somebody was at.

        They name this very resource, were opened within a day and name who made the change, or were just opened.
        """
        named = self._related_by(Relation.RESOURCE)
        named |= {event.id for event in self._open(EventKind.INCIDENT, A_DAY) if self.is_of_actor(event)}
        named |= {event.id for event in self._open(EventKind.INCIDENT, _TASK_BEFORE)}
        return [event for event in self._open(EventKind.INCIDENT, A_WEEK) if event.id in named and self.is_work(event)]

    @cached_property
    def refused_requests(self) -> list[Circumstance]:
        """The tickets that asked for this sort of change and were refused, the weightiest first.

        None where the live resource was not changed at all, but the code was.
        """
        if self.change is not None and self.called is None:
            return []
        return [one for one in self.attribution.context if ticket_of(one.event).refused and self._asks_for_it(one)]

    @cached_property
    def alerts(self) -> list[Event]:
        """Alerts on this service that were firing at the time, but for those that say that nothing is wrong."""
        return [event for event in self._open(EventKind.ALERT, _ALERT_BEFORE) if not self.is_harmless(event)]

    @property
    def in_trouble(self) -> bool:
        """Whether something was known to be wrong at the time."""
        return bool(self.incidents or self.alerts)

    def is_minor(self, event: Event) -> bool:
        """Whether a ticket is no incident, or says of itself that it can wait."""
        ticket = ticket_of(event)
        return ticket.type is not TicketType.INCIDENT or self.matches("minor", ticket.priority.strip())

    def is_of_actor(self, event: Event) -> bool:
        """Whether who acted opened a ticket, works on it or wrote in it."""
        return self.actor.principal is not None and is_among(self.actor.principal, people_of(event))

    def is_work(self, event: Event) -> bool:
        """Whether a ticket is of ordinary work, and not of such as nobody was to do."""
        return self.is_minor(event) and not ticket_of(event).refused

    def is_harmless(self, event: Event) -> bool:
        """Whether an alert says of itself that nothing is wrong."""
        return self.matches("harmless", ticket_of(event).priority.strip())

    def matches(self, word: str, *texts: str | None) -> bool:
        """Whether any of the texts fits a pattern of the vocabulary."""
        return any(_fits(self.words.words[word], text) for text in texts if text)

    def changed(self, attribute: str) -> list[str]:
        """The changed paths that fit a pattern for attributes."""
        pattern = self.words.attributes[attribute]
        return [change.path for change in self.difference.changes if _fits(pattern, change.path)]

    @cached_property
    def merged(self) -> list[Event]:
        """The commits that are on the default branch, oldest first."""
        return [event for event in self.of_kind(EventKind.COMMIT) if request_of(event).get("landed", True)]

    @property
    def by_root(self) -> bool:
        """Whether it was the account's root user."""
        principal = self.actor.principal or ""
        return principal == "root" or principal.endswith(":root")

    @cached_property
    def began(self) -> list[datetime]:
        """When the trouble began that was there at the time of the change, in no order."""
        return [event.at for event in (*self.incidents, *self.alerts) if event.at <= self.moment]

    @cached_property
    def is_continued(self) -> bool:
        """Whether who acted had written it that day before the last of the trouble began."""
        earlier = [event for event in self.own_writes if event.at >= self.moment - A_DAY]
        return bool(self.began) and any(event.at < max(self.began) for event in earlier)

    @cached_property
    def own_writes(self) -> list[Event]:
        """The earlier writes of the resource by who made the change, oldest first."""
        who = self.actor.principal
        return [each for each in self.written if who and each.actor.principal == who and each.at < self.moment]

    def _related_by(self, relation: Relation) -> set[str]:
        return {one.event.id for one in self.attribution.context if one.relation is relation}

    def _asks_for_it(self, one: Circumstance) -> bool:
        """Whether a ticket asks for that attribute or sort of change, or names the resource and tells none."""
        ticket = ticket_of(one.event)
        if ticket.type is TicketType.INCIDENT or one.relation not in (Relation.RESOURCE, Relation.SERVICE):
            return False
        if any(name in ticket.title for name in self.attributes):
            return True
        asked = {sort for sort, words in self.words.asks.items() if _fits(words, ticket.title)}
        return bool(asked & self.sorts) if asked else one.relation is Relation.RESOURCE

    @cached_property
    def attributes(self) -> set[str]:
        """The names of what changed that are no plain words: `visibility_timeout_seconds`, `maxReplicas`."""
        names = {name for change in self.difference.changes for name in re.findall(r"[A-Za-z][\w-]+", change.path)}
        return {name for name in names if not name.islower() or "_" in name}

    @cached_property
    def sorts(self) -> set[str]:
        """What sort of change it is, in the words of `asks`."""
        kind = self.difference.kind
        sorts = {sort for sort in self.words.asks if self.words.attributes.get(sort) and self.changed(sort)}
        sorts |= {DriftKind.MISSING: {"remove"}, DriftKind.UNMANAGED: {"make"}}.get(kind, set())
        return sorts | {"access"} if any(match.rule.security for match in self.rules) else sorts

    def _open(self, kind: EventKind, before: timedelta) -> list[Event]:
        """Those that began within this time before the change, or soon after it, and were not over by then."""
        return [
            event
            for event in self.of_kind(kind)
            if self.moment - before <= event.at <= self.moment + _TROUBLE_AFTER
            and (event.ended_at is None or event.ended_at >= self.moment)
        ]


def people_of(event: Event) -> tuple[str, ...]:
    """Who opened a ticket, works on it or wrote in it."""
    opener = event.actor.principal
    return (*ticket_of(event).people, *((opener,) if opener else ()))


def request_of(event: Event) -> Mapping[str, Any]:
    """The event's request, decoded; empty when it has none that is an object. Not to be changed."""
    return _decoded(event.request)


@lru_cache(maxsize=4096)
def _decoded(request: str) -> Mapping[str, Any]:
    """A commit is asked several questions for each resource that it touches."""
    try:
        found = msgspec.json.decode(request) if request else {}
    except msgspec.DecodeError:
        return {}
    return found if isinstance(found, dict) else {}


def holds(commit: Event, values: Collection[str]) -> bool:
    """Whether the new texts of a commit hold one of the values."""
    if not values:
        return False
    blocks = request_of(commit).get("addresses", {}).values()
    attributes = [block.get("attributes", {}) for block in blocks if isinstance(block, dict)]
    texts = [str(new).lower() for block in attributes for _, new in block.values()]
    return any(value.lower() in text for text in texts for value in values)
