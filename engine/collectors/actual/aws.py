"""AWS as it is: recorded answers, or the API of one account."""

from engine.collectors.actual.aws_settings import Settings
from engine.collectors.recorded_or_live import RecordedOrLive

__all__ = ["Settings", "Source"]


class Source(RecordedOrLive):
    """The collector of kind `aws`."""

    recorded = "engine.collectors.actual.aws_recorded"
    live = "engine.collectors.actual.aws_live"
    reach = "engine.collectors.actual.aws_access"
