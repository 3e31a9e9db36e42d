"""What, who, when: what is known of drifts themselves."""

from collections.abc import Iterator

from engine.assistant.analyst.query import IN_FULL, IN_SHORT, Query, others
from engine.assistant.analyst.sentences import (
    clock,
    count,
    deed,
    is_behind_code,
    item,
    lasting,
    manner,
    name,
    person,
    quoted,
    say,
    when,
)
from engine.assistant.conversation import Said
from engine.assistant.facts import ChangeSeen, DriftDetail, EventFact, VersionFact
from engine.assistant.making import moment
from engine.model import DriftKind, EventKind

_CHANGES = 6
_VERSIONS = 6


def what(query: Query) -> Iterator[Said]:
    """What differs, and in short who did it and when."""
    most = IN_FULL if len(query.drifts) > 1 else 1
    shown, more = query.about(most)
    for drift in shown:
        yield from _differs(drift)
        yield _doer(drift, _change_of(query, drift))
    yield from others(more, query.subject.found)


def _differs(drift: DriftDetail) -> Iterator[Said]:
    if drift.kind is DriftKind.MISSING:
        yield say(f"{name(drift)} is declared, but is not there any more", drift)
        return
    if drift.kind is DriftKind.UNMANAGED:
        owner = f"; its owner seems to be {quoted(drift.owner)}" if drift.owner else ""
        yield say(f"{name(drift)} is there, but no code declares it{owner}", drift)
        return
    yield say(f"{name(drift)} differs from its code in {count(len(drift.changes), 'attribute')}:", drift)
    for change in drift.changes[:_CHANGES]:
        yield item(
            f"{quoted(change.path)}: declared {quoted(change.declared)}, actually {quoted(change.actual)}", drift
        )
    if len(drift.changes) > _CHANGES:
        yield item(f"and {len(drift.changes) - _CHANGES} more", drift)


def who(query: Query) -> Iterator[Said]:
    """Who made each of them, and the event that says so."""
    shown, more = query.about(IN_SHORT)
    for drift in shown:
        change = _change_of(query, drift)
        yield _doer(drift, change)
        if change is not None and len(shown) <= IN_FULL:
            yield say(f"The record of it: {quoted(change.summary or change.operation)}", change)
    yield from others(more, query.subject.found)


def _doer(drift: DriftDetail, change: EventFact | None) -> Said:
    if drift.actor is None:
        return say(f"Nobody is known to have {deed(drift)} {name(drift)}: no recorded event explains it", drift)
    doer = f"{person(drift.actor)}{manner(drift.actor_kind, drift.via, drift.role, drift.address)}"
    if is_behind_code(drift) and change is not None and change.kind is EventKind.COMMIT:
        return say(
            f"{doer} changed the code {when(drift.at)}, and the live {name(drift)} did not follow", drift, change
        )
    return say(f"{doer} {deed(drift)} {name(drift)} {when(drift.at)}", drift, change)


def _change_of(query: Query, drift: DriftDetail) -> EventFact | None:
    """The event by which it came about: the evidence that happened then."""
    evidence = query.tools.call("evidence_around", drift=drift.drift).of(EventFact)
    return next((event for event in evidence if event.at == drift.at), None)


def when_(query: Query) -> Iterator[Said]:
    """When each came about, and how long before the scan that is."""
    shown, more = query.about(IN_SHORT)
    for drift in shown:
        if drift.at is None:
            seen = moment(drift.detected_at)
            yield say(f"When {name(drift)} came about is not known; the scan of {seen} found it", drift)
            yield from _last_versions(query, drift)
            continue
        ago = lasting(drift.detected_at - drift.at)
        by = f", by {person(drift.actor)}" if drift.actor else ""
        change = _change_of(query, drift)
        yield say(f"{name(drift)} was {deed(drift)} {when(drift.at)}{by}, {ago} before the scan", drift, change)
    yield from others(more, query.subject.found)


def history(query: Query) -> Iterator[Said]:
    """The recorded versions of the resource, and what happened to it."""
    shown, more = query.about(1)
    for drift in shown:
        yield from _last_versions(query, drift, always=True)
        start, end = drift.detected_at.replace(year=drift.detected_at.year - 1), query.now
        found = query.tools.call("timeline_between", start=start, end=end, touching=drift.drift, limit=IN_SHORT)
        events = found.of(EventFact)
        if events:
            yield say(f"What is recorded to have touched {name(drift)}:", found)
        for event in events:
            by = f", by {person(event.actor)}" if event.actor and event.actor not in event.summary else ""
            yield item(f"{clock(event.at)}: {quoted(event.summary or event.operation)}{by}", event)
        if not events:
            yield say(f"No other event is recorded that names {name(drift)}", found, drift)
    yield from others(more, query.subject.found)


def _last_versions(query: Query, drift: DriftDetail, *, always: bool = False) -> Iterator[Said]:
    found = query.tools.call("resource_history", drift=drift.drift, limit=_VERSIONS)
    versions = found.of(VersionFact)
    if found.missing:
        if always:
            yield say(f"Its earlier versions are not known: {found.missing}", found)
        return
    if len(versions) < 2:
        if always:
            yield say(f"{name(drift)} has looked the same in every scan since it was first recorded", found, *versions)
        return
    yield say(f"{name(drift)} was recorded in {count(found.total, 'version')}:", found)
    for version in versions:
        changed = (
            "gone"
            if version.gone
            else f"changed {', '.join(map(quoted, version.changed))}"
            if version.changed
            else "first seen"
        )
        yield item(f"{clock(version.at)}: {changed}", version)


def seen_changes(facts: list[ChangeSeen]) -> Iterator[Said]:
    """What scans saw change."""
    for fact in facts:
        yield item(f"{clock(fact.at)}: a scan saw {quoted(fact.label)}", fact)
