"""The settings of the source of kind `kubernetes_audit`."""

from engine.collectors import base


class Settings(base.Settings, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`cluster` names the cluster whose log it is; without it, the log may be of any."""

    cluster: str | None = None
