"""AWS as it is: recorded answers, or the API of one account."""

from collections.abc import Iterator

from msgspec import field

from engine.collectors import base, files
from engine.collectors.base import Context, Found


class Settings(base.Settings, frozen=True, kw_only=True):
    """With `path` the recorded input is read, without it the API of one account, in each of `regions`.

    profile: of the shared AWS configuration; without one the SDK's usual chain finds credentials.
    regions: those to read, by default the profile's own. Types that have no region are read once.
    endpoint_url: another address for every service (a test server, a private endpoint).
    role_arn: a role to assume first, for reading another account.
    types: limits what is read live to these native types (`AWS::S3::Bucket`).
    """

    profile: str | None = None
    regions: list[str] = field(default_factory=list)
    endpoint_url: str | None = None
    role_arn: str | None = None
    types: list[str] = field(default_factory=list)


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

    def identity(self, context: Context) -> str:
        """As whom the API of the account is read, and where. Raises SourceError when it cannot be."""
        from engine.collectors.actual.aws_session import Account
        from engine.providers.reads import load_reads

        account = Account(self._settings, load_reads("aws", context.knowledge), context)
        return f"as {account.arn} in {', '.join(account.regions)}"
