"""The settings of the source of kind `prometheus`."""

from msgspec import field

from engine.collectors import base


class Settings(base.Settings, frozen=True, kw_only=True):
    """With `path` the recorded answers are read, without it the servers.

    url: the address of Prometheus, or of what speaks its API (Thanos, Mimir, VictoriaMetrics). alertmanager: that of
    an Alertmanager, read as well. token: a reference to a token, sent as a bearer token, or as the password of `user`
    where that is set. queries: metrics to read, as a list of PromQL or by names of your own
    (`{errors = "sum by (service) (rate(http_errors_total[5m]))"}`); alerts are read in any case.
    days: how far back the first read goes. step: seconds between the samples of a query, which is also how exactly
    the end of an alert is known.
    """

    url: str | None = None
    alertmanager: str | None = None
    token: str | None = None
    user: str | None = None
    queries: list[str] | dict[str, str] = field(default_factory=list)
    days: int = 14
    step: int = 60
