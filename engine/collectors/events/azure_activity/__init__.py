"""Azure's activity log, and the changes that Resource Graph recorded: who called what, and which properties moved.

Recorded input comes in several shapes, told apart by content: answers of the API and of its tools (`{"value": […]}`,
lists, single entries), what is exported to storage and event hubs (`{"records": […]}`, one record per line), and
answers of Resource Graph with rows of `resourcechanges`.
"""

from engine.collectors.events.azure_activity.settings import Settings
from engine.collectors.recorded_or_live import RecordedOrLive

__all__ = ["Settings", "Source"]


class Source(RecordedOrLive):
    """The collector of kind `azure_activity`."""

    recorded = "engine.collectors.events.azure_activity.recorded"
    live = "engine.collectors.events.azure_activity.live"
    reach = "engine.collectors.events.azure_activity.live"
