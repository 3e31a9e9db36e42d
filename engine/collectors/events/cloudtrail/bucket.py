"""CloudTrail's logs in the bucket they are delivered to: the files of the days that are wanted, several at a time."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from msgspec import Struct

from engine.collectors.aws_account import FAILURES, WORKERS, Account, failure, is_denied
from engine.collectors.base import Access, CancelledError, Context, Lack
from engine.collectors.events.cloudtrail.recorded import events_in
from engine.collectors.events.cloudtrail.settings import Settings
from engine.collectors.files import decompress
from engine.errors import SourceError
from engine.model import Event
from engine.providers.reads import load_reads

#: `…/AWSLogs/[o-…/]ACCOUNT/CloudTrail/REGION/YYYY/MM/DD/`, as much of it as a folder's key has.
_FOLDER = re.compile(
    r"/CloudTrail/(?P<region>[a-z0-9-]+)/(?:(?P<year>\d{4})/(?:(?P<month>\d\d)/(?:(?P<day>\d\d)/)?)?)?$"
)
_NO_LOGS = ("/CloudTrail-Digest/", "/CloudTrail-Insight/")


class _Log(Struct, frozen=True):
    key: str
    delivered: datetime


def read_bucket(settings: Settings, context: Context) -> Iterator[Event]:
    """Yields the calls in the logs that were delivered since `context.since`, or of the last days.

    A log that cannot be fetched is reported and the rest goes on. Raises SourceError when the bucket cannot be listed.
    """
    account = Account(settings, load_reads("aws", context.knowledge), context)
    bucket = _Bucket(settings, account)
    since = context.since or datetime.now(UTC) - timedelta(days=settings.days)
    try:
        logs = bucket.logs(since)
        with ThreadPoolExecutor(WORKERS, thread_name_prefix="cloudtrail") as pool:
            # Batches bound what is in memory, and leave no queue behind when the scan is cancelled.
            while batch := list(islice(logs, 4 * WORKERS)):
                for log, body in zip(batch, pool.map(bucket.fetch, batch), strict=True):
                    if isinstance(body, str):
                        context.skip(log.key, body)
                    else:
                        yield from _events(body, log.key, settings.name, context)
    except CancelledError:
        return


def try_bucket(settings: Settings, context: Context) -> Access:
    """Looks for the first log, and fetches it. Raises SourceError when the bucket cannot be listed otherwise."""
    account = Account(settings, load_reads("aws", context.knowledge), context)
    bucket = _Bucket(settings, account)
    try:
        newest = max((log.delivered for log in bucket.logs(datetime.now(UTC) - timedelta(days=1))), default=None)
    except SourceError as error:
        if bucket.denied:
            return Access(identity=account.arn, lacks=(Lack(f"logs in {settings.s3}", "s3:ListBucket"),))
        raise error
    return Access(identity=account.arn, may=(f"logs in {settings.s3}",), newest=newest)


def _events(body: bytes, key: str, source: str, context: Context) -> Iterator[Event]:
    name = key.rpartition("/")[2]
    try:
        data = decompress(body, name)
    except SourceError as error:
        context.skip(name, str(error).removeprefix(f"{name}: "))
        return
    yield from events_in(data, name, source, context)


class _Bucket:
    """The bucket of a source's setting `s3`. `denied`: whether it refused to be listed."""

    def __init__(self, settings: Settings, account: Account) -> None:
        self.denied = False
        self._account = account
        self._settings = settings
        address = re.fullmatch(r"s3://(?P<bucket>[^/]+)/?(?P<prefix>.*)", settings.s3 or "")
        if address is None:
            raise SourceError(f"`s3` of source {settings.name!r} is no address; write it as s3://BUCKET/PREFIX")
        self._name = address["bucket"]
        prefix = address["prefix"].strip("/")
        self._prefix = f"{prefix}/" if prefix else ""
        self._client = account.client("s3", account.regions[0])

    def logs(self, since: datetime) -> Iterator[_Log]:
        """The logs that were delivered since then. Folders of earlier days, and of other regions, are not opened."""
        yield from self._walk(self._prefix, since)

    def fetch(self, log: _Log) -> bytes | str:
        """The content of a log, or why it cannot be had."""
        try:
            return self._account.again(lambda: self._get(log.key))
        except FAILURES as error:
            self._account.check_expiry(error)
            return failure("s3:GetObject", error, "s3:GetObject")

    def _get(self, key: str) -> bytes:
        body: bytes = self._client.get_object(Bucket=self._name, Key=key)["Body"].read()
        return body

    def _walk(self, prefix: str, since: datetime) -> Iterator[_Log]:
        for page in self._pages(prefix):
            for item in page.get("Contents", ()):
                if item["LastModified"] >= since and not item["Key"].endswith("/"):
                    yield _Log(item["Key"], item["LastModified"])
            for folder in page.get("CommonPrefixes", ()):
                if self._is_wanted(folder["Prefix"], since):
                    yield from self._walk(folder["Prefix"], since)

    def _pages(self, prefix: str) -> Iterator[dict[str, Any]]:
        pages = self._client.get_paginator("list_objects_v2")
        try:
            yield from pages.paginate(Bucket=self._name, Prefix=prefix, Delimiter="/")
        except FAILURES as error:
            self._account.check_expiry(error)
            self.denied = is_denied(error)
            why = failure("s3:ListObjectsV2", error, "s3:ListBucket")
            raise SourceError(f"the logs in s3://{self._name}/{self._prefix} cannot be listed: {why}") from error

    def _is_wanted(self, folder: str, since: datetime) -> bool:
        if any(name in folder for name in _NO_LOGS):
            return False
        match = _FOLDER.search(folder)
        if match is None:
            return True
        if self._settings.regions and match["region"] not in self._settings.regions:
            return False
        # A log of the last minutes of a day may be delivered on the next.
        first = (since - timedelta(days=1)).date()
        wanted = (first.year, first.month, first.day)
        dated = tuple(int(part) for part in (match["year"], match["month"], match["day"]) if part)
        return dated >= wanted[: len(dated)]
