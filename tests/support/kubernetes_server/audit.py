"""The audit log of the fake API server: a record for each request, as the real one writes it."""

import json
import re
import uuid
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.support.kubernetes_server.access import User
from tests.support.kubernetes_server.wire import Answer, Request

Json = dict[str, Any]

_RESOURCE = re.compile(
    r"/(?:api|apis/(?P<apiGroup>[^/]+))/(?P<apiVersion>[^/]+)(?:/namespaces/(?P<namespace>[^/]+))?"
    r"/(?P<resource>[^/]+)(?:/(?P<name>[^/]+))?(?:/(?P<subresource>[^/]+))?"
)
_VERBS = {"POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete", "GET": "get"}


class AuditLog:
    """Writes a record to `file` once a request has been answered. level: Metadata, Request or RequestResponse."""

    def __init__(self, file: Path, level: str, caller: Callable[[Request], User]) -> None:
        self._file = file
        self._level = level
        self._caller = caller

    async def write(self, request: Request, handle: Callable[[Request], Awaitable[Answer]]) -> Answer:
        """The answer to a request, which is logged."""
        received = datetime.now(UTC)
        answer = await handle(request)
        with self._file.open("a") as file:
            file.write(json.dumps(self._record(request, answer, received)) + "\n")
        return answer

    def _record(self, request: Request, answer: Answer, received: datetime) -> Json:
        user = self._caller(request)
        match = _RESOURCE.fullmatch(request.path)
        target = {key: value for key, value in match.groupdict().items() if value} if match else None
        query = f"?{urlencode(request.query)}" if request.query else ""
        body = json.loads(request.body) if request.body.startswith((b"{", b"[")) else None
        if target and body and "name" not in target and isinstance(body, dict):
            target["name"] = body["metadata"].get("name", "")
        status: Json = {"metadata": {}, "code": answer.status}
        if answer.status >= 400 and isinstance(answer.body, dict):
            status |= {"status": "Failure", "reason": answer.body.get("reason", "")}
        record: Json = {
            "kind": "Event",
            "apiVersion": "audit.k8s.io/v1",
            "level": self._level,
            "auditID": str(uuid.uuid4()),
            "stage": "ResponseComplete",
            "requestURI": request.path + query,
            "verb": _VERBS[request.method],
            "user": {"username": user.name, "groups": list(user.groups)},
            "sourceIPs": ["127.0.0.1"],
            "userAgent": request.headers.get("user-agent", ""),
            "objectRef": target,
            "responseStatus": status,
            "requestReceivedTimestamp": received.isoformat().replace("+00:00", "Z"),
            "stageTimestamp": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
        }
        if self._level != "Metadata" and body is not None:
            record["requestObject"] = body
        if self._level == "RequestResponse" and isinstance(answer.body, dict):
            record["responseObject"] = answer.body
        return record
