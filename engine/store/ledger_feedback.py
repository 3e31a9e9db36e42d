"""What people said of drifts' causes, in the ledger."""

from typing import Any

import msgspec
from msgspec import structs
from sqlalchemy import Connection, func, insert, select

from engine.model import Category, Cause, Feedback
from engine.store.ledger_tables import DriftRow, FeedbackRow, PredictionRow

_SELECTED = select(*(getattr(FeedbackRow, name) for name in Feedback.__struct_fields__))


def feedback_of(connection: Connection, drift_id: str, category: Category | None, **said: Any) -> Feedback:
    """A person's word on a known drift, with what a model took it for before anybody had a word.

    Without a category it is the cause that the drift now has.
    """
    drift = connection.execute(select(DriftRow.estate, DriftRow.scope, DriftRow.body).where(DriftRow.id == drift_id))
    estate, scope, body = drift.one()
    cause = msgspec.convert(body["cause"], Cause)
    category = category or cause.category
    earlier = _last(connection, drift_id)
    if earlier is not None:
        return structs.replace(earlier, category=category, **said)
    return Feedback(
        drift_id=drift_id,
        estate=estate,
        scope=scope,
        category=category,
        named=cause.category,
        distribution=cause.distribution,
        model=cause.model,
        features=_features(connection, drift_id),
        **said,
    )


def write_feedback(connection: Connection, feedback: Feedback) -> None:
    """Adds a word. What was said before is kept, though the last word on a drift is the one that counts."""
    row = {**structs.asdict(feedback), "features": feedback.features or None}
    connection.execute(insert(FeedbackRow), row)


def read_feedback(connection: Connection, estate: str | None) -> list[Feedback]:
    """The last word on each drift of an estate, or of all, oldest first."""
    last = select(func.max(FeedbackRow.id)).group_by(FeedbackRow.drift_id)
    query = _SELECTED.where(FeedbackRow.id.in_(last))
    if estate is not None:
        query = query.where(FeedbackRow.estate == estate)
    rows = connection.execute(query.order_by(FeedbackRow.at, FeedbackRow.id))
    return [_feedback(dict(row._mapping)) for row in rows]


def recent_features(connection: Connection, model: str, limit: int) -> list[dict[str, float]]:
    """What a model saw of the drifts that it last explained, the newest first."""
    query = (
        select(PredictionRow.features)
        .where(PredictionRow.model == model, PredictionRow.features.is_not(None))
        .order_by(PredictionRow.id.desc())
        .limit(limit)
    )
    return list(connection.scalars(query))


def _last(connection: Connection, drift_id: str) -> Feedback | None:
    """What was said of a drift last."""
    query = _SELECTED.where(FeedbackRow.drift_id == drift_id).order_by(FeedbackRow.id.desc()).limit(1)
    row = connection.execute(query).first()
    return _feedback(dict(row._mapping)) if row else None


def _features(connection: Connection, drift_id: str) -> dict[str, float]:
    """What the model saw when it last said something of the drift; empty where that was not recorded."""
    query = select(PredictionRow.features).where(PredictionRow.drift_id == drift_id)
    return connection.scalar(query.order_by(PredictionRow.id.desc()).limit(1)) or {}


def _feedback(row: dict[str, Any]) -> Feedback:
    return msgspec.convert({**row, "features": row["features"] or {}}, Feedback)
