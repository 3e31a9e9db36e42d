"""The events that bear on a difference, each with how much it tells and why."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from msgspec import Struct, structs

from engine.correlate.commits import moved_declaration, wrote_back
from engine.correlate.committed import commit_of
from engine.correlate.context import span
from engine.correlate.finding import Finding
from engine.correlate.index import EventIndex, was_denied
from engine.model import Attribution, Circumstance, Difference, Event, EventKind, Evidence, Relation, Unusual, Via

#: How long before a change a refused or failed call still belongs to its story.
_BEFORE = timedelta(days=7)
#: How far apart two calls of one sitting are, and how many of them are told.
_SESSION = timedelta(minutes=30)
_MOST_OF_SESSION = 5
#: How long before a change the caller's other writes of the resource are told, and how many of them.
_SAME_DAY = timedelta(hours=24)
_MOST_WRITTEN = 3
#: After so long, half of what an ordinary commit tells is left.
_COMMIT_HALVES = timedelta(days=3)
#: Earlier writes of the resource that models look at (back and forth, periodic).
_HISTORY = 50
_WORTH_TELLING = 0.08
#: What is told at most, unless it matters; and from which weight on it does.
_MOST, _MOST_OF_ALL, _MATTERS = 12, 20, 0.5
#: What a call that is as unusual as can be tells.
_UNUSUAL = 0.7


class Gathered(Struct, frozen=True):
    """What bears on a difference; see `Attribution` for what each part means."""

    evidence: tuple[Evidence, ...]
    related: tuple[Event, ...]
    context: tuple[Circumstance, ...]


class _Collected:
    """Evidence by event: the first and weightiest reason for an event counts."""

    def __init__(self) -> None:
        self.items: dict[str, Evidence] = {}
        self.events: dict[str, Event] = {}

    def add(self, event: Event, weight: float, why: str) -> None:
        known = self.items.get(event.id)
        if known is None or known.weight < weight:
            summary = f"{why}: {event.summary or event.operation}"
            self.items[event.id] = Evidence(event.id, event.source, event.kind, event.at, weight, summary)
            self.events[event.id] = event


def gather_evidence(
    difference: Difference,
    change: Event | None,
    findings: Sequence[Finding],
    calls: Sequence[Event],
    commits: Sequence[Event],
    index: EventIndex,
    moment: datetime,
) -> Gathered:
    """What bears on a difference that came about at a moment: the change first, then by weight."""
    collected = _Collected()
    _the_change(collected, change, findings)
    _refused_and_failed(collected, change, calls, moment)
    _of_the_session(collected, change, index)
    _written_before(collected, change, calls)
    _in_code(collected, difference, change, commits, moment)
    context = index.surroundings.around(difference, moment, _caller(change))
    # Of what only went on at the same time, models are told apart from what is about the resource.
    related = [*collected.events.values(), *calls[-_HISTORY:]]
    related += [one.event for one in context if one.relation is not Relation.NONE]
    for one in _each_once(context):
        if one.weight >= _WORTH_TELLING:
            collected.add(one.event, one.weight, one.says)
    first = change.id if change else ""
    ranked = sorted(
        collected.items.values(), key=lambda item: (item.event_id != first, -item.weight, item.at, item.event_id)
    )
    told = ranked[:_MOST] + [item for item in ranked[_MOST:_MOST_OF_ALL] if item.weight >= _MATTERS]
    return Gathered(tuple(told), _oldest_first(related), context)


def _caller(change: Event | None) -> str | None:
    """Who made the change live by a call."""
    is_call = change is not None and change.error is None and change.kind is not EventKind.COMMIT
    return change.actor.principal if change is not None and is_call else None


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
            collected.add(found.event, 0.8, f"another of the changes, {_apart(found.event, change.at)}")


def _refused_and_failed(collected: _Collected, change: Event | None, calls: Sequence[Event], moment: datetime) -> None:
    # What was merged fails afterwards, when it is applied.
    merged = change is not None and change.kind is EventKind.COMMIT
    for event in calls:
        if event.error is None or event is change or event.at < moment - _BEFORE:
            continue
        if event.at > moment and not (merged and event.actor.via is Via.TERRAFORM):
            continue
        when = _apart(event, moment)
        if event.actor.via is Via.TERRAFORM:
            collected.add(event, 0.6, f"an apply failed on this resource {when}")
        elif was_denied(event):
            same = change is not None and event.actor.principal == change.actor.principal
            whom = "the same principal" if same else "another principal"
            collected.add(event, 0.7 if same else 0.4, f"refused to {whom} {when}")


def _of_the_session(collected: _Collected, change: Event | None, index: EventIndex) -> None:
    if change is None or change.kind is not EventKind.API_CALL:
        return
    for event in index.session(change, _SESSION, _MOST_OF_SESSION):
        when = _apart(event, change.at)
        if event.error is None:
            collected.add(event, 0.3, f"in the same session, {when}")
        elif event.actor.via is Via.TERRAFORM:
            collected.add(event, 0.6, f"the same apply failed here, {when}")
        elif was_denied(event):
            collected.add(event, 0.5, f"refused in the same session, {when}")


def _written_before(collected: _Collected, change: Event | None, calls: Sequence[Event]) -> None:
    """What the same caller had done to the resource on that day: trying out, back and forth."""
    if change is None or change.actor.principal is None or change.kind is EventKind.COMMIT:
        return
    before = [
        event
        for event in calls
        if event.error is None
        and event.actor.principal == change.actor.principal
        and change.at - _SAME_DAY <= event.at < change.at
    ]
    for event in before[-_MOST_WRITTEN:]:
        collected.add(event, 0.35, f"written by the same caller {_apart(event, change.at)}")


def _in_code(
    collected: _Collected, difference: Difference, change: Event | None, commits: Sequence[Event], moment: datetime
) -> None:
    merge = moved_declaration(difference, commits)
    # What was merged before somebody changed it had been applied by then, as far as anybody knows.
    if merge is not None and (change is None or change.at <= merge.at):
        collected.add(merge, 0.8, "declared here, not seen live")
    back = wrote_back(difference, commits)
    if back is not None:
        later = change is None or back.at >= change.at
        collected.add(
            back, 0.6 if later else 0.8, "written into code afterwards" if later else "merged before the change"
        )
    for event in commits[-5:]:
        commit = commit_of(event)
        if commit.block(difference).is_new and difference.changes:
            continue
        state = "merged" if commit.landed else "on its branch"
        weight = round(0.3 * 0.5 ** (abs(event.at - moment) / _COMMIT_HALVES), 3)
        collected.add(event, max(0.05, weight), f"a commit on this resource {_apart(event, moment)} ({state})")


def _each_once(context: Sequence[Circumstance]) -> Iterable[Circumstance]:
    """Of an alert that fired again and again only the strongest."""
    once: dict[tuple[str, ...], Circumstance] = {}
    for one in context:
        event = one.event
        once.setdefault((event.kind, event.operation, event.summary, one.relation), one)
    return once.values()


def _apart(event: Event, moment: datetime) -> str:
    """How far from a moment an event is, in words."""
    if abs(event.at - moment) < timedelta(seconds=30):
        return "in the same minute"
    return f"{span(moment - event.at)} before" if event.at < moment else f"{span(event.at - moment)} after"


def _oldest_first(events: Iterable[Event]) -> tuple[Event, ...]:
    unique = {event.id: event for event in events}
    return tuple(sorted(unique.values(), key=lambda event: (event.at, event.id)))


def naming_other_drifts(differences: Sequence[Difference], attributions: Sequence[Attribution]) -> list[Attribution]:
    """The attributions, their evidence saying of each event that made other resources drift which those are."""
    made: dict[str, list[str]] = defaultdict(list)
    for difference, attribution in zip(differences, attributions, strict=True):
        if attribution.change is not None:
            made[attribution.change.id].append(difference.resource.address or difference.resource.name)
    return [_naming(attribution, made) for attribution in attributions]


def _naming(attribution: Attribution, made: Mapping[str, Sequence[str]]) -> Attribution:
    own = attribution.change.id if attribution.change else ""
    if not any(item.event_id in made and item.event_id != own for item in attribution.evidence):
        return attribution
    evidence = [
        structs.replace(item, summary=f"{item.summary} (made {_some(made[item.event_id])} drift)")
        if item.event_id in made and item.event_id != own
        else item
        for item in attribution.evidence
    ]
    return structs.replace(attribution, evidence=tuple(evidence))


def _some(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"


def with_unusual(attribution: Attribution, unusual: Unusual) -> Attribution:
    """The attribution with what is unusual of its change, right behind the change."""
    change = attribution.change
    if change is None:
        return attribution
    weight = round(_UNUSUAL * unusual.score, 3)
    said = Evidence(
        change.id, change.source, EventKind.AUDIT, change.at, weight, f"unusual: {'; '.join(unusual.reasons)}"
    )
    first, rest = attribution.evidence[:1], attribution.evidence[1:]
    return structs.replace(attribution, evidence=(*first, said, *rest), unusual=unusual)
