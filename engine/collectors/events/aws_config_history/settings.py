"""The settings of the source of kind `aws_config_history`."""

from msgspec import field

from engine.collectors.aws_settings import AccountSettings


class Settings(AccountSettings, frozen=True, kw_only=True):
    """With `path` the recorded history is read, without it AWS Config in each of `regions`.

    types: limits what is read live to these types (`AWS::EC2::SecurityGroup`), by default all that are recorded.
    deleted: whether resources that are gone are looked for too, which takes a request for each hundred resources.
    days: how far back the first read goes. One request is made for each resource that changed in that time.
    """

    types: list[str] = field(default_factory=list)
    deleted: bool = True
    days: int = 7
