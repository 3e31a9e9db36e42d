"""The settings of the source of kind `gcp_assets`."""

from typing import Literal

from msgspec import field

from engine.collectors import base


class Settings(base.Settings, frozen=True, kw_only=True):
    """With `path` the recorded input is read, without it Cloud Asset Inventory.

    scope: what is read live: `projects/ID`, `folders/NUMBER` or `organizations/NUMBER`, or several of them.
    endpoint: another address of the service, `host:port` (a private endpoint, a test server); with `http://` before
    it no credentials are sent.
    transport: how the service is spoken to.
    asset_types: limits what is read live to these (`compute.googleapis.com/Firewall`); by default those with tables.
    quota_project: the project whose quota is used, where it is not the one of the credentials.
    timeout: seconds that one answer may take.
    """

    scope: str | list[str] = field(default_factory=list)
    endpoint: str | None = None
    transport: Literal["grpc", "rest"] = "grpc"
    asset_types: list[str] = field(default_factory=list)
    quota_project: str | None = None
    timeout: float = 60

    @property
    def scopes(self) -> list[str]:
        """`scope` as a list."""
        return [self.scope] if isinstance(self.scope, str) else self.scope
