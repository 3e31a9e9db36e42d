"""The settings of the source of kind `azure_resource_graph`."""

from engine.collectors.azure_settings import AzureSettings


class Settings(AzureSettings, frozen=True, kw_only=True):
    """With `path` the recorded input is read, without it Resource Graph."""
