"""CloudFormation stacks: what their templates declare, from recorded files or from the API of an account."""

from collections.abc import Iterator

from msgspec import field

from engine.collectors import base, files
from engine.collectors.base import Access, Context
from engine.model import Declared, Observed

__all__ = ["Settings", "Source"]


class Settings(base.Settings, frozen=True, kw_only=True):
    """With `path` templates and recorded answers are read, without it the API of one account in each of `regions`.

    profile: of the shared AWS configuration; without one the SDK's usual chain finds credentials.
    regions: those to read, by default the profile's own.
    endpoint_url: another address for every service (a test server, a private endpoint).
    role_arn: a role to assume first, for reading another account.
    """

    profile: str | None = None
    regions: list[str] = field(default_factory=list)
    endpoint_url: str | None = None
    role_arn: str | None = None


class Source:
    """The collector of kind `cloudformation`."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def fingerprint(self) -> str | None:
        """A digest of the recorded files; None for the live API, where only reading tells."""
        return files.fingerprint(files.find_files(self._settings)) if self._settings.paths else None

    def collect(self, context: Context) -> Iterator[Declared | Observed]:
        """Yields the resources of every stack, and what CloudFormation's own drift detection last saw of them.

        Raises SourceError when the input is not there, or the API refuses or cannot be reached.
        """
        if self._settings.paths:
            from engine.collectors.declared.cfn.recorded import read_recorded

            yield from read_recorded(files.find_files(self._settings), self._settings, context)
        else:
            from engine.collectors.declared.cfn.live import read_live

            yield from read_live(self._settings, context)

    def access(self, context: Context) -> Access | None:
        """As whom stacks are read, in which regions, and which permissions that lacks."""
        if self._settings.paths:
            return None
        from engine.collectors.declared.cfn.live import try_access

        return try_access(self._settings, context)
