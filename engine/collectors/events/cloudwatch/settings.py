"""The settings of the source of kind `cloudwatch`."""

from msgspec import Struct, field

from engine.collectors.aws_settings import AccountSettings


class Query(Struct, frozen=True, forbid_unknown_fields=True):
    """A metric to read. Of a dimension with the value `*` each value is read.

    stat: `Average`, `Sum`, `Maximum`, `p99`, … period: seconds between samples, a multiple of 60.
    """

    namespace: str
    metric: str
    dimensions: dict[str, str] = field(default_factory=dict)
    stat: str = "Average"
    period: int = 300


class Settings(AccountSettings, frozen=True, kw_only=True):
    """With `path` the recorded answers are read, without it CloudWatch in each of `regions`.

    queries: the metrics to read; alarms are read in any case. days: how far back the first read goes.
    """

    queries: list[Query] = field(default_factory=list)
    days: int = 14
