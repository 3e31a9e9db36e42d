"""How bad it is, and what to do: severity, risk and what is recommended. Nothing is done."""

from collections.abc import Iterator

from engine.assistant.analyst.query import IN_FULL, Query, others
from engine.assistant.analyst.sentences import command, count, item, name, percent, person, quoted, remark, say
from engine.assistant.conversation import Said
from engine.assistant.facts import AdviceFact, DriftDetail, EventFact, RequestFact
from engine.model import OPEN_STATUSES, EventKind

_REASONS = 4
#: A dimension below this is not worth a word.
_SLIGHT = 20
_LASTING = (EventKind.INCIDENT, EventKind.ALERT)

_HOW_TO_ASK = "I only read: `f` on the drift, or `driftguard requests create`, asks for it."


def bad(query: Query) -> Iterator[Said]:
    """How grave each is, and why."""
    shown, more = query.about(IN_FULL if len(query.drifts) > 1 else 1)
    for drift in shown:
        weights = ", ".join(f"{dimension} {score}" for dimension, score in drift.dimensions if score >= _SLIGHT)
        yield say(
            f"{name(drift)} is {drift.level.value}, {drift.score} of 100" + (f" ({weights})" if weights else ""), drift
        )
        for reason in drift.severity_reasons[:_REASONS]:
            yield item(quoted(reason), drift)
        if drift.surroundings:
            yield say(f"What it stands in: {', '.join(map(quoted, drift.surroundings))}", drift)
        risk = f": {quoted(drift.risk_reasons[0])}" if drift.risk_reasons else ""
        yield say(f"The probability that a service is disturbed is {percent(drift.disruption)}{risk}", drift)
    yield from others(more, query.subject.found)


def fix(query: Query) -> Iterator[Said]:
    """What is recommended, with its commands; what speaks against haste; who has asked already."""
    shown, more = query.about(1)
    for drift in shown:
        yield from _advice(query, drift)
        yield from _still_on(query, drift)
        yield from _asked_for(query, drift)
    yield remark(_HOW_TO_ASK)
    yield from others(more, query.subject.found)


def act(query: Query) -> Iterator[Said]:
    """It was asked to do something."""
    yield remark("I cannot do that: I read what is recorded and change nothing.")
    if query.drifts:
        yield from fix(query)


def _advice(query: Query, drift: DriftDetail) -> Iterator[Said]:
    found = query.tools.call("recommendations", drift=drift.drift)
    advice = found.of(AdviceFact)
    if not advice:
        yield say(f"Nothing is recommended for {name(drift)}", found, drift)
        return
    best, *rest = advice
    yield say(f"For {name(drift)}: {quoted(best.title)} ({best.action}, {percent(best.confidence)})", best, drift)
    if best.rationale:
        yield say(quoted(best.rationale, 400), best)
    for line in best.commands:
        yield command(line)
    if best.has_patch:
        yield say("There is a patch of the code for it", best)
    yield say(f"That takes the role {best.requires_role.value}", best)
    for other in rest[:_REASONS]:
        yield item(f"or {other.action}: {quoted(other.title)}", other)


def _still_on(query: Query, drift: DriftDetail) -> Iterator[Said]:
    """What was going on when it came about may not be over."""
    for event in query.tools.call("evidence_around", drift=drift.drift).of(EventFact):
        if event.kind in _LASTING and event.ended_at is None:
            yield say(f"First see whether this is over, which bears on it: {quoted(event.summary)}", event)
            return


def _asked_for(query: Query, drift: DriftDetail) -> Iterator[Said]:
    requests = query.tools.call("change_requests", drift=drift.drift).of(RequestFact)
    waiting = [request for request in requests if request.status in OPEN_STATUSES]
    if waiting:
        by = person(waiting[0].requested_by)
        yield say(
            f"{by} has asked for a change already, which is {waiting[0].status.value} "
            f"({count(len(waiting), 'request')})",
            waiting[0],
        )
