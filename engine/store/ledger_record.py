"""Recording a report in the ledger: what is new, what goes on, what is over."""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from engine.model import Drift, Report, Scan
from engine.store.ledger_tables import Base, DriftRow, EvidenceRow, PredictionRow, RecommendationRow, ScanRow
from engine.store.records import DriftStatus

Row = dict[str, Any]
#: What the model saw of each drift, by the drift's id.
Features = Mapping[str, Mapping[str, float]]

_canonical_json = msgspec.json.Encoder(order="deterministic")


def record_report(connection: Connection, report: Report, features: Features) -> None:
    """Takes a report in, once: a scan that is already recorded changes nothing. `features` are kept beside it.

    A drift that the newest report does not hold is resolved, unless a source that might show it could not be read.
    A report about an earlier time than one already recorded adds what nobody has seen since, and closes it.
    """
    scan = report.scan
    if connection.scalar(select(ScanRow.id).where(ScanRow.id == scan.id)):
        return
    newest = connection.scalar(select(func.max(ScanRow.as_of)).where(ScanRow.estate == scan.estate))
    connection.execute(insert(ScanRow), _scan_row(report))

    drifts = {drift.id: drift for drift in report.drifts}
    digests = {drift.id: _digest(drift) for drift in drifts.values()}
    known = dict(connection.execute(select(DriftRow.id, DriftRow.digest)).all())
    if newest is not None and scan.as_of < newest:
        unseen = [_drift_row(drift, report, digests[drift.id]) for drift in drifts.values() if drift.id not in known]
        closed = {"status": DriftStatus.RESOLVED, "resolved_at": newest}
        _write(connection, report, [{**row, **closed} for row in unseen], drifts, features)
        return
    changed = [drift for drift in drifts.values() if known.get(drift.id) != digests[drift.id]]
    rows = [_drift_row(drift, report, digests[drift.id]) for drift in changed]
    _write(connection, report, rows, drifts, features)
    _see_again(connection, report, drifts.keys() - {drift.id for drift in changed})
    if report.scan.read_whole:
        _resolve_unseen(connection, scan)


def _write(
    connection: Connection, report: Report, rows: Sequence[Row], drifts: Mapping[str, Drift], features: Features
) -> None:
    """Writes drifts with everything that hangs on them in place of what was known of them."""
    if not rows:
        return
    _put(connection, DriftRow, rows, keep=("id", "first_detected_at"))
    written = [drifts[row["id"]] for row in rows]
    keys = [{"key": drift.id} for drift in written]
    connection.execute(delete(EvidenceRow).where(EvidenceRow.drift_id == bindparam("key")), keys)
    of_drift = RecommendationRow.drift_id == bindparam("key")
    connection.execute(update(RecommendationRow).where(of_drift).values(position=None), keys)
    predictions = [{**_prediction_row(drift, report), "features": features.get(drift.id)} for drift in written]
    connection.execute(insert(PredictionRow), predictions)
    if evidence := [row for drift in written for row in _evidence_rows(drift)]:
        connection.execute(insert(EvidenceRow), evidence)
    _put(connection, RecommendationRow, [row for drift in written for row in _recommendation_rows(drift)], keep=("id",))


def _see_again(connection: Connection, report: Report, ids: Iterable[str]) -> None:
    values = {"status": DriftStatus.OPEN, "last_seen_at": report.scan.as_of, "resolved_at": None}
    statement = update(DriftRow).where(DriftRow.id == bindparam("key"))
    if keys := [{"key": id_} for id_ in ids]:
        connection.execute(statement.values(**values, last_scan_id=report.scan.id), keys)


def _resolve_unseen(connection: Connection, scan: Scan) -> None:
    connection.execute(
        update(DriftRow)
        .where(DriftRow.status == DriftStatus.OPEN, DriftRow.estate == scan.estate, DriftRow.last_scan_id != scan.id)
        .values(status=DriftStatus.RESOLVED, resolved_at=scan.as_of)
    )


def _put(connection: Connection, table: type[Base], rows: Sequence[Row], keep: tuple[str, ...]) -> None:
    """Inserts rows; one whose id is there is overwritten, but for the columns to keep."""
    if not rows:
        return
    on_postgres = connection.dialect.name == "postgresql"
    statement = postgresql.insert(table) if on_postgres else sqlite.insert(table)
    overwrite = {name: statement.excluded[name] for name in rows[0] if name not in keep}
    connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=overwrite), rows)


def _digest(drift: Drift) -> str:
    """Changes when anything but the time of detection does."""
    timeless = {name: getattr(drift, name) for name in drift.__struct_fields__ if name != "detected_at"}
    return blake2b(_canonical_json.encode(timeless), digest_size=16).hexdigest()


def _scan_row(report: Report) -> Row:
    scan = report.scan
    return {
        "id": scan.id,
        "as_of": scan.as_of,
        "started_at": scan.started_at,
        "finished_at": scan.finished_at,
        "version": scan.version,
        "estate": scan.estate,
        "summary": report.summary,
        "sources": scan.sources,
    }


def _drift_row(drift: Drift, report: Report, digest: str) -> Row:
    resource = drift.resource
    return {
        "id": drift.id,
        "estate": report.scan.estate,
        "status": DriftStatus.OPEN,
        "kind": drift.kind,
        "provider": resource.provider,
        "type": resource.type,
        "resource_id": resource.id,
        "scope": resource.scope,
        "address": resource.address,
        "name": resource.name,
        "level": drift.severity.level,
        "score": drift.severity.score,
        "category": drift.cause.category,
        "confidence": drift.cause.confidence,
        "principal": drift.actor.principal,
        "changed_at": drift.changed_at,
        "first_detected_at": drift.detected_at,
        "last_seen_at": report.scan.as_of,
        "resolved_at": None,
        "last_scan_id": report.scan.id,
        "digest": digest,
        "body": drift,
    }


def _prediction_row(drift: Drift, report: Report) -> Row:
    cause = drift.cause
    return {
        "drift_id": drift.id,
        "scan_id": report.scan.id,
        "predicted_at": report.scan.finished_at,
        "model": cause.model,
        "category": cause.category,
        "confidence": cause.confidence,
        "interval_low": cause.interval[0],
        "interval_high": cause.interval[1],
        "distribution": cause.distribution,
        "signals": cause.signals,
        "severity_score": drift.severity.score,
        "disruption_probability": drift.risk.disruption_probability,
    }


def _evidence_rows(drift: Drift) -> list[Row]:
    return [
        {"drift_id": drift.id, "position": position, **msgspec.structs.asdict(evidence)}
        for position, evidence in enumerate(drift.evidence)
    ]


def _recommendation_rows(drift: Drift) -> list[Row]:
    return [
        {"drift_id": drift.id, "position": position, **msgspec.structs.asdict(recommendation)}
        for position, recommendation in enumerate(drift.recommendations)
    ]
