"""Facts out of what the report and the stores hold."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from engine.assistant.facts import (
    AdviceFact,
    AuditFact,
    ChangeFact,
    ChangeSeen,
    CoverageFact,
    DriftDetail,
    DriftFact,
    EventFact,
    GroupFact,
    RequestFact,
    SourceFact,
    StandingFact,
    mark,
)
from engine.model import (
    UNDETERMINED,
    Actor,
    CauseGroup,
    Change,
    ChangeRequest,
    Drift,
    Environment,
    Event,
    Evidence,
    Level,
    Recommendation,
    Report,
    ResourceRef,
    ScopeSummary,
    SourceHealth,
    Verdict,
)
from engine.store.audit import AuditEntry
from engine.store.records import ResourceChange

_LONGEST_VALUE = 160
_LONGEST_TEXT = 240
#: So many of what an event touches, of the reasons for a cause, and of the paths that differ.
_TOUCHED, _REASONS, _PATHS = 8, 4, 6
#: An absent feature speaks for a cause too, but says little to people.
_ABSENT = "no_"

_VERDICTS = {Verdict.APPROVE: "approved", Verdict.REJECT: "rejected"}


def title_of(ref: ResourceRef) -> str:
    """Where the code names a resource, else its type and name."""
    return ref.address or f"{ref.type} {ref.name or ref.id}"


def drift_fact(drift: Drift) -> DriftFact:
    """A drift in brief."""
    return DriftFact(**_brief(drift))


def drift_detail(drift: Drift) -> DriftDetail:
    """All that is known of a drift but for its evidence and what is recommended."""
    cause, around = drift.cause, drift.surroundings
    speaks_for = sorted(
        (signal for signal in cause.signals if signal.weights.get(cause.category, 0) > 0),
        key=lambda signal: (signal.name.startswith(_ABSENT), -signal.weights[cause.category]),
    )
    told = (
        around.environment.value if around.environment is not Environment.UNKNOWN else "",
        "reached from the internet" if around.exposed else "",
        f"holds {around.data} data" if around.data else "",
        f"{around.dependents} declared resources refer to it" if around.dependents > 1 else "",
    )
    return DriftDetail(
        **_brief(drift),
        via=drift.actor.via,
        address=drift.actor.source_ip,
        role=drift.actor.role,
        changes=tuple(_change(change) for change in drift.changes),
        causes=tuple(
            (_words(category), share) for category, share in sorted(cause.distribution.items(), key=lambda one: -one[1])
        ),
        for_it=tuple(_cut(signal.reason) for signal in speaks_for[:_REASONS]),
        ruled_out=tuple((_words(ruled.category), _cut(ruled.because)) for ruled in drift.ruled_out),
        severity_reasons=tuple(_cut(reason) for reason in drift.severity.reasons),
        dimensions=tuple(
            sorted(msgspec.structs.asdict(drift.severity.dimensions).items(), key=lambda one: (-one[1], one[0]))
        ),
        disruption=drift.risk.disruption_probability,
        risk_reasons=tuple(_cut(reason) for reason in drift.risk.reasons[:2]),
        surroundings=tuple(filter(None, told)),
        owner=drift.origin.owner if drift.origin else "",
    )


def _brief(drift: Drift) -> dict[str, Any]:
    return {
        "mark": mark("d", drift.id),
        "label": title_of(drift.resource),
        "at": drift.changed_at,
        "drift": drift.id,
        "type": drift.resource.type,
        "resource": drift.resource.id,
        "scope": drift.resource.scope,
        "kind": drift.kind,
        "level": drift.severity.level,
        "score": drift.severity.score,
        "actor": drift.actor.principal,
        "actor_kind": drift.actor.kind,
        "detected_at": drift.detected_at,
        "cause": _words(drift.cause.category),
        "confidence": drift.cause.confidence,
        "determined": drift.cause.confidence >= UNDETERMINED,
        "changed": tuple(change.path for change in drift.changes[:_PATHS]),
    }


def _change(change: Change) -> ChangeFact:
    if change.sensitive:
        return ChangeFact(change.path, "(sensitive)", "(sensitive)")
    before, after = change.declared, change.actual
    if isinstance(before, list) and isinstance(after, list):  # of long lists only what differs tells anything
        before, after = [x for x in before if x not in after], [x for x in after if x not in before]
    return ChangeFact(change.path, value_text(before), value_text(after))


def value_text(value: Any) -> str:
    """A value as people read it."""
    if value is None or value == [] or value == {} or value == "":
        return "nothing"
    if isinstance(value, list) and len(value) == 1:
        return value_text(value[0])
    return _cut(value if isinstance(value, str) else msgspec.json.encode(value).decode(), _LONGEST_VALUE)


def event_fact(event: Event, weight: float = 0.0, drift: str = "") -> EventFact:
    """An event without its long texts."""
    return EventFact(
        mark=mark("e", event.id),
        label=_cut(event.summary or event.operation),
        at=event.at,
        drift=drift,
        source=event.source,
        kind=event.kind,
        operation=_cut(event.operation),
        actor=event.actor.principal,
        actor_kind=event.actor.kind,
        scope=event.scope,
        error=event.error,
        summary=_cut(event.summary),
        touches=tuple(_cut(name, _LONGEST_VALUE) for name in event.touches[:_TOUCHED]),
        ended_at=event.ended_at,
        weight=weight,
    )


def evidence_event(drift: Drift, evidence: Evidence) -> EventFact:
    """An event as the report alone knows it: from the evidence of a drift."""
    is_change = evidence.at == drift.changed_at
    return event_fact(
        Event(
            id=evidence.event_id,
            at=evidence.at,
            source=evidence.source,
            kind=evidence.kind,
            operation=evidence.summary,
            actor=drift.actor if is_change else Actor(),
            summary=evidence.summary,
        ),
        evidence.weight,
        drift.id,
    )


def seen_fact(change: ResourceChange) -> ChangeSeen:
    """A change that a scan saw."""
    title = title_of(change.resource)
    id_ = f"{change.at:%Y%m%dT%H%M%S}/{change.side}/{title}"
    return ChangeSeen(
        mark=mark("v", id_), label=f"{title} {change.what}", at=change.at, what=change.what, side=change.side,
        source=change.source,
    )  # fmt: skip


def advice_fact(drift: Drift, advice: Recommendation) -> AdviceFact:
    """A recommendation."""
    return AdviceFact(
        mark=mark("r", advice.id),
        label=_cut(advice.title),
        drift=drift.id,
        action=advice.action.value,
        title=_cut(advice.title),
        rationale=_cut(advice.rationale, 2 * _LONGEST_TEXT),
        confidence=advice.confidence,
        commands=advice.commands,
        has_patch=advice.patch is not None,
        requires_role=advice.requires_role,
        policy=advice.policy,
    )


def request_fact(request: ChangeRequest) -> RequestFact:
    """A change request."""
    return RequestFact(
        mark=mark("q", request.id),
        label=_cut(request.plan.title),
        at=request.requested_at,
        drift=request.plan.drift_id,
        request=request.id,
        status=request.status,
        title=_cut(request.plan.title),
        requested_by=request.requested_by,
        expires_at=request.expires_at,
        reason=_cut(request.reason),
        decided=tuple(
            f"{decision.by} {_VERDICTS[decision.verdict]} it on {moment(decision.at)}" for decision in request.decisions
        ),
        outdated=request.outdated,
    )


def audit_fact(entry: AuditEntry) -> AuditFact:
    """An entry of the audit log."""
    return AuditFact(
        mark=mark("a", str(entry.number)), label=f"{entry.action} {_cut(entry.subject)}", at=entry.at,
        number=entry.number, actor=entry.actor, action=entry.action, subject=_cut(entry.subject),
    )  # fmt: skip


def coverage_fact(scope: ScopeSummary, at: datetime) -> CoverageFact:
    """The coverage of a scope."""
    return CoverageFact(
        mark=mark("s", scope.scope or scope.provider), label=f"coverage of {scope.scope or scope.provider}", at=at,
        scope=scope.scope or scope.provider, actual=scope.actual, managed=scope.managed, unmanaged=scope.unmanaged,
        coverage=scope.coverage,
    )  # fmt: skip


def standing_fact(report: Report) -> StandingFact:
    """How the estate stands."""
    summary = report.summary
    levels = dict.fromkeys(reversed(Level), 0)
    for drift in report.drifts:
        levels[drift.severity.level] += 1
    return StandingFact(
        mark=mark("s", report.scan.id), label=f"the scan of {moment(report.scan.as_of)}", at=report.scan.as_of,
        estate=report.scan.estate, declared=summary.declared, in_sync=summary.in_sync, modified=summary.modified,
        missing=summary.missing, unmanaged=summary.unmanaged, not_compared=summary.not_compared, hidden=summary.hidden,
        levels=tuple((level, number) for level, number in levels.items() if number),
    )  # fmt: skip


def whole_coverage(report: Report) -> CoverageFact:
    """The coverage of the whole estate."""
    scopes = report.scopes
    return CoverageFact(
        mark=mark("s", "coverage"), label="coverage of the estate", at=report.scan.as_of, scope="",
        actual=report.summary.actual, managed=sum(scope.managed for scope in scopes),
        unmanaged=report.summary.unmanaged, coverage=report.summary.coverage,
    )  # fmt: skip


def source_fact(source: SourceHealth) -> SourceFact:
    """A source."""
    return SourceFact(
        mark=mark("o", source.name), label=f"source {source.name}", at=source.newest, name=source.name,
        kind=source.kind, status=source.status, records=source.records, error=source.error and _cut(source.error),
    )  # fmt: skip


def group_fact(group: CauseGroup) -> GroupFact:
    """Drifts of one origin."""
    return GroupFact(
        mark=mark("g", group.id), label=_cut(group.label), at=group.first_at, origin=group.origin.value,
        drifts=group.drifts, level=group.level, last_at=group.last_at,
    )  # fmt: skip


def differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    """The attributes that two versions of a resource do not have in common."""
    names = sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
    return tuple(names[:_PATHS])


def moment(at: datetime) -> str:
    """A time in full, in UTC."""
    return f"{at:%-d %b %Y %H:%M:%S} UTC"


def _words(category: str) -> str:
    return str(category).replace("_", " ")


def _cut(text: str, most: int = _LONGEST_TEXT) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
