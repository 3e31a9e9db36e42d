"""One entry of Google Cloud's audit logs as an event."""

import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import msgspec
from msgspec import Raw, Struct

from engine.collectors.events.gcp_audit.callers import caller_of
from engine.collectors.events.gcp_audit.names import (
    names_in,
    names_in_labels,
    names_of_grants,
    names_of_resource,
)
from engine.collectors.events.moments import in_utc
from engine.model import Actor, Event, EventKind, Via
from engine.redact import may_hold_secret, redact_json

_NULL = Raw(b"null")
_AUDIT = "cloudaudit.googleapis.com"
_MARK = b"google.cloud.audit.AuditLog"
_GRANTS = b'"authorizationInfo"'
_PROJECT = re.compile(r"^projects/([^/]+)")
_WORD = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+")
#: The first word of methods that only read, or hand out what lets others read.
_READS = frozenset(
    {
        "get", "list", "aggregated", "search", "query", "test", "check", "lookup", "describe", "read", "fetch",
        "validate", "preview", "generate", "sign", "download", "count", "verify", "watch", "poll", "wait", "resolve",
        "analyze", "streaming", "pull", "explain",
    }
)  # fmt: skip
_CODES = (
    "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS",
    "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED",
    "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
)  # fmt: skip
#: Older services log the status of HTTP.
_HTTP_CODES = {
    400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND", 409: "ALREADY_EXISTS",
    412: "FAILED_PRECONDITION", 429: "RESOURCE_EXHAUSTED", 500: "INTERNAL", 503: "UNAVAILABLE",
}  # fmt: skip


class NotAuditError(Exception):
    """A log entry that is not of an audit log."""


class _Status(Struct, frozen=True):
    code: int = 0


class _Metadata(Struct, frozen=True, rename="camel"):
    caller_ip: str = ""
    caller_supplied_user_agent: str = ""


class _Authorization(Struct, frozen=True, rename="camel"):
    permission_type: str = ""


class _Payload(Struct, frozen=True, rename="camel"):
    """The parts of an `AuditLog` that matter. What is free in form, or the same in many, stays undecoded."""

    type: str = msgspec.field(name="@type", default="")
    method_name: str = ""
    service_name: str = ""
    resource_name: str = ""
    status: _Status | None = None
    authentication_info: Raw = _NULL
    authorization_info: list[_Authorization] | None = None
    request_metadata: _Metadata | None = None
    request: Raw = _NULL
    response: Raw = _NULL
    service_data: Raw = _NULL
    metadata: Raw = _NULL


class _Operation(Struct, frozen=True):
    id: str = ""
    producer: str = ""
    first: bool = False
    last: bool = False


class _Resource(Struct, frozen=True):
    labels: dict[str, str] = {}


class Logged(Struct, frozen=True, rename="camel"):
    """An entry of an audit log as it was logged."""

    insert_id: str
    timestamp: datetime
    log_name: str
    proto_payload: _Payload
    resource: _Resource = _Resource()
    operation: _Operation | None = None


class _Header(Struct, frozen=True, rename="camel"):
    """As much of any log entry as tells whether it is of an audit log."""

    log_name: str
    proto_payload: dict[str, Raw] = {}


_decode = msgspec.json.Decoder(Logged, strict=False).decode
_decode_header = msgspec.json.Decoder(_Header).decode


class Entry(Struct, frozen=True):
    """An event, and whether it is the start or the end of an operation that takes its time."""

    event: Event
    begins: bool = False
    ends: bool = False


def to_entry(raw: bytes, source: str) -> Entry:
    """The event of one entry.

    Raises NotAuditError for entries of other logs, msgspec.DecodeError when the entry lacks id, time, log or method.
    """
    logged = read_entry(raw)
    return entry_of(logged, raw, source, may_hold_secret(particular(raw)))


def read_entry(raw: bytes) -> Logged:
    """The fields of one entry.

    Raises NotAuditError for entries of other logs, msgspec.DecodeError when the entry lacks id, time, log or method.
    """
    if _MARK not in raw and not _is_audit(raw):
        raise NotAuditError
    logged = _decode(raw)
    if not logged.proto_payload.method_name:
        raise msgspec.ValidationError("the entry names no method")
    return logged


def particular(raw: bytes) -> bytes:
    """What is to be looked at for secrets: without a name that every entry has, and that makes one look twice."""
    return raw.replace(_GRANTS, b"")


