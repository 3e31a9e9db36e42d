"""How each tool finds its answer. Nothing here writes."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from engine.assistant import making
from engine.assistant.facts import EventFact, Fact, MetricFact, PersonFact, VersionFact, mark
from engine.assistant.known import Known
from engine.assistant.names import words_in
from engine.model import ActorKind, Drift, is_among
from engine.store.stretches import Wanted

if TYPE_CHECKING:
    from engine.assistant import tools

NO_STORE = "no store is open: only the report of the last scan is known"
_NO_DRIFT = "no drift of the report has this id"

#: Of a long span so many events are read, and those that fit are kept.
_READ = 4_000
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
#: Names of people in parts shorter than this are in too many others.
_SHORTEST_PART = 3


class Rows(Struct, frozen=True):
    """What was found: see `tools.Found`."""

    facts: Iterable[Fact] = ()
    more: int = 0
    missing: str = ""
    unknown: tuple[str, ...] = ()
    misread: tuple[tuple[str, str], ...] = ()


def find_drifts(known: Known, asked: "tools.FindDrifts") -> Rows:
    """Drifts that fit."""
    if asked.as_of is not None:
        report = known.stores.timeline.report_at(asked.as_of, known.report.scan.estate) if known.stores else None
        if report is None:
            return Rows(missing=f"no scan is recorded from {making.moment(asked.as_of)} or before")
        known = Known(report, known.stores)
    drifts: Sequence[Drift] = known.report.drifts
    unknown: tuple[str, ...] = ()
    misread: tuple[tuple[str, str], ...] = ()
    if asked.text:
        match = known.names.match(words_in(asked.text))
        drifts, unknown, misread = match.drifts, match.unknown, match.misread
    fitting = [drift for drift in drifts if _fits(drift, asked)]
    if asked.order != "gravest":
        dated = [drift for drift in fitting if drift.changed_at]
        dated.sort(key=lambda drift: drift.changed_at or _LONG_AGO, reverse=asked.order == "newest")
        fitting = [*dated, *(drift for drift in fitting if not drift.changed_at)]
    return Rows([making.drift_fact(drift) for drift in fitting], unknown=unknown, misread=misread)


def _fits(drift: Drift, asked: "tools.FindDrifts") -> bool:
    at = drift.changed_at
    return (
        (asked.level is None or drift.severity.level is asked.level)
        and (asked.kind is None or drift.kind is asked.kind)
        and (asked.cause is None or drift.cause.category is asked.cause)
        and (not asked.actor or is_called(drift.actor.principal or "", asked.actor))
        and (asked.since is None or (at is not None and at >= asked.since))
        and (asked.until is None or (at is not None and at <= asked.until))
    )


def show_drift(known: Known, asked: "tools.OneDrift") -> Rows:
    """One drift in full."""
    drift = known.drift(asked.drift)
    return Rows(missing=_NO_DRIFT) if drift is None else Rows([making.drift_detail(drift)])


def evidence_around(known: Known, asked: "tools.OneDrift") -> Rows:
    """The evidence for a drift, with the events themselves where the store has them."""
    drift = known.drift(asked.drift)
    if drift is None:
        return Rows(missing=_NO_DRIFT)
    facts = []
    for evidence in drift.evidence:
        event = known.stores.timeline.event(evidence.event_id, evidence.at) if known.stores else None
        facts.append(
            making.event_fact(event, evidence.weight, drift.id) if event else making.evidence_event(drift, evidence)
        )
    return Rows(facts)


def timeline_between(known: Known, asked: "tools.Between") -> Rows:
    """What happened between two times."""
    if known.stores is None:
        return _evidence_between(known, asked)
    timeline = known.stores.timeline
    touching = tuple(_identifiers(known, asked.touching)) if asked.touching else ()
    if asked.actor:  # of a long span only what they did is read
        theirs = [actor.principal for actor in known.actors if is_called(actor.principal or "", asked.actor)]
        wanted = Wanted(touching=touching).of("actor", *filter(None, theirs))
        wanted = wanted.of("kind", asked.kind.value) if asked.kind else wanted
        until = min(asked.end, known.report.scan.as_of) + timedelta(microseconds=1)
        events, more = timeline.events_within(asked.start, until, wanted, limit=_READ)
        return Rows([making.event_fact(event) for event in events], more=more)
    window = timeline.window(
        asked.start,
        asked.end,
        as_of=known.report.scan.as_of,
        kinds=[asked.kind.value] if asked.kind else None,
        touching=touching or None,
        only_writes=True,
        limit=_READ,
    )
    seen = [making.seen_fact(change) for change in window.changes]
    facts: list[Fact] = sorted([*(making.event_fact(event) for event in window.events), *seen], key=_when)
    return Rows(facts, more=window.more)


def _evidence_between(known: Known, asked: "tools.Between") -> Rows:
    """As far as the report tells: the evidence of its drifts."""
    found: dict[str, EventFact] = {}
    for drift in known.report.drifts:
        for evidence in drift.evidence:
            if asked.start <= evidence.at <= asked.end and asked.kind in (None, evidence.kind):
                found.setdefault(evidence.event_id, making.evidence_event(drift, evidence))
    facts = sorted(found.values(), key=_when)
    return Rows([fact for fact in facts if not asked.actor or is_called(fact.actor or fact.summary, asked.actor)])


def _identifiers(known: Known, name: str) -> Iterable[str]:
    """What a name stands for in events: itself, and what the resource of that name is called."""
    yield name
    drift = known.drift(name)
    if drift is not None:
        ref = drift.resource
        yield from filter(None, (ref.id, ref.address, ref.name))


def resource_history(known: Known, asked: "tools.OneDrift") -> Rows:
    """The versions of a drift's resource, oldest first."""
    drift = known.drift(asked.drift)
    if drift is None:
        return Rows(missing=_NO_DRIFT)
    if known.stores is None:
        return Rows(missing=NO_STORE)
    facts = []
    before: dict[str, Any] | None = None
    for since, state in known.stores.timeline.history(drift.resource):
        now = dict(state.attributes) if state else {}
        facts.append(
            VersionFact(
                mark=mark("v", f"{drift.id}/{since:%Y%m%dT%H%M%S}"),
                label=f"{making.title_of(drift.resource)} as of {making.moment(since)}",
                at=since,
                drift=drift.id,
                changed=making.differing(before, now) if before is not None else (),
                gone=state is None,
            )
        )
        before = now
    return Rows(facts[-asked.limit :])


