"""Cloud Logging on loopback, for the real SDK: over gRPC, with pages, filters, refusals and failures."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import grpc
from google.cloud.audit.audit_log_pb2 import AuditLog
from google.cloud.logging_v2.types import ListLogEntriesRequest, ListLogEntriesResponse, LogEntry
from google.iam.v1.logging.audit_data_pb2 import AuditData
from google.protobuf.json_format import ParseDict

_KNOWN = (AuditLog, AuditData)  # the types that entries hold, which parsing looks up


class FakeLogging:
    """The service's state: entries as the API writes them in JSON, by project.

    faults: codes that the next requests are answered with, one each. denied: projects that nobody may read.
    requests: what was asked, in order.
    """

    def __init__(self, entries: dict[str, list[dict[str, Any]]], page: int = 3) -> None:
        self.entries = entries
        self.page = page
        self.faults: list[str] = []
        self.denied: set[str] = set()
        self.requests: list[ListLogEntriesRequest] = []

    def list(self, request: ListLogEntriesRequest, context: grpc.ServicerContext) -> ListLogEntriesResponse:
        """A page of `ListLogEntries`."""
        self.requests.append(request)
        [project] = request.resource_names
        if self.faults:
            context.abort(grpc.StatusCode[self.faults.pop(0)], "as told")
        if project in self.denied:
            context.abort(grpc.StatusCode.PERMISSION_DENIED, "The caller does not have permission")
        found = sorted(
            (entry for entry in self.entries.get(project, []) if _fits(entry, request.filter)),
            key=lambda entry: str(entry["timestamp"]),
            reverse=request.order_by == "timestamp desc",
        )
        start = int(request.page_token or 0)
        end = start + min(self.page, request.page_size or self.page)
        answer = ListLogEntriesResponse(next_page_token=str(end) if end < len(found) else "")
        answer.entries.extend(LogEntry.wrap(ParseDict(entry, LogEntry.pb(LogEntry()))) for entry in found[start:end])
        return answer


@contextmanager
def serve(logging: FakeLogging) -> Iterator[str]:
    """Serves it; gives the endpoint."""
    handler = grpc.unary_unary_rpc_method_handler(
        logging.list,
        request_deserializer=ListLogEntriesRequest.deserialize,
        response_serializer=ListLogEntriesResponse.serialize,
    )
    server = grpc.server(ThreadPoolExecutor(4))
    server.add_generic_rpc_handlers(
        (grpc.method_handlers_generic_handler("google.logging.v2.LoggingServiceV2", {"ListLogEntries": handler}),)
    )
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.stop(None).wait()


def _fits(entry: dict[str, Any], wanted: str) -> bool:
    """Whether an entry passes a filter of the form `logName=("…" OR "…") AND timestamp>="…"`."""
    match = re.fullmatch(r'logName=\((?P<logs>.*)\) AND timestamp>="(?P<since>.*)"', wanted)
    assert match is not None, wanted
    logs = re.findall(r'"([^"]*)"', match["logs"])
    return entry["logName"] in logs and datetime.fromisoformat(entry["timestamp"]) >= datetime.fromisoformat(
        match["since"]
    )
