"""The settings of the source of kind `azure_monitor`."""

from msgspec import Struct, field

from engine.collectors.azure_settings import AzureSettings


class Query(Struct, frozen=True, forbid_unknown_fields=True):
    """Metrics of one resource to read. resource: its id. interval: time between samples, as ISO 8601 writes it.

    filter: tells series apart by a dimension (`Instance eq '*'`). namespace: of the metrics, where it is not that of
    the resource's type.
    """

    resource: str
    metrics: list[str]
    aggregation: str = "Average"
    interval: str = "PT5M"
    filter: str | None = None
    namespace: str | None = None


class Settings(AzureSettings, frozen=True, kw_only=True):
    """With `path` the recorded answers are read, without it Azure Monitor.

    queries: the metrics to read; alerts of the subscriptions are read in any case. days: how far back the first read
    goes; Azure keeps alerts for 30 days and metrics for 93.
    """

    queries: list[Query] = field(default_factory=list)
    days: int = 14
