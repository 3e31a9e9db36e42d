"""The scans that the ledger holds."""

import msgspec
from sqlalchemy import Connection, select

from engine.model import Scan
from engine.store.ledger_tables import ScanRow


def read_scans(connection: Connection, estate: str, most: int) -> list[Scan]:
    """The last scans of an estate, the newest first."""
    names = Scan.__struct_fields__
    columns = [getattr(ScanRow, name) for name in names]
    query = select(*columns).where(ScanRow.estate == estate).order_by(ScanRow.finished_at.desc()).limit(most)
    return [msgspec.convert(dict(zip(names, row, strict=True)), Scan) for row in connection.execute(query)]
