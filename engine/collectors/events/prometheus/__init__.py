"""Prometheus and Alertmanager: alerts and metrics, from recorded answers or from the servers."""

from engine.collectors.events.prometheus.settings import Settings
from engine.collectors.recorded_or_live import RecordedOrLive

__all__ = ["Settings", "Source"]


class Source(RecordedOrLive):
    """The collector of kind `prometheus`."""

    recorded = "engine.collectors.events.prometheus.recorded"
    live = "engine.collectors.events.prometheus.live"
    reach = "engine.collectors.events.prometheus.live"
