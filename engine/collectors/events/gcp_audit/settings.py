"""The settings of the source of kind `gcp_audit_logs`."""

from msgspec import field

from engine.collectors.google_settings import GoogleSettings


class Settings(GoogleSettings, frozen=True, kw_only=True):
    """With `path` the recorded entries are read, without it Cloud Logging.

    projects: whose logs are read live: ids of projects, or `folders/NUMBER`, `organizations/NUMBER`.
    days: how far back to look when nothing else bounds it (Google keeps administrators' activity for 400 days).
    """

    projects: list[str] = field(default_factory=list)
    days: int = 14
