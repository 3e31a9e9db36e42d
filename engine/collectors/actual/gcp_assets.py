"""Google Cloud as it is: exports of Cloud Asset Inventory, or the service itself."""

from engine.collectors.actual.gcp_settings import Settings
from engine.collectors.recorded_or_live import RecordedOrLive

__all__ = ["Settings", "Source"]


class Source(RecordedOrLive):
    """The collector of kind `gcp_assets`."""

    recorded = "engine.collectors.actual.gcp_recorded"
    live = "engine.collectors.actual.gcp_live"
    reach = "engine.collectors.actual.gcp_live"
