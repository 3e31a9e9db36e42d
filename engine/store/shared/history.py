"""The table of what happened to each drift in the shared database: cut up by month, and forgotten by month.

`drift_events` has one row for a drift for as long as it is known. Other tables point at it and later scans write to
it, so that it cannot be cut up by time; what grows with time is this history.
"""

from collections.abc import Iterable
from datetime import datetime

TABLE = "drift_history"
#: The partition for times that have none of their own.
REST = f"{TABLE}_rest"

_COLUMNS = """
    at timestamptz NOT NULL,
    drift_id varchar(64) NOT NULL,
    estate text NOT NULL,
    scan_id varchar(64) NOT NULL,
    happened varchar(32) NOT NULL,
    level varchar(32) NOT NULL,
    score integer NOT NULL,
    category varchar(32) NOT NULL,
    confidence double precision NOT NULL
"""
_INDEX = f"CREATE INDEX ix_{TABLE}_drift ON {TABLE} (drift_id, at)"


def creation(*, timescale: bool) -> list[str]:
    """The statements that create the table: a hypertable where TimescaleDB is installed, else plain partitions."""
    if timescale:
        hyper = f"SELECT create_hypertable('{TABLE}', by_range('at', INTERVAL '1 month'))"
        return [f"CREATE TABLE {TABLE} ({_COLUMNS})", hyper, _INDEX]
    return [
        f"CREATE TABLE {TABLE} ({_COLUMNS}) PARTITION BY RANGE (at)",
        # A scan may tell of any time: what has no month of its own yet is never refused.
        f"CREATE TABLE {REST} PARTITION OF {TABLE} DEFAULT",
        _INDEX,
    ]


def months(at: datetime, ahead: int) -> list[str]:
    """The names of the partitions for the month of a moment and so many after it."""
    first = at.year * 12 + at.month - 1
    return [f"{TABLE}_{month // 12:04}_{month % 12 + 1:02}" for month in range(first, first + ahead + 1)]


def partition(name: str) -> str:
    """The statement that creates the partition of a month, unless it is there."""
    year, month = (int(part) for part in name.split("_")[-2:])
    following = f"{year + month // 12:04}-{month % 12 + 1:02}-01Z"
    return (
        f"CREATE TABLE IF NOT EXISTS {name} PARTITION OF {TABLE} "
        f"FOR VALUES FROM ('{year:04}-{month:02}-01Z') TO ('{following}')"
    )


def retention(present: Iterable[str], since: datetime, *, timescale: bool) -> list[str]:
    """The statements that forget what happened before the month of a moment; `present` are the partitions there are."""
    first = f"{since:%Y-%m}-01Z"
    if timescale:
        return [f"SELECT drop_chunks('{TABLE}', older_than => TIMESTAMPTZ '{first}')"]
    oldest = months(since, 0)[0]
    old = sorted(name for name in present if name != REST and name < oldest)
    rest = f"DELETE FROM {REST} WHERE at < '{first}'"  # noqa: S608  (our own words, a year and a month)
    return [*(f"DROP TABLE {name}" for name in old), rest]
