"""CloudFormation stacks: what their templates declare, from recorded files or from the API of an account."""

from msgspec import field

from engine.collectors import base
from engine.collectors.recorded_or_live import RecordedOrLive

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


class Source(RecordedOrLive):
    """The collector of kind `cloudformation`.

    Beside the resources of every stack it yields what CloudFormation's own drift detection last saw of them.
    """

    recorded = "engine.collectors.declared.cfn.recorded"
    live = "engine.collectors.declared.cfn.live"
    reach = "engine.collectors.declared.cfn.live"
