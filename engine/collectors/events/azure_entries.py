"""Entries of Azure's activity log, in the shape of its API and in that of its export, as one kind of record."""

import hashlib
import re
from datetime import UTC, datetime
from functools import lru_cache

import msgspec
from msgspec import Raw, Struct

_NULL = Raw(b"null")
_NO_ID = "00000000-0000-0000-0000-000000000000"
_SUBSCRIPTION = re.compile(r"/subscriptions/([^/]+)", re.IGNORECASE)


class _Value(Struct, frozen=True):
    value: str | None = None


_Text = str | _Value | None


class _Http(Struct, frozen=True, rename="camel"):
    client_ip_address: str | None = None


class _Evidence(Struct, frozen=True, rename="camel"):
    role: str | None = None
    principal_type: str | None = None


class _Authorization(Struct, frozen=True):
    scope: str | None = None
    role: str | None = None
    evidence: _Evidence | None = None


class _Identity(Struct, frozen=True):
    """Who called, as exports have it: what the API gives in two fields of the entry."""

    authorization: Raw = _NULL
    claims: Raw = _NULL


class _Record(Struct, frozen=True, rename="camel", gc=False):
    """The fields of both shapes. What is free in form, or the same in many entries, stays undecoded."""

    operation_name: str | _Value
    event_timestamp: datetime | None = None
    time: datetime | None = None
    resource_id: str | None = None
    resource_uri: str | None = None
    event_data_id: str | None = None
    operation_id: str | None = None
    correlation_id: str | None = None
    category: _Text = None
    event_name: _Text = None
    status: _Text = None
    sub_status: _Text = None
    result_type: str | None = None
    result_signature: str | int | None = None
    submission_timestamp: datetime | None = None
    subscription_id: str | None = None
    level: str | int | None = None
    description: str | None = None
    caller: str | None = None
    caller_ip_address: str | None = None
    http_request: Raw = _NULL
    authorization: Raw = _NULL
    claims: Raw = _NULL
    identity: Raw = _NULL
    properties: Raw = _NULL


class Entry(Struct, frozen=True, gc=False):
    """One entry. `id` is its own, made from its content where the export has none.

    at: when what it tells of happened; recorded_at: when it was written, where it says so. status and sub_status are
    as the API has them (`Failed`, `Forbidden`), category is in small letters. claims, authorization and properties are
    JSON, or `null`.
    """

    raw: bytes
    id: str
    at: datetime
    recorded_at: datetime | None
    operation: str
    resource: str
    category: str
    event_name: str
    status: str
    sub_status: str
    operation_id: str
    correlation_id: str
    subscription: str
    level: str
    description: str
    caller: str
    source_ip: str
    claims: bytes
    authorization: bytes
    properties: bytes

    @property
    def role(self) -> str:
        """The role by which the caller was allowed to act; empty where the entry does not tell."""
        granted = _granted(self.authorization) if b"role" in self.authorization else _Authorization()
        return (granted.evidence.role if granted.evidence else None) or granted.role or ""

    @property
    def principal_type(self) -> str:
        """What kind of principal was given the role (`User`, `ServicePrincipal`, `Group`)."""
        granted = _granted(self.authorization) if b"principalType" in self.authorization else _Authorization()
        return (granted.evidence.principal_type if granted.evidence else None) or ""


_decoder = msgspec.json.Decoder(_Record, strict=False)
_http = msgspec.json.Decoder(_Http | None)
_identity = msgspec.json.Decoder(_Identity | None)
_authorization = msgspec.json.Decoder(_Authorization | None)


def to_entry(raw: bytes) -> Entry:
    """The entry of one record. Raises msgspec.DecodeError when it has no operation or no time."""
    record = _decoder.decode(raw)
    at = record.event_timestamp or record.time
    if at is None:
        raise msgspec.ValidationError("Object has neither `eventTimestamp` nor `time`")
    claims, authorization = record.claims, record.authorization
    if record.identity != _NULL and claims == _NULL:
        identity = _identity.decode(record.identity) or _Identity()
        claims, authorization = identity.claims, identity.authorization
    outcome, detail = _outcome(record)
    operation = _text(record.operation_name)
    resource = record.resource_id or record.resource_uri or _scope_of(authorization)
    return Entry(
        raw=raw,
        id=record.event_data_id or _digest(record, at, operation, resource),
        at=_utc(at),
        recorded_at=_utc(record.submission_timestamp) if record.submission_timestamp else None,
        operation=operation,
        resource=resource,
        category=_text(record.category).lower(),
        event_name=_text(record.event_name),
        status=outcome,
        sub_status=detail,
        operation_id=_some(record.operation_id),
        correlation_id=_some(record.correlation_id),
        subscription=(record.subscription_id or subscription_of(resource)).lower(),
        level=str(record.level or ""),
        description=record.description or "",
        caller=record.caller or "",
        source_ip=record.caller_ip_address or _caller_ip(bytes(record.http_request)),
        claims=bytes(claims),
        authorization=bytes(authorization),
        properties=bytes(record.properties),
    )


@lru_cache(maxsize=16384)
def subscription_of(resource: str) -> str:
    """The subscription that an id is of; empty for what stands above subscriptions."""
    match = _SUBSCRIPTION.match(resource)
    return match[1].lower() if match else ""


def _outcome(record: _Record) -> tuple[str, str]:
    """Status and what more there is to it; exports write `Failure` and `Failed.Forbidden`."""
    if record.result_type is None:
        return _text(record.status), _text(record.sub_status)
    status, _, detail = str(record.result_signature or "").partition(".")
    return (status if status and not status.isdigit() else record.result_type), detail


def _text(value: _Text) -> str:
    return (value.value if isinstance(value, _Value) else value) or ""


def _some(identity: str | None) -> str:
    return identity if identity and identity != _NO_ID else ""


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is UTC:
        return moment
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _digest(record: _Record, at: datetime, operation: str, resource: str) -> str:
    parts = (at.isoformat(), operation, resource, record.correlation_id, record.result_type, record.result_signature)
    return hashlib.blake2b("\0".join(map(str, parts)).encode(), digest_size=16).hexdigest()


@lru_cache(maxsize=16384)
def _caller_ip(raw: bytes) -> str:
    try:
        request = _http.decode(raw)
    except msgspec.DecodeError:
        return ""
    return (request.client_ip_address if request else None) or ""


@lru_cache(maxsize=16384)
def _granted(raw: bytes) -> _Authorization:
    try:
        return _authorization.decode(raw) or _Authorization()
    except msgspec.DecodeError:
        return _Authorization()


def _scope_of(authorization: Raw) -> str:
    return _granted(bytes(authorization)).scope or "" if authorization != _NULL else ""
