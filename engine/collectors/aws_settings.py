"""How a source reaches an AWS account: what every kind that reads one has in common."""

from msgspec import field

from engine.collectors import base


class AccountSettings(base.Settings, frozen=True, kw_only=True):
    """Without `path`, the API of one account is read, in each of `regions`.

    profile: of the shared AWS configuration; without one the SDK's usual chain finds credentials.
    regions: those to read, by default the profile's own. Types that have no region are read once.
    endpoint_url: another address for every service (a test server, a private endpoint).
    role_arn: a role to assume first, for reading another account.
    """

    profile: str | None = None
    regions: list[str] = field(default_factory=list)
    endpoint_url: str | None = None
    role_arn: str | None = None
