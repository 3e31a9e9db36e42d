"""What somebody did, and what hangs together."""

from collections.abc import Iterator
from datetime import timedelta

from engine.assistant.analyst.answers.spans import span_of
from engine.assistant.analyst.query import Query, which
from engine.assistant.analyst.sentences import brief, clock, count, item, name, person, quoted, say
from engine.assistant.analyst.subject import person_called
from engine.assistant.conversation import Focus, Piece
from engine.assistant.facts import DriftFact, EventFact, GroupFact, PersonFact

_LISTED, _EVENTS = 12, 6
#: What else somebody did is looked for so long before the time of the report.
_LATELY = timedelta(days=14)


def did(query: Query) -> Iterator[Piece]:
    """The drifts that somebody made, and what else they did."""
    who = query.subject.person or _behind(query)
    if who is None:
        yield from which(query)
        return
    times = query.asked.times
    start, end = span_of(query) if times.how else (query.now - _LATELY, query.now)
    within = {"since": start, "until": end} if times.how else {}
    found = query.tools.call("find_drifts", actor=who.principal, order="oldest", **within)
    drifts = found.of(DriftFact)
    yield Focus(tuple(drift.drift for drift in drifts), person=who.principal)
    yield say(f"{person(who.principal)} made {count(found.total, 'drift')}", who, found)
    for drift in drifts[:_LISTED]:
        yield item(brief(drift), drift)
    known = {drift.at for drift in drifts}
    happened = query.tools.call("timeline_between", start=start, end=end, actor=who.principal)
    others = [event for event in happened.of(EventFact) if event.at not in known]
    if others:
        yield say(
            f"Since {clock(start)} {count(happened.total, 'event')} of theirs are recorded; beside these:", happened
        )
    telling = sorted(others, key=lambda event: event.error is None)[:_EVENTS]
    for event in sorted(telling, key=lambda event: (str(event.at), event.mark)):
        failed = f" (refused: {quoted(event.error)})" if event.error and event.error not in event.summary else ""
        yield item(f"{clock(event.at)}: {quoted(event.summary or event.operation)}{failed}", event)


def _behind(query: Query) -> PersonFact | None:
    """Who made what is talked about."""
    actor = next((drift.actor for drift in query.drifts if drift.actor), None)
    return person_called(actor, query.tools) if actor else None


def related(query: Query) -> Iterator[Piece]:
    """The other drifts of the same origin, or all origins."""
    if not query.drifts:
        groups = query.tools.call("correlations")
        shared = [group for group in groups.of(GroupFact) if len(group.drifts) > 1]
        yield say(f"{count(len(shared), 'origin')} made more than one drift", groups)
        for group in shared[:_LISTED]:
            yield item(
                f"{group.level.value}: {group.origin} {quoted(group.label)}, {count(len(group.drifts), 'drift')}", group
            )
        return
    drift = query.drifts[0]
    yield Focus((drift.drift,), person=drift.actor or "")
    found = query.tools.call("correlations", drift=drift.drift)
    for group in found.of(GroupFact):
        others = [
            other for id_ in group.drifts if id_ != drift.drift
            for other in query.tools.call("show_drift", drift=id_).of(DriftFact)
        ]  # fmt: skip
        if not others:
            break
        yield say(
            f"{name(drift)} is one of {count(len(group.drifts), 'drift')} of one origin, "
            f"a {group.origin} of {quoted(group.label)}:",
            group,
            drift,
        )
        for other in others[:_LISTED]:
            yield item(brief(other), other)
        return
    yield say(f"Nothing else that drifted is known to share the origin of {name(drift)}", found, drift)
