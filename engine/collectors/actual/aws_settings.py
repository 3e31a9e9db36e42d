"""The settings of the source of kind `aws`."""

from msgspec import field

from engine.collectors.aws_settings import AccountSettings


class Settings(AccountSettings, frozen=True, kw_only=True):
    """With `path` the recorded input is read, without it the API of one account.

    types: limits what is read live to these native types (`AWS::S3::Bucket`).
    cloud_control: types to list through Cloud Control as well, `*` for all that are not read otherwise. What is
    declared is asked for in any case.
    config_query: whether AWS Config is asked too. config_aggregator: the aggregator to ask, for many accounts at once.
    """

    types: list[str] = field(default_factory=list)
    cloud_control: list[str] = field(default_factory=list)
    config_query: bool = False
    config_aggregator: str | None = None
