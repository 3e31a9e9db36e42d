"""The settings of the source of kind `gcp_audit_logs`."""

from msgspec import field

from engine.collectors import base


class Settings(base.Settings, frozen=True, kw_only=True):
    """With `path` the recorded entries are read, without it Cloud Logging.

    projects: whose logs are read live: ids of projects, or `folders/NUMBER`, `organizations/NUMBER`.
    endpoint: another address of the service, `host:port` (a private endpoint, a test server); with `http://` before
    it no credentials are sent.
    days: how far back to look when nothing else bounds it (Google keeps administrators' activity for 400 days).
    quota_project: the project whose quota is used, where it is not the one of the credentials.
    timeout: seconds that one answer may take.
    """

    projects: list[str] = field(default_factory=list)
    endpoint: str | None = None
    days: int = 14
    quota_project: str | None = None
    timeout: float = 60
