"""The settings of the source of kind `cloudtrail`."""

from engine.collectors.aws_settings import AccountSettings


class Settings(AccountSettings, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Recorded logs by `path`; else the bucket that logs are delivered to by `s3`; else the lookup API.

    s3: `s3://BUCKET/PREFIX`, of a trail of one account or of an organisation. regions: where to look up, by default
    the profile's region; of a bucket, whose logs to read, by default all. Calls to global services (IAM, Route 53,
    CloudFront) are recorded in us-east-1, which is looked at as well. days: how far back to look when nothing else
    bounds it (the API keeps 90 days and gives about 100 events a second).
    """

    s3: str | None = None
    days: int = 14
