"""The settings of the source of kind `azure_activity`."""

from engine.collectors.azure_settings import AzureSettings


class Settings(AzureSettings, frozen=True, kw_only=True):
    """With `path` the recorded input is read, without it the activity log and Resource Graph's changes.

    days: how far back to look when nothing else bounds it; Azure keeps 90 days of the log and 14 of the changes.
    """

    days: int = 14
