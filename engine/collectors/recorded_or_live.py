"""Sources that are either recorded input on disk or the provider itself, as their settings say."""

from collections.abc import Iterator
from importlib import import_module
from typing import ClassVar

from engine.collectors import files
from engine.collectors.base import Access, Context, Found, Settings


class RecordedOrLive:
    """With `path` the recorded input is read, without it the provider.

    A kind names its modules, which are imported when they are used: `recorded` has `read_recorded(files, settings,
    context)`, `live` has `read_live(settings, context)`, and `reach` has `try_access(settings, context)`.
    """

    suffixes: ClassVar[tuple[str, ...]] = ()
    recorded: ClassVar[str]
    live: ClassVar[str]
    reach: ClassVar[str]

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def fingerprint(self) -> str | None:
        """A digest of the recorded files; None for the provider, where only reading tells."""
        return files.fingerprint(files.find_files(self._settings, self.suffixes)) if self._settings.paths else None

    def collect(self, context: Context) -> Iterator[Found]:
        """Yields what is recorded or live, and the coverage of each type that was listed completely.

        Raises SourceError when the input is not there, or the provider refuses or cannot be reached.
        """
        if self._settings.paths:
            found = files.find_files(self._settings, self.suffixes)
            yield from import_module(self.recorded).read_recorded(found, self._settings, context)
        else:
            yield from import_module(self.live).read_live(self._settings, context)

    def access(self, context: Context) -> Access | None:
        """As whom the provider is read, what may be read and what is lacking; None for recorded input.

        Raises SourceError when the provider refuses or cannot be reached.
        """
        if self._settings.paths:
            return None
        access: Access | None = import_module(self.reach).try_access(self._settings, context)
        return access
