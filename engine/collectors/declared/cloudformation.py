"""CloudFormation stacks: what their templates declare, from recorded files or from the API of an account."""

from engine.collectors.aws_settings import AccountSettings
from engine.collectors.recorded_or_live import RecordedOrLive

__all__ = ["Settings", "Source"]


class Settings(AccountSettings, frozen=True, kw_only=True):
    """With `path` templates and recorded answers are read, without it the API of one account."""


class Source(RecordedOrLive):
    """The collector of kind `cloudformation`.

    Beside the resources of every stack it yields what CloudFormation's own drift detection last saw of them.
    """

    recorded = "engine.collectors.declared.cfn.recorded"
    live = "engine.collectors.declared.cfn.live"
    reach = "engine.collectors.declared.cfn.live"
