"""AWS as it is: recorded answers, or the API of one account."""

from collections.abc import Iterator

from engine.collectors import files
from engine.collectors.actual.aws_settings import Settings
from engine.collectors.base import Access, Context, Found

__all__ = ["Settings", "Source"]


class Source:
    """The collector of kind `aws`."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def fingerprint(self) -> str | None:
        """A digest of the recorded files; None for the live API, where only reading tells."""
        if not self._settings.paths:
            return None
        return files.fingerprint(files.find_files(self._settings))

    def collect(self, context: Context) -> Iterator[Found]:
        """Yields observed resources, and the coverage of each type that was listed completely.

        Raises SourceError when the input is not there, or the API refuses or cannot be reached.
        """
        if self._settings.paths:
            from engine.collectors.actual.aws_recorded import read_recorded

            yield from read_recorded(files.find_files(self._settings), self._settings, context)
        else:
            from engine.collectors.actual.aws_live import read_live

            yield from read_live(self._settings, context)

    def access(self, context: Context) -> Access | None:
        """As whom the account is read, and which types may be listed; None for recorded input."""
        if self._settings.paths:
            return None
        from engine.collectors.actual.aws_access import try_access

        return try_access(self._settings, context)
