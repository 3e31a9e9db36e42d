"""Jira: incidents, changes and other work, from recorded answers of its search or from Jira Cloud or Data Center."""

from engine.collectors.events.jira.settings import Settings
from engine.collectors.recorded_or_live import RecordedOrLive

__all__ = ["Settings", "Source"]


class Source(RecordedOrLive):
    """The collector of kind `jira`."""

    recorded = "engine.collectors.events.jira.recorded"
    live = "engine.collectors.events.jira.live"
    reach = "engine.collectors.events.jira.live"
