"""Finding the event that made the two sides of a difference differ."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from msgspec import structs

from engine.correlate.anomaly import Behaviour
from engine.correlate.commits import moved_declaration
from engine.correlate.evidence import gather_evidence, naming_other_drifts, with_unusual
from engine.correlate.finding import Finding
from engine.correlate.index import EventIndex, was_denied
from engine.correlate.managers import claimed
from engine.correlate.operations import Informed, Operations, Said, operations_on, recorded
from engine.correlate.sessions import followed
from engine.model import Actor, ActorKind, Attribution, Change, Difference, DriftKind, Event, Unusual, Via
from engine.providers import Knowledge

#: A provider notes that a resource has changed within this time after the call.
_NOTED_AFTER = timedelta(minutes=15)


def attribute(
    differences: Sequence[Difference], events: Sequence[Event], as_of: datetime, knowledge: Knowledge
) -> list[Attribution]:
    """Who made each difference and when, with the events that bear on it; one attribution per difference, in order.

    The events are in the order of their times.

    The change is the successful call before `as_of` that gave a changed attribute its live value: the first of those
    that wrote it, after the last that wrote another. Where the declaration moved and reality did not follow, it is the
    merge, or the call that failed to follow it. Without such an event the live object's own note of who wrote the
    field counts, where it has one; else the actor is unknown: nobody is named on a guess, and the time is that at
    which the provider noted that the resource had changed, unless that was for another call. Who called under a role
    that they had taken is named as themselves, and so is who merged under a name that is a login's.
    """
    events = followed(events)
    index = EventIndex(differences, events, as_of, knowledge)
    found = [_attribute(difference, index, as_of, knowledge) for difference in differences]
    return naming_other_drifts(differences, _with_unusual(found, events, as_of))


def _with_unusual(found: Sequence[Attribution], events: Sequence[Event], as_of: datetime) -> list[Attribution]:
    """The attributions, saying what is unusual of the calls that made the changes."""
    changes = {item.change.id: item.change for item in found if item.change is not None}
    # Only who made a change, and what was changed, needs to be known well.
    principals = {change.actor.principal for change in changes.values()}
    touched = {name for change in changes.values() for name in change.touches}
    behaviour = Behaviour(touched)
    unusual: dict[str, Unusual] = {}
    for event in events:
        if event.at > as_of:
            break
        if event.actor.principal in principals or (event.writes and not touched.isdisjoint(event.touches)):
            what = behaviour.look(event, is_asked=event.id in changes)
            if what is not None:
                unusual[event.id] = what
    return [
        with_unusual(item, what) if item.change and (what := unusual.get(item.change.id)) else item for item in found
    ]


def _attribute(difference: Difference, index: EventIndex, as_of: datetime, knowledge: Knowledge) -> Attribution:
    calls, commits = index.calls(difference), index.commits(difference)
    reader = _Reader(difference, operations_on(difference, knowledge))
    findings = reader.findings(calls)
    change = findings[0].event if findings else None
    merge = moved_declaration(difference, commits)
    if merge is not None and (change is None or change.at < merge.at) and not reader.has_followed(calls, merge.at):
        change, findings = merge, []
    elif change is None:
        change = reader.failed_apply(calls)
    claim = claimed(difference, as_of, knowledge) if change is None else None
    actor, changed_at = (change.actor, change.at) if change else claim or (Actor(), None)
    if change is None and changed_at is None:
        changed_at = _noted(difference, calls, as_of)
    if merge is not None and change is merge:
        actor = index.by_login(actor)
    found = gather_evidence(difference, change, findings, calls, commits, index, changed_at or as_of)
    return Attribution(
        actor=actor,
        changed_at=changed_at,
        change=change,
        evidence=found.evidence,
        related=found.related,
        context=found.context,
    )


def _noted(difference: Difference, calls: Sequence[Event], as_of: datetime) -> datetime | None:
    """When the provider noted that the resource had changed, where it was for no call that is known."""
    at = difference.noted_at
    if at is None or at > as_of:
        return None
    is_known = any(call.error is None and at - _NOTED_AFTER <= call.at <= at for call in calls)
    return None if is_known else at


class _Reader:
    """Reads what calls say about one difference."""

    def __init__(self, difference: Difference, operations: Operations) -> None:
        self._difference = difference
        self._ref = difference.resource
        self._operations = operations
        #: The changes that would undo the difference.
        self._wanted = [
            structs.replace(change, declared=change.actual, actual=change.declared) for change in difference.changes
        ]

    def findings(self, calls: Sequence[Event]) -> list[Finding]:
        """The calls that explain the difference, the best first."""
        done = [event for event in calls if event.error is None]
        if self._difference.kind is DriftKind.MISSING:
            return _first_since(done, self._deletes, self._creates)
        if self._difference.kind is DriftKind.UNMANAGED:
            return _first_since(done, self._creates, self._deletes)
        by_event: dict[str, Finding] = {}
        for change in self._difference.changes:
            found = self._writer(change, done)
            if found is not None:
                known = by_event.get(found.event.id)
                by_event[found.event.id] = (
                    structs.replace(known, sure=known.sure or found.sure, explains=known.explains + 1)
                    if known
                    else found
                )
        return sorted(
            by_event.values(),
            key=lambda found: (found.sure, found.explains, found.event.at, found.event.id),
            reverse=True,
        )

    def has_followed(self, calls: Sequence[Event], since: datetime) -> bool:
        """Whether a call after a moment did what is declared, so that what differs now was done later still."""
        return any(self._follows(event) for event in calls if event.at >= since)

    def failed_apply(self, calls: Sequence[Event]) -> Event | None:
        """The first call since the last success that failed to do what is declared, by Terraform or a pipeline.

        Those after it only tried again.
        """
        failed: Event | None = None
        for event in reversed(calls):
            if self._follows(event):
                break
            if event.error is not None and self._applies(event) and self._is_declared(event, Said.MAYBE):
                failed = event
        return failed

    def _follows(self, event: Event) -> bool:
        """Whether the call did what is declared."""
        return event.error is None and self._is_declared(event, Said.YES)

    def _is_declared(self, event: Event, least: Said) -> bool:
        """Whether the call asks for what is declared: says at least so much of it."""
        if self._difference.kind is DriftKind.MISSING:
            return self._creates(event)
        if self._difference.kind is DriftKind.UNMANAGED:
            return self._deletes(event)
        return any(self._says(event, change) >= least for change in self._wanted)

    def _applies(self, event: Event) -> bool:
        """Whether the call is of Terraform, or of whatever else applies what is declared."""
        known = isinstance(self._operations, Informed) and self._operations.applies(event)
        # Not every log tells what a pipeline's calls came through; a stranger would be refused.
        unnamed = event.actor.kind is ActorKind.AUTOMATION and event.actor.via is Via.UNKNOWN
        return known or (unnamed and not was_denied(event)) or event.actor.via is Via.TERRAFORM

    def _writer(self, change: Change, calls: Sequence[Event]) -> Finding | None:
        """The call that gave the attribute its live value. Later ones that wrote the same only repeated it."""
        wrote: Event | None = None
        possible: Event | None = None
        for place, event in reversed(list(enumerate(calls))):
            said = self._says(event, change)
            if said is Said.YES:
                wrote = event
                if recorded.is_recorded(event):
                    wrote = self._caller(event, calls[:place], change)
                    break
            elif said is Said.OTHERWISE:
                break
            # Terraform applies what is declared: a call of its that hides the value is no suspect.
            elif said is Said.MAYBE and wrote is None and possible is None and event.actor.via is not Via.TERRAFORM:
                possible = event
        if wrote is not None:
            return Finding(wrote)
        return Finding(possible, sure=False) if possible else None

    def _caller(self, event: Event, before: Sequence[Event], change: Change) -> Event:
        """A record that something changed, or where it does not say by whom, the call shortly before that did it."""
        if event.actor.principal:
            return event
        begins = recorded.begins(event)
        calls = [call for call in before if call.at >= begins and not recorded.is_recorded(call)]
        found = self._writer(change, calls)
        if found is not None:
            return found.event
        return next((call for call in reversed(calls) if self._says(call, change) is Said.MAYBE), event)

    def _says(self, event: Event, change: Change) -> Said:
        if recorded.is_recorded(event):
            return recorded.says(event, change)
        return self._operations.says(event, change, self._ref)

    def _creates(self, event: Event) -> bool:
        return recorded.creates(event) if recorded.is_recorded(event) else self._operations.creates(event, self._ref)

    def _deletes(self, event: Event) -> bool:
        return recorded.deletes(event) if recorded.is_recorded(event) else self._operations.deletes(event, self._ref)


def _first_since(
    calls: Sequence[Event], wanted: Callable[[Event], bool], undone: Callable[[Event], bool]
) -> list[Finding]:
    """The first wanted call after the last that undid it: later ones found it done."""
    found: Event | None = None
    for event in reversed(calls):
        if wanted(event):
            found = event
        elif found is not None and undone(event):
            break
    return [Finding(found)] if found else []
