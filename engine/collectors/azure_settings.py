"""How a source reaches Azure: what every kind that reads it has in common."""

from msgspec import field

from engine.collectors import base


class AzureSettings(base.Settings, frozen=True, kw_only=True):
    """Without `path`, Azure is read over `subscriptions` or `management_groups`.

    subscriptions: ids of those to read; with neither, all that the caller may see.
    management_groups: names of groups whose subscriptions are read.
    endpoint: another address of the Resource Manager (a sovereign cloud, a private link, a test server).
    token: a reference (`env:NAME`, `keyring:SERVICE/NAME`) to a bearer token, as `az account get-access-token` gives
    it; without one the credentials of this machine are used.
    """

    subscriptions: list[str] = field(default_factory=list)
    management_groups: list[str] = field(default_factory=list)
    endpoint: str = "https://management.azure.com"
    token: str | None = None
