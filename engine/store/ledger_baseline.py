"""The accepted baseline in the ledger."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import blake2b

import msgspec
from sqlalchemy import Connection, and_, delete, insert, select

from engine.model import Accepted, ResourceRef
from engine.store.ledger_tables import BaselineRow

_canonical_json = msgspec.json.Encoder(order="deterministic")


def read_baseline(connection: Connection, estate: str) -> list[Accepted]:
    """What was accepted of an estate, in a stable order."""
    row = BaselineRow
    query = (
        select(
            row.provider, row.type, row.resource_id, row.scope, row.address, row.name,
            row.accepted, row.unmanaged, row.accepted_at, row.accepted_by, row.reason,
        )
        .where(row.estate == estate)
        .order_by(row.type, row.resource_id, row.scope, row.address)
    )  # fmt: skip
    return [Accepted(ResourceRef(*found[:6]), *found[6:]) for found in connection.execute(query)]


def write_baseline(
    connection: Connection,
    estate: str,
    accepted: Sequence[Accepted],
    *,
    by: str,
    at: datetime,
    reason: str,
    replace: bool,
) -> None:
    """Writes what was accepted, over what was accepted of the same resources before, or of all with `replace`."""
    row = BaselineRow
    if replace:
        connection.execute(delete(row).where(row.estate == estate))
    for item in accepted if not replace else ():
        ref = item.resource
        same = and_(row.type == ref.type, row.resource_id == ref.id, row.scope == ref.scope, row.address == ref.address)
        connection.execute(delete(row).where(row.estate == estate, same))
    rows = [
        {
            "estate": estate,
            "provider": item.resource.provider,
            "type": item.resource.type,
            "resource_id": item.resource.id,
            "scope": item.resource.scope,
            "address": item.resource.address,
            "name": item.resource.name,
            "unmanaged": item.unmanaged,
            "accepted": dict(item.values),
            "accepted_at": at,
            "accepted_by": by,
            "reason": reason,
        }
        for item in accepted
    ]
    if rows:
        connection.execute(insert(row), rows)


def digest(accepted: Sequence[Accepted]) -> str:
    """Names a set of accepted values in the audit log."""
    body = [(item.resource, item.values, item.unmanaged) for item in accepted]
    return blake2b(_canonical_json.encode(body), digest_size=16).hexdigest()
