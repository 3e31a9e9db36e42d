"""The settings of the source of kind `cloudtrail`."""

from msgspec import field

from engine.collectors import base


class Settings(base.Settings, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Recorded logs by `path`; without it, the lookup API.

    profile: a profile of the AWS configuration. regions: where to look; without it the profile's region. Calls to
    global services (IAM, Route 53, CloudFront) are recorded in us-east-1, which is looked at as well.
    endpoint_url: another endpoint than AWS's own. days: how far back to look when nothing else bounds it (the API
    keeps 90 days and gives about 100 events a second).
    """

    profile: str | None = None
    regions: list[str] = field(default_factory=list)
    endpoint_url: str | None = None
    days: int = 14
