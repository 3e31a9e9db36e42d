"""Azure as it is: recorded answers, or Resource Graph."""

from engine.collectors.actual.azure_settings import Settings
from engine.collectors.recorded_or_live import RecordedOrLive

__all__ = ["Settings", "Source"]


class Source(RecordedOrLive):
    """The collector of kind `azure_resource_graph`."""

    recorded = "engine.collectors.actual.azure_recorded"
    live = "engine.collectors.actual.azure_live"
    reach = "engine.collectors.actual.azure_live"
