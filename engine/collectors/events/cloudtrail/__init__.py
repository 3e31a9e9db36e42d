"""AWS CloudTrail: who called which API, from recorded logs, from the bucket they are delivered to, or from the API."""

from engine.collectors.events.cloudtrail.settings import Settings
from engine.collectors.recorded_or_live import RecordedOrLive

__all__ = ["Settings", "Source"]


class Source(RecordedOrLive):
    """The collector of kind `cloudtrail`."""

    suffixes = (".json", ".ndjson", ".jsonl", ".log")
    recorded = "engine.collectors.events.cloudtrail.recorded"
    live = "engine.collectors.events.cloudtrail.live"
    reach = "engine.collectors.events.cloudtrail.live"
