"""The settings of the source of kind `azure_resource_graph`."""

from msgspec import field

from engine.collectors import base


class Settings(base.Settings, frozen=True, kw_only=True):
    """With `path` the recorded input is read, without it Resource Graph over `subscriptions` or `management_groups`.

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
