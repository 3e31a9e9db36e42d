"""One record of a Kubernetes audit log as an event."""

from datetime import UTC, datetime
from functools import cache, lru_cache
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs

import msgspec
from msgspec import Raw, Struct, field

from engine.collectors.events.kubernetes_audit.secrets import without_secrets
from engine.collectors.events.kubernetes_audit.users import caller
from engine.collectors.events.moments import in_utc
from engine.model import Actor, ActorKind, Event, EventKind, Via
from engine.providers.kubernetes import kinds_of_resources, load_objects, plural, split_kind
from engine.redact import may_hold_secret, redact_json

_NULL = Raw(b"null")
#: The stages at which a request is over; the earlier ones tell of the same request.
_OVER = frozenset({"", "ResponseComplete", "Panic"})
_WRITES = frozenset({"create", "update", "patch", "delete", "deletecollection"})
_ASKS = frozenset({"authentication.k8s.io", "authorization.k8s.io"})
#: Subresources by which somebody gets into what runs, whatever the verb: newer clients open them with a GET.
_ENTERS = frozenset({"exec", "attach"})
#: What software writes all the time and nobody declares: (group, resource).
_BOOKKEEPING = frozenset({("", "events"), ("events.k8s.io", "events"), ("coordination.k8s.io", "leases")})
#: What the cluster's own controllers derive from other objects, and others may declare.
_DERIVED = frozenset({("", "endpoints"), ("discovery.k8s.io", "endpointslices")})
_REPORTS = frozenset({"status", "approval", "finalize"})


class _Target(Struct, frozen=True):
    resource: str = ""
    namespace: str = ""
    name: str = ""
    group: str = field(name="apiGroup", default="")
    version: str = field(name="apiVersion", default="")
    subresource: str = ""


_NOTHING = _Target()


class _Status(Struct, frozen=True):
    code: int = 0
    reason: str = ""


class Record(Struct, frozen=True, rename="camel"):
    """The fields of a record that matter; what is free in form, or the same in many records, stays undecoded.

    `items` are the records of an `EventList`.
    """

    audit_id: str = field(name="auditID", default="")
    stage: str = ""
    verb: str = ""
    request_uri: str = field(name="requestURI", default="")
    user: Raw = _NULL
    impersonated_user: Raw = _NULL
    source_ips: list[str] | None = field(name="sourceIPs", default=None)
    user_agent: str | None = None
    object_ref: _Target | None = None
    response_status: _Status | None = None
    request_object: Raw = _NULL
    response_object: Raw = _NULL
    annotations: Raw = _NULL
    request_received_timestamp: datetime | None = None
    stage_timestamp: datetime | None = None
    timestamp: datetime | None = None
    items: list[Raw] | None = None

    @property
    def at(self) -> datetime | None:
        """When the request was received."""
        at = self.request_received_timestamp or self.stage_timestamp or self.timestamp
        return at if at is None or at.tzinfo is UTC else in_utc(at)


class _Meta(Struct, frozen=True):
    name: str | None = None
    namespace: str | None = None


class _Body(Struct, frozen=True):
    kind: str = ""
    api_version: str = field(name="apiVersion", default="")
    metadata: _Meta | None = None
    items: list[Raw] | None = None


class UnusableError(ValueError):
    """A record that is JSON and tells no call."""


_decode = msgspec.json.Decoder(Record, strict=False).decode
_body = msgspec.json.Decoder(_Body)


def read_record(raw: bytes | Raw) -> Record:
    """The fields of one record. Raises msgspec.DecodeError when it is not JSON, or a field is not what it should be."""
    return _decode(raw)


def is_over(record: Record) -> bool:
    """Whether the record tells how the request ended."""
    return record.stage in _OVER


