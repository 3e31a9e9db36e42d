"""What happened in a span of time: around something, since a time, of two times, of metrics."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from engine.assistant.analyst.query import Query
from engine.assistant.analyst.sentences import brief, clock, count, item, lasting, name, person, quoted, remark, say
from engine.assistant.analyst.subject import AROUND, span_around
from engine.assistant.conversation import Focus, Piece, Said
from engine.assistant.facts import ChangeSeen, DriftFact, EventFact, MetricFact
from engine.assistant.making import moment
from engine.model import EventKind

_LISTED = 12
_LASTING = (EventKind.INCIDENT, EventKind.ALERT)
_RECENTLY = timedelta(days=7)
#: Where a question is about now and says no time.
_LATELY = timedelta(days=1)
_BEFORE_A_METRIC = timedelta(hours=2)


def span_of(query: Query) -> tuple[datetime, datetime]:
    """The span that is meant: as it was said, else around what is talked about, else the last day."""
    times = query.asked.times
    if times.how == "at" and times.first is not None:
        return times.first - AROUND, times.first + AROUND
    if times.how:
        return times.first or query.now - timedelta(days=3650), times.last or query.now
    meant = span_around(query.drifts[:1]) or query.focus.span
    return meant or (query.now - _LATELY, query.now)


def around(query: Query) -> Iterator[Piece]:
    """What went on in the span, what bears on drifts first."""
    start, end = span_of(query)
    subject = {drift.drift for drift in query.drifts}
    found = query.tools.call("timeline_between", start=start, end=end)
    drifts = query.tools.call("find_drifts", since=start, until=end, order="oldest")
    others = [drift for drift in drifts.of(DriftFact) if drift.drift not in subject or query.asked.times.how]
    yield Focus(tuple(drift.drift for drift in query.drifts or others), span=(start, end))
    yield say(
        f"Between {moment(start)} and {moment(end)} {count(found.total, 'event')} "
        f"{'is' if found.total == 1 else 'are'} recorded, and "
        f"{count(len(others), 'other drift' if subject and not query.asked.times.how else 'drift')} came about",
        found, drifts,
    )  # fmt: skip
    for drift in others[:_LISTED]:
        yield item(brief(drift), drift)
    yield from _events(found.of(EventFact), _LISTED)
    for change in found.of(ChangeSeen)[:_LISTED]:
        yield item(f"{clock(change.at)}: a scan saw {quoted(change.label)}", change)


def _events(events: list[EventFact], most: int) -> Iterator[Said]:
    """The events that tell most, in the order of time: what is no call first, then refusals, then calls."""
    telling = sorted(events, key=lambda event: (event.kind is EventKind.API_CALL, event.error is None))[:most]
    for event in sorted(telling, key=lambda event: (str(event.at), event.mark)):
        by = f" by {person(event.actor)}" if event.actor and event.actor not in event.summary else ""
        over = " (not over)" if event.kind in _LASTING and event.ended_at is None else ""
        yield item(f"{clock(event.at)}: {quoted(event.summary or event.operation)}{by}{over}", event)


def incidents(query: Query) -> Iterator[Piece]:
    """The incidents and alerts of the span, or of the last days; those that are not over first."""
    named = query.asked.times.how or (query.drifts and not query.subject.pointed)
    start, end = span_of(query) if named else (query.now - _RECENTLY, query.now)
    found = [query.tools.call("timeline_between", start=start, end=end, kind=kind.value) for kind in _LASTING]
    events = [event for one in found for event in one.of(EventFact)]
    lasting = sum(event.ended_at is None for event in events)
    yield Focus(tuple(drift.drift for drift in query.drifts), span=(start, end))
    yield say(
        f"Incidents and alerts recorded between {moment(start)} and {moment(end)}: {len(events):,}, of which "
        f"{lasting:,} {'is' if lasting == 1 else 'are'} not known to be over", *found,
    )  # fmt: skip
    yield from _events(events, _LISTED)


def since(query: Query) -> Iterator[Piece]:
    """The drifts that came about in the span, the newest first."""
    start, end = span_of(query)
    found = query.tools.call("find_drifts", since=start, until=end, order="newest", **query.filters)
    drifts = found.of(DriftFact)
    yield Focus(tuple(drift.drift for drift in drifts), span=(start, end))
    by = f" by {person(query.filters['actor'])}" if "actor" in query.filters else ""
    yield say(f"{count(found.total, 'drift')}{by} came about between {moment(start)} and {moment(end)}", found)
    for drift in drifts[:_LISTED]:
        yield item(brief(drift), drift)
    if found.total > _LISTED:
        yield say(f"{found.total - min(_LISTED, len(drifts)):,} more came about in that time", found)
    unknown = [drift for drift in query.tools.call("find_drifts").of(DriftFact) if drift.at is None]
    if unknown and not query.filters:
        yield say(
            f"Of {count(len(unknown), 'drift')} it is not known when: {', '.join(map(name, unknown[:3]))}", *unknown[:3]
        )
    if not drifts:
        happened = query.tools.call("timeline_between", start=start, end=end, limit=1)
        yield say(
            f"{count(happened.total, 'event')} {'is' if happened.total == 1 else 'are'} recorded in that time", happened
        )


def compare(query: Query) -> Iterator[Piece]:
    """Two times held against each other: by the scans of then, else by when drifts came about."""
    times = sorted(query.asked.times.others, key=lambda said: said.start)[-2:]
    if not times:
        yield remark("Say which two times to compare, as in: compare yesterday with today.")
        return
    first = times[0].start
    last = min(times[1].start if len(times) > 1 else query.now, query.now)
    yield Focus(span=(first, last))
    before, after = (query.tools.call("find_drifts", as_of=at) for at in (first, last))
    if before.missing or after.missing:
        yield say(f"There is no scan of then to compare with: {before.missing or after.missing}", before, after)
        yield from _by_changes(query, first, last)
        return
    old, new = ({drift.drift: drift for drift in found.of(DriftFact)} for found in (before, after))
    come, gone = [new[id_] for id_ in new if id_ not in old], [old[id_] for id_ in old if id_ not in new]
    yield say(
        f"The scan before {moment(first)} had {count(before.total, 'drift')}, that before {moment(last)} "
        f"{count(after.total, 'drift')}: {len(come)} came, {len(gone)} went", before, after,
    )  # fmt: skip
    for sign, drifts in (("came", come), ("went", gone)):
        for drift in drifts[: _LISTED // 2]:
            yield item(f"{sign}: {brief(drift)}", drift)


def _by_changes(query: Query, first: datetime, last: datetime) -> Iterator[Said]:
    until = query.tools.call("find_drifts", until=first)
    between = query.tools.call("find_drifts", since=first, until=last, order="oldest")
    yield say(
        f"By when they came about, {count(until.total, 'drift')} of today's "
        f"{'was' if until.total == 1 else 'were'} there at {moment(first)}, and {len(between.facts)} came in the "
        f"{lasting(last - first)} after that", until, between,
    )  # fmt: skip
    for drift in between.of(DriftFact)[:_LISTED]:
        yield item(brief(drift), drift)


def metrics(query: Query) -> Iterator[Piece]:
    """What was measured around what is talked about."""
    start, end = span_of(query)
    if not query.asked.times.how:
        start, end = start - _BEFORE_A_METRIC, end + _BEFORE_A_METRIC
    names = " ".join(word for word in query.asked.names if word in query.subject.unknown)
    found = query.tools.call("metric_values", start=start, end=end, name=names)
    yield Focus(tuple(drift.drift for drift in query.drifts), span=(start, end))
    if found.missing or not found.facts:
        reason = f": {found.missing}" if found.missing else ""
        yield say(f"No metric is recorded between {moment(start)} and {moment(end)}{reason}", found)
    for metric in found.of(MetricFact):
        unit = f" {quoted(metric.unit)}" if metric.unit else ""
        yield item(
            f"{quoted(metric.name)}: between {metric.low:g} and {metric.high:g}{unit}, at last {metric.last:g} "
            f"({clock(metric.last_at)})", metric,
        )  # fmt: skip