def estate_standing(known: Known, _: "tools.Arguments") -> Rows:
    """The counts of the last scan."""
    return Rows([making.standing_fact(known.report)])


def estate_coverage(known: Known, asked: "tools.OfScope") -> Rows:
    """The whole, then the scopes that fit, the least covered first."""
    report = known.report
    wanted = asked.scope.lower()
    scopes = sorted((scope for scope in report.scopes if wanted in scope.scope.lower()), key=lambda one: one.coverage)
    return Rows([making.whole_coverage(report), *(making.coverage_fact(scope, report.scan.as_of) for scope in scopes)])


def correlations(known: Known, asked: "tools.MaybeDrift") -> Rows:
    """The groups of the report."""
    drift = known.drift(asked.drift) if asked.drift else None
    if asked.drift and drift is None:
        return Rows(missing=_NO_DRIFT)
    return Rows(
        [making.group_fact(group) for group in known.report.groups if drift is None or drift.id in group.drifts]
    )


def recommendations(known: Known, asked: "tools.OneDrift") -> Rows:
    """What is recommended for a drift."""
    drift = known.drift(asked.drift)
    if drift is None:
        return Rows(missing=_NO_DRIFT)
    return Rows([making.advice_fact(drift, advice) for advice in drift.recommendations])


def change_requests(known: Known, asked: "tools.OfRequests") -> Rows:
    """The requests of the estate."""
    if known.stores is None:
        return Rows(missing=NO_STORE)
    from engine.workflow.requests import Requests

    drift = known.drift(asked.drift) if asked.drift else None
    if asked.drift and drift is None:
        return Rows(missing=_NO_DRIFT)
    book = Requests(known.stores.ledger, "")
    found = book.all(
        status=asked.status, estate=known.report.scan.estate, drift_id=drift.id if drift is not None else None
    )
    return Rows([making.request_fact(request) for request in found])


def audit_entries(known: Known, asked: "tools.OfAudit") -> Rows:
    """The newest entries that fit."""
    if known.stores is None:
        return Rows(missing=NO_STORE)
    from engine.store.audit import AuditFilter

    chosen = AuditFilter(who=asked.who, what=asked.what, subject=asked.subject)
    return Rows([making.audit_fact(entry) for entry in known.stores.ledger.newest_audit(chosen, limit=asked.limit)])


def metric_values(known: Known, asked: "tools.OfMetrics") -> Rows:
    """Series between two times, in a few figures."""
    if known.stores is None:
        return Rows(missing=NO_STORE)
    wanted = words_in(asked.name)
    facts: list[Fact] = []
    for series in known.stores.timeline.series_between(asked.start, asked.end):
        about = words_in(" ".join((series.name, *series.labels.values(), *series.touches)))
        if series.values and all(word in about for word in wanted):
            facts.append(
                MetricFact(
                    mark=mark("m", series.key), label=series.key, at=series.times[0], name=series.key, unit=series.unit,
                    source=series.source, samples=len(series.values), low=min(series.values), high=max(series.values),
                    last=series.values[-1], last_at=series.times[-1],
                )
            )  # fmt: skip
    return Rows(facts)


def sources(known: Known, _: "tools.Arguments") -> Rows:
    """How each was read."""
    return Rows([making.source_fact(source) for source in known.report.scan.sources])


def find_people(known: Known, asked: "tools.OfPeople") -> Rows:
    """Who is called so: those who made a drift first, then everybody who did anything that is recorded."""
    made = Counter(drift.actor.principal for drift in known.report.drifts if drift.actor.principal)
    kinds = {drift.actor.principal: drift.actor.kind for drift in known.report.drifts}
    for actor in known.actors if asked.name else ():
        kinds.setdefault(actor.principal, actor.kind)
    people: list[PersonFact] = [
        PersonFact(mark=mark("p", name), label=name, principal=name, kind=kind, drifts=made[name])
        for name, kind in kinds.items()
        if name and (not asked.name or is_called(name, asked.name))
    ]
    people.sort(key=lambda one: (-one.drifts, one.kind is not ActorKind.HUMAN, one.principal))
    return Rows(people)


def is_called(principal: str, name: str) -> bool:
    """Whether somebody may be meant by a name: by the whole of it, by a part, or as people are named elsewhere."""
    if not principal or not name:
        return False
    if name.lower() == principal.lower() or is_among(principal, (name,)):
        return True
    parts = name_parts(principal)
    wanted = words_in(name)
    return bool(wanted) and all(word in parts and len(word) >= _SHORTEST_PART for word in wanted)


def name_parts(principal: str) -> frozenset[str]:
    """The parts of a name by which somebody is called: `marek`, `novak`."""
    return frozenset(words_in(principal.rpartition("/")[2].rpartition(":")[2].partition("@")[0]))


def _when(fact: Fact) -> tuple[datetime, str]:
    return fact.at or _LONG_AGO, fact.mark