def to_event(record: Record, raw: bytes | Raw, source: str, cluster: str = "", *, anyway: bool = False) -> Event | None:
    """The event of a request; None, unless it is wanted anyway, for what cannot bear on a drift.

    That is what software reads, and writes as its bookkeeping: heartbeats, notes of what happened, reports of status.
    Raises UnusableError when the record lacks id, verb or time, msgspec.DecodeError when its user is damaged.
    """
    at = record.at
    if not record.audit_id or not record.verb or at is None:
        raise UnusableError("it lacks its id, verb or time")
    target = record.object_ref or _NOTHING
    error = _error(record.response_status)
    writes = _changes(record, target)
    address = record.source_ips[0] if record.source_ips else ""
    actor, by = _caller(bytes(record.user), bytes(record.impersonated_user), record.user_agent or "", address)
    if not (anyway or error or actor.kind is ActorKind.HUMAN or (writes and not _is_bookkeeping(target, actor))):
        return None
    operation = _operation(record.verb, target.resource, target.subresource, record.request_uri)
    text, request = _safe(record, raw, target)
    touches = _touches(record, target, error is None)
    return Event(
        id=record.audit_id,
        at=at,
        source=source,
        kind=EventKind.API_CALL,
        operation=operation,
        actor=actor,
        service=target.group or ("core" if target.resource else ""),
        scope=cluster,
        writes=writes,
        error=error,
        touches=touches,
        summary=f"{operation}{_place(target, touches)}{by}" + (f" (failed: {error})" if error else ""),
        request=request if writes else "",
        original=text,
    )


@lru_cache(maxsize=16384)
def _caller(user: bytes, impersonated: bytes, agent: str, address: str) -> tuple[Actor, str]:
    """Who called, and how a summary says so."""
    actor = caller(user, impersonated, agent, address)
    via = f" via {actor.via}" if actor.via is not Via.UNKNOWN else ""
    return actor, f" by {actor.principal or 'an unknown caller'}{via}"


def _changes(record: Record, target: _Target) -> bool:
    """Whether the call, if it succeeds, changes something: dry runs and questions about rights do not."""
    if target.subresource in _ENTERS:
        return True
    if record.verb not in _WRITES or target.group in _ASKS:
        return False
    return "dryRun" not in record.request_uri or not parse_qs(record.request_uri.partition("?")[2]).get("dryRun")


def _is_bookkeeping(target: _Target, actor: Actor) -> bool:
    kept = (target.group, target.resource)
    derived = kept in _DERIVED and actor.kind is ActorKind.SERVICE
    return target.subresource in _REPORTS or kept in _BOOKKEEPING or derived


def _error(status: _Status | None) -> str | None:
    """The API's reason (`Forbidden`), or the name of the status code in its place."""
    if status is None or status.code < 400:
        return None
    return status.reason or _phrase(status.code)


@cache
def _phrase(code: int) -> str:
    try:
        return HTTPStatus(code).phrase.replace(" ", "")
    except ValueError:
        return str(code)


@lru_cache(maxsize=16384)
def _operation(verb: str, resource: str, subresource: str, uri: str) -> str:
    """`patch deployments/scale`; for what is no resource, the path: `get /healthz`."""
    if not resource:
        return f"{verb} {uri.partition('?')[0]}"
    return f"{verb} {resource}/{subresource}" if subresource else f"{verb} {resource}"


def _safe(record: Record, raw: bytes | Raw, target: _Target) -> tuple[str, str]:
    """The record without secrets, on one line, and the body of its request."""
    data = bytes(raw)
    data = msgspec.json.format(data, indent=-1) if b"\n" in data else data
    if target.resource == "secrets" and not target.group:
        text = without_secrets(data)
    elif _may_hold_secret(record):
        text = redact_json(data)
    else:
        return data.decode(errors="replace"), _text(record.request_object)
    return text, _text(read_record(text.encode()).request_object)


def _may_hold_secret(record: Record) -> bool:
    """Whether anything that is free in form hints at a secret. What is the same in many records is looked at once."""
    status = record.response_status
    return (
        (record.request_object is not _NULL and may_hold_secret(bytes(record.request_object)))
        or (record.response_object is not _NULL and may_hold_secret(bytes(record.response_object)))
        or (status is not None and status.code >= HTTPStatus.BAD_REQUEST)
        or _hints(record.request_uri.encode())
        or _hints(bytes(record.user))
        or _hints(bytes(record.annotations))
        or _hints((record.user_agent or "").encode())
    )


