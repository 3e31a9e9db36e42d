"""CloudTrail log files, as delivered to a bucket: one for each account, region and stretch of time."""

import gzip
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import msgspec

from driftguard_tui.demo.kit import hex_of

#: Hours that one file covers. CloudTrail delivers more often; nobody reads a demo any better for it.
_HOURS = 3


def log_files(records: Iterable[dict[str, Any]]) -> Iterator[tuple[str, bytes]]:
    """The files by path, each in the order of its calls."""
    files: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for record in records:
        at = record["eventTime"]
        stretch = f"{at[:11]}{int(at[11:13]) // _HOURS * _HOURS:02}"
        key = (record["recipientAccountId"], record["awsRegion"], stretch)
        files.setdefault(key, []).append(record)
    for (account, region, stretch), kept in sorted(files.items()):
        kept.sort(key=lambda record: (record["eventTime"], record["eventID"]))
        start = datetime.fromisoformat(stretch)
        folder = f"AWSLogs/{account}/CloudTrail/{region}/{start:%Y/%m/%d}"
        stamp = f"{start:%Y%m%dT%H}00Z"
        name = f"{account}_CloudTrail_{region}_{stamp}_{hex_of('trail', account, region, stamp, length=16)}"
        body = msgspec.json.encode({"Records": kept})
        yield f"{folder}/{name}.json.gz", gzip.compress(body, compresslevel=6, mtime=0)
