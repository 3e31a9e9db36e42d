"""A recorded estate whose logs can be rearranged: told otherwise, the same story keeps its answers."""

import asyncio
import gzip
import json
import shutil
import tarfile
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from engine.config import bundle_config
from engine.model import Report
from engine.pipeline import scan

Json = dict[str, Any]
#: How the records of a log are laid down in a file.
Layout = Callable[[list[Json]], str]


class Log(NamedTuple):
    """Where the records of a kind of log lie, and which of their fields hold the time and the id."""

    folder: str
    time: str
    id: str


TRAIL = Log("cloudtrail", "eventTime", "eventID")
AUDIT = Log("kubernetes-audit", "stageTimestamp", "auditID")
ACTIVITY = Log("azure-activity", "eventTimestamp", "eventDataId")
GOOGLE = Log("gcp-audit", "timestamp", "insertId")
LOGS = (TRAIL, AUDIT, ACTIVITY, GOOGLE)


class Answer(NamedTuple):
    """Who made a drift, through what, and when: in seconds since the epoch, None where nobody knows."""

    principal: str | None
    kind: str
    via: str
    seconds: int | None


class RecordedEstate:
    """The records of a bundle's logs; all else stays as it is on disk. `layouts` says how logs are laid down again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.records: dict[Log, list[Json]] = {log: list(_records(folder / log.folder)) for log in LOGS}
        self.layouts: dict[Log, Layout] = {}

    def copy(self) -> "RecordedEstate":
        """The same estate, to be rearranged freely."""
        other = RecordedEstate.__new__(RecordedEstate)
        other._folder, other.layouts = self._folder, {}
        other.records = deepcopy(self.records)
        return other

    def write(self, folder: Path) -> Path:
        """Writes the bundle into a folder that is emptied for it."""
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self._folder, folder, ignore=shutil.ignore_patterns(*(log.folder for log in LOGS)))
        for log, records in self.records.items():
            if records:
                (folder / log.folder).mkdir()
                (folder / log.folder / "log.json").write_text(self.layouts.get(log, as_lines)(records))
        return folder


def as_lines(records: list[Json]) -> str:
    """One record on each line."""
    return "".join(json.dumps(record) + "\n" for record in records)


def unpacked(archive: Path, folder: Path) -> RecordedEstate:
    """The estate of a packed bundle."""
    with tarfile.open(archive) as bundle:
        bundle.extractall(folder, filter="data")
    return RecordedEstate(next(entry for entry in folder.rglob("terraform") if entry.is_dir()).parent)


def scanned(estate: RecordedEstate, folder: Path) -> Report:
    """The report on an estate, which is written into the folder."""
    return asyncio.run(scan(bundle_config(estate.write(folder))))


def answers(report: Report) -> dict[str, Answer]:
    """Of each drift, by the resource's address or else its id: who made it and when."""
    return {
        drift.resource.address or drift.resource.id: Answer(
            drift.actor.principal, drift.actor.kind, drift.actor.via, _seconds(drift.changed_at)
        )
        for drift in report.drifts
    }


def moment(log: Log, record: Json) -> datetime:
    """When a record's call was made."""
    return datetime.fromisoformat(record[log.time].replace("Z", "+00:00"))


def put_at(log: Log, record: Json, at: datetime) -> None:
    """Moves a record in time."""
    record[log.time] = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ" if log is TRAIL else "%Y-%m-%dT%H:%M:%S.%fZ")
    if log is AUDIT:
        record["requestReceivedTimestamp"] = record[log.time]


def is_read(log: Log, record: Json) -> bool:
    """Whether the call only looked."""
    if log is TRAIL:
        return bool(record.get("readOnly"))
    return log is AUDIT and record["verb"] in ("get", "list", "watch")


def was_refused(log: Log, record: Json) -> bool:
    """Whether the call changed nothing."""
    if log is TRAIL:
        return bool(record.get("errorCode"))
    if log is AUDIT:
        return int((record.get("responseStatus") or {}).get("code", 0)) >= 400
    if log is ACTIVITY:
        return bool(record["status"]["value"] == "Failed")
    return bool((record["protoPayload"].get("status") or {}).get("code"))


def _seconds(at: datetime | None) -> int | None:
    return int(at.timestamp()) if at else None


def _records(folder: Path) -> Iterator[Json]:
    known = set()
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            data = file.read_bytes()
            text = (gzip.decompress(data) if file.suffix == ".gz" else data).decode()
            for record in _unwrapped(text):
                key = json.dumps(record, sort_keys=True)
                if key not in known:
                    known.add(key)
                    yield record


def _unwrapped(text: str) -> list[Json]:
    try:
        content = json.loads(text)
    except ValueError:
        return [json.loads(line) for line in text.splitlines() if line.strip()]
    if isinstance(content, list):
        return content
    return list(content.get("Records") or content.get("value") or [content])
