"""The registered models in the ledger. The one that was promoted last is the champion."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, func, insert, select, update

from engine.model import Role
from engine.store.ledger_tables import ModelRow, UserRow
from engine.store.records import ModelRecord

_COLUMNS = (
    ModelRow.name, ModelRow.version, ModelRow.sha256, ModelRow.manifest, ModelRow.created_at, ModelRow.promoted_at,
)  # fmt: skip


def read_models(connection: Connection) -> list[ModelRecord]:
    """All models, the newest first."""
    rows = connection.execute(select(*_COLUMNS).order_by(ModelRow.created_at.desc(), ModelRow.id.desc()))
    return [ModelRecord(*row) for row in rows]


def read_champion(connection: Connection, name: str) -> ModelRecord | None:
    """The model of this name that was promoted last; None when the shipped one is in use."""
    query = (
        select(*_COLUMNS)
        .where(ModelRow.name == name, ModelRow.promoted_at.is_not(None))
        .order_by(ModelRow.promoted_at.desc(), ModelRow.id.desc())
        .limit(1)
    )
    row = connection.execute(query).first()
    return ModelRecord(*row) if row else None


def add_model(connection: Connection, model: ModelRecord) -> None:
    """Registers a model. One of its name and version that is there already is an error of the database."""
    connection.execute(
        insert(ModelRow),
        {
            "name": model.name,
            "version": model.version,
            "sha256": model.sha256,
            "manifest": dict(model.manifest),
            "created_at": model.created_at,
            "promoted_at": model.promoted_at,
        },
    )


def promote(connection: Connection, name: str, version: str, at: datetime) -> None:
    """Makes a model the champion."""
    newest = connection.scalar(select(func.max(ModelRow.promoted_at)).where(ModelRow.name == name))
    # A clock that went back must not leave another one in front.
    later = newest + timedelta(microseconds=1) if newest else at
    _set_promoted(connection, name, version, max(at, later))


def demote(connection: Connection, name: str, version: str) -> None:
    """Takes a promotion back: the model that was promoted before it is the champion again."""
    _set_promoted(connection, name, version, None)


def role_of(connection: Connection, user: str) -> Role:
    """What a person may do. Where nobody is registered, the store is its owner's, who may do everything."""
    if not connection.scalar(select(func.count()).select_from(UserRow)):
        return Role.ADMIN
    query = select(UserRow.role).where(UserRow.name == user, UserRow.disabled_at.is_(None))
    return connection.scalar(query) or Role.VIEW


def _set_promoted(connection: Connection, name: str, version: str, at: datetime | None) -> None:
    connection.execute(
        update(ModelRow).where(ModelRow.name == name, ModelRow.version == version).values(promoted_at=at)
    )
