"""Azure Monitor: alerts and metrics, from recorded answers or from the API."""

from engine.collectors.events.azure_monitor.settings import Settings
from engine.collectors.recorded_or_live import RecordedOrLive

__all__ = ["Settings", "Source"]


class Source(RecordedOrLive):
    """The collector of kind `azure_monitor`."""

    recorded = "engine.collectors.events.azure_monitor.recorded"
    live = "engine.collectors.events.azure_monitor.live"
    reach = "engine.collectors.events.azure_monitor.live"
