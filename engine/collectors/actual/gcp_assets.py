"""Google Cloud as it is: exports of Cloud Asset Inventory, or the service itself."""

from collections.abc import Iterator

from engine.collectors import files
from engine.collectors.actual.gcp_settings import Settings
from engine.collectors.base import Access, Context, Found

__all__ = ["Settings", "Source"]


class Source:
    """The collector of kind `gcp_assets`."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def fingerprint(self) -> str | None:
        """A digest of the recorded files; None for the live service, where only reading tells."""
        if not self._settings.paths:
            return None
        return files.fingerprint(files.find_files(self._settings))

    def collect(self, context: Context) -> Iterator[Found]:
        """Yields observed assets, and the coverage of each type that was listed completely.

        Raises SourceError when the input is not there, or the service refuses or cannot be reached.
        """
        if self._settings.paths:
            from engine.collectors.actual.gcp_recorded import read_recorded

            yield from read_recorded(files.find_files(self._settings), self._settings, context)
        else:
            from engine.collectors.actual.gcp_live import read_live

            yield from read_live(self._settings, context)

    def access(self, context: Context) -> Access | None:
        """The scopes that can be read, and those that cannot; None for recorded input.

        Raises SourceError when the service refuses or cannot be reached.
        """
        if self._settings.paths:
            return None
        from engine.collectors.actual.gcp_live import look

        return look(self._settings, context)
