"""CloudTrail's lookup API: the writing calls of the last days, read once and within the quota."""

from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from engine.collectors.aws_account import FAILURES, Account, failure, is_denied
from engine.collectors.base import Access, CancelledError, Context, Lack
from engine.collectors.events.cloudtrail.records import to_event
from engine.collectors.events.cloudtrail.settings import Settings
from engine.errors import SourceError
from engine.model import Event
from engine.providers.reads import load_reads

_PAGE = 50
_PERMISSION = "cloudtrail:LookupEvents"
#: Where the calls to global services are recorded.
_GLOBAL_REGION = "us-east-1"
_OTHER_PARTITIONS = ("cn-", "us-gov-", "us-iso")


class _Region:
    """One region's answers, page by page."""

    def __init__(self, name: str, client: Any, since: datetime) -> None:
        self.name = name
        self.token: str | None = None
        self._client = client
        self._since = since

    def newest(self) -> datetime | None:
        """When the newest recorded call was made; None when there is none."""
        found = self._client.lookup_events(MaxResults=1).get("Events", [])
        return found[0]["EventTime"] if found else None

    def next_page(self) -> list[dict[str, Any]]:
        """The next page of events, newest first."""
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
    since = context.since or datetime.now(UTC) - timedelta(days=settings.days)
    account = _account(settings, context)
    waiting = deque(_regions(account, since))
    answered, failures = 0, list[str]()
    while waiting:
        region = waiting.popleft()
        try:
            page = account.again(region.next_page)
        except FAILURES as error:
            account.check_expiry(error)
            failures.append(failure("cloudtrail:LookupEvents", error, _PERMISSION))
            context.skip(region.name, failures[-1])
            continue
        except CancelledError:
            return
        answered += 1
        yield from _events(page, settings.name, region.name, context)
        if region.token:
            waiting.append(region)
    if not answered:
        raise SourceError(f"CloudTrail cannot be looked up for source {settings.name!r}: {failures[0]}")


def try_lookup(settings: Settings, context: Context) -> Access:
    """Asks each region for its newest record.

    Raises SourceError when no region can be asked, for another reason than a missing permission.
    """
    account = _account(settings, context)
    may: list[str] = []
    lacks: list[Lack] = []
    newest: list[datetime] = []
    problem = ""
    for region in _regions(account, datetime.now(UTC)):
        try:
            at = region.newest()
        except FAILURES as error:
            if is_denied(error):
                lacks.append(Lack(f"events of {region.name}", _PERMISSION))
            else:
                problem = failure("cloudtrail:LookupEvents", error, _PERMISSION)
        except CancelledError:
            break
        else:
            may.append(f"events of {region.name}")
            newest += [at] if at else []
    if problem and not may:
        raise SourceError(f"CloudTrail cannot be looked up for source {settings.name!r}: {problem}")
    return Access(identity=account.arn, may=tuple(may), lacks=tuple(lacks), newest=max(newest, default=None))


def _account(settings: Settings, context: Context) -> Account:
    return Account(settings, load_reads("aws", context.knowledge), context)


def _regions(account: Account, since: datetime) -> list[_Region]:
    names = list(account.regions)
    if _GLOBAL_REGION not in names and not names[0].startswith(_OTHER_PARTITIONS):
        names.append(_GLOBAL_REGION)
    return [_Region(name, account.client("cloudtrail", name), since) for name in names]


def _events(page: list[dict[str, Any]], source: str, region: str, context: Context) -> Iterator[Event]:
    for item in page:
        try:
            event = to_event(str(item["CloudTrailEvent"]).encode(), source)
        except (KeyError, msgspec.DecodeError):
            context.skip(region, "an answer of the lookup API holds no readable record")
            continue
        if event.writes:
            yield event
