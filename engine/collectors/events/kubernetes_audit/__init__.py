"""The audit log of a Kubernetes API server: who did what to which object, from the server's files or a webhook's.

Read are logs of one record a line, rotated and compressed ones, lists of records, the `EventList` that the server
sends to a webhook, and records that a log service wrapped (CloudWatch, Azure diagnostics). Of a request's stages the
last one counts.

Nearly all of a busy server's log is software that reads and keeps its books: watches, heartbeats, reports of status.
They changed nothing that anybody declares, and a million of them would take gigabytes. So what software read
successfully, or wrote as bookkeeping, is left out, but for the newest record of all, which tells how far the log
reaches. Every refused or failed call is kept, and everything that people did, reads included: they tell a story.
"""

from collections.abc import Iterator

from engine.collectors.base import Context
from engine.collectors.events.kubernetes_audit.settings import Settings
from engine.collectors.files import find_files, fingerprint
from engine.model import Event

__all__ = ["Settings", "Source"]

#: The digits are the ends of rotated files: `audit.log.1`, `audit.log-20260301`.
_SUFFIXES = (".json", ".ndjson", ".jsonl", ".log", *"0123456789")


class Source:
    """The collector of kind `kubernetes_audit`: the audit log of one cluster."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def fingerprint(self) -> str | None:
        """A digest of the files."""
        return fingerprint(find_files(self._settings, _SUFFIXES))

    def collect(self, context: Context) -> Iterator[Event]:
        """Yields the calls that can bear on a drift, and the newest of all.

        Raises SourceError when there is no log, or nothing in the logs can be read.
        """
        from engine.collectors.events.kubernetes_audit.recorded import read_recorded

        return read_recorded(find_files(self._settings, _SUFFIXES), self._settings, context)
