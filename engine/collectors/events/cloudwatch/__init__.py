"""Amazon CloudWatch: alarms and metrics, from recorded answers or from the API."""

from engine.collectors.events.cloudwatch.settings import Settings
from engine.collectors.recorded_or_live import RecordedOrLive

__all__ = ["Settings", "Source"]


class Source(RecordedOrLive):
    """The collector of kind `cloudwatch`."""

    recorded = "engine.collectors.events.cloudwatch.recorded"
    live = "engine.collectors.events.cloudwatch.live"
    reach = "engine.collectors.events.cloudwatch.live"
