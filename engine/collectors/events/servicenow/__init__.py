"""ServiceNow: incidents, planned changes and other work, from recorded answers of its Table API or from an instance."""

from engine.collectors.events.servicenow.settings import Settings
from engine.collectors.recorded_or_live import RecordedOrLive

__all__ = ["Settings", "Source"]


class Source(RecordedOrLive):
    """The collector of kind `servicenow`."""

    recorded = "engine.collectors.events.servicenow.recorded"
    live = "engine.collectors.events.servicenow.live"
    reach = "engine.collectors.events.servicenow.live"
