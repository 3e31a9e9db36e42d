"""AWS Config's history: which properties of which resources moved and when, from delivered files or from the API."""

from engine.collectors.events.aws_config_history.settings import Settings
from engine.collectors.recorded_or_live import RecordedOrLive

__all__ = ["Settings", "Source"]


class Source(RecordedOrLive):
    """The collector of kind `aws_config_history`."""

    recorded = "engine.collectors.events.aws_config_history.recorded"
    live = "engine.collectors.events.aws_config_history.live"
    reach = "engine.collectors.events.aws_config_history.live"
