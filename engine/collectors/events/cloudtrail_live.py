"""CloudTrail's lookup API: the writing calls of the last days, read once and within the quota."""

from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from engine.collectors.base import Access, Context, Lack
from engine.collectors.events.cloudtrail_records import to_event
from engine.collectors.events.cloudtrail_settings import Settings
from engine.collectors.pacing import Pace
from engine.errors import SourceError
from engine.model import Event

#: The API's published quota, per account and region.
_REQUESTS_PER_SECOND = 2.0
_PAGE = 50
#: Where the calls to global services are recorded, by the first part of a region's partition.
_GLOBAL_REGION = "us-east-1"


class _Region:
    """One region's answers, page by page."""

    def __init__(self, name: str, client: Any, since: datetime) -> None:
        self.name = name
        self.token: str | None = None
        self._client = client
        self._since = since
        self._pace = Pace(_REQUESTS_PER_SECOND, burst=1)

    def newest(self, context: Context) -> datetime | None:
        """When the newest recorded call was made; None when there is none, or the scan is cancelled."""
        if self._pace.wait(context):
            return None
        found = self._client.lookup_events(MaxResults=1).get("Events", [])
        return found[0]["EventTime"] if found else None

    def next_page(self, context: Context) -> list[dict[str, Any]] | None:
        """The next page of events, newest first; None once the scan is cancelled."""
        if self._pace.wait(context):
            return None
        request: dict[str, Any] = {
            "LookupAttributes": [{"AttributeKey": "ReadOnly", "AttributeValue": "false"}],
            "StartTime": self._since,
            "MaxResults": _PAGE,
        }
        if self.token:
            request["NextToken"] = self.token
        answer = self._client.lookup_events(**request)
        self.token = answer.get("NextToken")
        events: list[dict[str, Any]] = answer.get("Events", [])
        return events


def lookup(settings: Settings, context: Context) -> Iterator[Event]:
    """Yields the writing calls since `context.since`, region by region in turn so that every quota is used.

    A region that refuses is reported and the rest goes on. Raises SourceError when no region answers.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    since = context.since or datetime.now(UTC) - timedelta(days=settings.days)
    try:
        waiting = deque(_regions(settings, since))
    except BotoCoreError as error:
        raise SourceError(_sentence(settings, "", error)) from error
    answered, failures = 0, []
    while waiting:
        region = waiting.popleft()
        try:
            page = region.next_page(context)
        except (BotoCoreError, ClientError) as error:
            failures.append(_sentence(settings, region.name, error))
            context.skip(region.name, failures[-1])
            continue
        if page is None:
            return
        answered += 1
        yield from _events(page, settings.name, region.name, context)
        if region.token:
            waiting.append(region)
    if not answered:
        raise SourceError(failures[0])


def try_access(settings: Settings, context: Context) -> Access:
    """Asks who is calling, and each region for its newest record.

    Raises SourceError when no region can be asked, for another reason than a missing permission.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    may: list[str] = []
    lacks: list[Lack] = []
    newest: list[datetime] = []
    failure = ""
    try:
        regions = _regions(settings, datetime.now(UTC))
        identity = str(_client(settings, "sts", regions[0].name).get_caller_identity()["Arn"])
    except (BotoCoreError, ClientError) as error:
        raise SourceError(_sentence(settings, "", error)) from error
    for region in regions:
        try:
            at = region.newest(context)
        except ClientError as error:
            if "AccessDenied" in _code(error):
                lacks.append(Lack(f"events of {region.name}", "cloudtrail:LookupEvents"))
            else:
                failure = _sentence(settings, region.name, error)
        except BotoCoreError as error:
            failure = _sentence(settings, region.name, error)
        else:
            may.append(f"events of {region.name}")
            newest += [at] if at else []
    if failure and not may:
        raise SourceError(failure)
    return Access(identity=identity, may=tuple(may), lacks=tuple(lacks), newest=max(newest, default=None))


def _regions(settings: Settings, since: datetime) -> list[_Region]:
    import boto3

    session = boto3.session.Session(profile_name=settings.profile)
    names = list(settings.regions) or ([session.region_name] if session.region_name else [])
    if not names:
        raise SourceError(f"source {settings.name!r} names no region; set `regions` or a region in its profile")
    if _GLOBAL_REGION not in names and not names[0].startswith(("cn-", "us-gov-", "us-iso")):
        names.append(_GLOBAL_REGION)
    return [_Region(name, _client(settings, "cloudtrail", name), since) for name in names]


def _client(settings: Settings, service: str, region: str) -> Any:
    import boto3
    from botocore.config import Config

    session = boto3.session.Session(profile_name=settings.profile)
    config = Config(retries={"max_attempts": 6, "mode": "standard"}, connect_timeout=10, read_timeout=30)
    return session.client(service, region_name=region, endpoint_url=settings.endpoint_url, config=config)


def _events(page: list[dict[str, Any]], source: str, region: str, context: Context) -> Iterator[Event]:
    for item in page:
        try:
            event = to_event(str(item["CloudTrailEvent"]).encode(), source)
        except (KeyError, msgspec.DecodeError):
            context.skip(region, "an answer of the lookup API holds no readable record")
            continue
        if event.writes:
            yield event


def _sentence(settings: Settings, region: str, error: Exception) -> str:
    """What went wrong in one sentence; the SDK's own text may hold request details and is not repeated."""
    reason = _code(error) or type(error).__name__
    where = f" in {region}" if region else ""
    return (
        f"CloudTrail cannot be looked up{where} for source {settings.name!r} ({reason}); "
        "check its profile, its regions and the permission cloudtrail:LookupEvents"
    )


def _code(error: Exception) -> str:
    response = getattr(error, "response", None)
    return str(response.get("Error", {}).get("Code", "")) if isinstance(response, dict) else ""
