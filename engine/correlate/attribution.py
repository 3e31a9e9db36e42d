"""Finding the event that made the two sides of a difference differ."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from msgspec import structs

from engine.correlate.commits import moved_declaration
from engine.correlate.evidence import gather_evidence
from engine.correlate.finding import Finding
from engine.correlate.index import EventIndex
from engine.correlate.managers import claimed
from engine.correlate.operations import Said, creates, deletes, what_it_says
from engine.model import Actor, Attribution, Change, Difference, DriftKind, Event, Via
from engine.providers import Knowledge


def attribute(
    differences: Sequence[Difference], events: Iterable[Event], as_of: datetime, knowledge: Knowledge
) -> list[Attribution]:
    """Who made each difference and when, with the events that bear on it; one attribution per difference, in order.

    The change is the last successful call before `as_of` that wrote a changed attribute of the resource, and that
    no later call overwrote. Where the declaration moved and reality did not follow, it is the merge, or the call
    that failed to follow it. Without such an event the live object's own note of who wrote the field counts, where it
    has one; else the actor is unknown: nobody is named on a guess.
    """
    index = EventIndex(differences, events, as_of, knowledge)
    return [_attribute(difference, index, as_of, knowledge) for difference in differences]


def _attribute(difference: Difference, index: EventIndex, as_of: datetime, knowledge: Knowledge) -> Attribution:
    calls, commits = index.calls(difference), index.commits(difference)
    findings = _findings(difference, calls)
    change = findings[0].event if findings else None
    merge = moved_declaration(difference, commits)
    failed = _failed_apply(difference, calls)
    if merge is not None and (change is None or change.at < merge.at):
        change, findings = merge, []
    elif change is None and failed is not None:
        change = failed
    evidence, related = gather_evidence(difference, change, findings, calls, commits, index, as_of)
    claim = claimed(difference, as_of, knowledge) if change is None else None
    actor, changed_at = (change.actor, change.at) if change else claim or (Actor(), None)
    return Attribution(
        actor=actor,
        changed_at=changed_at,
        change=change,
        evidence=evidence,
        related=related,
    )


def _findings(difference: Difference, calls: Sequence[Event]) -> list[Finding]:
    """The calls that explain the difference, the best first."""
    done = [event for event in calls if event.error is None]
    declared_type = difference.resource.type
    if difference.kind is DriftKind.MISSING:
        return _last(done, lambda event: deletes(declared_type, event.operation))
    if difference.kind is DriftKind.UNMANAGED:
        return _last(done, lambda event: creates(declared_type, event.operation))
    by_event: dict[str, Finding] = {}
    for change in difference.changes:
        found = _writer(change, done, declared_type)
        if found is not None:
            known = by_event.get(found.event.id)
            by_event[found.event.id] = (
                structs.replace(known, sure=known.sure or found.sure, explains=known.explains + 1) if known else found
            )
    return sorted(
        by_event.values(), key=lambda found: (found.sure, found.explains, found.event.at, found.event.id), reverse=True
    )


def _writer(change: Change, calls: Sequence[Event], declared_type: str) -> Finding | None:
    """The call that left the attribute as it is: the last one that wrote the live value, unless overwritten since."""
    possible: Finding | None = None
    for event in reversed(calls):
        said = what_it_says(event, change, declared_type)
        if said is Said.YES:
            return Finding(event)
        if said is Said.OTHERWISE:
            return possible
        # Terraform applies what is declared: a call of its that hides the value is no suspect.
        if said is Said.MAYBE and possible is None and event.actor.via is not Via.TERRAFORM:
            possible = Finding(event, sure=False)
    return possible


def _failed_apply(difference: Difference, calls: Sequence[Event]) -> Event | None:
    """The last call that failed to write what is declared, by Terraform or a pipeline."""
    wanted = [
        structs.replace(change, declared=change.actual, actual=change.declared)
        for change in difference.changes
        if not change.sensitive
    ]
    for event in reversed(calls):
        if event.error is None or event.actor.via is not Via.TERRAFORM:
            continue
        if difference.kind is DriftKind.MISSING and creates(difference.resource.type, event.operation):
            return event
        if any(what_it_says(event, change, difference.resource.type) is Said.YES for change in wanted):
            return event
    return None


def _last(calls: Sequence[Event], wanted: Callable[[Event], bool]) -> list[Finding]:
    event = next((event for event in reversed(calls) if wanted(event)), None)
    return [Finding(event)] if event else []
