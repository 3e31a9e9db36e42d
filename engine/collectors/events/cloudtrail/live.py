"""CloudTrail as it is kept by AWS: the bucket that logs are delivered to where one is named, else the lookup API."""

from collections.abc import Iterator

from engine.collectors.base import Access, Context
from engine.collectors.events.cloudtrail.bucket import read_bucket, try_bucket
from engine.collectors.events.cloudtrail.lookup import lookup, try_lookup
from engine.collectors.events.cloudtrail.settings import Settings
from engine.model import Event


def read_live(settings: Settings, context: Context) -> Iterator[Event]:
    """Yields every call of delivered logs, reads included; of the lookup API the writing calls only.

    Raises SourceError when AWS refuses.
    """
    return read_bucket(settings, context) if settings.s3 else lookup(settings, context)


def try_access(settings: Settings, context: Context) -> Access:
    """As whom AWS is asked, and what it lets itself be asked. Raises SourceError when it cannot be asked."""
    return try_bucket(settings, context) if settings.s3 else try_lookup(settings, context)
