"""The settings of the source of kind `gcp_monitoring`."""

from msgspec import Struct, field

from engine.collectors.google_settings import GoogleSettings


class Query(Struct, frozen=True, forbid_unknown_fields=True):
    """Metrics to read, by a filter in the service's words (`metric.type = "run.googleapis.com/request_count"`).

    aligner: how samples are brought to one every `period` seconds (`ALIGN_RATE`, `ALIGN_MEAN`, `ALIGN_PERCENTILE_99`);
    without one they come as they were written. reducer, group_by: how series are put together (`REDUCE_SUM`, by
    `resource.labels.service_name`).
    """

    filter: str
    aligner: str | None = None
    period: int = 300
    reducer: str | None = None
    group_by: list[str] = field(default_factory=list)


class Settings(GoogleSettings, frozen=True, kw_only=True):
    """With `path` the recorded answers are read, without it Cloud Monitoring.

    projects: ids of those to read live. queries: the metrics to read; alerts are read in any case.
    days: how far back the first read goes.
    """

    projects: list[str] = field(default_factory=list)
    queries: list[Query] = field(default_factory=list)
    days: int = 14
