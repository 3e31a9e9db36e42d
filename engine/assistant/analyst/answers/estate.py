"""The estate as a whole: how it stands, what is worst, lists, coverage, sources."""

from collections.abc import Iterator

from engine.assistant.analyst.query import Query
from engine.assistant.analyst.sentences import (
    brief,
    clock,
    count,
    item,
    listed,
    name,
    percent,
    person,
    quoted,
    remark,
    say,
)
from engine.assistant.conversation import Focus, Piece, Said, Style
from engine.assistant.facts import AdviceFact, CoverageFact, DriftDetail, DriftFact, GroupFact, SourceFact
from engine.model import SourceStatus

_LISTED, _GROUPS, _WORST = 12, 4, 5

_CAN_BE_ASKED = (
    "of a drift: what changed, who did it, when, why, how bad it is, how we know it, what to do about it, its history",
    "of a time: what else happened then, what changed since yesterday, compare 10 March with today",
    "of somebody: what they did, and what it is related to",
    "of the estate: summarise it, what is worst, which drifts are critical, coverage, sources, incidents, metrics",
    "of what was decided: requests, the audit log",
)
_ORIGINS = {
    "session": "one sitting of", "commit": "the commit", "controller": "the software", "apply": "a run of",
    "provider": "a move of the provider:",
}  # fmt: skip


def summary(query: Query) -> Iterator[Piece]:
    """The situation in a few sentences: counts, the gravest origins, what is undetermined, where to begin."""
    now = query.standing()
    total = sum(number for _, number in now.levels)
    grave = listed(f"{number} {level.value}" for level, number in now.levels)
    yield say(
        f"{quoted(now.estate) or 'The estate'} has {count(total, 'drift')}" + (f": {grave}" if total else "")
        + f"; {now.in_sync:,} of {now.declared:,} declared resources are in sync", now,
    )  # fmt: skip
    if not total:
        return
    groups = query.tools.call("correlations", limit=_GROUPS).of(GroupFact)
    shown: list[str] = []
    for group in groups:
        named = [drift for id_ in group.drifts[:3] for drift in _shown(query, id_)]
        shown += [drift.drift for drift in named]
        times = (
            f" between {clock(group.at)} and {clock(group.last_at)}"
            if group.at != group.last_at
            else f" at {clock(group.at)}"
        )
        yield item(
            f"{group.level.value}: {_ORIGINS.get(group.origin, '')} {quoted(group.label)}{times}, "
            f"{count(len(group.drifts), 'drift')}: {listed(name(drift) for drift in named)}", group, *named,
        )  # fmt: skip
    unexplained = [drift for drift in query.tools.call("find_drifts").of(DriftFact) if drift.actor is None]
    if unexplained:
        yield say(f"Nobody is known to have made {listed(name(drift) for drift in unexplained[:3])}", *unexplained[:3])
    yield from _begin(query)
    yield Focus(tuple(shown))


def _shown(query: Query, id_: str) -> list[DriftDetail]:
    return query.tools.call("show_drift", drift=id_).of(DriftDetail)


def _begin(query: Query) -> Iterator[Said]:
    for drift in query.tools.call("find_drifts", limit=1).of(DriftFact):
        advice = query.tools.call("recommendations", drift=drift.drift).of(AdviceFact)
        what = f": {quoted(advice[0].title)}" if advice else ""
        yield say(f"Begin with {name(drift)}{what}", drift, *advice[:1])


def worst(query: Query) -> Iterator[Piece]:
    """The gravest, those of a kind or of somebody if that was asked for."""
    found = (
        query.subject.found
        if query.drifts and not query.subject.pointed
        else query.tools.call("find_drifts", limit=_WORST)
    )
    drifts = found.of(DriftFact)[:_WORST] if found else []
    if not drifts:
        yield say("Nothing has drifted", found)
        return
    first, *rest = (query.detail(drift) for drift in drifts)
    yield Focus(tuple(drift.drift for drift in drifts))
    yield say(f"{name(first)} is the gravest: {first.level.value}, {first.score} of 100", first)
    for reason in first.severity_reasons[:2]:
        yield item(quoted(reason), first)
    cause = first.cause if first.determined else "cause undetermined"
    yield say(f"{person(first.actor)} is behind it ({clock(first.at)}, {cause})", first)
    if rest:
        yield remark("Then:")
    for drift in rest:
        yield item(brief(drift), drift)


def list_(query: Query) -> Iterator[Piece]:
    """The drifts that fit what was said."""
    asked = query.asked
    filters: dict[str, object] = dict(query.filters)
    if query.subject.names:
        filters["text"] = " ".join(query.subject.names)
    if asked.times.how:
        filters.update(since=asked.times.first, until=asked.times.last)
    found = query.tools.call("find_drifts", **filters)
    unknown = query.subject.unknown
    drifts = [] if query.subject.is_strange else found.of(DriftFact)
    if not drifts:
        words = f"No drift has “{' '.join(unknown)}” in its names, attributes or values"
        yield say(words if unknown else "There is no drift of that kind", found)
        return
    yield Focus(tuple(drift.drift for drift in drifts))
    yield say(f"{count(found.total, 'drift')}{_of(filters)}, the gravest first:", found)
    for drift in drifts[:_LISTED]:
        yield item(brief(drift), drift)
    if found.total > _LISTED:
        yield say(f"{found.total - _LISTED:,} more are not listed here", found)


def _of(filters: dict[str, object]) -> str:
    said = [str(filters[field]).replace("_", " ") for field in ("level", "kind", "cause") if field in filters]
    by = f" by {person(str(filters['actor']))}" if "actor" in filters else ""
    return (f" ({', '.join(said)})" if said else "") + by


def coverage(query: Query) -> Iterator[Piece]:
    """How much code declares, and where least."""
    found = query.tools.call("estate_coverage")
    whole, *scopes = found.of(CoverageFact)
    yield say(
        f"Code declares {percent(whole.coverage)} of what is live: {whole.unmanaged:,} "
        f"{'resource is' if whole.unmanaged == 1 else 'resources are'} undeclared", whole,
    )  # fmt: skip
    for scope in scopes[:_LISTED]:
        yield item(f"{quoted(scope.scope)}: {percent(scope.coverage)}, {scope.unmanaged:,} undeclared", scope)


def sources(query: Query) -> Iterator[Piece]:
    """How the sources were read, what is wrong first."""
    found = query.tools.call("sources")
    known = sorted(found.of(SourceFact), key=lambda source: source.status is SourceStatus.OK)
    wrong = [source for source in known if source.status is not SourceStatus.OK]
    if wrong:
        yield say(f"{len(wrong)} of {count(len(known), 'source')} could not be read as they should:", found)
    else:
        yield say(f"All {count(len(known), 'source')} were read", found)
    for source in known[:_LISTED]:
        error = f": {quoted(source.error)}" if source.error else ""
        newest = f", newest {clock(source.at)}" if source.at else ""
        yield item(
            f"{quoted(source.name)} ({quoted(source.kind)}) {source.status.value}, "
            f"{source.records:,} records{newest}{error}",
            source,
        )


def help_(_: Query) -> Iterator[Piece]:
    """What can be asked."""
    yield remark("I answer from what this machine has recorded, with a source for every claim, and I change nothing.")
    for question in _CAN_BE_ASKED:
        yield Said(question, Style.ITEM, claim=False)
