"""Why: the likely cause, what speaks for it, what was ruled out; and how it is known."""

from collections.abc import Iterator

from engine.assistant.analyst.query import IN_FULL, Query, others
from engine.assistant.analyst.sentences import (
    article,
    clock,
    deed,
    item,
    listed,
    manner,
    name,
    percent,
    person,
    quoted,
    remark,
    say,
    when,
)
from engine.assistant.conversation import Said
from engine.assistant.facts import DriftDetail, EventFact

#: A cause that is less probable than this is not worth a word.
_SLIGHT = 0.05
_REASONS, _EVENTS = 3, 6
#: Above, it is called almost certain; above the second, likely.
_CERTAIN, _LIKELY = 0.9, 0.6


def why(query: Query, *, with_story: bool = True) -> Iterator[Said]:
    """The cause of each, or what it leans to; with its story, who did it as well."""
    shown, more = query.about(IN_FULL if len(query.drifts) > 1 else 1)
    for drift in shown:
        asked = str(query.asked.cause or "").replace("_", " ")
        if asked:
            yield _was_it(drift, asked)
        if asked != drift.cause or not drift.determined:
            yield _cause(drift)
        if with_story:
            yield _story(drift)
        if drift.for_it and drift.determined:
            yield remark("What speaks for that:")
            for reason in drift.for_it[:_REASONS]:
                yield item(quoted(reason), drift)
        for event in _evidence(query, drift)[:2]:
            yield item(f"{clock(event.at)}: {quoted(event.summary or event.operation)}", event)
        if drift.ruled_out:
            told = listed(f"{article(cause)} ({quoted(because, 90)})" for cause, because in drift.ruled_out[:2])
            yield say(f"Ruled out: {told}", drift)
    yield from others(more, query.subject.found)


def _was_it(drift: DriftDetail, asked: str) -> Said:
    share = dict(drift.causes).get(asked, 0.0)
    if asked == drift.cause and drift.determined:
        return say(f"Yes, as far as the evidence tells: {article(asked)}, with {percent(share)}", drift)
    because = next((reason for cause, reason in drift.ruled_out if cause == asked), "")
    ruled = f", since {quoted(because, 120)}" if because else ""
    return say(f"Hardly: {article(asked)} has a probability of {percent(share)}{ruled}", drift)


def _cause(drift: DriftDetail) -> Said:
    if not drift.determined:
        told = listed(f"{cause} {percent(share)}" for cause, share in drift.causes if share >= _SLIGHT)
        return say(f"The cause of {name(drift)} is undetermined ({told})", drift)
    sure = (
        "Almost certainly"
        if drift.confidence >= _CERTAIN
        else "Most likely"
        if drift.confidence >= _LIKELY
        else "Perhaps"
    )
    return say(f"{sure} {article(drift.cause)}: {percent(drift.confidence)}", drift)


def _story(drift: DriftDetail) -> Said:
    if drift.actor is None:
        return say(f"No recorded event explains who {deed(drift)} {name(drift)}", drift)
    doer = f"{person(drift.actor)}{manner(drift.actor_kind, drift.via, drift.role, drift.address)}"
    return say(f"{doer} is behind it, {when(drift.at)}", drift)


def evidence(query: Query) -> Iterator[Said]:
    """The events that it is known from, with how much each tells."""
    shown, more = query.about(1)
    for drift in shown:
        events = _evidence(query, drift)
        if not events:
            yield say(f"There is no evidence for how {name(drift)} came about: no recorded event bears on it", drift)
        else:
            yield say(f"What {name(drift)} is known from, the weightiest first:", drift)
        for event in events[:_EVENTS]:
            yield item(
                f"{clock(event.at)}, {quoted(event.source)}, weight {event.weight:.2f}: "
                f"{quoted(event.summary or event.operation)}",
                event,
            )
        if drift.determined:
            yield say(
                f"From this and what else is known the cause is {drift.cause}, with {percent(drift.confidence)}", drift
            )
        else:
            yield _cause(drift)
    yield from others(more, query.subject.found)


def _evidence(query: Query, drift: DriftDetail) -> list[EventFact]:
    return query.tools.call("evidence_around", drift=drift.drift).of(EventFact)