def entry_of(entry: Logged, raw: bytes, source: str, is_telling: bool) -> Entry:
    """The event of an entry. `is_telling` says whether what is particular in it may hold a secret.

    Raises msgspec.DecodeError when it does not tell who called.
    """
    payload = entry.proto_payload
    project = entry.resource.labels.get("project_id") or _project_of(entry.log_name)
    client = payload.request_metadata or _Metadata()
    by_system = entry.log_name.endswith("system_event")
    actor = caller_of(
        bytes(payload.authentication_info),
        client.caller_supplied_user_agent,
        client.caller_ip,
        payload.service_name,
        by_system,
    )
    writes = _writes(payload)
    error = _error(payload.status)
    line = msgspec.json.format(raw, indent=-1) if b"\n" in raw else raw
    text = redact_json(line) if is_telling else line.decode(errors="replace")
    # What is free in form is taken from the text without secrets; the fields around it hold none.
    safe = _decode(text).proto_payload if is_telling else payload
    request, names = _content(safe, entry, project, error) if writes else ("", ())
    operation = entry.operation or _Operation()
    takes_time = bool(operation.id) and operation.first is not operation.last
    at = entry.timestamp if entry.timestamp.tzinfo is UTC else in_utc(entry.timestamp)
    touches = tuple(dict.fromkeys((*names_of_resource(payload.resource_name, project), *names)))
    event = Event(
        id=_identity(entry, operation if takes_time else None, at),
        at=at,
        source=source,
        kind=EventKind.API_CALL,
        operation=payload.method_name,
        actor=actor,
        service=payload.service_name,
        scope=project,
        writes=writes,
        error=error,
        touches=touches,
        summary=_summary(payload, actor, error),
        request=request,
        original=text,
        recorded_at=at if takes_time else None,
    )
    return Entry(event, takes_time and operation.first, takes_time and operation.last)


def _is_audit(raw: bytes) -> bool:
    """Whether an entry that does not bear the type of audit logs in plain text is of one all the same."""
    header = _decode_header(raw)
    kind = msgspec.json.decode(header.proto_payload["@type"]) if "@type" in header.proto_payload else ""
    return bool(header.proto_payload) and (str(kind).endswith("AuditLog") or (not kind and _AUDIT in header.log_name))


def _identity(entry: Logged, operation: _Operation | None, at: datetime) -> str:
    """What an entry is known by: its own id is unique within its log and its time only.

    The entries of one operation are known by the operation.
    """
    if operation is not None:
        return f"{entry.log_name}/{operation.producer}/{operation.id}/{entry.proto_payload.method_name}"
    return f"{entry.log_name}/{entry.insert_id}@{at.isoformat()}"


@lru_cache(maxsize=4096)
def _project_of(log_name: str) -> str:
    match = _PROJECT.match(log_name)
    return match[1] if match else log_name.partition("/logs/")[0]


def _writes(payload: _Payload) -> bool:
    """Whether the call was one that writes: by the permissions it needed where they say, else by its name."""
    needed = [item.permission_type for item in payload.authorization_info or () if item.permission_type]
    if needed:
        return any(kind.endswith("WRITE") for kind in needed)
    return not _reads(payload.method_name)


@lru_cache(maxsize=8192)
def _reads(method: str) -> bool:
    words = _WORD.findall(re.split(r"[./]", method)[-1])
    if words and words[0].lower() == "batch":
        words = words[1:]
    return bool(words) and words[0].lower() in _READS


def _error(status: _Status | None) -> str | None:
    code = status.code if status else 0
    if code == 0:
        return None
    return _CODES[code] if 0 < code < len(_CODES) else _HTTP_CODES.get(code, f"error {code}")


def _content(payload: _Payload, entry: Logged, project: str, error: str | None) -> tuple[str, tuple[str, ...]]:
    """The request, with what was added to a policy and removed from it, and the names that it and the answer hold."""
    text = _text(payload.request)
    body = msgspec.json.decode(text) if text else None
    names = [*names_in(body, project), *names_in_labels(entry.resource.labels)]
    answer = _text(payload.response)
    if answer and error is None:
        names += names_in(msgspec.json.decode(answer), project)
    delta = _policy_delta(payload)
    if delta:
        text = msgspec.json.encode({**(body if isinstance(body, dict) else {}), "policyDelta": delta}).decode()
        resource = payload.resource_name
        bare = resource.rpartition("/")[2]
        names += names_of_grants(delta.get("bindingDeltas"), dict.fromkeys((resource, bare, f"b/{bare}", project)))
    return text, tuple(names)


def _policy_delta(payload: _Payload) -> dict[str, Any]:
    """What setting a policy changed in it; newer services log it with the metadata."""
    for part in (payload.service_data, payload.metadata):
        if b'"policyDelta"' in bytes(part):
            found = msgspec.json.decode(part).get("policyDelta")
            if isinstance(found, dict):
                return found
    return {}


def _summary(payload: _Payload, actor: Actor, error: str | None) -> str:
    name = payload.resource_name.rpartition("/")[2]
    target = f" {name}" if name else ""
    refused = f" (failed: {error})" if error else ""
    return f"{payload.method_name}{target}{_by(actor.principal, actor.via)}{refused}"


@lru_cache(maxsize=16384)
def _by(principal: str | None, via: Via) -> str:
    through = f" via {via.value}" if via is not Via.UNKNOWN else ""
    return f" by {principal or 'an unknown caller'}{through}"


def _text(part: Raw) -> str:
    text = bytes(part)
    return "" if text in (b"null", b"{}") else text.decode(errors="replace")
