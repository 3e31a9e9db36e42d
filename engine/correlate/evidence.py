"""The events that bear on a difference, each with how much it tells and why."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from engine.correlate.commits import moved_declaration, wrote_back
from engine.correlate.finding import Finding
from engine.correlate.index import EventIndex, commit_of, plain_address, was_denied
from engine.model import Difference, Event, EventKind, Evidence, Via

#: How long before a change a refused or failed call still belongs to its story.
_BEFORE = timedelta(days=7)
#: How far apart two calls of one sitting are.
_SESSION = timedelta(minutes=30)
#: Around a change, what people and monitors reported counts.
_CONTEXT_BEFORE, _CONTEXT_AFTER = timedelta(hours=12), timedelta(hours=4)
#: Earlier writes of the resource that models look at (back and forth, periodic).
_HISTORY = 50
_MOST = 20
_MOST_OF_SESSION = 5

_CONTEXT_WEIGHTS = {
    EventKind.INCIDENT: 0.7,
    EventKind.ALERT: 0.6,
    EventKind.DEPLOY: 0.4,
    EventKind.METRIC: 0.3,
    EventKind.AUDIT: 0.3,
}


class _Collected:
    """Evidence by event: the first and weightiest reason for an event counts."""

    def __init__(self) -> None:
        self.items: dict[str, Evidence] = {}
        self.events: dict[str, Event] = {}

    def add(self, event: Event, weight: float, why: str) -> None:
        self.events[event.id] = event
        known = self.items.get(event.id)
        if known is None or known.weight < weight:
            summary = f"{why}: {event.summary or event.operation}"
            self.items[event.id] = Evidence(event.id, event.source, event.kind, event.at, weight, summary)


def gather_evidence(
    difference: Difference,
    change: Event | None,
    findings: Sequence[Finding],
    calls: Sequence[Event],
    commits: Sequence[Event],
    index: EventIndex,
    as_of: datetime,
) -> tuple[tuple[Evidence, ...], tuple[Event, ...]]:
    """Evidence in descending weight, and the events behind it and around it, oldest first."""
    collected = _Collected()
    moment = change.at if change else as_of
    _the_change(collected, change, findings)
    _refused_and_failed(collected, change, calls, moment)
    _of_the_session(collected, change, index)
    _in_code(collected, difference, change, commits)
    context = index.context(difference, moment - _CONTEXT_BEFORE, moment + _CONTEXT_AFTER)
    for event in context:
        when = "before" if event.at <= moment else "after"
        collected.add(event, _CONTEXT_WEIGHTS[event.kind], f"{event.kind.value} {when} the change")
    ranked = sorted(collected.items.values(), key=lambda item: (-item.weight, item.at, item.event_id))
    history = calls[-_HISTORY:]
    return tuple(ranked[:_MOST]), _oldest_first((*collected.events.values(), *history))


def _the_change(collected: _Collected, change: Event | None, findings: Sequence[Finding]) -> None:
    if change is None:
        return
    sure = next((found.sure for found in findings if found.event.id == change.id), True)
    if change.kind is EventKind.COMMIT:
        collected.add(change, 0.9, "merged and not applied")
    elif change.error is not None:
        collected.add(change, 0.9, "the apply that failed")
    else:
        collected.add(change, 1.0 if sure else 0.6, "the change" if sure else "the last write of the attribute")
    for found in findings:
        if found.event.id != change.id:
            collected.add(found.event, 0.8, "another of the changes")


def _refused_and_failed(collected: _Collected, change: Event | None, calls: Sequence[Event], moment: datetime) -> None:
    # What was merged fails afterwards, when it is applied.
    merged = change is not None and change.kind is EventKind.COMMIT
    for event in calls:
        if event.error is None or event is change or event.at < moment - _BEFORE:
            continue
        if event.at > moment and not (merged and event.actor.via is Via.TERRAFORM):
            continue
        if event.actor.via is Via.TERRAFORM:
            collected.add(event, 0.6, "an apply failed on this resource")
        elif was_denied(event):
            same = change is not None and event.actor.principal == change.actor.principal
            collected.add(
                event, 0.7 if same else 0.4, "refused to the same principal" if same else "refused to another principal"
            )


def _of_the_session(collected: _Collected, change: Event | None, index: EventIndex) -> None:
    if change is None or change.kind is not EventKind.API_CALL:
        return
    others = index.session(change, _SESSION)
    others.sort(key=lambda event: (abs(event.at - change.at), event.id))
    for event in others[:_MOST_OF_SESSION]:
        if event.error is None:
            collected.add(event, 0.3, "in the same session")
        elif event.actor.via is Via.TERRAFORM:
            collected.add(event, 0.6, "the same apply failed here")
        elif was_denied(event):
            collected.add(event, 0.5, "refused in the same session")


def _in_code(collected: _Collected, difference: Difference, change: Event | None, commits: Sequence[Event]) -> None:
    address = plain_address(difference.resource.address)
    merge = moved_declaration(difference, commits)
    if merge is not None:
        collected.add(merge, 0.8, "declared here, not seen live")
    back = wrote_back(difference, commits)
    if back is not None:
        later = change is None or back.at >= change.at
        collected.add(
            back, 0.6 if later else 0.8, "written into code afterwards" if later else "merged before the change"
        )
    for event in commits[-5:]:
        commit = commit_of(event)
        if address and commit.adds(address) and difference.changes:
            continue
        state = "merged" if commit.landed else "on its branch"
        collected.add(event, 0.3, f"a commit on this resource ({state})")


def _oldest_first(events: Iterable[Event]) -> tuple[Event, ...]:
    unique = {event.id: event for event in events}
    return tuple(sorted(unique.values(), key=lambda event: (event.at, event.id)))
