"""Google Cloud Monitoring: alerts and metrics, from recorded answers or from the API."""

from engine.collectors.events.gcp_monitoring.settings import Settings
from engine.collectors.recorded_or_live import RecordedOrLive

__all__ = ["Settings", "Source"]


class Source(RecordedOrLive):
    """The collector of kind `gcp_monitoring`."""

    recorded = "engine.collectors.events.gcp_monitoring.recorded"
    live = "engine.collectors.events.gcp_monitoring.live"
    reach = "engine.collectors.events.gcp_monitoring.live"
