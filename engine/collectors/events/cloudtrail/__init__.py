"""AWS CloudTrail: who called which API, from recorded logs, from the bucket they are delivered to, or from the API."""

from collections.abc import Iterator
from pathlib import Path

from engine.collectors.base import Access, Context
from engine.collectors.events.cloudtrail.recorded import events_in
from engine.collectors.events.cloudtrail.settings import Settings
from engine.collectors.files import find_files, fingerprint
from engine.collectors.json_files import read_json
from engine.errors import SourceError
from engine.model import Event

__all__ = ["Settings", "Source"]

_SUFFIXES = (".json", ".ndjson", ".jsonl", ".log")


class Source:
    """A CloudTrail source."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def fingerprint(self) -> str | None:
        """Names, sizes and times of the recorded files; None for the bucket and the API."""
        return fingerprint(self._files()) if self._settings.paths else None

    def collect(self, context: Context) -> Iterator[Event]:
        """Yields every call of recorded and delivered logs, reads included; of the lookup API the writing calls only.

        Raises SourceError when there is no log, nothing in the logs can be read, or AWS refuses.
        """
        if self._settings.paths:
            yield from self._recorded(context)
        elif self._settings.s3:
            from engine.collectors.events.cloudtrail.bucket import read_bucket

            yield from read_bucket(self._settings, context)
        else:
            from engine.collectors.events.cloudtrail.lookup import lookup

            yield from lookup(self._settings, context)

    def access(self, context: Context) -> Access | None:
        """As whom AWS is asked, and what it lets itself be asked; None for recorded logs."""
        if self._settings.paths:
            return None
        if self._settings.s3:
            from engine.collectors.events.cloudtrail.bucket import try_bucket

            return try_bucket(self._settings, context)
        from engine.collectors.events.cloudtrail.lookup import try_lookup

        return try_lookup(self._settings, context)

    def _recorded(self, context: Context) -> Iterator[Event]:
        events = 0
        for path in self._files():
            if context.cancelled:
                return
            try:
                data = read_json(path)
            except SourceError as error:
                context.skip(path.name, str(error).removeprefix(f"{path.name}: "))
                continue
            for event in events_in(data, path.name, self._settings.name, context):
                events += 1
                if context.since is None or event.at >= context.since:
                    yield event
        if not events and context.problems:
            raise SourceError(
                f"nothing in the logs of source {self._settings.name!r} could be read: {context.problems[0]}"
            )

    def _files(self) -> list[Path]:
        """The log files; the digests that are delivered beside them hold no records."""
        return [path for path in find_files(self._settings, _SUFFIXES) if "CloudTrail-Digest" not in path.parts]
