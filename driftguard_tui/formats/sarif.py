"""The report as SARIF 2.1.0, for tools that collect findings.

A rule is a kind of drift at a level of severity (`modified-critical`). A drift has no place in a file but an address
in the code, so its location is a logical one.
"""

from typing import Any

from driftguard_tui import labels
from driftguard_tui.formats import Paper, as_json, phrases
from driftguard_tui.text import plain
from engine.model import Drift, DriftKind, Level, Report, SourceHealth, SourceStatus

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Level.CRITICAL: "error", Level.HIGH: "error", Level.MEDIUM: "warning", Level.LOW: "note"}
#: On the scale of CVSS, by which code scanning services sort.
_SECURITY = {Level.CRITICAL: "9.5", Level.HIGH: "8.0", Level.MEDIUM: "5.5", Level.LOW: "2.0"}
_MEANING = {
    DriftKind.MODIFIED: "The live resource differs from what the code declares.",
    DriftKind.MISSING: "The code declares the resource, and it is not there.",
    DriftKind.UNMANAGED: "The resource is there, and no code declares it.",
}


def render(report: Report, paper: Paper) -> str:
    """One run with a result for each drift, and a notification for each source that did not go well."""
    rules = sorted({(drift.kind, drift.severity.level) for drift in report.drifts}, key=_order)
    driver = {
        "name": "DriftGuard",
        "semanticVersion": report.scan.version,
        "rules": [_rule(kind, level) for kind, level in rules],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(report)],
        "results": [_result(drift, rules.index((drift.kind, drift.severity.level))) for drift in report.drifts],
    }
    return f"{as_json.document({'$schema': _SCHEMA, 'version': '2.1.0', 'runs': [run]})}\n"


def _order(rule: tuple[DriftKind, Level]) -> tuple[str, int]:
    return rule[0].value, -rule[1].rank


def _rule(kind: DriftKind, level: Level) -> dict[str, Any]:
    return {
        "id": f"{kind.value}-{level.value}",
        "name": f"{kind.value.title()}{level.value.title()}",
        "shortDescription": {"text": f"Drift: {kind.value}, severity {level.value}"},
        "fullDescription": {"text": _MEANING[kind]},
        "defaultConfiguration": {"level": _LEVELS[level]},
        "properties": {"security-severity": _SECURITY[level], "tags": ["drift", kind.value]},
    }


def _result(drift: Drift, rule_index: int) -> dict[str, Any]:
    ref = drift.resource
    name = ref.address or f"{ref.type}/{ref.id or ref.name}"
    return {
        "ruleId": f"{drift.kind.value}-{drift.severity.level.value}",
        "ruleIndex": rule_index,
        "level": _LEVELS[drift.severity.level],
        "message": {"text": _message(drift)},
        "locations": [
            {
                "logicalLocations": [
                    {"name": plain(ref.name or ref.id), "fullyQualifiedName": plain(name), "kind": "resource"}
                ]
            }
        ],
        "partialFingerprints": {"driftId/v1": drift.id},
        "rank": float(drift.severity.score),
        "properties": {
            "resource": ref,
            "cause": drift.cause.category,
            "confidence": drift.cause.confidence,
            "changes": drift.changes,
        },
    }


def _message(drift: Drift) -> str:
    """What a reader of a list of findings needs: what, who, when, why."""
    changes = "; ".join(map(phrases.one_change, drift.changes)) or phrases.changed(drift)
    who = phrases.who(drift.actor)
    by = "" if who == "unknown" else f" Changed by {who}"
    at = f"{' at' if by else ' Changed at'} {phrases.when(drift.changed_at)} UTC" if drift.changed_at else ""
    stop = "." if by or at else ""
    return (
        f"{phrases.resource(drift)} is {drift.kind.value}: {changes}.{by}{at}{stop} Cause: {phrases.why(drift.cause)}."
    )


def _invocation(report: Report) -> dict[str, Any]:
    return {
        "executionSuccessful": not any(source.status is SourceStatus.FAILED for source in report.scan.sources),
        "startTimeUtc": report.scan.started_at,
        "endTimeUtc": report.scan.finished_at,
        "toolExecutionNotifications": [_notification(source) for source in phrases.troubled(report)],
        "properties": {"asOf": report.scan.as_of, "summary": report.summary},
    }


def _notification(source: SourceHealth) -> dict[str, Any]:
    level = "error" if source.status is SourceStatus.FAILED else "warning"
    word = labels.STATUS_SIGNS[source.status][0]
    return {"level": level, "message": {"text": phrases.health(source).removeprefix(word).strip()}}
