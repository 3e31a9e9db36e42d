"""What there is to tell: of a scan, of the change requests, of the models. Whether anybody wants it is not asked."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from msgspec import Struct

from engine.model import ActorKind, ChangeRequest, Drift, Level, Report, RequestStatus, SourceStatus
from engine.notify.rules import About, Rule
from engine.recommend.naming import spoken_name

_TROUBLED = (SourceStatus.FAILED, SourceStatus.STALE)
_NOBODY = "somebody unknown"


class Occurrence(Struct, frozen=True, kw_only=True):
    """Something that a rule tells. `key` stays the same for as long as it is the same thing."""

    rule: Rule
    key: str
    level: Level
    words: Mapping[str, str]
    drift_id: str | None = None


def of_scan(rules: Iterable[Rule], report: Report, before: Report | None) -> Iterator[Occurrence]:
    """What a scan found that the one before it did not, and which sources it could not read."""
    known = {drift.id for drift in before.drifts} if before is not None else set()
    new = [drift for drift in report.drifts if drift.id not in known]
    estate = report.scan.estate
    for rule in rules:
        if rule.about is About.DRIFT:
            for drift in new:
                if drift.severity.level.rank >= rule.least.rank:
                    yield _of_drift(rule, drift, estate)
        elif rule.about is About.SOURCE:
            for source in report.scan.sources:
                if source.status in _TROUBLED:
                    words = {
                        "estate": estate, "name": source.name, "kind": source.kind, "status": source.status.value,
                        "why": source.error or "it gave nothing new",
                    }  # fmt: skip
                    yield Occurrence(rule=rule, key=f"{estate}/{source.name}", level=rule.level, words=words)


def of_requests(rules: Iterable[Rule], requests: Iterable[ChangeRequest], at: datetime) -> Iterator[Occurrence]:
    """The requests that somebody has to see to."""
    known = list(requests)
    for rule in rules:
        for request in known:
            waits = rule.about is About.REQUEST and request.status is RequestStatus.REQUESTED
            ends = (
                rule.about is About.APPROVAL
                and request.status is RequestStatus.APPROVED
                and request.expires_at - at <= rule.within
            )
            if (waits or ends) and request.level.rank >= rule.least.rank:
                yield _of_request(rule, request)


def of_model(rules: Iterable[Rule], name: str, alerts: Mapping[str, str], estate: str) -> Iterator[Occurrence]:
    """What somebody should know of the model in use: sentences, by what they are about."""
    for rule in rules:
        if rule.about is About.MODEL:
            for about, why in alerts.items():
                words = {"estate": estate, "name": name, "why": why}
                yield Occurrence(rule=rule, key=f"{name}/{about}", level=rule.level, words=words)


def _of_drift(rule: Rule, drift: Drift, estate: str) -> Occurrence:
    is_known = drift.actor.principal and drift.actor.kind is not ActorKind.UNKNOWN
    words = {
        "estate": estate, "id": drift.id, "what": spoken_name(drift.resource), "kind": drift.kind.value,
        "level": drift.severity.level.value, "who": drift.actor.principal if is_known else _NOBODY,
        "cause": drift.cause.category.value.replace("_", " "), "percent": f"{drift.cause.confidence * 100:.0f}",
        "scope": drift.resource.scope or "no scope",
    }  # fmt: skip
    return Occurrence(
        rule=rule,
        key=drift.id,
        level=drift.severity.level,
        words={name: word or "" for name, word in words.items()},
        drift_id=drift.id,
    )


def _of_request(rule: Rule, request: ChangeRequest) -> Occurrence:
    words = {
        "estate": request.estate, "id": request.id, "what": request.plan.title, "level": request.level.value,
        "who": request.requested_by, "until": f"{request.expires_at:%Y-%m-%d %H:%M} UTC",
    }  # fmt: skip
    key = f"{request.id}/{request.plan_hash}"
    return Occurrence(rule=rule, key=key, level=request.level, words=words, drift_id=request.plan.drift_id)
