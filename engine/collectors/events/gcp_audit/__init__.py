"""Google Cloud's audit logs: who called which method, from exported entries or from Cloud Logging."""

from engine.collectors.events.gcp_audit.settings import Settings
from engine.collectors.recorded_or_live import RecordedOrLive

__all__ = ["Settings", "Source"]


class Source(RecordedOrLive):
    """The collector of kind `gcp_audit_logs`."""

    recorded = "engine.collectors.events.gcp_audit.recorded"
    live = "engine.collectors.events.gcp_audit.live"
    reach = "engine.collectors.events.gcp_audit.live"
