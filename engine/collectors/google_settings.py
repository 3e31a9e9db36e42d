"""How a source reaches Google Cloud: what every kind that reads it has in common."""

from engine.collectors import base


class GoogleSettings(base.Settings, frozen=True, kw_only=True):
    """Without `path`, one of Google's APIs is read, with the credentials of this machine.

    endpoint: another address of the service, `host:port` (a private endpoint, a test server); with `http://` before
    it no credentials are sent.
    quota_project: the project whose quota is used, where it is not the one of the credentials.
    timeout: seconds that one answer may take.
    """

    endpoint: str | None = None
    quota_project: str | None = None
    timeout: float = 60
