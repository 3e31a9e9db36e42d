"""The settings of the source of kind `gcp_assets`."""

from typing import Literal

from msgspec import field

from engine.collectors.google_settings import GoogleSettings


class Settings(GoogleSettings, frozen=True, kw_only=True):
    """With `path` the recorded input is read, without it Cloud Asset Inventory.

    scope: what is read live: `projects/ID`, `folders/NUMBER` or `organizations/NUMBER`, or several of them.
    transport: how the service is spoken to.
    asset_types: limits what is read live to these (`compute.googleapis.com/Firewall`); by default those with tables.
    """

    scope: str | list[str] = field(default_factory=list)
    transport: Literal["grpc", "rest"] = "grpc"
    asset_types: list[str] = field(default_factory=list)

    @property
    def scopes(self) -> list[str]:
        """`scope` as a list."""
        return [self.scope] if isinstance(self.scope, str) else self.scope