_hints = lru_cache(maxsize=32768)(may_hold_secret)


def _text(body: Raw) -> str:
    text = bytes(body)
    return "" if text == b"null" else text.decode(errors="replace")


def _touches(record: Record, target: _Target, succeeded: bool) -> tuple[str, ...]:
    """The object by its id and by its resource; of what was deleted together, each object that the answer names."""
    if not target.resource:
        return ()
    if record.verb == "deletecollection":
        items = _read_body(record.response_object).items or [] if succeeded else []
        named = [_read_body(item).metadata for item in items]
        found = [_names(target, meta.name or "", _Body()) for meta in named if meta is not None]
        return tuple(name for names in (*found, _names(target, "*", _Body())) for name in names)
    name, body = target.name, _Body()
    if not name or (_kind(target.group, target.resource) is None and not target.subresource):
        body = _named_by(record, succeeded)
        name = name or (body.metadata.name or "" if body.metadata else "")
    return _names(target, name, body) if name else ()


def _named_by(record: Record, succeeded: bool) -> _Body:
    """What the answer, or else the request, says of the object's kind and name."""
    answer = _read_body(record.response_object) if succeeded else _Body()
    return answer if answer.metadata is not None and answer.metadata.name else _read_body(record.request_object)


def _read_body(raw: Raw) -> _Body:
    """The head of an object; nothing for patches that are lists, and for what is damaged."""
    try:
        return _body.decode(raw) if raw is not _NULL else _Body()
    except msgspec.DecodeError:
        return _Body()


def _names(target: _Target, name: str, body: _Body) -> tuple[str, ...]:
    kind = _kind(target.group, target.resource)
    if kind is None and body.kind and plural(body.kind) == target.resource:
        kind = split_kind(f"{target.group}/{target.version}" if target.group else "v1", body.kind)[0]
    return _identities(target.group, target.resource, kind, target.namespace, name)


@lru_cache(maxsize=65536)
def _identities(group: str, resource: str, native: str | None, namespace: str, name: str) -> tuple[str, ...]:
    """`apps/Deployment/shop/web` where the kind is known, and `apps/deployments/shop/web`."""
    if native is None:
        return (f"{group}/{resource}/{namespace}/{name}",)
    # The server notes a namespace as lying within itself.
    place = "" if _is_cluster_wide(native) else namespace
    group, _, kind = native.rpartition("/")
    return f"{native}/{place}/{name}", f"{group}/{plural(kind)}/{place}/{name}"


@cache
def _is_cluster_wide(native: str) -> bool:
    return load_objects().is_cluster_wide(native) is True


@lru_cache(maxsize=4096)
def _kind(group: str, resource: str) -> str | None:
    """The native type of a resource that is built in, by the group it is served from now."""
    tables = load_objects()
    natives = {split_kind(*key.rsplit("/", 1))[0] for key in tables.schema.kinds}
    kind = kinds_of_resources(frozenset(natives | tables.moved.keys())).get((group, resource))
    return tables.moved.get(f"{group}/{kind}", f"{group}/{kind}") if kind else None


def _place(target: _Target, touches: tuple[str, ...]) -> str:
    name = target.name or (touches[0].rpartition("/")[2] if touches else "")
    return f" {target.namespace}/{name}" if target.namespace and name else f" {name or target.namespace}".rstrip()


def unwrapped(value: Any) -> list[bytes]:
    """The records that a log service wrapped: as text under `log` or `message`, alone or in a list of its own."""
    found = value if isinstance(value, list) else [value]
    texts: list[bytes] = []
    for item in found:
        if not isinstance(item, dict):
            continue
        if isinstance(item.get("logEvents") or item.get("records"), list):
            texts += unwrapped(item.get("logEvents") or item["records"])
            continue
        inner = item.get("log") or item.get("message") or (item.get("properties") or {}).get("log")
        if isinstance(inner, str):
            texts.append(inner.encode())
    return texts
