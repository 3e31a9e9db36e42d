"""The settings of the source of kind `aws`."""

from msgspec import field

from engine.collectors import base


class Settings(base.Settings, frozen=True, kw_only=True):
    """With `path` the recorded input is read, without it the API of one account, in each of `regions`.

    profile: of the shared AWS configuration; without one the SDK's usual chain finds credentials.
    regions: those to read, by default the profile's own. Types that have no region are read once.
    endpoint_url: another address for every service (a test server, a private endpoint).
    role_arn: a role to assume first, for reading another account.
    types: limits what is read live to these native types (`AWS::S3::Bucket`).
    cloud_control: types to list through Cloud Control as well, `*` for all that are not read otherwise. What is
    declared is asked for in any case.
    config_query: whether AWS Config is asked too. config_aggregator: the aggregator to ask, for many accounts at once.
    """

    profile: str | None = None
    regions: list[str] = field(default_factory=list)
    endpoint_url: str | None = None
    role_arn: str | None = None
    types: list[str] = field(default_factory=list)
    cloud_control: list[str] = field(default_factory=list)
    config_query: bool = False
    config_aggregator: str | None = None
