"""Entries of Azure's activity log, in the shape of its API and in that of its export, as one kind of record."""

import hashlib
import re
from datetime import UTC, datetime
from functools import lru_cache

import msgspec
from msgspec import Raw, Struct, structs

from engine.collectors.events.azure_activity.callers import Subject
from engine.collectors.events.moments import in_utc

_NULL = Raw(b"null")
#: Statuses of an operation that is not over.
_OPEN = frozenset({"", "start", "started", "begin", "accept", "accepted", "inprogress", "in progress", "running"})
_VERBS = frozenset({"Write", "Delete", "Action"})
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


class _Exported(Struct, frozen=True, rename="camel"):
    """What exports put into the properties of what the API gives as fields of the entry."""

    event_category: str | None = None
    event_name: str | None = None
    operation_id: str | None = None
    event_properties: Raw = _NULL


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
    result_description: str | None = None
    caller: str | None = None
    caller_ip_address: str | None = None
    http_request: Raw = _NULL
    authorization: Raw = _NULL
    claims: Raw = _NULL
    identity: Raw = _NULL
    properties: Raw = _NULL


class Entry(Struct, frozen=True, gc=False):
    """One entry. `id` is its own, made from its content where the export has none.

    at: when what it tells of happened. status is as the API has it (`Failed`), category is in small letters;
    is_over: it tells how the operation ended. What is asked of few entries only is looked up in the record.
    """

    raw: bytes
    record: _Record
    id: str
    at: datetime
    operation: str
    resource: str
    category: str
    status: str
    is_over: bool
    operation_id: str
    correlation_id: str

    @property
    def recorded_at(self) -> datetime:
        """When the entry was written, as far as it says so."""
        try:
            return in_utc(self.record.submission_timestamp or self.at)
        except msgspec.ValidationError:
            return self.at

    @property
    def sub_status(self) -> str:
        """What more there is to the status: HTTP's word for it (`Forbidden`)."""
        return _outcome(self.record)[1]

    @property
    def subscription(self) -> str:
        """The subscription's id, in small letters."""
        return (self.record.subscription_id or subscription_of(self.resource)).lower()

    @property
    def event_name(self) -> str:
        """What happened, as the service calls it (`EndRequest`, or the title of a threat)."""
        return _text(self.record.event_name)

    @property
    def level(self) -> str:
        """How grave it is (`Warning`)."""
        return str(self.record.level or "")

    @property
    def description(self) -> str:
        """What is said about it; mostly nothing."""
        return self.record.description or ""

    @property
    def claims(self) -> bytes:
        """The claims of the caller's token, as JSON."""
        return self._granting[0]

    @property
    def properties(self) -> bytes:
        """What is particular to the kind of entry, as JSON."""
        return bytes(self.record.properties)

    @property
    def authorization(self) -> bytes:
        """What the caller was allowed to do, as JSON."""
        return self._granting[1]

    @property
    def subject(self) -> Subject:
        """What the entry says about its caller."""
        claims, authorization = self._granting
        granted = _granted(authorization) if b"ole" in authorization else _Authorization()
        evidence = granted.evidence or _Evidence()
        return Subject(
            caller=self.record.caller or "",
            claims=claims,
            role=evidence.role or granted.role or "",
            principal_type=evidence.principal_type or "",
            source_ip=self.record.caller_ip_address or _caller_ip(bytes(self.record.http_request)),
        )

    @property
    def names_caller(self) -> bool:
        """Whether it says anything about its caller."""
        return bool(self.record.caller) or self.claims not in (b"null", b"{}")

    @property
    def _granting(self) -> tuple[bytes, bytes]:
        """Claims and authorization, which exports have within `identity`."""
        record = self.record
        if record.claims == _NULL and record.identity != _NULL:
            identity = _identity_of(bytes(record.identity))
            return bytes(identity.claims), bytes(identity.authorization)
        return bytes(record.claims), bytes(record.authorization)


_decoder = msgspec.json.Decoder(_Record, strict=False)
_http = msgspec.json.Decoder(_Http | None)
_identity = msgspec.json.Decoder(_Identity | None)
_exported = msgspec.json.Decoder(_Exported | None)
_authorization = msgspec.json.Decoder(_Authorization | None)


def to_entry(raw: bytes) -> Entry:
    """The entry of one record. Raises msgspec.DecodeError when it has no operation or no time."""
    record = _decoder.decode(raw)
    if record.event_timestamp is None:
        record = _unfolded(record)
    at = record.event_timestamp or record.time
    if at is None:
        raise msgspec.ValidationError("Object has neither `eventTimestamp` nor `time`")
    operation, status = _text(record.operation_name), _outcome(record)[0]
    resource = record.resource_id or record.resource_uri or _granted(bytes(record.authorization)).scope or ""
    return Entry(
        raw=raw,
        record=record,
        id=record.event_data_id or _digest(record, at, operation, resource),
        at=at if at.tzinfo is UTC else in_utc(at),
        operation=operation,
        resource=resource,
        category=_text(record.category).lower(),
        status=status,
        is_over=status.lower() not in _OPEN,
        operation_id=_some(record.operation_id),
        correlation_id=_some(record.correlation_id),
    )


@lru_cache(maxsize=16384)
def subscription_of(resource: str) -> str:
    """The subscription that an id is of; empty for what stands above subscriptions."""
    match = _SUBSCRIPTION.match(resource)
    return match[1].lower() if match else ""


def _unfolded(record: _Record) -> _Record:
    """An exported record as the API would have it. Its own category is that of the operation (`Write`)."""
    try:
        exported = _exported.decode(record.properties) or _Exported()
    except msgspec.DecodeError:
        exported = _Exported()
    return structs.replace(
        record,
        category=exported.event_category or (record.category if _text(record.category) not in _VERBS else None),
        event_name=record.event_name or exported.event_name,
        operation_id=record.operation_id or exported.operation_id,
        description=record.description or record.result_description,
        properties=exported.event_properties if exported.event_properties != _NULL else record.properties,
    )


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


def _digest(record: _Record, at: datetime, operation: str, resource: str) -> str:
    parts = (at.isoformat(), operation, resource, record.correlation_id, record.result_type, record.result_signature)
    return hashlib.blake2b("\0".join(map(str, parts)).encode(), digest_size=16).hexdigest()


def _identity_of(raw: bytes) -> _Identity:
    try:
        return _identity.decode(raw) or _Identity()
    except msgspec.DecodeError:
        return _Identity()


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
