"""Reads audit logs from Cloud Logging, project by project: what administrators and Google's systems did, and what was
refused by policy. The logs of who read data are not asked for.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import grpc
import msgspec
from google.cloud.logging_v2.services.logging_service_v2 import LoggingServiceV2Client
from google.cloud.logging_v2.services.logging_service_v2.transports import LoggingServiceV2GrpcTransport
from google.cloud.logging_v2.types import ListLogEntriesRequest, LogEntry
from google.iam.v1.logging import audit_data_pb2
from google.protobuf.json_format import MessageToDict

from engine.collectors.base import Access, CancelledError, Context, Lack
from engine.collectors.events.gcp_audit.operations import Operations
from engine.collectors.events.gcp_audit.records import Entry, NotAuditError, to_entry
from engine.collectors.events.gcp_audit.settings import Settings
from engine.collectors.google_account import Api, Connection, RefusedError
from engine.collectors.pacing import Pace
from engine.errors import SourceError
from engine.model import Event

#: Requests a second that a project is given: 60 a minute.
_RATE, _BURST = 1.0, 10
_PAGE = 1000
_LOGS = ("activity", "system_event", "policy")
_PERMISSION = "logging.logEntries.list"
_API = Api(
    called="Cloud Logging",
    service="logging.googleapis.com",
    host=LoggingServiceV2Client.DEFAULT_ENDPOINT,
    settings="`projects`",
)
#: Naming the type makes it known to the reader of entries: what was added to policies and removed is written in it.
_POLICY_CHANGES = audit_data_pb2.AuditData


class _Logs:
    """Cloud Logging as the source's settings reach it.

    Raises SourceError when nothing is asked for, or there are no credentials.
    """

    def __init__(self, settings: Settings, context: Context) -> None:
        if not settings.projects:
            raise SourceError(f"nothing says whose logs to read; set `projects` of source {settings.name!r}")
        self.projects = [name if "/" in name else f"projects/{name}" for name in settings.projects]
        self._connection = Connection(_API, settings, context)
        self._pace = Pace(_RATE, burst=_BURST)
        self._service = LoggingServiceV2Client(transport=self._transport())

    @property
    def identity(self) -> str:
        return self._connection.identity

    def close(self) -> None:
        self._service.transport.close()  # type: ignore[no-untyped-call]

    def entries(self, project: str, since: datetime, order: str = "asc", size: int = _PAGE) -> Iterator[list[LogEntry]]:
        """The entries of a project since a moment, page by page.

        Raises RefusedError when they may not be read, SourceError when the service refuses or fails.
        """
        names = " OR ".join(f'"{project}/logs/cloudaudit.googleapis.com%2F{log}"' for log in _LOGS)
        request = ListLogEntriesRequest(
            resource_names=[project],
            filter=f'logName=({names}) AND timestamp>="{since.isoformat()}"',
            order_by=f"timestamp {order}",
            page_size=size,
        )
        while True:
            page = self._connection.send(self._pace, self._service.list_log_entries, request, _PERMISSION)
            yield list(page.entries)
            if not page.next_page_token:
                return
            request.page_token = page.next_page_token

    def _transport(self) -> LoggingServiceV2GrpcTransport:
        host = self._connection.host
        if self._connection.is_plain:
            return LoggingServiceV2GrpcTransport(channel=grpc.insecure_channel(host))
        return LoggingServiceV2GrpcTransport(host=host, credentials=self._connection.credentials)


def read_live(settings: Settings, context: Context) -> Iterator[Event]:
    """Yields the calls since `context.since`, project by project. A project that refuses does not stop the others.

    Raises SourceError when nothing can be read at all, or the credentials are refused.
    """
    logs = _Logs(settings, context)
    since = context.since or datetime.now(UTC) - timedelta(days=settings.days)
    refused = []
    try:
        for project in logs.projects:
            try:
                yield from _events(logs, project, since, settings, context)
            except RefusedError as error:
                refused.append(f"{project}: {error}")
                context.skip(project, str(error), records=0)
    except CancelledError:
        return
    finally:
        logs.close()
    if len(refused) == len(logs.projects):
        raise SourceError(f"nothing of source {settings.name!r} can be read: {refused[0]}")


def try_access(settings: Settings, context: Context) -> Access:
    """Whose logs may be read, and as whom.

    Raises SourceError when the service cannot be asked, or refuses everything.
    """
    logs = _Logs(settings, context)
    since = datetime.now(UTC) - timedelta(days=settings.days)
    may, lacks, newest = [], [], []
    try:
        for project in logs.projects:
            what = f"audit logs of {project}"
            try:
                page = next(logs.entries(project, since, order="desc", size=1))
                may.append(what)
                newest += [LogEntry.pb(entry).timestamp.ToDatetime(UTC) for entry in page]
            except RefusedError:
                lacks.append(Lack(what, _PERMISSION))
    except CancelledError:
        return Access(identity=logs.identity)
    finally:
        logs.close()
    if not may:
        raise SourceError(f"source {settings.name!r} may read nothing; grant {_PERMISSION} on {logs.projects[0]}")
    return Access(identity=logs.identity, may=tuple(may), lacks=tuple(lacks), newest=max(newest, default=None))


def _events(logs: _Logs, project: str, since: datetime, settings: Settings, context: Context) -> Iterator[Event]:
    operations = Operations()
    partly = context.since is not None
    try:
        for page in logs.entries(project, since):
            for item in page:
                entry = _entry(item, project, settings, context)
                if entry is None:
                    continue
                if entry.begins:
                    operations.begin(entry.event)
                elif entry.ends:
                    operations.end(entry.event)
                else:
                    yield entry.event
    except SourceError:
        yield from operations.events(partly)
        raise
    yield from operations.events(partly)


def _entry(item: LogEntry, project: str, settings: Settings, context: Context) -> Entry | None:
    try:
        return to_entry(_as_logged(item), settings.name)
    except NotAuditError:
        return None
    except (msgspec.DecodeError, ValueError) as error:
        context.skip(project, f"an entry cannot be read ({type(error).__name__})")
        return None


def _as_logged(item: LogEntry) -> bytes:
    """An entry in JSON, as exports hold it. Parts of unknown types are left out."""
    entry = LogEntry.pb(item)
    try:
        return msgspec.json.encode(MessageToDict(entry))
    except TypeError:
        return msgspec.json.encode(_without_strangers(entry))


def _without_strangers(entry: Any) -> dict[str, Any]:
    from google.cloud.audit.audit_log_pb2 import AuditLog

    log = AuditLog()
    if not entry.proto_payload.Unpack(log):
        entry.ClearField("proto_payload")
        return dict(MessageToDict(entry))
    log.ClearField("service_data")
    entry.proto_payload.Pack(log)
    return dict(MessageToDict(entry))
