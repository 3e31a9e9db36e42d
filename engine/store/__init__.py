"""Two stores: the timeline of what was seen, and the ledger of what was found and decided.

Importing this package is cheap; the databases' libraries come with `open_stores`.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from engine.encrypting import Encryption
from engine.model import Event, Report, ResourceState, Series
from engine.store.encryption import prepare
from engine.store.records import DriftRecord, DriftStatus, ResourceChange, Window

if TYPE_CHECKING:
    from engine.store.ledger import Ledger
    from engine.store.timeline import Timeline

__all__ = ["DriftRecord", "DriftStatus", "ResourceChange", "Stores", "Window", "open_stores"]


class Stores:
    """The two stores of a folder as one. Whoever opens them finds a scan in both or in neither."""

    def __init__(self, folder: Path, timeline: "Timeline", ledger: "Ledger") -> None:
        self.folder = folder
        self.timeline = timeline
        self.ledger = ledger

    def record_scan(
        self,
        report: Report,
        resources: Iterable[ResourceState] = (),
        events: Sequence[Event] = (),
        fingerprint: str | None = None,
        *,
        series: Sequence[Series] = (),
        read_to: Mapping[str, datetime] | None = None,
        features: Mapping[str, Mapping[str, float]] | None = None,
    ) -> None:
        """Records a scan: in the timeline first, report included, then in the ledger.

        `read_to` says up to when each source of events has been read whole; `features` are what the model saw of
        each drift, by its id. When the process dies in between, the next opening replays the report from the
        timeline, without features. Raises StoreError.
        """
        self.timeline.record_scan(report, resources, events, fingerprint, series=series, read_to=read_to)
        self.record(report, features)

    def record_unchanged(self, report: Report, fingerprint: str) -> None:
        """Records, at next to no cost, a scan that found what the last one did. Raises StoreError.

        `report` is what `timeline.report_for(fingerprint)` gave, with a new scan.
        """
        self.timeline.record_unchanged(report, fingerprint)
        self.record(report)

    def record(self, report: Report, features: Mapping[str, Mapping[str, float]] | None = None) -> None:
        """Tells the ledger of a report; what somebody finds who may only look stays on their own machine."""
        if self.ledger.takes_scans:
            self.ledger.record(report, features)

    def close(self) -> None:
        self.ledger.close()
        self.timeline.close()

    def __enter__(self) -> "Stores":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_stores(folder: Path, shared: str | None = None, encryption: Encryption | None = None) -> Stores:
    """Opens both stores of a folder, creating what is not there, and makes them agree.

    With the URL of a shared database that is the ledger, in place of the folder's own. With `encryption` a timeline
    that is not there yet begins encrypted.

    Raises StoreError when another process has the timeline open, when a file is damaged or of a newer version,
    and when the timeline is not encrypted as it should be, or its key cannot be had.
    """
    from engine.store.ledger import Ledger
    from engine.store.timeline import Timeline

    prepare(folder, encryption)
    timeline = Timeline.open(folder)
    try:
        ledger = Ledger.open(shared or folder)
    except BaseException:
        timeline.close()
        raise
    stores = Stores(folder, timeline, ledger)
    try:
        _replay(stores, only_last=shared is not None)
    except BaseException:
        stores.close()
        raise
    return stores


def _replay(stores: Stores, *, only_last: bool) -> None:
    """A shared ledger was not always there, and is not told of scans from before that: only a cut-off one is."""
    recorded = stores.ledger.recorded_scans()
    for scan_id in stores.timeline.scan_ids()[-1 if only_last else 0 :]:
        if scan_id not in recorded and (report := stores.timeline.report_of(scan_id)):
            stores.record(report)
